// Signatures in the forms that the contracts want.
import { hashMessage, parseSignature, signatureToCompactSignature } from "viem";

/** 65 bytes over the digest itself: r, s, then v as 27 or 28. */
export function signDigest(account, digest) {
  return account.sign({ hash: digest });
}

/** 65 bytes over the message with the prefix of `personal_sign`. */
export function signPersonal(account, message) {
  return account.sign({ hash: hashMessage({ raw: message }) });
}

/** The same as v, r and s. */
export async function signPersonalParts(account, message) {
  const { r, s, v } = parseSignature(await signPersonal(account, message));
  return { v: Number(v), r, s };
}

/** EIP-712, in the two words of EIP-2098. */
export async function signTyped(account, typedData) {
  const signature = parseSignature(await account.signTypedData(typedData));
  const { r, yParityAndS } = signatureToCompactSignature(signature);
  return { r, vs: yParityAndS };
}

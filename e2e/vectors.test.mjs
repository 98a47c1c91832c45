// The test vectors, checked by an implementation that shares no code with the rest: channel/vectors/README.md and viem.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  concat,
  encodeAbiParameters,
  getAddress,
  hashDomain,
  hashTypedData,
  hexToBigInt,
  isAddressEqual,
  keccak256,
  parseSignature,
  recoverAddress,
  signatureToCompactSignature,
  serializeCompactSignature,
  size,
  slice,
  stringToHex,
  zeroHash,
} from "viem";
import { privateKeyToAccount, privateKeyToAddress } from "viem/accounts";

const vectors = JSON.parse(readFileSync(new URL("../channel/vectors/vectors.json", import.meta.url), "utf8"));

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const FORFEIT = "1";

/** EIP-712 fields per statement, read from the type strings in the vectors. */
const TYPES = Object.fromEntries(
  vectors.types.map(({ name, typeString }) => [
    name,
    typeString
      .slice(name.length + 1, -1)
      .split(",")
      .map((field) => {
        const [type, name] = field.split(" ");
        return { name, type };
      }),
  ]),
);

const domainOf = ({ chainId, hub }) => ({
  name: "Thunder",
  version: "1",
  chainId: BigInt(chainId),
  verifyingContract: hub,
});

const typed = (primaryType, domain, message) => ({
  domain,
  primaryType,
  types: { [primaryType]: TYPES[primaryType] },
  message,
});

const channelId = (key, epoch = key.epoch) =>
  keccak256(
    encodeAbiParameters(
      [
        ...["alice", "aliceSigner", "bob", "bobSigner", "token"].map((name) => ({ name, type: "address" })),
        { name: "finalizationPeriod", type: "uint32" },
        { name: "policy", type: "uint8" },
        { name: "salt", type: "uint64" },
        { name: "epoch", type: "uint32" },
      ],
      [
        key.alice,
        key.aliceSigner,
        key.bob,
        key.bobSigner,
        key.token,
        Number(key.finalizationPeriod),
        Number(key.policy),
        BigInt(key.salt),
        Number(epoch),
      ],
    ),
  );

const signerOf = (key, side) => (side === "0" ? key.aliceSigner : key.bobSigner);

const compact = (signature) =>
  serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)));

const STATEMENTS = {
  Claim: {
    list: vectors.claims,
    message: (e) => ({ channel: e.channel, to: e.to, total: BigInt(e.total), nonce: BigInt(e.nonce) }),
  },
  Withdrawal: {
    list: vectors.withdrawals,
    message: (e) => ({ channel: e.channel, to: e.to, total: BigInt(e.total), expiry: BigInt(e.expiry) }),
  },
  Settlement: {
    list: vectors.settlements,
    message: (e) => ({
      channel: e.channel,
      aliceTotal: BigInt(e.aliceTotal),
      bobTotal: BigInt(e.bobTotal),
      expiry: BigInt(e.expiry),
    }),
  },
  Delegation: {
    list: vectors.delegations,
    message: (e) => ({ channel: e.channel, key: e.key }),
  },
  SignIn: {
    list: vectors.signIns,
    message: (e) => ({ origin: e.origin, challenge: e.challenge, expiresAt: BigInt(e.expiresAt) }),
  },
  PaymentKey: {
    list: vectors.paymentKeys,
    message: (e) => ({ account: e.account, warning: e.warning }),
  },
  PaymentRequest: {
    list: vectors.paymentRequests,
    message: (e) => ({
      channel: e.channel,
      number: BigInt(e.number),
      amount: BigInt(e.amount),
      expiry: BigInt(e.expiry),
      memo: e.memo,
    }),
  },
  Cancellation: {
    list: vectors.cancellations,
    message: (e) => ({ channel: e.channel, number: BigInt(e.number), expiry: BigInt(e.expiry) }),
  },
  Memo: {
    list: vectors.memos,
    message: (e) => ({
      channel: e.channel,
      nonce: BigInt(e.nonce),
      total: BigInt(e.total),
      request: BigInt(e.request),
      text: e.text,
    }),
  },
  ReadMark: {
    list: vectors.readMarks,
    message: (e) => ({ channel: e.channel, total: BigInt(e.total) }),
  },
  Decline: {
    list: vectors.declines,
    message: (e) => ({ channel: e.channel, statement: e.statement }),
  },
};

/** What the sides sign for each other's eyes. */
const NOTES = [
  ...vectors.paymentRequests,
  ...vectors.cancellations,
  ...vectors.memos,
  ...vectors.readMarks,
  ...vectors.declines,
];

/** The 65 bytes of a signature, or the reason why they are none. */
function parse(signature) {
  if (size(signature) !== 65) return { refusal: "Form" };
  const v = Number(slice(signature, 64, 65));
  if (v !== 27 && v !== 28) return { refusal: "RecoveryByte" };
  if (hexToBigInt(slice(signature, 32, 64)) > HALF_ORDER) return { refusal: "HighS" };
  return { signature };
}

async function recover(hash, signature) {
  try {
    return await recoverAddress({ hash, signature });
  } catch {
    return undefined;
  }
}

/** Verifies a claim shown in the channel that the entry's key fields say, as channel/vectors/README.md tells it. */
async function verifyClaim(e) {
  const own = parse(e.signature);
  const delegation = e.delegation === "0x" ? undefined : parse(e.delegation);
  if (own.refusal ?? delegation?.refusal) return own.refusal ?? delegation.refusal;

  const here = channelId(e);
  if (e.claimChannel !== here) return "WrongChannel";
  const paid = [e.alice, e.bob].findIndex((address) => isAddressEqual(address, e.to));
  if (paid < 0) return "WrongRecipient";
  const signer = paid === 1 ? e.aliceSigner : e.bobSigner;

  const message = STATEMENTS.Claim.message({ ...e, channel: e.claimChannel });
  const by = await recover(hashTypedData(typed("Claim", domainOf(e), message)), own.signature);
  if (!by) return "NoKey";
  if (isAddressEqual(by, signer)) return "";
  if (!delegation) return "WrongSigner";
  if (e.policy === FORFEIT) return "DelegationRefused";
  const permitted = hashTypedData(typed("Delegation", domainOf(e), { channel: here, key: by }));
  const delegator = await recover(permitted, delegation.signature);
  if (!delegator) return "NoKey";
  return isAddressEqual(delegator, signer) ? "" : "WrongSigner";
}

test("type hashes are those of the type strings", () => {
  assert.equal(vectors.types.length, 12);
  for (const { name, typeString, typeHash } of vectors.types) {
    assert.ok(typeString.startsWith(`${name}(`), name);
    assert.equal(keccak256(stringToHex(typeString)), typeHash, name);
  }
});

test("domain separators", () => {
  assert.ok(vectors.domains.length >= 3);
  for (const e of vectors.domains) {
    const types = { EIP712Domain: TYPES.EIP712Domain };
    assert.equal(hashDomain({ domain: domainOf(e), types }), e.separator, e.name);
  }
});

test("accounts have the addresses of their private keys", () => {
  assert.ok(vectors.accounts.length >= 5);
  for (const e of vectors.accounts) assert.equal(privateKeyToAddress(e.privateKey), e.address, e.name);
});

test("channel ids are the hash of the ABI encoding", () => {
  const everywhere = [
    ...vectors.keys,
    ...vectors.claims,
    ...vectors.withdrawals,
    ...vectors.settlements,
    ...vectors.delegations,
    ...NOTES,
    ...vectors.badClaims,
  ];
  assert.ok(everywhere.length > 50);
  for (const e of everywhere) assert.equal(channelId(e), e.channel, e.name);
});

for (const [kind, { list, message }] of Object.entries(STATEMENTS)) {
  describe(kind, () => {
    test("is in the vectors", () => assert.ok(list.length > 0));
    for (const e of list) {
      test(e.name, async () => {
        const data = typed(kind, domainOf(e), message(e));
        assert.equal(hashTypedData(data), e.digest);

        const account = privateKeyToAccount(e.privateKey);
        assert.equal(account.address, e.signedBy);
        assert.equal(await account.signTypedData(data), e.signature);
        assert.equal(await recoverAddress({ hash: e.digest, signature: e.signature }), e.signedBy);
        assert.equal(compact(e.signature), concat([e.r, e.vs]));
        assert.equal(parse(e.signature).refusal, undefined);
      });
    }
  });
}

describe("who may sign", () => {
  for (const e of [...vectors.claims, ...vectors.withdrawals, ...vectors.settlements, ...NOTES]) {
    test(e.name, async () => {
      const signer = signerOf(e, e.side);
      assert.equal(e.delegated, e.delegation !== "0x");
      if (!e.delegated) {
        assert.equal(e.signedBy, signer);
        assert.equal(e.delegationCompact, "0x");
        return;
      }
      const hash = hashTypedData(typed("Delegation", domainOf(e), { channel: e.channel, key: e.signedBy }));
      assert.equal(await recoverAddress({ hash, signature: e.delegation }), signer);
      assert.equal(compact(e.delegation), e.delegationCompact);
      assert.notEqual(e.policy, FORFEIT);
    });
  }
  for (const e of vectors.claims) {
    test(`${e.name}: verifies`, async () => {
      assert.equal(await verifyClaim({ ...e, claimChannel: e.channel }), "");
    });
  }
  for (const e of vectors.delegations) {
    test(`${e.name}: by the side's signer`, () => {
      assert.equal(e.signedBy, signerOf(e, e.side));
      assert.equal(compact(e.signature), e.compact);
    });
  }
});

test("withdrawals and settlements come in pairs", () => {
  const binding = ["name", "side", "privateKey", "signedBy", "signature", "r", "vs"];
  const statement = (e) =>
    Object.entries(e).filter(([field]) => !binding.includes(field) && !field.startsWith("delegat"));
  for (const list of [vectors.withdrawals, vectors.settlements]) {
    assert.equal(list.length % 2, 0);
    for (let i = 0; i < list.length; i += 2) {
      assert.deepEqual([list[i].side, list[i + 1].side], ["0", "1"]);
      assert.deepEqual(statement(list[i]), statement(list[i + 1]));
    }
  }
});

test("payment keys are derived from the wallet's signature", () => {
  for (const e of vectors.paymentKeys) {
    assert.equal(e.signedBy, e.account);
    const tag = stringToHex("Thunder payment key 1");
    assert.equal(keccak256(concat([tag, slice(e.signature, 0, 64)])), e.paymentKey, e.name);
    assert.equal(privateKeyToAddress(e.paymentKey), e.paymentAddress, e.name);
  }
});

describe("bad claims are refused", () => {
  test("for every reason", () => {
    const reasons = new Set(vectors.badClaims.map((e) => e.refusal));
    assert.deepEqual(
      [...reasons].sort(),
      ["DelegationRefused", "HighS", "NoKey", "RecoveryByte", "WrongChannel", "WrongRecipient", "WrongSigner"],
    );
  });
  for (const e of vectors.badClaims) {
    test(`${e.name}: ${e.refusal}`, async () => {
      assert.equal(await verifyClaim(e), e.refusal);
      const message = STATEMENTS.Claim.message({ ...e, channel: e.claimChannel });
      assert.equal(hashTypedData(typed("Claim", domainOf(e), message)), e.digest);
      assert.equal(e.onChain, e.hubError !== "");
      if (e.onChain) {
        const [r, vs] = expand(concat([e.r, e.vs]));
        assert.equal(concat([r, vs]), e.signature);
        if (e.delegation !== "0x") assert.equal(concat(expand(e.delegationCompact)), e.delegation);
      } else {
        assert.ok(e.vs === zeroHash || (e.delegation !== "0x" && e.delegationCompact === "0x"));
      }
    });
  }
});

/** EIP-2098 back to r and s ‖ v, by hand: viem refuses to spell some of the bad ones. */
function expand(words) {
  const vs = hexToBigInt(slice(words, 32, 64));
  const s = (vs & ((1n << 255n) - 1n)).toString(16).padStart(64, "0");
  return [slice(words, 0, 32), `0x${s}${vs >> 255n ? "1c" : "1b"}`];
}

test("a signature that is good here is not good elsewhere", async () => {
  const [first] = vectors.claims;
  const elsewhere = { ...domainOf(first), chainId: 5n };
  const hash = hashTypedData(typed("Claim", elsewhere, STATEMENTS.Claim.message(first)));
  assert.notEqual(await recoverAddress({ hash, signature: first.signature }), first.signedBy);
  assert.equal(getAddress(first.to), first.to);
});

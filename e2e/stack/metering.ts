// Metered sessions as viem sees them: what is signed in them, and the contract that keeps their deposits. No code of the project is asked.
import {
  encodeAbiParameters,
  hashTypedData,
  keccak256,
  parseAbi,
  parseAbiParameters,
  parseSignature,
  recoverTypedDataAddress,
  signatureToCompactSignature,
  zeroHash,
  type Hex,
} from "viem";
import type { HDAccount } from "viem/accounts";
import type { ChainClient } from "./chain.ts";

const KEY =
  "address client, address clientSigner, address provider, address providerSigner, address token, uint96 price, uint64 quantity, uint64 unit, uint32 tolerance, uint32 finalizationPeriod, uint64 salt";

const abi = parseAbi([
  `function session((${KEY}) key) view returns ((uint8 phase, uint32 epoch, uint96 deposit, uint64 acceptBy, uint64 clientCount, uint64 providerCount, uint64 closesAt) state)`,
  `function settleTogether((${KEY}) key, uint32 epoch, (uint96 charged, uint96 paid, uint64 expiry) settlement, (bytes32 r, bytes32 vs)[2] signatures)`,
  `function show((${KEY}) key, uint32 epoch, (uint64 clientCount, uint64 providerCount, bytes32 providerAcknowledged, (bytes32 r, bytes32 vs) byClient, (bytes32 r, bytes32 vs) byProvider) pair)`,
]);

const TYPES = {
  SignIn: [
    { name: "origin", type: "string" },
    { name: "challenge", type: "bytes32" },
    { name: "expiresAt", type: "uint64" },
  ],
  Count: [
    { name: "session", type: "bytes32" },
    { name: "count", type: "uint64" },
    { name: "acknowledged", type: "bytes32" },
  ],
  Acceptance: [
    { name: "session", type: "bytes32" },
    { name: "deposit", type: "uint96" },
    { name: "expiry", type: "uint64" },
  ],
  SessionSettlement: [
    { name: "session", type: "bytes32" },
    { name: "charged", type: "uint96" },
    { name: "paid", type: "uint96" },
    { name: "expiry", type: "uint64" },
  ],
} as const;

export type Kind = keyof typeof TYPES;
/** A message's fields, numbers as decimal strings: in the form of the JSON that they travel in. */
export type Fields = Record<string, string>;

/** What is agreed on, in the form of its JSON. Money is in the token's smallest unit. */
export interface Terms {
  token: Hex;
  price: string;
  quantity: string;
  unit: string;
  tolerance: number;
  finalizationPeriod: number;
}

export interface SessionKey extends Terms {
  client: Hex;
  clientSigner: Hex;
  provider: Hex;
  providerSigner: Hex;
  salt: string;
}

export interface SignedCount {
  statement: { session: Hex; count: string; acknowledged: Hex };
  signature: Hex;
}

export enum SessionPhase {
  Empty,
  Proposed,
  Active,
  Closing,
  Ended,
}

/** The contract of sessions on a chain. */
export class Metering {
  constructor(
    private readonly client: ChainClient,
    readonly contract: Hex,
    readonly chainId: number,
  ) {}

  /** The name of a key's first life. */
  id(key: SessionKey): Hex {
    const { price, quantity, unit, salt } = words(key);
    return keccak256(
      encodeAbiParameters(parseAbiParameters(`${KEY}, uint32 epoch`), [
        ...([key.client, key.clientSigner, key.provider, key.providerSigner, key.token] as const),
        ...([price, quantity, unit, key.tolerance, key.finalizationPeriod, salt, 0] as const),
      ]),
    );
  }

  /** What a message is acknowledged by. */
  name(kind: Kind, fields: Fields): Hex {
    return hashTypedData(this.typed(kind, fields));
  }

  /** Who signed a message. */
  async signer(kind: Kind, fields: Fields, signature: Hex): Promise<Hex> {
    return recoverTypedDataAddress({ ...this.typed(kind, fields), signature });
  }

  async sign(by: HDAccount, kind: Kind, fields: Fields): Promise<Hex> {
    return by.signTypedData(this.typed(kind, fields));
  }

  async count(by: HDAccount, session: Hex, count: number, acknowledged: Hex = zeroHash): Promise<SignedCount> {
    const statement = { session, count: String(count), acknowledged };
    return { statement, signature: await this.sign(by, "Count", statement) };
  }

  /** What the chain says of a key's current life. */
  async state(key: SessionKey) {
    return this.client.readContract({ address: this.contract, abi, functionName: "session", args: [words(key)] });
  }

  /** Shows the contract a count of the provider, and the client's that acknowledges it. */
  async show(by: HDAccount, key: SessionKey, provider: SignedCount, client: SignedCount): Promise<void> {
    const pair = {
      clientCount: BigInt(client.statement.count),
      providerCount: BigInt(provider.statement.count),
      providerAcknowledged: provider.statement.acknowledged,
      byClient: compact(client.signature),
      byProvider: compact(provider.signature),
    };
    const hash = await this.client.writeContract({
      account: by,
      address: this.contract,
      abi,
      functionName: "show",
      args: [words(key), 0, pair],
    });
    await this.client.waitForTransactionReceipt({ hash });
  }

  /** Hands an end in that both have signed: first the client, then the provider. */
  async settleTogether(by: HDAccount, key: SessionKey, settlement: Fields, signatures: [Hex, Hex]): Promise<void> {
    const hash = await this.client.writeContract({
      account: by,
      address: this.contract,
      abi,
      functionName: "settleTogether",
      args: [words(key), 0, numbers(settlement), [compact(signatures[0]), compact(signatures[1])]],
    });
    await this.client.waitForTransactionReceipt({ hash });
  }

  private typed(kind: Kind, fields: Fields) {
    return {
      domain: { name: "Thunder", version: "1", chainId: this.chainId, verifyingContract: this.contract },
      primaryType: kind,
      types: { [kind]: TYPES[kind] },
      message: fields,
    };
  }
}

/** What `bytes` cost, rounded down. */
export const cost = (terms: Terms, bytes: number) => (BigInt(terms.price) * BigInt(bytes)) / 1_000_000n;

/** The most bytes whose price a contract can hold. */
export const mostBytes = (price: bigint) => ((1n << 96n) * 1_000_000n - 1n) / price;

function compact(signature: Hex) {
  const { r, yParityAndS } = signatureToCompactSignature(parseSignature(signature));
  return { r, vs: yParityAndS };
}

function words(key: SessionKey) {
  const { price, quantity, unit, salt } = key;
  return { ...key, price: BigInt(price), quantity: BigInt(quantity), unit: BigInt(unit), salt: BigInt(salt) };
}

function numbers({ charged, paid, expiry }: Fields) {
  return { charged: BigInt(charged!), paid: BigInt(paid!), expiry: BigInt(expiry!) };
}

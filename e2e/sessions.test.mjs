// The test vectors of metered sessions, checked by an implementation that shares no code with the rest:
// channel/vectors/README.md and viem.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  concat,
  encodeAbiParameters,
  hashTypedData,
  keccak256,
  parseSignature,
  recoverAddress,
  serializeCompactSignature,
  signatureToCompactSignature,
  stringToHex,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";

const vectors = JSON.parse(readFileSync(new URL("../channel/vectors/sessions.json", import.meta.url), "utf8"));

/** The fields of a session's key, in the contract's order. */
const KEY = [
  ...["client", "clientSigner", "provider", "providerSigner", "token"].map((name) => [name, "address"]),
  ["price", "uint96"],
  ...["quantity", "unit"].map((name) => [name, "uint64"]),
  ...["tolerance", "finalizationPeriod"].map((name) => [name, "uint32"]),
  ["salt", "uint64"],
  ["epoch", "uint32"],
];

const valueOf = (entry, name, type) => (type.startsWith("uint") ? BigInt(entry[name]) : entry[name]);

const sessionId = (entry) =>
  keccak256(
    encodeAbiParameters(
      KEY.map(([name, type]) => ({ name, type })),
      KEY.map(([name, type]) => (type === "uint32" ? Number(entry[name]) : valueOf(entry, name, type))),
    ),
  );

/** EIP-712 fields of a statement, read from its type string. */
const fieldsOf = (kind) => {
  const { typeString } = vectors.types.find(({ name }) => name === kind);
  return typeString
    .slice(kind.length + 1, -1)
    .split(",")
    .map((field) => field.split(" "))
    .map(([type, name]) => ({ name, type }));
};

const typed = (kind, entry) => ({
  domain: {
    name: "Thunder",
    version: "1",
    chainId: BigInt(entry.chainId),
    verifyingContract: entry.contract,
  },
  primaryType: kind,
  types: { [kind]: fieldsOf(kind) },
  message: Object.fromEntries(fieldsOf(kind).map(({ name, type }) => [name, valueOf(entry, name, type)])),
});

test("type hashes are those of the type strings", () => {
  assert.equal(vectors.types.length, 3);
  for (const { name, typeString, typeHash } of vectors.types) {
    assert.ok(typeString.startsWith(`${name}(`), name);
    assert.equal(keccak256(stringToHex(typeString)), typeHash, name);
  }
});

test("session ids are the hash of the ABI encoding", () => {
  const everywhere = [vectors.keys, vectors.counts, vectors.acceptances, vectors.settlements].flat();
  assert.ok(everywhere.length >= 15);
  for (const entry of everywhere) assert.equal(sessionId(entry), entry.session, entry.name);
});

const STATEMENTS = {
  Count: { list: vectors.counts, signer: (e) => e[`${e.role}Signer`] },
  Acceptance: { list: vectors.acceptances, signer: (e) => e.provider },
  SessionSettlement: { list: vectors.settlements, signer: (e) => e[`${e.role}Signer`] },
};

for (const [kind, { list, signer }] of Object.entries(STATEMENTS)) {
  describe(kind, () => {
    test("is in the vectors", () => assert.ok(list.length > 0));
    for (const entry of list) {
      test(entry.name, async () => {
        const data = typed(kind, entry);
        assert.equal(hashTypedData(data), entry.digest);
        const account = privateKeyToAccount(entry.privateKey);
        assert.equal(account.address, entry.signedBy);
        assert.equal(account.address, signer(entry));
        assert.equal(await account.signTypedData(data), entry.signature);
        assert.equal(await recoverAddress({ hash: entry.digest, signature: entry.signature }), entry.signedBy);
        const compact = serializeCompactSignature(signatureToCompactSignature(parseSignature(entry.signature)));
        assert.equal(compact, concat([entry.r, entry.vs]));
      });
    }
  });
}

test("each statement of a client acknowledges the provider's before it", () => {
  for (let i = 0; i < vectors.counts.length; i += 2) {
    const [provider, client] = [vectors.counts[i], vectors.counts[i + 1]];
    assert.deepEqual([provider.role, client.role], ["provider", "client"]);
    assert.equal(provider.acknowledged, zeroHash);
    assert.equal(client.acknowledged, provider.digest);
    assert.equal(client.session, provider.session);
  }
});

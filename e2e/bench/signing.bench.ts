// Payments a second on one core of a page, without anything around them: typed-data digest, signature, the other side's digest, and who
// signed. Ours, as `channel/timing` makes them, and viem's, in the same page, over the same claims. libsecp256k1, as a package compiled it
// to WebAssembly, signs and recovers over our digests, since it has none of its own: what its curve would gain us.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { root } from "../stack/paths.ts";
import { address, serveModules } from "./modules.ts";
import { record, round } from "./result.ts";

const PAYMENTS = 400;
/** The fastest round counts: whatever else the machine did made the others slower. */
const ROUNDS = 5;
const ORIGIN = "http://timing.test";

test("signing", async ({ page }) => {
  await serveModules(page, ORIGIN, process.env.THUNDER_TIMING ?? join(root, "target/wasm/timing"));
  await page.goto(`${ORIGIN}/`);
  const vectors = JSON.parse(await readFile(join(root, "channel/vectors/vectors.json"), "utf8")) as {
    types: { name: string; typeString: string }[];
  };
  const typeString = vectors.types.find(({ name }) => name === "Claim")!.typeString;
  const { ours, viem, libsecp } = await page.evaluate(time, {
    payments: PAYMENTS,
    rounds: ROUNDS,
    typeString,
    modules: ["/timing/thunder_timing.js", address("viem"), address("viem/accounts"), address("tiny-secp256k1")],
  });
  expect(ours.last, "all sign the same").toBe(viem.last);
  expect(libsecp.last, "all sign the same").toBe(viem.last);
  await record({
    signing_payments_per_second: { thunder: ours.rate, viem: viem.rate, libsecp256k1: libsecp.rate },
    signing_times_viem: round(ours.rate / viem.rate),
    libsecp256k1_times_viem: round(libsecp.rate / viem.rate),
  });
});

interface Wanted {
  payments: number;
  rounds: number;
  typeString: string;
  /** Ours, viem and its accounts, libsecp256k1. */
  modules: string[];
}

/** Runs in the page. */
async function time({ payments, rounds, typeString, modules }: Wanted) {
  const secret = `0x${"11".repeat(32)}` as const;
  const to = `0x${"b3".repeat(20)}` as const;
  const hub = `0x${"09".repeat(20)}` as const;
  const channel = `0x${"5a".repeat(32)}` as const;

  const [wasm, viem, accounts, secp] = await Promise.all(modules.map((address) => import(address)));
  await wasm.default();
  const made = new wasm.Payments(secret, to, 31337n, hub);

  const { hashTypedData, recoverAddress, serializeSignature } = viem;
  const { privateKeyToAddress, sign } = accounts;
  const fields = typeString.slice("Claim(".length, -1).split(",");
  const types = {
    Claim: fields.map((field) => {
      const [type, name] = field.split(" ");
      return { name, type };
    }),
  };
  const payer = privateKeyToAddress(secret);
  const domain = { name: "Thunder", version: "1", chainId: 31337n, verifyingContract: hub };
  const viemMakes = async () => {
    let last = "";
    for (let nonce = 1n; nonce <= BigInt(payments); nonce += 1n) {
      const claim = { domain, types, primaryType: "Claim", message: { channel, to, total: nonce, nonce } };
      last = serializeSignature(await sign({ hash: hashTypedData(claim), privateKey: secret }));
      const found = await recoverAddress({ hash: hashTypedData(claim), signature: last });
      if (found !== payer) throw new Error(`signed by ${found}`);
    }
    return last.slice(2);
  };

  const secretBytes = new Uint8Array(32).fill(0x11);
  const publicKey = secp.pointFromScalar(secretBytes, false);
  const digits = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const libsecpMakes = () => {
    let last = "";
    for (let nonce = 1; nonce <= payments; nonce += 1) {
      const { signature, recoveryId } = secp.signRecoverable(made.digest(nonce), secretBytes);
      const found: Uint8Array | null = secp.recover(made.digest(nonce), signature, recoveryId, false);
      if (!found?.every((byte, place) => byte === publicKey[place])) throw new Error("signed by somebody else");
      last = digits(signature) + (27 + recoveryId).toString(16);
    }
    return last;
  };

  const best = async (make: () => string | Promise<string>) => {
    let [rate, last] = [0, ""];
    for (let round = 0; round < rounds; round += 1) {
      const started = performance.now();
      last = await make();
      rate = Math.max(rate, (payments * 1000) / (performance.now() - started));
    }
    return { rate: Math.round(rate), last };
  };
  return { ours: await best(() => made.make(payments)), viem: await best(viemMakes), libsecp: await best(libsecpMakes) };
}

// What a transaction did to the state, as the chain's tracers tell it.
import { hexToBigInt, size } from "viem";

const PRECOMPILES_BELOW = 0x200n;
const CREATES = new Set(["CREATE", "CREATE2"]);

/**
 * Storage slots that were zero and are not (`fresh`), that changed from one value to another (`updated`), that became zero
 * (`cleared`); value-bearing calls, other accounts touched, and contracts made by the transaction.
 */
export async function effects(client, hash) {
  const trace = (tracer, tracerConfig) =>
    client.request({ method: "debug_traceTransaction", params: [hash, { tracer, tracerConfig }] });
  const difference = await trace("prestateTracer", { diffMode: true });
  const outermost = await trace("callTracer", {});
  return { ...slots(difference), ...calls(outermost) };
}

/** An absent slot and one that is named with zero are the same: zero. */
function slots({ pre, post }) {
  const counts = { fresh: 0, updated: 0, cleared: 0 };
  const accounts = new Set([...Object.keys(pre), ...Object.keys(post)]);
  for (const account of accounts) {
    const before = pre[account]?.storage ?? {};
    const after = post[account]?.storage ?? {};
    for (const slot of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [was, is] = [before, after].map((storage) => BigInt(storage[slot] ?? "0x0"));
      if (was === is) continue;
      counts[was === 0n ? "fresh" : is === 0n ? "cleared" : "updated"] += 1;
    }
  }
  return counts;
}

function calls(outermost) {
  const found = { valueCalls: 0, createdContracts: 0, createdBytes: 0 };
  const touched = new Set();
  const visit = (frame) => {
    for (const inner of frame.calls ?? []) {
      if (CREATES.has(inner.type)) {
        found.createdContracts += 1;
        found.createdBytes += size(inner.output ?? "0x");
      } else {
        if (inner.type === "CALL" && BigInt(inner.value ?? "0x0") > 0n) found.valueCalls += 1;
        if (hexToBigInt(inner.to) >= PRECOMPILES_BELOW) touched.add(inner.to);
      }
      visit(inner);
    }
  };
  visit(outermost);
  // These two are warm from the start.
  touched.delete(outermost.from);
  touched.delete(outermost.to);
  return { ...found, touchedAccounts: touched.size, sendsValue: BigInt(outermost.value ?? "0x0") > 0n };
}

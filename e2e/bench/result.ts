// What the measurements found, gathered in the file that bench.mjs prints.
import { readFile, writeFile } from "node:fs/promises";

/** Adds to what was found. The measurements run one after the other. */
export async function record(found: object): Promise<void> {
  const file = process.env.THUNDER_BENCH_RESULT;
  if (!file) throw new Error("THUNDER_BENCH_RESULT is not set: run bench.mjs");
  const before: object = await readFile(file, "utf8").then(JSON.parse, () => ({}));
  await writeFile(file, JSON.stringify({ ...before, ...found }));
}

/** The value below which this part of them lies. */
export function at(values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!);
}

export const round = (value: number) => Math.round(value * 10) / 10;

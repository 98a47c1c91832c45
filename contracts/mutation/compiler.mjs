// The compiler as the mutation run needs it: a contract's sources, their syntax trees, and the code of one that was changed.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const solc = createRequire(import.meta.url)("solc");

export const CONTRACTS = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

// Half the work of what is deployed, by less optimization; what the code does is the same.
const OPTIMIZER = {
  enabled: true,
  runs: 1,
  details: {
    cse: false,
    constantOptimizer: false,
    inliner: false,
    yul: true,
    yulDetails: { stackAllocation: true, optimizerSteps: "dhfoDgvulfnTUtnIf" },
  },
};

/** Every source that a file is made of, by the name it is imported under. */
export function readSources(file, found = {}) {
  if (found[file]) return found;
  const content = readFileSync(path.join(CONTRACTS, file), "utf8");
  found[file] = { content };
  for (const [, imported] of content.matchAll(/^import\s[^"]*"([^"]+)";/gm)) {
    const next = imported.startsWith(".")
      ? path.posix.join(path.posix.dirname(file), imported)
      : path.posix.join("node_modules", imported);
    readSources(next, found);
  }
  return found;
}

/** @returns The syntax tree of each source, inline assembly included. */
export function parse(sources) {
  const output = run(sources, { outputSelection: { "*": { "": ["ast"] } } });
  refuse(output);
  return Object.fromEntries(Object.entries(output.sources).map(([file, { ast }]) => [file, ast]));
}

/** @returns A contract's creation code in hex, or null if these sources are not a program. */
export function compile({ name, source }, sources) {
  const output = run(sources, {
    optimizer: OPTIMIZER,
    viaIR: true,
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { [source]: { [name]: ["evm.bytecode.object"] } },
  });
  const errors = errorsOf(output);
  if (errors.some((error) => error.type === "InternalCompilerError")) refuse(output);
  return errors.length > 0 ? null : output.contracts[source][name].evm.bytecode.object;
}

/** Tells one contract from another, and from the same one compiled in another way. Comments do not matter. */
export function digestOf(sources) {
  const comments = /^\s*\/\/.*\n/gm;
  const code = Object.entries(sources).map(([file, { content }]) => [file, content.replace(comments, "")]);
  return digest([OPTIMIZER, code]);
}

export const digest = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

function run(sources, settings) {
  const remappings = ["@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"];
  const input = { language: "Solidity", sources, settings: { remappings, evmVersion: "prague", ...settings } };
  return JSON.parse(solc.compile(JSON.stringify(input)));
}

const errorsOf = (output) => (output.errors ?? []).filter((error) => error.severity === "error");

function refuse(output) {
  const errors = errorsOf(output);
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
}

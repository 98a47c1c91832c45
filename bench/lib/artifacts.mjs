// Compiled contracts: ours as forge left them, the peers' out of their packages.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));

/** A package, or something in it, is not there: the peer is left out and named. */
export class Gap extends Error {}

/** One of our own contracts, which must be there. */
export function ours(name) {
  const path = join(here, `../contracts/out/${name}.sol/${name}.json`);
  const { abi, bytecode } = JSON.parse(readFileSync(path, "utf8"));
  return { name, abi, bytecode: bytecode.object };
}

/** A contract of an npm package, in the form of hardhat and truffle. */
export function npm(packageName, path) {
  const artifact = read(packageName, join(here, "node_modules", packageName, path));
  return complete(packageName, { name: artifact.contractName, abi: artifact.abi, bytecode: artifact.bytecode });
}

/** The contracts of an unpacked PyPI package, by name. A source archive has one more folder around its files. */
export function python(packageName, path) {
  const folder = join(process.env.THUNDER_PEERS, packageName);
  const inner = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const file = [folder, ...inner].map((base) => join(base, path)).find((candidate) => existsSync(candidate));
  const contents = read(packageName, file ?? join(folder, path));
  const contracts = contents.contracts ?? contents;
  return (name) => {
    const { abi, bin, bytecode } = contracts[name] ?? {};
    return complete(packageName, { name, abi, bytecode: prefixed(bin ?? bytecode ?? "") });
  };
}

function read(packageName, path) {
  if (!existsSync(path)) throw new Gap(`${packageName} is not installed`);
  return JSON.parse(readFileSync(path, "utf8"));
}

function complete(packageName, contract) {
  if (contract.bytecode === undefined || contract.bytecode.length <= 2) {
    throw new Gap(`${packageName} comes without bytecode of ${contract.name}`);
  }
  return contract;
}

function prefixed(code) {
  return code.startsWith("0x") ? code : `0x${code}`;
}

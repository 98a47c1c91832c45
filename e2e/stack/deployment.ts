// The contracts, deployed once for the whole run: every stack starts from a copy of the chain right after it.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { toHex, type Hex } from "viem";
import { alice, bob, deployer } from "./accounts.ts";
import { Chain } from "./chain.ts";
import { contracts, forgePath } from "./paths.ts";

export interface Token {
  address: Hex;
  symbol: string;
  name: string;
  decimals: number;
  permitVersion: string;
}

/** What the deployment script writes, and relay and app read. */
export interface AddressBook {
  chainId: number;
  hub: Hex;
  sessions: Hex;
  deploymentBlock: number;
  clockMode: string;
  tokens: [Token, ...Token[]];
}

export const stateFile = (folder: string) => join(folder, "chain.json");
export const addressesFile = (folder: string) => join(folder, "addresses.json");

/** Deploys into `folder`: leaves the chain's state and the address book there. */
export async function deploy(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const chain = await Chain.start(stateFile(folder));
  try {
    await forgeScript(chain.url, addressesFile(folder));
    await chain.stop();
  } finally {
    await chain.end();
  }
}

/** Copies a deployment, so that a stack can change it. */
export async function copyDeployment(from: string, to: string): Promise<AddressBook> {
  await cp(from, to, { recursive: true });
  return JSON.parse(await readFile(addressesFile(to), "utf8")) as AddressBook;
}

async function forgeScript(rpc: string, addresses: string): Promise<void> {
  const key = deployer.getHdKey().privateKey;
  if (!key) throw new Error("the deployer has no key");
  await promisify(execFile)(
    forgePath(),
    // One transaction after the other: sent side by side, they wait for ever behind one that was lost on a busy machine.
    ["script", "script/Deploy.s.sol", "--rpc-url", rpc, "--broadcast", "--slow", "--private-key", toHex(key)],
    {
      cwd: contracts,
      env: { ...process.env, ADDRESS_BOOK: addresses, ALICE: alice.address, BOB: bob.address },
      maxBuffer: 16 * 1024 * 1024,
    },
  );
}

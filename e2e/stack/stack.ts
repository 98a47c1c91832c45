// Chain, contracts, relay and app, all real, in a folder and on ports of their own.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chain } from "./chain.ts";
import type { DaemonOptions } from "./daemon.ts";
import { addressesFile, copyDeployment, stateFile, type AddressBook } from "./deployment.ts";
import { Money } from "./money.ts";
import { root } from "./paths.ts";
import { freePort } from "./ports.ts";
import { Relay } from "./relay.ts";

export interface StackOptions {
  /** Blocks on top of a deposit before it counts. */
  confirmations?: number;
  /** Whether the relay runs a watchtower, on an account of its own. */
  watchtower?: boolean;
  /** A block explorer that the app links to. */
  explorer?: string;
  /** What tokens are worth, such as THD=0.50EUR. */
  prices?: string[];
  /** Of how many paywalls the relay is told; each has a port kept for it. */
  paywalls?: number;
  /** Of how many providers, likewise. */
  providers?: number;
  /** Whether the relay says that it is for development; it does unless told otherwise. */
  development?: boolean;
}

export class Stack {
  private constructor(
    private readonly folder: string,
    readonly book: AddressBook,
    readonly chain: Chain,
    readonly relay: Relay,
    /** The origins of the paywalls that the app may fetch from. */
    readonly paywalls: string[],
    /** The origins of the providers that the app may download from. */
    readonly providers: string[],
  ) {
    this.money = new Money(chain.client, book);
  }

  /** What is where, as the chain says. */
  readonly money: Money;

  static async start(deployment: string, options: StackOptions = {}): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), "thunder-e2e-"));
    const book = await copyDeployment(deployment, folder);
    const chain = await Chain.start(stateFile(folder));
    const ports = await Promise.all(Array.from({ length: options.paywalls ?? 0 }, freePort));
    const paywalls = ports.map((port) => `http://127.0.0.1:${port}`);
    const doors = await Promise.all(Array.from({ length: options.providers ?? 0 }, freePort));
    const providers = doors.map((port) => `ws://127.0.0.1:${port}`);
    try {
      const relay = await Relay.start({
        rpc: chain.url,
        publicRpc: chain.publicUrl,
        addresses: addressesFile(folder),
        data: join(folder, "relay"),
        confirmations: options.confirmations ?? 0,
        development: options.development ?? true,
        explorer: options.explorer,
        prices: options.prices,
        paywalls,
        providers,
        watchtower: options.watchtower ? await watchtower(folder) : undefined,
      });
      return new Stack(folder, book, chain, relay, paywalls, providers);
    } catch (error) {
      await chain.end();
      throw error;
    }
  }

  get origin(): string {
    return this.relay.origin;
  }

  /** What a node on this chain and relay is started with, under a name. */
  daemonOptions(name: string): DaemonOptions {
    return {
      rpc: this.chain.url,
      relay: this.origin,
      addresses: addressesFile(this.folder),
      data: join(this.folder, name),
    };
  }

  async end(): Promise<void> {
    await this.relay.kill();
    await this.chain.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The relay's own test key, in a keystore that opens at once: an account of the mnemonic that no test's people use. */
async function watchtower(folder: string) {
  const password = join(folder, "watchtower-password");
  await writeFile(password, "correct horse\n");
  return { keystore: join(root, "relay/tests/relay/watchtower/keystore.json"), password };
}

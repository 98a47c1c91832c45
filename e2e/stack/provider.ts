// A node that sells files to pages by the byte: the real daemon, with a folder of its own.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Daemon, type DaemonOptions } from "./daemon.ts";
import { fileOf } from "./paywall.ts";

/** What passes unacknowledged, in bytes. */
export const UNIT = 1_000_000;

export interface ProviderOptions {
  /** What a megabyte costs, in THD. */
  price?: string;
}

export class Provider {
  private constructor(
    private node: Daemon,
    private readonly options: DaemonOptions,
    private readonly index: number,
    private readonly args: string[],
    readonly origin: string,
    private readonly folder: string,
  ) {}

  /** Starts one with this account of the mnemonic, at an origin that the relay was told of, for pages of this origin. */
  static async start(options: DaemonOptions, index: number, origin: string, page: string, settings: ProviderOptions = {}): Promise<Provider> {
    const folder = `${options.data}-files`;
    await mkdir(folder, { recursive: true });
    const args = [
      ...["--provide", "--provide-price", settings.price ?? "0.01", "--provide-unit", String(UNIT)],
      ...["--provide-files", folder, "--provide-web", new URL(origin).host, "--provide-origin", page],
    ];
    const node = await Daemon.start(options, index, args);
    return new Provider(node, options, index, args, origin, folder);
  }

  /** A file of so many bytes, each told by its place. */
  async sell(name: string, bytes: number): Promise<Buffer> {
    const file = fileOf(bytes);
    await writeFile(join(this.folder, name), file);
    return file;
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    await this.node.end();
  }

  /** With what it has kept. */
  async restart(): Promise<void> {
    this.node = await Daemon.start(this.options, this.index, this.args, true);
  }

  async account(): Promise<`0x${string}`> {
    const { wallet } = await this.node.call<{ wallet: { account: `0x${string}` } }>("GET", "info");
    return wallet.account;
  }

  /** The only session with it, as it sees it. */
  async session(): Promise<{ state: string; counted: number; paid: string; charged: string }> {
    const sessions = await this.node.call<{ state: string; counted: number; paid: string; charged: string }[]>("GET", "sessions");
    if (sessions.length !== 1) throw new Error(`${sessions.length} sessions, not one`);
    return sessions[0]!;
  }

  get output(): string {
    return this.node.output;
  }
}

// A node without a browser: the real daemon, called by its REST API.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MNEMONIC } from "./accounts.ts";
import { daemonPath } from "./paths.ts";
import { Service } from "./service.ts";

const READY = /listening on port (\d+)/;

export interface DaemonOptions {
  rpc: string;
  relay: string;
  addresses: string;
  data: string;
}

export class Daemon {
  private constructor(
    private readonly service: Service,
    private readonly url: string,
    private readonly token: string,
    /** Where it keeps what is its own. */
    readonly data: string,
  ) {}

  /** Where it is called. */
  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Starts one with this account of the mnemonic, or again with what it has kept; `args` are what else it is started with. */
  static async start(options: DaemonOptions, addressIndex: number, args: string[] = [], again = false): Promise<Daemon> {
    const { service, match } = await Service.start(
      "thunderd",
      daemonPath(),
      [
        ...["--listen", "127.0.0.1", "--port", "0", "--poll-ms", "100"],
        ...["--rpc", options.rpc, "--relay", options.relay, "--addresses", options.addresses, "--data", options.data],
        ...args,
      ],
      READY,
    );
    const token = (await readFile(join(options.data, "api-token"), "utf8")).trim();
    const daemon = new Daemon(service, `http://127.0.0.1:${match[1]}/v1`, token, options.data);
    const password = "correct horse";
    if (again) await daemon.call("POST", "wallet/unlock", { password });
    else await daemon.call("POST", "wallet", { from: "phrase", phrase: MNEMONIC, index: addressIndex, password });
    return daemon;
  }

  get output(): string {
    return this.service.output;
  }

  /** What a browser's field for a counterparty takes. */
  async link(origin: string): Promise<string> {
    const { wallet } = await this.call<{ wallet: { account: string; paymentKey: string } }>("GET", "info");
    return `${origin}/#with=${wallet.account}.${wallet.paymentKey}`;
  }

  async pay(amount: string, key: string): Promise<{ delivery: string }> {
    return this.call("POST", "payments", { amount }, { "idempotency-key": key });
  }

  async channels(): Promise<{ id: string; joined: boolean; balance: { mine: string }; phase: { name: string } }[]> {
    return this.call("GET", "channels");
  }

  async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${this.url}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  async end(): Promise<void> {
    await this.service.kill();
  }
}

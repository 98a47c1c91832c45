// The real relay, which also serves the app.
import { distPath, relayPath } from "./paths.ts";
import { freePort } from "./ports.ts";
import { Service } from "./service.ts";

const READY = /listening on http:\/\/127\.0\.0\.1:(\d+)/;

export interface RelayOptions {
  rpc: string;
  publicRpc: string;
  addresses: string;
  data: string;
  confirmations: number;
  /** Whether development aids are offered. */
  development: boolean;
  /** A block explorer that the app links to. */
  explorer?: string;
  /** What tokens are worth, such as THD=0.50EUR. */
  prices?: string[];
  /** Origins that the app may fetch from. */
  paywalls: string[];
  /** Origins of providers that the app may download from. */
  providers: string[];
  /** A keystore and the file with its password. */
  watchtower?: { keystore: string; password: string };
}

interface Health {
  status: string;
  store: string;
  chain: string;
  connections: number;
  channels: number;
}

export class Relay {
  private constructor(
    private service: Service,
    readonly port: number,
    private readonly options: RelayOptions,
    private readonly lines: string[],
  ) {}

  static async start(options: RelayOptions): Promise<Relay> {
    const lines: string[] = [];
    const { service, port } = await Relay.launch(await freePort(), options, lines);
    return new Relay(service, port, options, lines);
  }

  /** Where people open the app: wallets inject themselves on localhost. */
  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  get output(): string {
    return this.lines.join("\n");
  }

  /** What it says of itself at its health URL. */
  async health(): Promise<Health> {
    return (await (await fetch(`${this.origin}/health`)).json()) as Health;
  }

  /** As a crash would: nothing is said goodbye to. */
  async kill(): Promise<void> {
    await this.service.kill();
  }

  /** Clean end; the exit status. */
  async stop(): Promise<number | null> {
    return this.service.stop();
  }

  /** On the same port with the same data. */
  async restart(): Promise<void> {
    this.service = (await Relay.launch(this.port, this.options, this.lines)).service;
  }

  private static async launch(port: number, options: RelayOptions, lines: string[]) {
    const { service, match } = await Service.start(
      "thunder-relay",
      relayPath(),
      [
        ...["--listen", `127.0.0.1:${port}`, "--rpc", options.rpc, "--public-rpc", options.publicRpc],
        ...["--addresses", options.addresses, "--data", options.data, "--app", distPath()],
        ...["--confirmations", String(options.confirmations)],
        ...(options.development ? ["--development"] : []),
        ...(options.explorer ? ["--explorer", options.explorer] : []),
        ...(options.prices ?? []).flatMap((price) => ["--price", price]),
        ...options.paywalls.flatMap((origin) => ["--paywall", origin]),
        ...options.providers.flatMap((origin) => ["--provider", origin]),
        ...(options.watchtower
          ? ["--watchtower", options.watchtower.keystore, "--watchtower-password-file", options.watchtower.password]
          : []),
      ],
      READY,
      { lines },
    );
    return { service, port: Number(match[1]) };
  }
}

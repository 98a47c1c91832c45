// A browser wallet for the tests. It behaves as the most common real one does (lower-case addresses, 4902 for an unknown
// chain, -32002 while a connection waits, 4100 for what was not connected); keys stay on this side of the browser.
import type { BrowserContext } from "@playwright/test";
import { createWalletClient, defineChain, http, isHex, type Hex, type LocalAccount } from "viem";
import { inject, type Announced, type Answer } from "./injected.ts";

/** How the person at the wallet reacts to each of its windows. `ask`: the test answers, window by window. */
export type Manner = "approve" | "reject" | "ignore" | "ask";

/** One window that the wallet opened. */
export interface WalletWindow {
  method: string;
  params: unknown[];
  approve(): void;
  reject(): void;
}

interface Options {
  name?: string;
  accounts: LocalAccount[];
  /** Where transactions go. */
  rpc: string;
  /** The chain it is on; 31337 unless told. */
  chainId?: number;
  /** As `window.ethereum` only. */
  bare?: boolean;
}

interface ChainToAdd {
  chainId: string;
  chainName: string;
  rpcUrls: string[];
  nativeCurrency: { decimals: number };
  blockExplorerUrls: string[];
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='4' fill='%23b35'/%3E%3C/svg%3E";

class WalletError {
  constructor(
    readonly code: number,
    readonly message: string,
    readonly data?: unknown,
  ) {}
}

const rejected = () => new WalletError(4001, "User rejected the request.");
const unauthorized = () => new WalletError(4100, "The requested account and/or method has not been authorized.");

export class TestWallet {
  readonly name: string;
  /** How windows are answered from now on. */
  manner: Manner = "approve";
  /** Every request of any page, reads included. */
  readonly requests: { method: string; params: unknown[] }[] = [];
  /** Every window it opened. */
  readonly windows: WalletWindow[] = [];
  chainId: number;

  private readonly known: Set<number>;
  private readonly accounts: LocalAccount[];
  private readonly contexts: BrowserContext[] = [];
  private hidden: Hex[] = [];
  private connected = false;
  private connecting = false;
  private locked = false;
  private arrivals: (() => void)[] = [];

  constructor(private readonly options: Options) {
    this.name = options.name ?? "Test Wallet";
    this.accounts = [...options.accounts];
    this.chainId = options.chainId ?? 31337;
    this.known = new Set([this.chainId]);
  }

  /** Puts the wallet into every page of a context, those that are opened later too. */
  async install(context: BrowserContext): Promise<void> {
    this.contexts.push(context);
    await context.exposeBinding("testWalletRequest", (_, request: { method: string; params?: unknown[] }) =>
      this.answer(request.method, request.params ?? []),
    );
    const announced: Announced = {
      name: this.name,
      uuid: "7f2b1c4e-9a51-4c8e-8f1a-3d5f0e6a7b10",
      rdns: "org.example.test-wallet",
      icon: ICON,
      bare: this.options.bare ?? false,
    };
    await context.addInitScript(inject, announced);
  }

  /** The windows opened for a method. */
  windowsFor(method: string): WalletWindow[] {
    return this.windows.filter((window) => window.method === method);
  }

  /** The primary types that were signed or asked to be signed, in order. */
  get typedData(): string[] {
    return this.windowsFor("eth_signTypedData_v4").map(
      (window) => (JSON.parse(String(window.params[1])) as { primaryType: string }).primaryType,
    );
  }

  /** Waits until the wallet has opened this many windows in all and gives the last. */
  async window(count: number): Promise<WalletWindow> {
    while (this.windows.length < count) await new Promise<void>((done) => this.arrivals.push(done));
    return this.windows[count - 1]!;
  }

  /** The person selects another of the accounts in the wallet. */
  async select(account: Hex): Promise<void> {
    const place = this.accounts.findIndex((known) => known.address === account);
    if (place < 0) throw new Error(`the wallet has no account ${account}`);
    this.accounts.unshift(...this.accounts.splice(place, 1));
    await this.emit("accountsChanged", this.permitted());
  }

  /** The person decides which accounts the page may use. */
  async permit(...permitted: Hex[]): Promise<void> {
    this.hidden = this.accounts.filter(({ address }) => !permitted.includes(address)).map(({ address }) => address);
    await this.emit("accountsChanged", this.permitted());
  }

  /** The person switches the network in the wallet. */
  async switchTo(chainId: number): Promise<void> {
    this.known.add(chainId);
    this.chainId = chainId;
    await this.emit("chainChanged", `0x${chainId.toString(16)}`);
  }

  async lock(): Promise<void> {
    this.locked = true;
    await this.emit("accountsChanged", []);
  }

  async unlock(): Promise<void> {
    this.locked = false;
    await this.emit("accountsChanged", this.permitted());
  }

  private async answer(method: string, params: unknown[]): Promise<Answer> {
    this.requests.push({ method, params });
    try {
      return { result: await this.perform(method, params) };
    } catch (error) {
      if (error instanceof WalletError) {
        return { error: { code: error.code, message: error.message, ...(error.data ? { data: error.data } : {}) } };
      }
      return { error: { code: -32603, message: error instanceof Error ? error.message : String(error) } };
    }
  }

  private async perform(method: string, params: unknown[]): Promise<unknown> {
    switch (method) {
      case "eth_chainId":
        return `0x${this.chainId.toString(16)}`;
      case "eth_accounts":
        return this.permitted();
      case "eth_requestAccounts":
        return this.connect();
      case "wallet_requestPermissions":
        await this.connect();
        return [{ parentCapability: "eth_accounts" }];
      case "wallet_revokePermissions":
        this.connected = false;
        await this.emit("accountsChanged", []);
        return null;
      case "wallet_switchEthereumChain":
        return this.switchChain(params);
      case "wallet_addEthereumChain":
        return this.addChain(params);
      case "eth_signTypedData_v4":
        return this.signTypedData(params);
      case "eth_sendTransaction":
        return this.sendTransaction(params);
      case "wallet_getCapabilities":
        return {};
      default:
        throw new WalletError(-32601, `The method "${method}" does not exist / is not available.`);
    }
  }

  private permitted(): string[] {
    if (!this.connected || this.locked) return [];
    return this.accounts.filter(({ address }) => !this.hidden.includes(address)).map(({ address }) => address.toLowerCase());
  }

  private async connect(): Promise<string[]> {
    if (!this.connected || this.locked) {
      if (this.connecting) {
        throw new WalletError(-32002, "Request of type 'wallet_requestPermissions' already pending.");
      }
      this.connecting = true;
      try {
        await this.consent("eth_requestAccounts", []);
      } finally {
        this.connecting = false;
      }
      this.connected = true;
      this.locked = false;
      await this.emit("accountsChanged", this.permitted());
    }
    return this.permitted();
  }

  private async switchChain(params: unknown[]): Promise<null> {
    const wanted = Number((params[0] as { chainId: string }).chainId);
    if (!this.known.has(wanted)) {
      throw new WalletError(4902, `Unrecognized chain ID "0x${wanted.toString(16)}".`);
    }
    if (wanted !== this.chainId) {
      await this.consent("wallet_switchEthereumChain", params);
      await this.switchTo(wanted);
    }
    return null;
  }

  private async addChain(params: unknown[]): Promise<null> {
    const chain = params[0] as Partial<ChainToAdd>;
    const complete =
      chain.chainName &&
      isHex(chain.chainId) &&
      chain.rpcUrls?.length &&
      chain.nativeCurrency?.decimals === 18 &&
      chain.blockExplorerUrls?.length;
    if (!complete) throw new WalletError(-32602, "Expected a complete chain description.");
    await this.consent("wallet_addEthereumChain", params);
    await this.switchTo(Number(chain.chainId));
    return null;
  }

  private async signTypedData(params: unknown[]): Promise<Hex> {
    const signer = this.permittedSigner(params[0]);
    if (typeof params[1] !== "string") throw new WalletError(-32602, "Invalid message: expected a JSON string.");
    const data = JSON.parse(params[1]) as Parameters<LocalAccount["signTypedData"]>[0];
    const chain = Number((data.domain as { chainId?: unknown } | undefined)?.chainId);
    if (chain !== this.chainId) {
      throw new WalletError(-32603, `Provided chainId "${chain}" must match the active chainId "${this.chainId}"`);
    }
    await this.consent("eth_signTypedData_v4", params);
    return signer.signTypedData(data);
  }

  private async sendTransaction(params: unknown[]): Promise<Hex> {
    const { from, to, data, value } = params[0] as { from: unknown; to: Hex; data?: Hex; value?: Hex };
    const account = this.permittedSigner(from);
    if (this.chainId !== 31337) throw new WalletError(-32603, "The wallet is on another network.");
    await this.consent("eth_sendTransaction", params);
    const client = createWalletClient({
      account,
      chain: defineChain({
        id: this.chainId,
        name: "local",
        nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
        rpcUrls: { default: { http: [this.options.rpc] } },
      }),
      transport: http(undefined, { retryCount: 0 }),
    });
    return client.sendTransaction({ to, data, value: value === undefined ? undefined : BigInt(value) });
  }

  private permittedSigner(address: unknown): LocalAccount {
    const permitted = this.permitted().includes(String(address).toLowerCase());
    const signer = this.accounts.find((known) => known.address.toLowerCase() === String(address).toLowerCase());
    if (!permitted || !signer) throw unauthorized();
    return signer;
  }

  /** Opens a window and waits for the person's answer. */
  private async consent(method: string, params: unknown[]): Promise<void> {
    const answered = new Promise<boolean>((done) => {
      this.windows.push({ method, params, approve: () => done(true), reject: () => done(false) });
      if (this.manner === "approve") done(true);
      if (this.manner === "reject") done(false);
    });
    for (const arrived of this.arrivals.splice(0)) arrived();
    if (!(await answered)) throw rejected();
  }

  private async emit(event: string, payload: unknown): Promise<void> {
    const pages = this.contexts.flatMap((context) => context.pages());
    // A page that is being left hears nothing any more.
    await Promise.allSettled(
      pages.map((page) =>
        page.evaluate(
          ([name, value]) => {
            const { testWalletEmit } = window as unknown as { testWalletEmit?: (e: string, p: unknown) => void };
            testWalletEmit?.(name as string, value);
          },
          [event, payload],
        ),
      ),
    );
  }
}

// A browser wallet for the tests, which behaves as its profile says; keys stay on this side of the browser.
import type { BrowserContext } from "@playwright/test";
import { secp256k1 } from "@noble/curves/secp256k1";
import { createWalletClient, defineChain, hashTypedData, http, isHex, serializeSignature, toHex, type Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import { CONNECTED, inject, type Announced, type Answer } from "./injected.ts";
import { metamask, type Failure, type Profile } from "./profile.ts";

/** How the person at the wallet reacts to each of its windows. `ask`: the test answers, window by window. */
export type Manner = "approve" | "reject" | "ignore" | "ask";

/** One window that the wallet opened. */
export interface WalletWindow {
  method: string;
  params: unknown[];
  approve(): void;
  reject(): void;
  /** The person closes it without an answer. */
  close(): void;
}

interface Options {
  /** How it behaves; as the most common real one unless told. */
  profile?: Profile;
  accounts: HDAccount[];
  /** Where transactions go. */
  rpc: string;
  /** The chain it is on; 31337 unless told. */
  chainId?: number;
  /** As `window.ethereum` only. */
  bare?: boolean;
  /** Whether a statement that is signed twice has the same signature twice; yes unless told. */
  repeatable?: boolean;
  /** As what it is drawn; a red dot unless told. */
  icon?: string;
}

interface ChainToAdd {
  chainId: string;
  chainName: string;
  rpcUrls: string[];
  nativeCurrency: { decimals: number };
  blockExplorerUrls: string[];
}

/** A dot of a colour, such as `b35`. */
export const dot = (colour: string) =>
  `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='4' fill='%23${colour}'/%3E%3C/svg%3E`;

/** The most common real wallet under another name. */
const TEST_WALLET: Profile = { ...metamask, name: "Test Wallet", rdns: "org.example.test-wallet" };

/** Carries whatever a page is to catch, which may be anything. */
class Thrown {
  constructor(readonly value: unknown) {}
}

/** Another signature each time: with a random number in place of one that follows from key and statement. */
function signAnew(account: HDAccount, hash: Hex): Hex {
  const key = account.getHdKey().privateKey;
  if (!key) throw new Error("the account has no key");
  const { r, s, recovery } = secp256k1.sign(hash.slice(2), key, { lowS: true, extraEntropy: true });
  return serializeSignature({ r: toHex(r, { size: 32 }), s: toHex(s, { size: 32 }), yParity: recovery });
}

const failing = (failure: Failure) => new Thrown(failure);

export class TestWallet {
  readonly profile: Profile;
  /** How windows are answered from now on. */
  manner: Manner = "approve";
  /** Every request of any page, reads included. */
  readonly requests: { method: string; params: unknown[] }[] = [];
  /** Every window it opened. */
  readonly windows: WalletWindow[] = [];
  chainId: number;

  /** By its name among wallets, as far as that can stand in a binding's. */
  private readonly key: string;
  private readonly known: Set<number>;
  private readonly accounts: HDAccount[];
  private readonly contexts: BrowserContext[] = [];
  private hidden: Hex[] = [];
  private connected = false;
  private locked = false;
  private arrivals: (() => void)[] = [];
  private connection: Promise<void> | undefined;
  private readonly failures = new Map<string, unknown[]>();
  private readonly holds = new Map<string, Promise<void>[]>();

  constructor(private readonly options: Options) {
    this.profile = options.profile ?? TEST_WALLET;
    this.key = this.profile.rdns.replace(/\W/g, "_");
    this.accounts = [...options.accounts];
    this.chainId = options.chainId ?? 31337;
    this.known = new Set([this.chainId]);
  }

  /** Puts the wallet into every page of a context, those that are opened later too. */
  async install(context: BrowserContext): Promise<void> {
    this.contexts.push(context);
    await context.exposeBinding(`testWalletRequest${this.key}`, (_, request: { method: string; params?: unknown[] }) =>
      this.answer(request.method, request.params ?? []),
    );
    await context.exposeBinding(`testWalletConnected${this.key}`, () => this.connected);
    const { name, rdns, aliases, announces, freshObjects, global } = this.profile;
    const announced: Announced = {
      names: this.options.bare ? [] : [{ name, rdns }, ...aliases],
      icon: this.options.icon ?? dot("b35"),
      announces,
      freshObjects,
      global: this.options.bare ? "the provider" : global,
      key: this.key,
    };
    await context.addInitScript(inject, [announced, CONNECTED] as [Announced, string]);
  }

  /** As what it is listed before it was ever connected. */
  get listedAs(): string {
    return this.options.bare || this.profile.announces === "when connected" ? "Browser wallet" : this.profile.name;
  }

  /** The next request for a method fails with this, as it stands, without a window. */
  failNext(method: string, thrown: unknown): void {
    this.failures.set(method, [...(this.failures.get(method) ?? []), thrown]);
  }

  /** The next request for a method is answered, as things stand then, once this is called. */
  holdNext(method: string): () => void {
    let release = () => {};
    const released = new Promise<void>((done) => (release = done));
    this.holds.set(method, [...(this.holds.get(method) ?? []), released]);
    return release;
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

  /** How many requests it has had for a method; of those after the last one for another method, if that is named. */
  asked(method: string, since?: RegExp): number {
    const after = since ? this.requests.findLastIndex((request) => since.test(request.method)) + 1 : 0;
    return this.requests.slice(after).filter((request) => request.method === method).length;
  }

  /** Waits until it has had this many requests for a method. */
  async untilAsked(method: string, count: number, since?: RegExp): Promise<void> {
    while (this.asked(method, since) < count) await new Promise<void>((done) => this.arrivals.push(done));
  }

  /** Whether a page has its permission. */
  get isConnected(): boolean {
    return this.connected;
  }

  /** The person selects another of the accounts in the wallet. */
  async select(account: Hex): Promise<void> {
    const place = this.accounts.findIndex((known) => known.address === account);
    if (place < 0) throw new Error(`the wallet has no account ${account}`);
    this.accounts.unshift(...this.accounts.splice(place, 1));
    await this.tellAccounts();
  }

  /** The person decides which accounts the page may use. */
  async permit(...permitted: Hex[]): Promise<void> {
    this.hidden = this.accounts.filter(({ address }) => !permitted.includes(address)).map(({ address }) => address);
    await this.tellAccounts();
  }

  /** The person switches the network in the wallet. */
  async switchTo(chainId: number): Promise<void> {
    this.known.add(chainId);
    this.chainId = chainId;
    for (const payload of this.profile.chainChanged?.(chainId) ?? []) await this.emit("chainChanged", payload);
  }

  async lock(): Promise<void> {
    this.locked = true;
    await this.tellAccounts();
  }

  async unlock(): Promise<void> {
    this.locked = false;
    await this.tellAccounts();
  }

  /** Answers a request as the page would get it. */
  async answer(method: string, params: unknown[]): Promise<Answer> {
    this.requests.push({ method, params });
    this.tellArrivals();
    await this.holds.get(method)?.shift();
    try {
      const failure = this.failures.get(method)?.shift();
      if (failure !== undefined) throw new Thrown(failure);
      return { result: await this.perform(method, params) };
    } catch (error) {
      if (error instanceof Thrown) return { thrown: this.dressed(error.value) };
      return { thrown: { code: -32603, message: error instanceof Error ? error.message : String(error) } };
    }
  }

  /** One wallet's bridge passes on the message alone. */
  private dressed(thrown: unknown): unknown {
    const isFailure = typeof thrown === "object" && thrown !== null && "message" in thrown;
    return this.profile.codes === "lost" && isFailure ? { message: thrown.message } : thrown;
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
        await (this.connected ? this.chooseAnew(params) : this.connect());
        return [{ parentCapability: "eth_accounts" }];
      case "wallet_revokePermissions":
        return this.revoke();
      case "wallet_switchEthereumChain":
        return this.switchChain(params);
      case "wallet_addEthereumChain":
        return this.addChain(params);
      case "eth_signTypedData_v4":
        return this.signTypedData(params);
      case "eth_sendTransaction":
        return this.sendTransaction(params);
      case "wallet_getCapabilities":
        if (this.profile.capabilities !== "none") throw failing(this.profile.capabilities);
        return {};
      default:
        throw failing(this.profile.unknownMethod);
    }
  }

  private permitted(): string[] {
    if (!this.connected || this.locked) return [];
    return this.accounts.filter(({ address }) => !this.hidden.includes(address)).map(({ address }) => this.spelled(address));
  }

  private spelled(address: Hex): string {
    return this.profile.spelling === "checksum" ? address : address.toLowerCase();
  }

  private async connect(): Promise<string[]> {
    if (this.connected && !this.locked) return this.permitted();
    const { whileConnecting, accountsChanged, connectPayload } = this.profile;
    if (this.connection && whileConnecting !== "queues") throw failing(whileConnecting);
    this.connection ??= this.profile.connects === "asks" ? this.consent("eth_requestAccounts", []) : Promise.resolve();
    try {
      await this.connection;
    } finally {
      this.connection = undefined;
    }
    this.connected = true;
    this.locked = false;
    if (connectPayload) await this.emit("connect", connectPayload(this.chainId));
    if (accountsChanged === "also on connecting") await this.tellAccounts();
    await this.emit(CONNECTED, undefined);
    return this.permitted();
  }

  /** The person is shown all accounts again, whatever the page has, and gives them. */
  private async chooseAnew(params: unknown[]): Promise<void> {
    await this.consent("wallet_requestPermissions", params);
    this.hidden = [];
    this.locked = false;
    await this.tellAccounts();
  }

  private async revoke(): Promise<unknown> {
    const { revoking } = this.profile;
    if (typeof revoking === "object") throw failing(revoking);
    this.connected = false;
    await this.tellAccounts();
    return revoking === "null" ? null : { jsonrpc: "2.0", error: { message: "Unknown method requested" } };
  }

  private async switchChain(params: unknown[]): Promise<null> {
    const wanted = Number((params[0] as { chainId: string }).chainId);
    const { switchToUnknown } = this.profile;
    if (!this.known.has(wanted)) {
      if (switchToUnknown === "says yes and goes to mainnet") {
        await this.switchTo(1);
        return null;
      }
      if (switchToUnknown !== "asks, then refuses") throw failing(switchToUnknown);
      await this.consent("wallet_switchEthereumChain", params);
      throw failing(this.profile.rejection);
    }
    if (wanted !== this.chainId) {
      await this.consent("wallet_switchEthereumChain", params);
      await this.switchTo(wanted);
    }
    return null;
  }

  private async addChain(params: unknown[]): Promise<null> {
    const { adding, addWithoutExplorer } = this.profile;
    const chain = params[0] as Partial<ChainToAdd>;
    const complete =
      chain.chainName && isHex(chain.chainId) && chain.rpcUrls?.length && chain.nativeCurrency?.decimals === 18;
    if (!complete) throw failing({ code: -32602, message: "Expected a complete chain description." });
    if (!chain.blockExplorerUrls?.length && addWithoutExplorer !== "takes it") throw failing(addWithoutExplorer);
    if (typeof adding === "object") throw failing(adding);
    await this.consent("wallet_addEthereumChain", params);
    this.known.add(Number(chain.chainId));
    if (adding === "goes there") await this.switchTo(Number(chain.chainId));
    return null;
  }

  private async signTypedData(params: unknown[]): Promise<Hex> {
    const { typedData, otherAccount, otherChain } = this.profile;
    if (typedData !== "signs") throw failing(typedData);
    const asked = this.signer(params[0]);
    const selected = this.accounts[0]!;
    const signer = otherAccount === "signs with the selected one" ? selected : asked;
    if (!signer) throw failing(typeof otherAccount === "object" ? otherAccount : metamask.unknownMethod);
    if (typeof params[1] !== "string") throw failing({ code: -32602, message: "Invalid message: expected a JSON string." });
    const data = JSON.parse(params[1]) as Parameters<HDAccount["signTypedData"]>[0];
    const chain = Number((data.domain as { chainId?: unknown } | undefined)?.chainId);
    if (chain !== this.chainId && otherChain === "refuses") {
      const message = `Provided chainId "${chain}" must match the active chainId "${this.chainId}"`;
      throw failing({ code: -32603, message });
    }
    await this.consent("eth_signTypedData_v4", params);
    return this.options.repeatable === false ? signAnew(signer, hashTypedData(data)) : signer.signTypedData(data);
  }

  private async sendTransaction(params: unknown[]): Promise<Hex> {
    const { from, to, data, value } = params[0] as { from: unknown; to: Hex; data?: Hex; value?: Hex };
    const account = this.signer(from);
    if (!account || (this.profile.exactSender && from !== this.spelled(account.address))) {
      throw failing(metamask.otherAccount as Failure);
    }
    if (this.chainId !== 31337) throw failing({ code: -32603, message: "The wallet is on another network." });
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

  /** The account behind an address, if the page may use it. */
  private signer(address: unknown): HDAccount | undefined {
    const wanted = String(address).toLowerCase();
    const permitted = this.permitted().some((known) => known.toLowerCase() === wanted);
    return permitted ? this.accounts.find((known) => known.address.toLowerCase() === wanted) : undefined;
  }

  /** Opens a window and waits for the person's answer. */
  private async consent(method: string, params: unknown[]): Promise<void> {
    const { rejection, closing } = this.profile;
    const answered = new Promise<Failure | undefined>((done) => {
      const reject = () => done(rejection);
      this.windows.push({ method, params, approve: () => done(undefined), reject, close: () => done(closing) });
      if (this.manner === "approve") done(undefined);
      if (this.manner === "reject") reject();
    });
    this.tellArrivals();
    const failure = await answered;
    if (failure) throw failing(failure);
  }

  /** Whoever waits for a request or a window looks again. */
  private tellArrivals(): void {
    for (const arrived of this.arrivals.splice(0)) arrived();
  }

  private async tellAccounts(): Promise<void> {
    if (this.profile.accountsChanged !== "never") await this.emit("accountsChanged", this.permitted());
  }

  private async emit(event: string, payload: unknown): Promise<void> {
    const pages = this.contexts.flatMap((context) => context.pages());
    // A page that is being left hears nothing any more.
    await Promise.allSettled(
      pages.map((page) =>
        page.evaluate(
          ([key, name, value]) => {
            const world = window as unknown as Record<string, ((event: string, payload: unknown) => void) | undefined>;
            world[`testWalletEmit${key as string}`]?.(name as string, value);
          },
          [this.key, event, payload],
        ),
      ),
    );
  }
}

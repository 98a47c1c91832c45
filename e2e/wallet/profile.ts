// How wallets behave where the standards leave room, and where they break them. Each profile is one wallet as it was seen to
// behave in a browser; the test wallet plays any of them.

/** What a wallet throws: a plain object, in which even the code may be missing. */
export interface Failure {
  code?: number;
  message: string;
  data?: unknown;
}

export interface Profile {
  /** As it is listed. */
  name: string;
  rdns: string;
  /** Under which names it announces itself (EIP-6963) besides its own, with the same object. */
  aliases: { name: string; rdns: string }[];
  /** Whether it announces itself to everybody or only to pages that it is connected to. */
  announces: "always" | "when connected";
  /** Whether each announcement brings a new object. */
  freshObjects: boolean;
  /** What sits at `window.ethereum`. */
  global: "the provider" | "a proxy" | "nothing";
  /** Whether it asks the person before it gives its accounts. */
  connects: "asks" | "gives at once";
  /** What it says to a second request for accounts while its window is open. */
  whileConnecting: Failure | "queues";
  spelling: "lower" | "checksum";
  /** What it says to a page that wants to go to a chain it does not know. */
  switchToUnknown: Failure | "asks, then refuses" | "says yes and goes to mainnet";
  /** Whether it takes a chain without a block explorer. */
  addWithoutExplorer: "takes it" | Failure;
  /** What adding a chain does. */
  adding: "goes there" | "stays" | Failure;
  /** What comes with its events; a wallet without an event sends none. */
  chainChanged?: (chainId: number) => unknown[];
  connectPayload?: (chainId: number) => unknown;
  accountsChanged: "also on connecting" | "only later" | "never";
  /** A person's no, and a window that was closed. */
  rejection: Failure;
  closing: Failure;
  /** What it says where a page asks for an account that it was not given. */
  otherAccount: Failure | "signs with the selected one" | "signs";
  /** Typed data of a chain that it is not on. */
  otherChain: "refuses" | "signs";
  /** Whether it can sign typed data at all. */
  typedData: "signs" | Failure;
  /** Whether `from` has to be spelled as it spells the account. */
  exactSender: boolean;
  unknownMethod: Failure;
  capabilities: "none" | Failure;
  revoking: "null" | "rubbish" | Failure;
  /** Whether its errors keep their codes on the way to the page. */
  codes: "kept" | "lost";
}

const hex = (chainId: number) => `0x${chainId.toString(16)}`;
const NO: Failure = { code: 4001, message: "User rejected the request." };
const NOT_AUTHORIZED: Failure = {
  code: 4100,
  message: "The requested method and/or account has not been authorized by the user.",
};
const NOT_SUPPORTED: Failure = { code: 4200, message: "The Provider does not support the requested method." };

export const metamask: Profile = {
  name: "MetaMask",
  rdns: "io.metamask",
  aliases: [],
  announces: "always",
  freshObjects: false,
  global: "a proxy",
  connects: "asks",
  whileConnecting: { code: -32002, message: "Request of type 'wallet_requestPermissions' already pending." },
  spelling: "lower",
  switchToUnknown: { code: 4902, message: "Unrecognized chain ID. Try adding the chain using wallet_addEthereumChain first." },
  addWithoutExplorer: "takes it",
  adding: "goes there",
  chainChanged: (chainId) => [hex(chainId)],
  connectPayload: (chainId) => ({ chainId: hex(chainId) }),
  accountsChanged: "also on connecting",
  rejection: { ...NO, data: { location: "confirmation" } },
  closing: { ...NO, data: { cause: "rejectAllApprovals" } },
  otherAccount: NOT_AUTHORIZED,
  otherChain: "refuses",
  typedData: "signs",
  exactSender: false,
  unknownMethod: { code: -32601, message: "The method does not exist / is not available." },
  capabilities: "none",
  revoking: "null",
  codes: "kept",
};

export const taho: Profile = {
  ...metamask,
  name: "Taho",
  rdns: "xyz.taho.wallet",
  global: "the provider",
  whileConnecting: NO,
  switchToUnknown: { code: 4901, message: "The Provider is not connected to the requested chain." },
  addWithoutExplorer: NO,
  adding: "stays",
  // All spellings, one after the other.
  chainChanged: (chainId) => ["1", hex(chainId), String(chainId)],
  rejection: NO,
  closing: NO,
  otherChain: "signs",
  unknownMethod: NOT_SUPPORTED,
  capabilities: NOT_SUPPORTED,
};

export const clear: Profile = {
  ...metamask,
  name: "Clear Wallet",
  rdns: "app.clearwallet",
  aliases: [{ name: "MetaMask", rdns: "io.metamask" }],
  announces: "when connected",
  global: "the provider",
  connects: "gives at once",
  whileConnecting: "queues",
  spelling: "checksum",
  switchToUnknown: "asks, then refuses",
  addWithoutExplorer: NO,
  connectPayload: (chainId) => ({ listener: "connect", data: { chainId: hex(chainId) }, address: null }),
  accountsChanged: "only later",
  rejection: NO,
  closing: NO,
  otherAccount: "signs with the selected one",
  otherChain: "signs",
  unknownMethod: { message: "Unknown method requested" },
  capabilities: { message: "Unknown method requested" },
  revoking: "rubbish",
};

export const headless: Profile = {
  ...metamask,
  name: "Headless Web3 Provider",
  rdns: "headless-web3-provider",
  global: "the provider",
  whileConnecting: "queues",
  switchToUnknown: { code: 4901, message: "The Provider is not connected to the requested chain." },
  adding: "stays",
  chainChanged: (chainId) => [chainId],
  connectPayload: undefined,
  rejection: { ...NO, message: "The user rejected the request." },
  closing: { ...NO, message: "The user rejected the request." },
  otherAccount: { message: "Expected values to be strictly equal" },
  otherChain: "signs",
  unknownMethod: NOT_SUPPORTED,
  capabilities: NOT_SUPPORTED,
  revoking: NOT_SUPPORTED,
  codes: "lost",
};

export const mock: Profile = {
  ...metamask,
  name: "Mock Wallet",
  rdns: "com.example.mock-wallet",
  freshObjects: true,
  global: "nothing",
  connects: "gives at once",
  whileConnecting: "queues",
  spelling: "checksum",
  switchToUnknown: "says yes and goes to mainnet",
  adding: { code: -32601, message: "Method not found" },
  chainChanged: undefined,
  connectPayload: undefined,
  accountsChanged: "never",
  otherAccount: "signs",
  otherChain: "signs",
  typedData: { message: "eth_signTypedData_v4 is not yet supported" },
  exactSender: true,
  unknownMethod: { code: -32601, message: "Method not found" },
  capabilities: { code: -32601, message: "Method not found" },
  revoking: "rubbish",
  codes: "lost",
};

/** All of them. */
export const PROFILES: Profile[] = [metamask, taho, clear, headless, mock];

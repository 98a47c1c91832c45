// What a wallet extension puts into a page: an EIP-1193 provider, announced by EIP-6963. It holds no key; every request
// goes to the test wallet outside the browser.

export interface Announced {
  /** Under which names; all with one object, unless it makes fresh ones. */
  names: { name: string; rdns: string }[];
  icon: string;
  announces: "always" | "when connected";
  freshObjects: boolean;
  global: "the provider" | "a proxy" | "nothing";
  /** What tells its bindings from those of another wallet in the same page. */
  key: string;
}

/** What the wallet outside answers: Playwright's bindings would turn a rejection into an `Error`. */
export type Answer = { result: unknown } | { thrown: unknown };

type Listener = (payload: unknown) => void;

interface InjectedWindow {
  [request: `testWalletRequest${string}`]: (request: { method: string; params?: unknown }) => Promise<Answer>;
  [connected: `testWalletConnected${string}`]: () => Promise<boolean>;
  [emit: `testWalletEmit${string}`]: (event: string, payload: unknown) => void;
  ethereum?: unknown;
}

/** The wallet's own event, never the page's: it was connected to the page. */
export const CONNECTED = "test:connected";

/** Runs in the page before its own scripts, so it can refer to nothing outside itself. */
export function inject([info, connected]: [Announced, string]): void {
  const world = window as unknown as InjectedWindow;
  // Another one on each page, as the standard has it: nobody can be known by it again. The blank page before the first has none to give.
  const uuid = isSecureContext ? crypto.randomUUID() : "";
  const listeners = new Map<string, Set<Listener>>();
  const makeProvider = () => {
    const provider = {
      async request(request: { method: string; params?: unknown }): Promise<unknown> {
        const answer = await world[`testWalletRequest${info.key}`]!(request);
        // Mostly a plain object, as real wallets throw, never an Error.
        if ("thrown" in answer) throw answer.thrown;
        return answer.result;
      },
      on(event: string, listener: Listener) {
        const known = listeners.get(event) ?? new Set();
        listeners.set(event, known.add(listener));
        return provider;
      },
      removeListener(event: string, listener: Listener) {
        listeners.get(event)?.delete(listener);
        return provider;
      },
    };
    return provider;
  };
  const provider = makeProvider();
  if (info.global !== "nothing") {
    world.ethereum = info.global === "a proxy" ? new Proxy(provider, {}) : provider;
  }
  let silent = info.announces === "when connected";
  const announce = () => {
    if (silent) return;
    for (const { name, rdns } of info.names) {
      const detail = Object.freeze({
        info: Object.freeze({ uuid, name, icon: info.icon, rdns }),
        provider: info.freshObjects ? makeProvider() : provider,
      });
      window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    }
  };
  const speak = () => {
    silent = false;
    announce();
  };
  world[`testWalletEmit${info.key}`] = (event, payload) => {
    if (event === connected) speak();
    listeners.get(event)?.forEach((listener) => listener(payload));
  };
  window.addEventListener("eip6963:requestProvider", announce);
  window.addEventListener("DOMContentLoaded", announce);
  announce();
  if (silent) void world[`testWalletConnected${info.key}`]!().then((yes) => yes && speak());
}

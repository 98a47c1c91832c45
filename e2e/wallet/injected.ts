// What a wallet extension puts into a page: an EIP-1193 provider, announced by EIP-6963. It holds no key; every request
// goes to the test wallet outside the browser.

export interface Announced {
  name: string;
  uuid: string;
  rdns: string;
  icon: string;
  /** Also as `window.ethereum`, unannounced, as old wallets do. */
  bare: boolean;
}

/** What the wallet outside answers: Playwright's bindings would turn a rejection into an `Error`. */
export type Answer = { result: unknown } | { error: { code?: number; message: string; data?: unknown } };

type Listener = (payload: unknown) => void;

interface InjectedWindow {
  testWalletRequest(request: { method: string; params?: unknown }): Promise<Answer>;
  testWalletEmit(event: string, payload: unknown): void;
  ethereum?: unknown;
}

/** Runs in the page before its own scripts, so it can refer to nothing outside itself. */
export function inject(info: Announced): void {
  const world = window as unknown as InjectedWindow;
  const listeners = new Map<string, Set<Listener>>();
  const provider = {
    async request(request: { method: string; params?: unknown }): Promise<unknown> {
      const answer = await world.testWalletRequest(request);
      // A plain object, as real wallets throw, never an Error.
      if ("error" in answer) throw answer.error;
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
  world.testWalletEmit = (event, payload) => listeners.get(event)?.forEach((listener) => listener(payload));
  if (info.bare) {
    world.ethereum = provider;
    return;
  }
  const detail = Object.freeze({
    info: Object.freeze({ uuid: info.uuid, name: info.name, icon: info.icon, rdns: info.rdns }),
    provider,
  });
  const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}

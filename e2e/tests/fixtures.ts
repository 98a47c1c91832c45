// What every suite starts from: a stack of its own, and people with a browser each.
import { test as base, expect, type BrowserContext, type BrowserContextOptions } from "@playwright/test";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import { App, type Role } from "../pages/app.ts";
import * as accounts from "../stack/accounts.ts";
import { root } from "../stack/paths.ts";
import { Stack, type StackOptions } from "../stack/stack.ts";
import type { Profile } from "../wallet/profile.ts";
import { TestWallet } from "../wallet/wallet.ts";
import { filmed, keepFilms } from "./film.ts";
import { Line } from "./line.ts";
import { Watch } from "./watch.ts";

/** Somebody with a browser: an isolated context, and the page in front of them. */
export class Person {
  constructor(
    readonly context: BrowserContext,
    readonly app: App,
    readonly watch: Watch,
    readonly address: Hex,
    private readonly stack: Stack,
    readonly role: Role | undefined,
  ) {}

  get page() {
    return this.app.page;
  }

  get channel() {
    return this.app.channel;
  }

  /** Goes to a path of the app, as the link of this person's role. */
  async go(fragment = ""): Promise<void> {
    await this.page.goto(address(this.stack, this.role, fragment));
  }

  /** Closes the window; the browser and what it stored stay. */
  async leave(): Promise<void> {
    await this.page.close();
  }

  /** Another window of the same browser. */
  async another(fragment = "", role = this.role, who = this.address): Promise<Person> {
    const page = await this.context.newPage();
    const person = new Person(this.context, new App(page), this.watch, who, this.stack, role);
    await person.go(fragment);
    return person;
  }

  /** Another window of the same browser and account: it waits for as long as this one has the account. */
  async waiting(fragment = ""): Promise<Person> {
    const person = await this.another(fragment);
    await person.app.pickWallet(demoName(this.role));
    await person.expectWaiting();
    return person;
  }

  /** That another window has the account. */
  async expectWaiting(): Promise<void> {
    await expect(this.app.heading("Open in another window")).toBeVisible();
  }

  /** Back in a new window, connected again with the demo's wallet; nothing has to be set up again. */
  async comeBack(): Promise<Person> {
    const person = await this.another();
    await person.app.pickWallet(demoName(this.role));
    await expect(person.app.heading("Channels")).toBeVisible();
    return person;
  }
}

interface WithWallet {
  wallet: TestWallet;
  /** Further wallets of the same browser. */
  others?: TestWallet[];
  account: Hex;
  role?: Role;
  options?: BrowserContextOptions;
}

export interface People {
  /** The demo's Alice or Bob with the development wallet, on the list of channels. */
  demo(role: Role, options?: BrowserContextOptions): Promise<Person>;
  /** The demo's link opened and nothing done yet. */
  visitor(role?: Role, options?: BrowserContextOptions): Promise<Person>;
  /** Somebody with a wallet of the browser, the page opened and nothing done yet. */
  withWallet(setting: WithWallet): Promise<Person>;
}

export interface WalletOptions {
  profile?: Profile;
  chainId?: number;
  bare?: boolean;
  repeatable?: boolean;
  icon?: string;
}

export type MakeWallet = (accounts: HDAccount[], options?: WalletOptions) => TestWallet;

/** Takes somebody's line to the relay into the test's hand, from the next page on. */
export type TakeLine = (person: Person) => Promise<Line>;

/** Keeps what some people see, under a name; `whole`: the page to its end, not only what fits. */
export type Picture = (name: string, people: Record<string, Person>, whole?: boolean) => Promise<void>;

interface Fixtures {
  stackOptions: StackOptions;
  stack: Stack;
  people: People;
  /** A wallet of the browser, with these accounts. */
  wallet: MakeWallet;
  line: TakeLine;
  picture: Picture;
}

const demoName = (role: Role | undefined) => (role === "bob" ? "Demo Bob" : "Demo Alice");
const address = (stack: Stack, role: Role | undefined, fragment: string) =>
  `${stack.origin}/${role ? `?role=${role}` : ""}${fragment}`;

/** Pictures for the documents go where THUNDER_PICTURES says; otherwise they are kept for looking at. */
const pictures = process.env.THUNDER_PICTURES
  ? resolve(root, process.env.THUNDER_PICTURES)
  : join(root, "e2e/pictures");

export const test = base.extend<Fixtures>({
  stackOptions: [{}, { option: true }],

  stack: async ({ stackOptions }, use, info) => {
    const deployment = process.env.THUNDER_DEPLOYMENT;
    if (!deployment) throw new Error("the global setup did not run");
    const stack = await Stack.start(deployment, stackOptions);
    try {
      await use(stack);
      if (info.status !== info.expectedStatus) {
        await info.attach("relay.log", { body: stack.relay.output, contentType: "text/plain" });
        await info.attach("anvil.log", { body: stack.chain.output, contentType: "text/plain" });
      }
    } finally {
      await stack.end();
    }
  },

  people: async ({ browser, stack }, use, info) => {
    const watches: Watch[] = [];
    const contexts: BrowserContext[] = [];
    const enter = async (role: Role | undefined, who: Hex, options: BrowserContextOptions = {}, wallets: TestWallet[] = []) => {
      const context = await browser.newContext(filmed(options, info));
      contexts.push(context);
      const watch = new Watch(context, [stack.origin, stack.chain.publicUrl, ...stack.paywalls, ...stack.providers]);
      watches.push(watch);
      for (const wallet of wallets) await wallet.install(context);
      const person = new Person(context, new App(await context.newPage()), watch, who, stack, role);
      await person.go();
      return person;
    };
    const people: People = {
      async demo(role, options) {
        const person = await enter(role, accounts[role].address, options);
        await person.app.enter(demoName(role));
        return person;
      },
      visitor: (role, options) => enter(role, accounts[role ?? "alice"].address, options),
      withWallet: ({ wallet, others = [], account, role, options }) => enter(role, account, options, [wallet, ...others]),
    };
    await use(people);
    // After a failure the reason is known already, and what follows from it would hide it.
    if (info.status === info.expectedStatus) {
      for (const watch of watches) expect(watch.complaints, "complaints of the browser").toEqual([]);
    }
    for (const context of contexts) await context.close();
    await keepFilms(info);
  },

  wallet: async ({ stack }, use) => {
    await use((holding, options) => new TestWallet({ accounts: holding, rpc: stack.chain.url, ...options }));
  },

  // Playwright reads the needs of a fixture from this pattern; it has none.
  line: async ({}, use, info) => {
    const lines: [name: string, line: Line][] = [];
    await use(async (person) => {
      const line = await Line.take(person.context);
      lines.push([person.role ?? person.address, line]);
      return line;
    });
    if (info.status === info.expectedStatus) return;
    for (const [name, line] of lines) {
      const path = info.outputPath(`line-${name}.jsonl`);
      await writeFile(path, line.log);
      await info.attach(`line-${name}.jsonl`, { path });
    }
  },

  picture: async ({}, use) => {
    await use(async (name, people, whole) => {
      await mkdir(dirname(join(pictures, name)), { recursive: true });
      for (const [who, person] of Object.entries(people)) {
        await person.page.evaluate(() => window.scrollTo(0, 0));
        await person.page.screenshot({ path: join(pictures, `${name}-${who}.png`), animations: "disabled", fullPage: whole });
      }
    });
  },
});

export { expect };

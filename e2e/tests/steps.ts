// What many tests do on their way.
import { readFile } from "node:fs/promises";
import type { BrowserContextOptions } from "@playwright/test";
import type { NewChannel } from "../pages/new_channel.ts";
import { expect, type People, type Person } from "./fixtures.ts";

/** All that a page may ask a wallet: never to read the chain. */
export const WALLET_METHODS = new Set([
  "eth_accounts",
  "eth_requestAccounts",
  "eth_chainId",
  "eth_signTypedData_v4",
  "eth_sendTransaction",
  "wallet_switchEthereumChain",
  "wallet_addEthereumChain",
  "wallet_requestPermissions",
  "wallet_revokePermissions",
  "wallet_getCapabilities",
]);

/** Both of the demo's people, each in a browser of their own. */
export async function bothConnected(
  people: People,
  options?: BrowserContextOptions,
): Promise<{ alice: Person; bob: Person }> {
  const [alice, bob] = await Promise.all([people.demo("alice", options), people.demo("bob", options)]);
  return { alice, bob };
}

/** Alice opens a channel with what bob handed her; she is on its page then. */
export async function open(alice: Person, channel: NewChannel): Promise<void> {
  await alice.app.goToNewChannel();
  await alice.app.newChannel.open(channel);
  await alice.channel.expectPhase("Open");
}

/** Bob takes the channel that is offered to him; he is on its page then. */
export async function joinOffered(bob: Person): Promise<void> {
  await bob.app.channels.joinOffered();
  await expect(bob.channel.heading).toBeVisible();
  await bob.channel.expectPhase("Open");
  // Until the relay has shown its copy, nothing is signed, and a payment would be refused.
  await expect(bob.app.alert("this copy may be older")).toHaveCount(0);
}

/** Both connected, and a channel between them that both have on the screen. */
export async function inChannel(
  people: People,
  channel: Omit<NewChannel, "counterparty">,
  options?: BrowserContextOptions,
): Promise<{ alice: Person; bob: Person }> {
  const { alice, bob } = await bothConnected(people, options);
  await open(alice, { ...channel, counterparty: await bob.app.channels.link.inputValue() });
  await joinOffered(bob);
  return { alice, bob };
}

/** That both see the same, each from their side. */
export async function expectAgreed(alice: Person, bob: Person, hers: string, his: string): Promise<void> {
  await alice.channel.expectBalances(hers, his);
  await bob.channel.expectBalances(his, hers);
}

/** What a button saves as a file. */
export async function saved(person: Person, button: string): Promise<string> {
  const saving = person.page.waitForEvent("download");
  await person.app.button(button).click();
  return readFile(await (await saving).path(), "utf8");
}

// Transactions that wait for their block while the page is loaded anew.
import { expect, test } from "./fixtures.ts";
import type { People, Person } from "./fixtures.ts";
import type { Stack } from "../stack/stack.ts";
import { inChannel } from "./steps.ts";

/** Alice has closed, the period is over, and her settlement waits in the node while her page is loaded anew. */
async function settlementWaits(people: People, stack: Stack): Promise<Person> {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("40");
  await bob.channel.expectBalances("40 THD", "60 THD");
  await alice.channel.close();
  await alice.channel.expectPhase("Closing");
  await stack.chain.mine(100);
  await alice.channel.expectPhase("Ready to settle");
  await stack.chain.client.setAutomine(false);
  await alice.channel.settleButton.click();
  // The wallet's answer is there, and written down.
  await expect(alice.app.status("Settling: sent to the chain")).toBeVisible();
  expect(await waiting(stack, alice)).toHaveLength(1);
  await alice.page.reload();
  await expect(alice.channel.closing.getByRole("status")).toHaveText("Waiting for the transaction…");
  await expect(alice.channel.settleButton).toBeDisabled();
  return alice;
}

/** What a page has written down of what is on its way. */
const kept = (person: Person) =>
  person.page.evaluate(() => Object.keys(localStorage).filter((name) => name.endsWith("/sent")));

/** Hashes of a person's transactions that no block has yet. */
async function waiting(stack: Stack, person: Person) {
  const { pending } = await stack.chain.client.getTxpoolContent();
  const places = Object.entries(pending).find(([account]) => account.toLowerCase() === person.address.toLowerCase());
  return Object.values(places?.[1] ?? {}).map((transaction) => transaction.hash);
}

test("a page that is loaded anew knows what it has sent, and tells how it ended", async ({ people, stack }) => {
  const alice = await settlementWaits(people, stack);
  await stack.chain.client.setAutomine(true);
  await stack.chain.mine(1);
  await alice.channel.expectPhase("Settled");
  await expect(alice.app.status("The channel is settled")).toBeVisible();
  expect(await stack.chain.transactionsOf(alice.address), "opening, closing, settling").toBe(3);
  // It is over, so the next page does not look for it.
  await expect.poll(() => kept(alice)).toEqual([]);
});

test("a transaction that the node has long forgotten is said so, and can be sent again", async ({ people, stack }) => {
  const alice = await settlementWaits(people, stack);
  const [hash] = await waiting(stack, alice);
  await stack.chain.client.dropTransaction({ hash: hash! });
  await stack.chain.client.setAutomine(true);
  // A wallet may hand it to makers of blocks alone, so it is waited for for minutes: these are over.
  await alice.page.evaluate(() => {
    const name = Object.keys(localStorage).find((name) => name.endsWith("/sent"))!;
    const sent = JSON.parse(localStorage.getItem(name)!) as { at: number }[];
    localStorage.setItem(name, JSON.stringify(sent.map((one) => ({ ...one, at: one.at - 6 * 60_000 }))));
  });
  await alice.page.reload();
  await expect(alice.app.status("Settling: the node does not know the transaction.")).toBeVisible();
  await alice.channel.settleButton.click();
  await alice.channel.expectPhase("Settled");
});

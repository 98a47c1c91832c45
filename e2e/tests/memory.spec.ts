// What a browser remembers, forgets or remembers wrongly. Relay, counterparty and chain give it back what it needs, and it signs
// nothing before it has that.
import { expect, test } from "./fixtures.ts";
import { expectAgreed, inChannel } from "./steps.ts";
import { putCopy, takeCopy } from "./store.ts";
import { CONNECTION_LOST } from "./watch.ts";

test("a browser that lost everything gets its channel back", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("30");
  await expectAgreed(alice, bob, "70 THD", "30 THD");
  await bob.channel.pay("10");
  await expectAgreed(alice, bob, "80 THD", "20 THD");
  await alice.leave();
  await bob.leave();

  // Another browser with the same wallets: one signature gives the same payment key again.
  const [again, bobAgain] = await Promise.all([people.demo("alice"), people.demo("bob")]);
  await again.app.channels.openOnly();
  await again.channel.expectBalances("80 THD", "20 THD");
  await again.channel.expectSpendable("80 THD");
  await again.channel.pay("5");
  await again.channel.expectBalances("75 THD", "25 THD");
  await bobAgain.app.channels.joinOffered();
  await expectAgreed(again, bobAgain, "75 THD", "25 THD");
  await bobAgain.channel.pay("1");
  await expectAgreed(again, bobAgain, "76 THD", "24 THD");
  expect(await stack.chain.transactionsOf(bob.address)).toBe(0);
});

test("an old copy of a store adopts what was signed since, before it signs", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  const old = await takeCopy(alice.page);
  await alice.channel.expectSpendable("90 THD");
  await alice.channel.pay("20");
  await expectAgreed(alice, bob, "70 THD", "30 THD");
  await expect(alice.channel.delivery).toHaveText(/^(Relayed|Seen)$/);

  await putCopy(alice.page, old);
  await alice.channel.expectBalances("70 THD", "30 THD");
  await alice.channel.expectSpendable("70 THD");
  await alice.channel.pay("5");
  await expectAgreed(alice, bob, "65 THD", "35 THD");
});

test("a payment that only this browser knows survives its reload without a relay", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  for (const person of [alice, bob]) person.watch.expect(CONNECTION_LOST);
  await stack.relay.kill();
  await alice.channel.pay("20");
  await alice.channel.expectBalances("80 THD", "20 THD");
  await alice.leave();
  await stack.relay.restart();
  const back = await alice.comeBack();
  await back.app.channels.openOnly();
  await expectAgreed(back, bob, "80 THD", "20 THD");
});

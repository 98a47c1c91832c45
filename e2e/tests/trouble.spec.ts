// Relay, chain and storage fail in the middle of things. Nothing is lost, nothing is shown that is not so, and the page says
// what is wrong.
import { expect, test } from "./fixtures.ts";
import { expectAgreed, inChannel, joinOffered, open } from "./steps.ts";
import { corrupt, makeFallible, setFault } from "./store.ts";
import { CONNECTION_LOST } from "./watch.ts";

const RELAY_LOST = /The relay is not connected/;

test("bob's relay connection drops mid-way and returns", async ({ people, line: takeLine }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  // From the next page on, the line is in the test's hand.
  const line = await takeLine(bob);
  await bob.page.reload();
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  await expect(alice.channel.presence).toHaveText("Online");
  await bob.channel.expectSpendable("10 THD");

  await line.cut();
  await expect(bob.app.status(RELAY_LOST)).toBeVisible();
  await expect(alice.channel.presence).toHaveText("Away");
  await alice.channel.pay("1");
  await alice.channel.pay("2");
  await alice.channel.expectBalances("87 THD", "13 THD");
  // Bob pays as well: his claim waits in his browser.
  await bob.channel.pay("4");
  await bob.channel.expectBalances("6 THD", "94 THD");
  await expect(bob.channel.delivery).toHaveText("Stored here");

  line.mend();
  await expect(bob.app.status(RELAY_LOST)).toHaveCount(0);
  await expectAgreed(alice, bob, "91 THD", "9 THD");
  await expect(bob.channel.delivery).toHaveText(/^(Relayed|Seen)$/);
});

test("a relay that restarts is given the time it asks for, and no more than a minute", async ({ people, line: takeLine }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const line = await takeLine(bob);
  // The page's own timers stand still from here, unless the test moves them.
  await bob.page.clock.install();
  await bob.page.reload();
  await expect(bob.channel.presence).toHaveText("Online");
  await bob.page.clock.pauseAt(Date.now() + 60_000);

  for (const [asks, waits] of [
    [30_000, 30_000],
    [3_600_000, 60_000],
  ] as const) {
    const before = line.asked;
    await line.restart(asks);
    await expect(bob.channel.presence).toHaveText("Away");
    // A relay that is away for a moment is not worth a word.
    await expect(bob.app.status(RELAY_LOST)).toHaveCount(0);
    await bob.page.clock.runFor(2_000);
    await expect(bob.app.status(RELAY_LOST)).toBeVisible();
    await bob.page.clock.runFor(waits - 3_000);
    expect(line.asked, `asked for ${asks}`).toBe(before);
    // The relay's clock did not stand still, and a page does not sign in whose clock is another one.
    await bob.page.clock.setSystemTime(Date.now());
    await bob.page.clock.runFor(1_000);
    await expect(bob.app.status(RELAY_LOST)).toHaveCount(0);
    expect(line.asked).toBe(before + 1);
  }
  await alice.channel.pay("1");
  await bob.channel.expectBalances("1 THD", "99 THD");
});

test("a browser without network keeps working and catches up", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  bob.watch.expect(CONNECTION_LOST);
  await bob.context.setOffline(true);
  await expect(bob.app.alert("The chain cannot be reached")).toBeVisible();
  await alice.channel.pay("10");
  await alice.channel.expectBalances("90 THD", "10 THD");
  await bob.context.setOffline(false);
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  await expect(bob.app.alert("The chain cannot be reached")).toHaveCount(0);
});

test("the relay is killed and restarted while both pages are open", async ({ people, stack, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  for (const person of [alice, bob]) person.watch.expect(CONNECTION_LOST);

  await stack.relay.kill();
  for (const person of [alice, bob]) {
    await expect(person.app.status(RELAY_LOST)).toBeVisible();
  }
  // Both pay into the void: each page stores its claim.
  await alice.channel.pay("20");
  await alice.channel.expectBalances("70 THD", "30 THD");
  await expect(alice.channel.delivery).toHaveText("Stored here");
  await bob.channel.pay("3");
  await bob.channel.expectBalances("7 THD", "93 THD");
  await picture("relay-lost", { alice, bob });

  await stack.relay.restart();
  await expectAgreed(alice, bob, "73 THD", "27 THD");
  for (const person of [alice, bob]) {
    await expect(person.channel.delivery).toHaveText(/^(Relayed|Seen)$/);
    await expect(person.app.status(RELAY_LOST)).toHaveCount(0);
  }
});

test("what the relay acknowledged survives its death", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  alice.watch.expect(CONNECTION_LOST);
  await bob.leave();
  await alice.channel.pay("42");
  await expect(alice.channel.delivery).toHaveText("Relayed");
  await stack.relay.kill();
  await alice.leave();
  await stack.relay.restart();
  const back = await bob.comeBack();
  await back.app.channels.openOnly();
  await back.channel.expectBalances("42 THD", "58 THD");
});

test("the relay ends cleanly when asked", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  for (const person of [alice, bob]) person.watch.expect(CONNECTION_LOST);
  expect(await stack.relay.stop()).toBe(0);
  await stack.relay.restart();
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
});

for (const how of ["is gone", "does not answer"] as const) {
  test(`the chain ${how} for a while`, async ({ people, stack }) => {
    const { alice, bob } = await inChannel(people, { deposit: "100" });
    for (const person of [alice, bob]) person.watch.expect(CONNECTION_LOST);
    await alice.channel.pay("10");
    await expectAgreed(alice, bob, "90 THD", "10 THD");

    if (how === "is gone") await stack.chain.stop();
    else stack.chain.pause();
    for (const person of [alice, bob]) {
      await expect(person.app.alert("The chain cannot be reached")).toBeVisible();
    }
    if (how === "is gone") await stack.chain.restart();
    else stack.chain.resume();
    for (const person of [alice, bob]) {
      await expect(person.app.alert("The chain cannot be reached")).toHaveCount(0);
    }
    await alice.channel.pay("5");
    await expectAgreed(alice, bob, "85 THD", "15 THD");
    await bob.channel.deposit("7");
    await expectAgreed(alice, bob, "85 THD", "22 THD");
  });
}

test("a relay that sends rubbish is not believed", async ({ people, line: takeLine }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  const line = await takeLine(bob);
  await bob.page.reload();
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  await expect(alice.channel.presence).toHaveText("Online");
  await bob.channel.expectSpendable("10 THD");

  const id = (await bob.channel.link.inputValue()).split("join=")[1]!;
  const claim = {
    type: "claim",
    channel: id,
    to: bob.address,
    total: "90000000000000000000",
    nonce: "9",
    signature: `0x${"11".repeat(64)}1b`,
    at: 1,
  };
  const rubbish: (string | Buffer)[] = [
    "",
    "{",
    "null",
    "[]",
    '"claim"',
    '{"type":"nobody knows"}',
    '{"type":"claim"}',
    JSON.stringify(claim),
    JSON.stringify({ ...claim, total: "-1" }),
    JSON.stringify({ ...claim, total: 1e60 }),
    JSON.stringify({ ...claim, channel: `0x${"00".repeat(32)}` }),
    JSON.stringify({ type: "snapshot", channel: id, claims: { alice: claim, bob: claim }, history: {}, messages: [] }),
    JSON.stringify({ type: "ack", channel: id, payer: "bob", nonce: "999", total: "999" }),
    JSON.stringify({ type: "error", code: "unheard_of", words: "\u202e" + "x".repeat(10_000) }),
    JSON.stringify({ type: "challenge", version: 1, origin: "http://evil.example", challenge: id, expiresAt: "9999999999" }),
    "[".repeat(100_000),
    "x".repeat(300_000),
    Buffer.from([0, 1, 2, 255]),
  ];
  for (const frame of rubbish) line.say(frame);

  // Whatever the page made of it: it still has its money, and still pays and is paid.
  await alice.channel.pay("5");
  await expectAgreed(alice, bob, "85 THD", "15 THD");
  await bob.channel.pay("1");
  await expectAgreed(alice, bob, "86 THD", "14 THD");
});

for (const fault of ["full", "broken"] as const) {
  test(`a browser whose storage is ${fault} sends nothing`, async ({ people, picture }) => {
    const { alice, bob } = await inChannel(people, { deposit: "100" });
    await alice.channel.pay("10");
    await expectAgreed(alice, bob, "90 THD", "10 THD");
    await makeFallible(alice.context);
    await alice.page.reload();
    await alice.channel.expectBalances("90 THD", "10 THD");
    await alice.channel.expectSpendable("90 THD");

    await setFault(alice.page, fault);
    await alice.channel.pay("20");
    await expect(alice.app.alert("Your browser could not store")).toBeVisible();
    await alice.channel.expectBalances("90 THD", "10 THD");
    await picture(`store-${fault}`, { alice });
    // Bob's payment is heard by the relay after anything that alice had sent: nothing of it has reached him.
    await bob.channel.pay("1");
    await bob.channel.expectBalances("9 THD", "91 THD");

    await setFault(alice.page, undefined);
    await alice.channel.pay("20");
    await expectAgreed(alice, bob, "71 THD", "29 THD");
    await expect(alice.app.alert("Your browser could not store")).toHaveCount(0);
  });
}

test("a payee that cannot store shows no money that it could lose", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await makeFallible(bob.context);
  await bob.page.reload();
  await bob.channel.expectBalances("0 THD", "100 THD");
  await setFault(bob.page, "full");
  await alice.channel.pay("20");
  await alice.channel.expectBalances("80 THD", "20 THD");
  await expect(bob.app.alert("Your browser could not store")).toBeVisible();
  await bob.channel.expectBalances("0 THD", "100 THD");
  await setFault(bob.page, undefined);
  await alice.channel.pay("1");
  await expectAgreed(alice, bob, "79 THD", "21 THD");
});

test("a corrupt store is said so, and nothing is signed with it", async ({ people, stack }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("10");
  await alice.channel.expectBalances("90 THD", "10 THD");
  const blocks = await stack.chain.blockNumber();
  expect(await corrupt(alice.page)).toBeGreaterThan(0);
  await expect(alice.app.alert("cannot be read")).toBeVisible();
  await expect(alice.channel.payButton).toHaveCount(0);
  expect(await stack.chain.blockNumber()).toBe(blocks);
});

test("a browser that forbids small storage forgets the choice of the wallet, and nothing else", async ({ people }) => {
  const alice = await people.visitor("alice");
  await alice.page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(Window.prototype, name, { get: () => { throw new DOMException("denied", "SecurityError"); } });
      Object.defineProperty(window, name, { get: () => { throw new DOMException("denied", "SecurityError"); } });
    }
  });
  await alice.go();
  await alice.app.enter("Demo Alice");
  const bob = await people.demo("bob");
  await open(alice, { deposit: "100", counterparty: await bob.app.channels.link.inputValue() });
  await joinOffered(bob);
  await alice.channel.pay("10");
  await bob.channel.expectBalances("10 THD", "90 THD");
  await alice.page.reload();
  await alice.app.pickWallet("Demo Alice");
  await alice.channel.expectBalances("90 THD", "10 THD");
});

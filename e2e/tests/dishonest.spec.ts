// Providers that lie, each in its own way: what the page says, what it signs no more, and what that costs on the chain.
import { formatUnits, type Hex } from "viem";
import type { SessionsPage } from "../pages/sessions.ts";
import { carol, deployer } from "../stack/accounts.ts";
import { cost, type SignedCount } from "../stack/metering.ts";
import type { PlayedProvider } from "../stack/played_provider.ts";
import type { Stack } from "../stack/stack.ts";
import { expectAccessible } from "./accessible.ts";
import { MB, begin, buyer, grouped, onSessions } from "./buying.ts";
import { expect } from "./fixtures.ts";
import { test } from "./played.ts";

// Chain, relay and a browser are started for each.
test.slow();

/** Closes one-sidedly, waits for the period to pass, and settles. */
async function closeAlone(sessions: SessionsPage, stack: Stack): Promise<void> {
  await sessions.button("Close one-sidedly").click();
  await expect(sessions.stands).toHaveText("Closing");
  await stack.chain.mine(24);
  await expect(sessions.stands).toHaveText("Ready to settle");
  await sessions.button("Settle").click();
  await expect(sessions.stands).toHaveText("Ended");
}

/** The provider signs a lower count after a higher one, and the page finds it out. */
async function catchLying(provider: PlayedProvider, sessions: SessionsPage): Promise<void> {
  provider.lies = { fewer: 100_000 };
  await begin(sessions, "0.1");
  await sessions.button("Download film.bin").click();
  await expect(sessions.stands).toHaveText("Dishonest provider");
}

test("it counts too high: the page stops, signs no more, and pays what was proven", async ({ stack, provider, bought, picture }) => {
  const { bob, sessions, money } = bought;
  provider.lies = { more: 300_000 };
  await sessions.button("Download second.bin").click();
  await expect(sessions.stands).toHaveText("Stopped");
  await expect(sessions.session.getByRole("alert")).toHaveText(
    /^The provider says that it sent 2,[\d,]+ bytes, and 2,[\d,]+ bytes came\. This page signs no more for it\.$/,
  );
  await expect(sessions.words).toHaveText("What both have signed comes to 0.02 THD. Close one-sidedly, and you pay that; or try again.");
  await expect(sessions.value("proven")).toHaveText(grouped(2 * MB));
  await expectAccessible(bob.page, "Stopped");
  await picture("sessions-overcounted", { bob });
  const signed = provider.session.heard.length;
  const acknowledged = provider.session.acknowledged;

  await closeAlone(sessions, stack);
  await expect(sessions.words).toHaveText("0.02 THD charged, 0.08 THD given back.");
  await expect.poll(() => money.since()).toEqual(["-0.02", "0.02"]);
  expect(await stack.money.thdOf(stack.book.sessions), "nothing is burnt").toBe(0n);
  expect(provider.session.heard.length, "nothing more was signed").toBe(signed);
  expect(acknowledged).toBe(2 * MB);
});

test("it signs two counts against each other: it is listed with the proof, and gets no other session", async ({ stack, provider, people, picture }) => {
  provider.sell("film.bin", 3 * MB);
  const [bob, sessions] = await buyer(people);
  const money = await stack.money.snapshot(bob.address, carol.address);
  await catchLying(provider, sessions);
  await expect(sessions.words).toHaveText(/^The provider has signed counts that contradict each other\. Its signatures prove it/);
  await expect(sessions.distrusted.getByRole("listitem")).toContainText("Proved by its own signatures; the relay is told.");
  await expect(sessions.button("End the session")).toHaveCount(0);
  await expectAccessible(bob.page, "Dishonest provider");
  await picture("sessions-guilty", { bob });
  const signed = provider.session.heard.length;

  await sessions.more();
  const evidence = JSON.parse((await sessions.evidence()).content.toString()) as { accusation: Accusation };
  await expectGuilty(provider, evidence.accusation);

  // It is remembered, and no other session begins.
  await bob.page.reload();
  await expect(sessions.stands).toHaveText("Dishonest provider");
  await sessions.ask();
  await expect(sessions.offer.getByRole("alert")).toHaveText(/^This provider is on your list of the distrusted\./);
  await expect(sessions.offer.getByRole("button", { name: "Deposit and begin", exact: true })).toHaveCount(0);

  const proven = cost(provider.terms, provider.session.acknowledged);
  expect(proven).toBeGreaterThan(0n);
  await closeAlone(sessions, stack);
  await expect.poll(() => money.since()).toEqual([formatUnits(-proven, 18), formatUnits(proven, 18)]);
  expect(provider.session.heard.length, "nothing more was signed").toBe(signed);
});

interface Accusation {
  kind: string;
  first: SignedCount;
  between: SignedCount;
  second: SignedCount;
}

/** That an accusation holds, by viem alone: the provider signed a lower count after a higher one. */
async function expectGuilty({ metering, account }: PlayedProvider, { kind, first, between, second }: Accusation): Promise<void> {
  expect(kind).toBe("fell");
  const signer = ({ statement, signature }: SignedCount): Promise<Hex> => metering.signer("Count", { ...statement }, signature);
  expect([await signer(first), await signer(second)]).toEqual([account.address, account.address]);
  expect(between.statement.acknowledged).toBe(metering.name("Count", { ...first.statement }));
  expect(second.statement.acknowledged).toBe(metering.name("Count", { ...between.statement }));
  expect(Number(second.statement.count)).toBeLessThan(Number(first.statement.count));
}

test("it signs no end: the page offers to close one-sidedly", async ({ stack, provider, people, picture }) => {
  provider.sell("film.bin", 2 * MB);
  const [bob, sessions] = await buyer(people);
  const money = await stack.money.snapshot(bob.address, carol.address);
  provider.lies = { noEnd: "stay a little" };
  await begin(sessions, "0.05");
  await sessions.button("Download film.bin").click();
  await expect(sessions.session).toContainText("All of it is here");
  await sessions.button("End the session").click();
  await expect(sessions.stands).toHaveText("End not answered");
  await expect(sessions.words).toHaveText("You have signed an end, and the provider has not answered. Ask again, or close one-sidedly.");
  await expect(sessions.session.getByRole("alert")).toHaveText("The provider refuses: stay a little.");
  await expectAccessible(bob.page, "End not answered");
  await picture("sessions-no-end", { bob });
  await closeAlone(sessions, stack);
  await expect(sessions.words).toHaveText("0.02 THD charged, 0.03 THD given back.");
  await expect.poll(() => money.since()).toEqual(["-0.02", "0.02"]);
});

test("it signs an end and keeps it: the page hands it in", async ({ stack, provider, people, picture }) => {
  provider.sell("film.bin", 2 * MB);
  const [bob, sessions] = await buyer(people);
  const money = await stack.money.snapshot(bob.address, carol.address);
  provider.lies = { keepsEnd: true };
  await begin(sessions, "0.05");
  await sessions.button("Download film.bin").click();
  await expect(sessions.session).toContainText("All of it is here");
  await sessions.button("End the session").click();
  await expect(sessions.stands).toHaveText("Ended together");
  await expect(sessions.words).toHaveText(
    "Both have signed: 0.02 THD charged, 0.03 THD comes back. The provider hands it in; if it does not, you can.",
  );
  await expectAccessible(bob.page, "Ended together");
  await picture("sessions-end-kept", { bob });
  await expect.poll(() => money.since()).toEqual(["-0.05", "0"]);
  await sessions.button("Hand it in yourself").click();
  await expect(sessions.stands).toHaveText("Ended");
  await expect(sessions.words).toHaveText("0.02 THD charged, 0.03 THD given back.");
  await expect.poll(() => money.since()).toEqual(["-0.02", "0.02"]);
});

test("without a lie it is served like any other, and hands the end in itself", async ({ stack, provider, people }) => {
  const film = provider.sell("film.bin", 3 * MB + 7);
  const [bob, sessions] = await buyer(people);
  const money = await stack.money.snapshot(bob.address, carol.address);
  await begin(sessions, "0.1");
  await sessions.button("Download film.bin").click();
  await expect(sessions.session).toContainText("All of it is here");
  expect((await sessions.saved("film.bin")).content.equals(film)).toBe(true);
  await sessions.button("End the session").click();
  await expect(sessions.stands).toHaveText("Ended");
  await expect.poll(() => money.since()).toEqual(["-0.03000007", "0.03000007"]);
});

test("one finds the liar out, the relay tells the other: no session with it there either", async ({ provider, people, picture }) => {
  provider.sell("film.bin", 3 * MB);
  const alice = await people.demo("alice");
  const hers = await onSessions(alice);
  await expect(hers.distrusted).toContainText(/^Distrusted\s*Nobody\./);
  const [, sessions] = await buyer(people);
  // What somebody says without proof stays where it was said.
  await sessions.distrust(deployer.address, "it was slow");
  await expect(sessions.distrusted.getByRole("listitem")).toHaveCount(1);
  await catchLying(provider, sessions);

  const told = hers.distrusted.getByRole("listitem");
  await expect(told).toHaveCount(1);
  await expect(told).toContainText("Proved by its own signatures, told by the relay.");
  await hers.ask();
  await expect(hers.offer.getByRole("alert")).toHaveText(/^This provider is on your list of the distrusted\./);
  await expect(hers.offer.getByRole("button", { name: "Deposit and begin", exact: true })).toHaveCount(0);
  await expectAccessible(alice.page, "Told by the relay");
  await picture("sessions-told", { alice });

  // Who trusts it all the same is not told again, and who comes later is told at once.
  await hers.distrusted.getByRole("button", { name: /^Trust .* again$/ }).click();
  await expect(hers.offer.getByRole("button", { name: "Deposit and begin", exact: true })).toBeVisible();
  await alice.page.reload();
  await hers.ask();
  await expect(hers.offer.getByRole("button", { name: "Deposit and begin", exact: true })).toBeVisible();
  await expect(told).toHaveCount(0);
  const later = await people.demo("alice");
  const theirs = await onSessions(later);
  await expect(theirs.distrusted.getByRole("listitem")).toContainText("Proved by its own signatures, told by the relay.");
});

test("one finds the liar out: who has a session with it is told at once, and ends it as usual", async ({ stack, provider, people, picture }) => {
  provider.sell("film.bin", 3 * MB);
  const alice = await people.demo("alice");
  const hers = await onSessions(alice);
  const money = await stack.money.snapshot(alice.address);
  await begin(hers, "0.1");
  await hers.button("Download film.bin").click();
  await expect(hers.session).toContainText("All of it is here");

  const [, his] = await buyer(people);
  await catchLying(provider, his);
  const told = alice.page.getByRole("status", { name: "Notifications", exact: true });
  await expect(told).toContainText("is dishonest: the relay brings its signatures");
  await expect(hers.distrusted.getByRole("listitem")).toContainText("Proved by its own signatures, told by the relay.");
  await expect(hers.stands).toHaveText("Open");
  await picture("sessions-warned", { alice });

  provider.lies = {};
  await hers.button("End the session").click();
  await expect(hers.stands).toHaveText("Ended");
  await expect.poll(() => money.since()).toEqual(["-0.03"]);
});

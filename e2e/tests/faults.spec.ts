// A line that loses, delays, repeats and reorders what page and relay say to each other, as a relay that means ill could: nobody loses
// money, nothing is shown twice, and both sides catch up at the next payment or connection. What a line did is attached to a test that
// failed; THUNDER_SEED has other faults drawn.
import { formatUnits } from "viem";
import { thd } from "../stack/money.ts";
import type { Stack } from "../stack/stack.ts";
import { drawn, FAULTS, only, WAYS, where, type Disturbance } from "./disturbance.ts";
import { expect, test, type People, type Person, type TakeLine } from "./fixtures.ts";
import type { Line } from "./line.ts";
import { bothConnected, expectAgreed, inChannel, joinOffered, open, saved } from "./steps.ts";

/** Payments of each side while the lines are disturbed: by one fault alone, and by all of them at once. */
const PAYMENTS = { one: 8, all: 20 };

const seeds = process.env.THUNDER_SEED?.split(",") ?? ["1", "2", "3"];

// What is lost is said again after seconds, by the page's own clock.
test.slow();

interface Setting {
  people: People;
  line: TakeLine;
  stack: Stack;
  payments: number;
}

/** The lines are disturbed from the opening on, while both pay each other; then they are mended, both pay once more, and end together. */
async function payEachOther(setting: Setting, disturb: (name: string) => Disturbance, midway?: (line: Line) => Promise<void>) {
  const { people, line, stack, payments } = setting;
  // No two are equal, so none is counted together with another.
  const hers = Array.from({ length: payments }, (_, number) => String(number + 1));
  const his = hers.map((amount) => `${amount}.5`);
  // With the lines as they should be. Each of his payments is half a token more than hers.
  const last = { hers: `${payments + 1}`, his: `${payments + 1}.5` };
  const more = (payments + 1) / 2;
  const { alice, bob } = await bothConnected(people);
  const money = await stack.money.snapshot(alice.address, bob.address);
  const lines = [await disturbed(alice, line, disturb("alice")), await disturbed(bob, line, disturb("bob"))];

  await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "300" });
  await joinOffered(bob);
  await bob.channel.deposit("300");
  await expectAgreed(alice, bob, "300 THD", "300 THD");
  const half = payments / 2;
  await Promise.all([pay(alice, hers.slice(0, half)), pay(bob, his.slice(0, half))]);
  await Promise.all(lines.map((line) => midway?.(line)));
  await Promise.all([pay(alice, hers.slice(half)), pay(bob, his.slice(half))]);
  for (const line of lines) line.mend();

  // The next payment has everybody catch up.
  await Promise.all([pay(alice, [last.hers]), pay(bob, [last.his])]);
  const end = { hers: String(300 + more), his: String(300 - more) };
  await expectAgreed(alice, bob, `${end.hers} THD`, `${end.his} THD`);
  for (const person of [alice, bob]) await expect(person.channel.delivery).toHaveText(/^(Relayed|Seen)$/);
  await expectHistory(alice, [...hers, last.hers], [...his, last.his]);
  await expectHistory(bob, [...his, last.his], [...hers, last.hers]);
  // The relay is well, and of each page one connection is left.
  await expect.poll(() => stack.relay.health()).toMatchObject({ status: "ok", connections: 2, channels: 1 });

  await bob.channel.proposeEnd();
  await alice.channel.agreeEnd();
  await expect(alice.channel.paidYours).toHaveText(`${end.hers} THD`);
  await expect(bob.channel.paidYours).toHaveText(`${end.his} THD`);
  const settled = await stack.money.settled();
  expect(settled.map(({ args }) => [args.aliceAmount, args.bobAmount])).toEqual([[thd(end.hers), thd(end.his)]]);
  await expect.poll(() => money.since()).toEqual([`${more}`, `-${more}`]);
  return lines;
}

/** Somebody's page over a line of the test's, disturbed from here on. */
async function disturbed(person: Person, takeLine: TakeLine, disturbance: Disturbance): Promise<Line> {
  const line = await takeLine(person);
  await person.page.reload();
  await expect(person.app.heading("Channels")).toBeVisible();
  line.disturb(disturbance);
  return line;
}

/** Pays one after the other, each as soon as the one before it is in the history. */
async function pay({ page, channel }: Person, amounts: string[]): Promise<void> {
  await page.getByRole("combobox", { name: "Show", exact: true }).selectOption("Paid");
  for (const amount of amounts) {
    await channel.pay(amount);
    await expect(channel.history.first()).toContainText(`You paid ${amount} THD`);
  }
}

/** What the page saves of an entry; see the columns of its files. */
interface Row {
  what: string;
  who: string;
  amount: string;
  total: string;
  nonce: string;
}

/** That the history has each payment once: one's own one by one, the other side's with nothing counted twice or left out. */
async function expectHistory(person: Person, paid: string[], received: string[]): Promise<void> {
  await person.page.getByRole("combobox", { name: "Show", exact: true }).selectOption("Everything");
  const rows = JSON.parse(await saved(person, "Save as JSON")) as Row[];
  const by = (side: string) => rows.filter(({ what, who }) => what === "paid" && who === side).reverse();
  const { own, theirs } = { own: by("you"), theirs: by("they") };
  expect(own.map(({ amount }) => amount)).toEqual(paid);
  for (const payments of [own, theirs]) {
    // Each begins where the one before it ended.
    let total = 0n;
    for (const payment of payments) {
      total += thd(payment.amount);
      expect(formatUnits(total, 18)).toBe(payment.total);
    }
    expect(new Set(payments.map(({ nonce }) => nonce)).size).toBe(payments.length);
  }
  const all = received.reduce((sum, amount) => sum + thd(amount), 0n);
  expect(theirs.at(-1)?.total).toBe(formatUnits(all, 18));
  expect(rows.filter(({ what }) => what !== "paid").map(({ what }) => what).sort()).toEqual(["deposited", "opened"]);
}

for (const fault of FAULTS) {
  for (const way of WAYS) {
    test(`frames ${way} are ${fault} (seed ${seeds[0]})`, async ({ people, line, stack }) => {
      const lines = await payEachOther({ people, line, stack, payments: PAYMENTS.one }, (name) => only(way, drawn(`${seeds[0]}, ${name}`, [fault])));
      for (const line of lines) expect(line.count(fault)).toBeGreaterThan(0);
    });
  }
}

for (const seed of seeds) {
  test(`everything happens to frames of both ways, and connections end (seed ${seed})`, async ({ people, line, stack }) => {
    const lines = await payEachOther(
      { people, line, stack, payments: PAYMENTS.all },
      (name) => drawn(`${seed}, ${name}`, FAULTS),
      (line) => line.restart(0),
    );
    for (const fault of FAULTS) expect(lines.reduce((count, line) => count + line.count(fault), 0)).toBeGreaterThan(0);
  });
}

test("an offer to end that the relay keeps back comes with the next connection", async ({ people, line: takeLine }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const line = await takeLine(bob);
  await bob.page.reload();
  await expectAgreed(alice, bob, "100 THD", "0 THD");
  await expect(alice.channel.presence).toHaveText("Online");
  line.disturb(where(({ way, type }) => way === "to the page" && type === "message", "dropped"));
  await alice.channel.proposeEnd();
  await expect(alice.app.status(/You proposed to end together/)).toBeVisible();
  await expect.poll(() => line.count("dropped")).toBe(1);
  await expect(bob.channel.endTogether).toHaveCount(0);

  line.mend();
  await line.restart(0);
  await bob.channel.agreeEnd();
  await expect(bob.channel.paidYours).toHaveText("0 THD");
  await expect(alice.channel.paidYours).toHaveText("100 THD");
});

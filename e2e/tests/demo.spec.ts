// The presenter's page on the real chain and relay: the tour by arrow keys, the strip, the room, and where none of it is.
import type { BrowserContextOptions, ViewportSize } from "@playwright/test";
import { formatUnits, type Hex } from "viem";
import { DemoPage } from "../pages/demo.ts";
import type { Stack } from "../stack/stack.ts";
import { expectAccessible } from "./accessible.ts";
import { expect, test, type People } from "./fixtures.ts";
import { thd } from "../stack/money.ts";

const wide = { viewport: { width: 1440, height: 900 } } as const;

async function presenter(people: People, stack: Stack, options: BrowserContextOptions = wide) {
  const person = await people.visitor(undefined, options);
  await person.page.goto(`${stack.origin}/demo`);
  const demo = new DemoPage(person.page);
  await demo.expectReady();
  return { person, demo };
}

/** The button that names the account in each of the frames. */
const accounts = ({ windows }: DemoPage) =>
  [windows.alice, windows.bob].map((window) => window.getByRole("button", { name: /^Account / }));

/** What each of them says. */
async function accountNames(demo: DemoPage): Promise<string[]> {
  const names = await Promise.all(accounts(demo).map((button) => button.getAttribute("aria-label")));
  return names.map((name) => name ?? "");
}

test("demo: the tour, by arrow keys, from nothing to exact balances", async ({ people, stack, picture }) => {
  const { person, demo } = await presenter(people, stack);
  const see = (name: string) => picture(`demo-${name}`, { presenter: person });
  await see("01-start");
  await demo.play(1);
  await expect(demo.windows.alice.getByTestId("wallet-THD")).toHaveText("1,000 THD");
  await person.page.keyboard.press("ArrowRight");
  await demo.play(2);
  const { key } = await stack.money.channel();
  await person.page.keyboard.press("ArrowRight");
  await demo.play(3);
  const blocks = await stack.chain.blockNumber();
  await person.page.keyboard.press("ArrowRight");
  await demo.play(4);
  await demo.channels.bob.expectBalances("20 THD", "80 THD");
  await see("04-paid");
  await person.page.keyboard.press("ArrowRight");
  await demo.play(5);
  await demo.channels.alice.expectBalances("85 THD", "15 THD");
  await person.page.keyboard.press("ArrowRight");
  await demo.play(6);
  await demo.channels.bob.expectBalances("20 THD", "80 THD");
  await person.page.keyboard.press("ArrowRight");
  await demo.play(7);
  await expect(demo.state("bob")).toHaveText("Asleep");
  await expect(demo.channels.alice.presence).toHaveText("Away");
  await see("07-asleep");
  await person.page.keyboard.press("ArrowRight");
  await demo.play(8);
  await demo.channels.alice.expectBalances("65 THD", "35 THD");
  await demo.channels.bob.expectBalances("20 THD", "80 THD");
  expect(await stack.chain.blockNumber(), "no payment takes a block").toBe(blocks);

  // A reload in the middle of the talk: the same people, the same step, and Bob sleeps on.
  const before = await accountNames(demo);
  await person.page.reload();
  await expect(demo.step(8)).toBeVisible();
  await expect(demo.state("alice")).toHaveText("Connected");
  await expect(demo.state("bob")).toHaveText("Asleep");
  expect(await accountNames(demo)).toEqual(before);
  await expect(demo.windows.bob.getByRole("status").filter({ hasText: "Asleep" })).toBeVisible();

  await person.page.keyboard.press("ArrowRight");
  await demo.play(9);
  await demo.channels.alice.expectPhase("Closing");
  await demo.channels.bob.expectPhase("Open");
  expect((await stack.money.channel()).state.aliceTotal, "the hub was told an old total").toBe(thd("20"));
  await see("09-cheated");
  await person.page.keyboard.press("ArrowRight");
  await demo.play(10);
  await expect(demo.windows.bob.getByRole("alert").filter({ hasText: "Claim now or lose 20 THD" })).toBeVisible();
  await see("10-warned");
  await person.page.keyboard.press("ArrowRight");
  await demo.play(11);
  expect((await stack.money.channel()).state.aliceTotal).toBe(thd("40"));
  await person.page.keyboard.press("ArrowRight");
  await demo.play(12);
  await see("12-settled");

  const [settled] = await stack.money.settled();
  expect([settled!.args.aliceAmount, settled!.args.bobAmount]).toEqual([thd("65"), thd("35")]);
  const owned = await Promise.all([key.alice, key.bob].map((account: Hex) => stack.money.thdOf(account)));
  expect(owned.map((amount) => formatUnits(amount, 18))).toEqual(["965", "1035"]);
  expect(await stack.money.held()).toBe(0n);
  const sent = await Promise.all([key.alice, key.bob].map((account: Hex) => stack.chain.transactionsOf(account)));
  expect(sent, "open and close; claim and settle").toEqual([2, 2]);
  await expect(demo.channels.alice.paidYours).toHaveText("65 THD");
  await expect(demo.channels.bob.paidYours).toHaveText("35 THD");

  // Nothing comes after the last step; left goes back to read, and right comes forward without doing anything again.
  await person.page.keyboard.press("ArrowRight");
  await expect(demo.step(12)).toBeVisible();
  await person.page.keyboard.press("ArrowLeft");
  await person.page.keyboard.press("ArrowLeft");
  await expect(demo.step(10)).toBeVisible();
  await expect(demo.sentence).toContainText("Bob wakes up");
  // With the focus in a window the arrows still drive the tour.
  await demo.windows.bob.getByRole("link", { name: "All channels", exact: true }).focus();
  await person.page.keyboard.press("ArrowRight");
  await expect(demo.step(11)).toBeVisible();
  await expect(demo.status).toHaveText("Done");
});

test("demo: sleep, wake, a cheat that is answered, blocks, and reset again and again", async ({ people, stack }) => {
  const { person, demo } = await presenter(people, stack);
  await demo.playTo(4);
  const block = await stack.chain.blockNumber();
  await demo.press("Mine 1");
  await expect(demo.block).toHaveText(`Block ${block + 1}`);

  // Sleep cuts the line: the relay sees him go, and what is paid meanwhile waits there.
  await demo.press("Put Bob to sleep");
  await expect(demo.state("bob")).toHaveText("Asleep");
  await expect(demo.windows.bob.getByRole("status").filter({ hasText: "Asleep" })).toBeVisible();
  await expect(demo.channels.alice.presence).toHaveText("Away");
  await demo.channels.alice.pay("10");
  await expect(demo.channels.alice.delivery).toHaveText("Relayed");
  await demo.channels.alice.expectBalances("70 THD", "30 THD");
  await demo.channels.bob.expectBalances("20 THD", "80 THD");
  await demo.press("Wake Bob");
  await demo.channels.bob.expectBalances("30 THD", "70 THD");
  await expect(demo.channels.alice.presence).toHaveText("Online");

  // A window takes its cues from the page that frames it, and from nobody else.
  for (const frame of person.page.frames().filter((frame) => frame !== person.page.mainFrame())) {
    await frame.evaluate(() => window.postMessage(JSON.stringify({ id: 1, cue: "sleep" }), location.origin));
  }
  await person.page.evaluate(() => window.postMessage(JSON.stringify({ key: "left" }), location.origin));

  const before = (await stack.money.channel()).key;
  const wallets = await stack.money.snapshot(before.alice, before.bob);
  await demo.press("Let Alice cheat");
  await expect(demo.windows.bob.getByRole("alert").filter({ hasText: "Claim now or lose 10 THD" })).toBeVisible();
  await demo.channels.bob.claimButton.click();
  // Mined before the blocks that end the period.
  await expect.poll(async () => (await stack.money.channel()).state.aliceTotal).toBe(thd("30"));
  await demo.press("Mine 100");
  await demo.channels.alice.settleButton.click();
  await demo.channels.bob.expectPhase("Settled");
  await expect.poll(() => wallets.since()).toEqual(["70", "30"]);
  await expect(demo.state("bob")).toHaveText("Connected");
  await expect(demo.step(5)).toBeVisible();

  let former = await accountNames(demo);
  for (const round of [1, 2]) {
    await demo.press("Reset");
    // It asks once more, and the same button takes the question back.
    await demo.press("Reset");
    await expect(demo.controls.getByRole("button", { name: "Really reset", exact: true })).toHaveCount(0);
    await expect(demo.step(5)).toBeVisible();
    await demo.press("Reset");
    await demo.press("Really reset");
    await expect(demo.step(1)).toBeVisible();
    await demo.expectReady();
    await expect(demo.windows.alice.getByTestId("wallet-THD")).toHaveText("0 THD");
    // The windows are loaded anew, each in its own time.
    for (const [place, button] of accounts(demo).entries()) await expect(button).not.toHaveAttribute("aria-label", former[place]!);
    const now = await accountNames(demo);
    for (const account of now) expect(former).not.toContain(account);
    former = now;
    await demo.playTo(4);
    await demo.channels.bob.expectBalances("20 THD", "80 THD");
    expect(await stack.money.channels()).toHaveLength(round + 1);
  }
});

test("demo: a control that comes too early says what is missing", async ({ people, stack }) => {
  const { demo } = await presenter(people, stack);
  await demo.press("Let Alice cheat");
  await expect(demo.page.getByRole("alert").filter({ hasText: "There is no channel between Alice and Bob yet." })).toBeVisible();
  await demo.playTo(3);
  await demo.press("Let Alice cheat");
  await expect(demo.page.getByRole("alert").filter({ hasText: "paid nothing in this channel yet" })).toBeVisible();
});

test("demo: somebody in the room opens a third channel by the short link", async ({ people, stack, picture }) => {
  const { person, demo } = await presenter(people, stack);
  await demo.controls.getByRole("button", { name: "Invite the room", exact: true }).click();
  await expect(demo.room.getByRole("img", { name: "QR code of the room's link", exact: true })).toBeVisible();
  await expect(demo.room.getByRole("note")).toContainText("--tls");
  await picture("demo-room", { presenter: person });
  const link = `http://${await demo.room.getByTestId("handout-link").textContent()}`;
  await person.page.keyboard.press("ArrowRight");
  await demo.room.getByRole("button", { name: "Close", exact: true }).click();
  await expect(demo.status).toHaveText("");

  const guest = await people.visitor(undefined, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await guest.page.goto(link);
  await expect(guest.app.heading("New channel")).toBeVisible();
  await guest.app.newChannel.deposit.fill("30");
  await guest.app.newChannel.openButton.click();
  await expect(guest.channel.heading).toHaveText("Channel with Alice");
  await guest.channel.expectPhase("Open");
  const alice = demo.windows.alice;
  await alice.getByRole("region", { name: "Offered to you", exact: true }).getByRole("button", { name: /^Join / }).click();
  await demo.channels.alice.expectPhase("Open");
  await guest.channel.pay("7");
  await demo.channels.alice.expectBalances("7 THD", "23 THD");
  // The tour is about Alice and Bob: a third channel does not move it.
  await expect(demo.step(1)).toBeVisible();
  await guest.page.reload();
  await guest.channel.expectBalances("23 THD", "7 THD");
});

const still = { reducedMotion: "reduce" } as const;
const projected = { width: 1920, height: 1080 };
/** How the presenter may look at it, by who can change from one to the other: a phone is one from the start. */
const settings: Record<string, { options: BrowserContextOptions; looks: Record<string, { viewport: ViewportSize; colorScheme: "light" | "dark" }> }> = {
  "on a desk and on a wall": {
    options: { ...still, ...wide },
    looks: {
      light: { ...wide, colorScheme: "light" },
      dark: { ...wide, colorScheme: "dark" },
      projector: { viewport: projected, colorScheme: "light" },
    },
  },
  "on a phone": {
    options: { ...still, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    looks: { phone: { viewport: { width: 390, height: 844 }, colorScheme: "light" } },
  },
};

for (const [where, { options, looks }] of Object.entries(settings)) {
  test(`demo: looks right ${where}`, async ({ people, stack, picture }) => {
    // Three pages are looked through each time: the presenter's and both windows.
    test.slow();
    const { person, demo } = await presenter(people, stack, options);
    const see = async (what: string, judged = true) => {
      for (const [name, { viewport, colorScheme }] of Object.entries(looks)) {
        await person.page.setViewportSize(viewport);
        await person.page.emulateMedia({ colorScheme });
        if (judged) await expectAccessible(person.page, `${what}, ${name}`, true);
        await picture(`demo-${name}-${what}`, { presenter: person });
      }
    };
    await see("start", false);
    await demo.playTo(6);
    await demo.play(7);
    await see("asleep");
    await person.page.keyboard.press("ArrowRight");
    await demo.play(8);
    await person.page.keyboard.press("ArrowRight");
    await demo.play(9);
    await person.page.keyboard.press("ArrowRight");
    await demo.play(10);
    await see("warned");
    await demo.controls.getByRole("button", { name: "Invite the room", exact: true }).click();
    await expect(demo.room).toBeVisible();
    await see("room");
  });
}

test.describe("off development chains", () => {
  test.use({ stackOptions: { development: false } });

  test("demo: there is none, and its links are nothing special", async ({ people, stack }) => {
    const visitor = await people.visitor();
    for (const path of ["/demo", "/demo/", "/demo/1", "/demo/x"]) {
      await visitor.page.goto(`${stack.origin}${path}`);
      await expect(visitor.app.heading("There is no such page")).toBeVisible();
      await expect(visitor.page.locator("iframe")).toHaveCount(0);
    }
    await visitor.page.goto(`${stack.origin}/?role=alice&round=1`);
    await expect(visitor.app.heading("Connect a wallet")).toBeVisible();
    await expect(visitor.page.getByRole("button", { name: /Demo/ })).toHaveCount(0);
    const answer = await fetch(`${stack.origin}/`);
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(answer.headers.get("content-security-policy")).not.toContain("frame-src");
  });
});

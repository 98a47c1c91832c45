// Several windows of one browser: never two that sign for one side, never one that follows another's account.
import * as accounts from "../stack/accounts.ts";
import { expectAccessible } from "./accessible.ts";
import { expect, test, type People, type Person } from "./fixtures.ts";
import { expectAgreed, inChannel, joinOffered, open } from "./steps.ts";

/** Alice and Bob in a channel in which she has paid 10 of 100, and a second window of hers that waits. */
async function inTwoWindows(people: People): Promise<{ alice: Person; bob: Person; second: Person }> {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  return { alice, bob, second: await alice.waiting() };
}

test("the same page opened twice: the second window waits, takes over, and the first stops", async ({
  people,
  picture,
}) => {
  const { alice, bob, second } = await inTwoWindows(people);
  await picture("second-window", { alice: second });
  // The first goes on meanwhile.
  await alice.channel.pay("1");
  await expectAgreed(alice, bob, "89 THD", "11 THD");

  await second.app.button("Take over").click();
  await expect(second.app.heading("Channels")).toBeVisible();
  await alice.expectWaiting();
  await expect(alice.channel.payButton).toHaveCount(0);
  await second.app.channels.openOnly();
  await second.channel.expectSpendable("89 THD");
  await second.channel.pay("4");
  await expectAgreed(second, bob, "85 THD", "15 THD");

  // And back again.
  await alice.app.button("Take over").click();
  await expectAgreed(alice, bob, "85 THD", "15 THD");
  await second.expectWaiting();
});

test("a window that waits shows the channels as they change, and goes on when the other is closed", async ({
  people,
  picture,
}) => {
  const { alice, bob, second } = await inTwoWindows(people);
  await expect(second.channel.bar).toHaveAccessibleName(/^You own 90 THD, .* owns 10 THD$/);
  await second.channel.expectPhase("Open");
  await alice.channel.pay("1");
  await expect(second.channel.bar).toHaveAccessibleName(/^You own 89 THD, .* owns 11 THD$/);
  await picture("second-window-channels", { alice: second });

  await second.app.channels.links.click();
  await second.channel.expectBalances("89 THD", "11 THD");
  await expect(second.channel.history.first()).toContainText("You paid 1 THD");
  await bob.channel.pay("4");
  await expectAgreed(alice, bob, "93 THD", "7 THD");
  await second.channel.expectBalances("93 THD", "7 THD");
  await expect(second.channel.history.first()).toContainText("You received 4 THD");
  const page = second.page.getByRole("main");
  await expect(page.getByRole("button")).toHaveText(["Take over", "Back to the wallets"]);
  await expect(page.getByRole("textbox")).toHaveCount(0);
  await expectAccessible(second.page, "A channel in the other window");
  await picture("second-window-channel", { alice: second });

  await alice.leave();
  await expect(second.channel.heading).toBeVisible();
  await second.channel.expectSpendable("93 THD");
  await second.channel.pay("3");
  await expectAgreed(second, bob, "90 THD", "10 THD");
});

test("a window that waits warns of a cheat, and takes over to answer it", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("50");
  await expectAgreed(alice, bob, "50 THD", "50 THD");
  await bob.channel.pay("10");
  await expectAgreed(alice, bob, "60 THD", "40 THD");
  await bob.channel.pay("20");
  await expectAgreed(alice, bob, "80 THD", "20 THD");

  const second = await alice.waiting();
  await expect(second.channel.bar).toHaveAccessibleName(/^You own 80 THD,/);
  await bob.channel.closeUnderstating("10");
  await expect(second.app.alert("Claim now or lose 20 THD")).toBeVisible();
  await expect(second.page).toHaveTitle(/^⚠ Claim now/);
  await second.channel.expectPhase("Closing");
  await expect(second.app.alarm.getByRole("button")).toHaveText(["Take over"]);
  await expectAccessible(second.page, "An alarm in the other window");
  await picture("second-window-warned", { alice: second });

  await second.app.alarm.getByRole("button").click();
  await expect(second.app.heading("Channels")).toBeVisible();
  // Now the first one waits, and shows the same.
  await alice.expectWaiting();
  await expect(alice.app.alarm.getByRole("button")).toHaveText(["Take over"]);
  await second.channel.claimButton.click();
  await expect(second.app.alarm).toHaveCount(0);
  await expect(alice.app.alarm).toHaveCount(0);
  await second.app.channels.openOnly();
  await expect(second.channel.payoutYours).toHaveText("80 THD");
});

test("who opened a second window to be somebody else goes back to the wallets", async ({ people }) => {
  // A link without a role is for either.
  const alice = await people.visitor();
  await alice.app.enter("Demo Alice");
  const bob = await alice.waiting();
  await bob.app.button("Back to the wallets").click();
  await expect(bob.app.heading("Connect a wallet")).toBeVisible();
  await bob.app.enter("Demo Bob");
  await bob.app.expectAccount(accounts.bob.address);
  // It stays with him, and the other window with her.
  await bob.page.reload();
  await bob.app.expectAccount(accounts.bob.address);
  await alice.app.expectAccount(accounts.alice.address);
  await alice.app.goToNewChannel();
});

test("a closed window leaves its account to the next", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  await alice.leave();
  const next = await alice.comeBack();
  await next.app.channels.openOnly();
  await expectAgreed(next, bob, "90 THD", "10 THD");
});

test("two windows share one wallet with two accounts", async ({ people, wallet, stack }) => {
  const shared = wallet([accounts.alice, accounts.bob]);
  const alice = await people.withWallet({ wallet: shared, account: accounts.alice.address, role: "alice" });
  await alice.app.pickWallet("Test Wallet");
  await alice.app.button("Back").click();
  await expect(alice.app.heading("Connect a wallet")).toBeVisible();
  await alice.app.pickWallet("Test Wallet");
  await alice.app.chooseAccount(accounts.alice.address);
  await alice.app.setUpPayments();

  const bob = await alice.another("", "bob", accounts.bob.address);
  await bob.app.pickWallet("Test Wallet");
  await bob.app.chooseAccount(accounts.bob.address);
  await bob.app.setUpPayments();
  await bob.app.expectAccount(accounts.bob.address);
  await alice.app.expectAccount(accounts.alice.address);

  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({ counterparty: await bob.app.channels.link.inputValue(), deposit: "100" });
  await alice.channel.expectPhase("Open");
  await joinOffered(bob);
  await alice.channel.pay("30");
  await expectAgreed(alice, bob, "70 THD", "30 THD");
  await bob.channel.pay("10");
  await expectAgreed(alice, bob, "80 THD", "20 THD");

  // The person selects another account in the wallet: neither window follows.
  await shared.select(accounts.bob.address);
  await shared.select(accounts.alice.address);
  await alice.app.expectAccount(accounts.alice.address);
  await bob.app.expectAccount(accounts.bob.address);
  await bob.channel.deposit("5");
  await expectAgreed(alice, bob, "80 THD", "25 THD");

  // Each keeps its account over a reload, and nobody is asked again.
  const windows = shared.windows.length;
  await Promise.all([alice.page.reload(), bob.page.reload()]);
  await expectAgreed(alice, bob, "80 THD", "25 THD");
  await alice.app.expectAccount(accounts.alice.address);
  await bob.app.expectAccount(accounts.bob.address);
  expect(shared.windows.length).toBe(windows);
  expect((await stack.money.channel()).key).toMatchObject({
    alice: accounts.alice.address,
    bob: accounts.bob.address,
  });
});

test("the wallet takes the page's account away: the page keeps it and says so", async ({ people, wallet }) => {
  const mine = wallet([accounts.alice, accounts.bob]);
  const alice = await people.withWallet({ wallet: mine, account: accounts.alice.address });
  await alice.app.pickWallet("Test Wallet");
  await alice.app.chooseAccount(accounts.alice.address);
  await alice.app.setUpPayments();

  await mine.permit(accounts.bob.address);
  await expect(alice.app.alert("Your wallet has switched to another account")).toBeVisible();
  await alice.app.expectAccount(accounts.alice.address);
  await mine.permit(accounts.alice.address);
  await expect(alice.app.alert("Your wallet has switched to another account")).toHaveCount(0);
});

test("a channel's link opened in a fresh window leads bob to it", async ({ people }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  const stranger = await people.visitor();
  await stranger.page.goto(await alice.channel.link.inputValue());
  await stranger.app.enter("Demo Bob", stranger.channel.heading);
  await stranger.app.expectAccount(accounts.bob.address);
  await stranger.channel.joinButton.click();
  await stranger.channel.expectPhase("Open");
  await stranger.channel.expectBalances("0 THD", "100 THD");
});

test("the demo's link carries a role and no key", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const keys = [accounts.alice, accounts.bob].map((account) =>
    Buffer.from(account.getHdKey().privateKey ?? []).toString("hex"),
  );
  const stored = await alice.page.evaluate(async () => {
    const [database] = await indexedDB.databases();
    const opened = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(database!.name!);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const key = await new Promise<unknown>((resolve, reject) => {
      const request = opened.transaction("meta").objectStore("meta").get("payment-key");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    opened.close();
    return String(key);
  });
  expect(stored).toMatch(/^[0-9a-f]{64}$/);

  await alice.app.goToChannels();
  await bob.app.goToChannels();
  const links = [
    await alice.app.channels.link.inputValue(),
    await bob.app.channels.link.inputValue(),
    await alice.app.channels.links.getAttribute("href"),
    alice.page.url(),
    bob.page.url(),
  ];
  for (const link of links) {
    for (const key of [...keys, stored, "test test test"]) expect(link).not.toContain(key);
  }
  expect(new URL(bob.page.url()).search).toBe("?role=bob");
  // What is served holds no key either.
  const config = await (await fetch(`${stack.origin}/config.json`)).text();
  for (const key of [...keys, "test test test"]) expect(config).not.toContain(key);
});

/** Gives the other side of the channel that is shown a name. */
async function call({ page, channel }: Person, name: string): Promise<void> {
  const form = page.getByRole("form", { name: "The other side", exact: true });
  const field = form.getByRole("textbox", { name: "Their name", exact: true });
  await field.fill(name);
  await field.press("Enter");
  await expect(channel.heading).toHaveText(`Channel with ${name}`);
}

test("a name that one window gives is in the other one too, and neither takes the other's away", async ({ people }) => {
  const alice = await people.demo("alice");
  const bob = await alice.another("", "bob", accounts.bob.address);
  await bob.app.enter("Demo Bob");
  for (const each of [alice, bob]) await open(each, { counterparty: accounts.carol.address, deposit: "1" });
  await call(alice, "Carol");
  await expect(bob.channel.heading).toHaveText("Channel with Carol");
  await open(bob, { counterparty: accounts.deployer.address, deposit: "1" });
  await call(bob, "Dave");

  // Where a channel is opened they are called by their names too.
  await alice.app.goToNewChannel();
  await alice.app.newChannel.fill({ counterparty: accounts.deployer.address, deposit: "1" });
  await expect(alice.app.newChannel.summary).toContainText("in a channel with Dave.");

  await Promise.all([alice.page.reload(), bob.page.reload()]);
  await alice.app.goToChannels();
  await expect(alice.app.channels.links).toHaveAccessibleName("Channel with Carol");
  await bob.app.goToChannels();
  for (const name of ["Carol", "Dave"]) {
    await expect(bob.app.channels.list.getByRole("link", { name: `Channel with ${name}`, exact: true })).toBeVisible();
  }
});

test("a theme that one window takes is where the other one goes on from", async ({ people }) => {
  const first = await people.visitor();
  const second = await first.another();
  const [one, other] = [first.app.button("Colour theme"), second.app.button("Colour theme")];
  await expect(other).toHaveAttribute("aria-description", "system");
  await one.click();
  await expect(other).toHaveAttribute("aria-description", "light");
  await other.click();
  await expect(one).toHaveAttribute("aria-description", "dark");
  await expect(first.page.locator("html")).toHaveAttribute("data-theme", "dark");
});

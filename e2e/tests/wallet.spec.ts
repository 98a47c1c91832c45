// A wallet of the browser, and the people who answer its windows: yes, no, never, from another network.
import * as accounts from "../stack/accounts.ts";
import { thd } from "../stack/money.ts";
import { expect, test, type MakeWallet, type People } from "./fixtures.ts";
import { expectAgreed, joinOffered, WALLET_METHODS } from "./steps.ts";
import type { TestWallet } from "../wallet/wallet.ts";

const aliceWith = (people: People, wallet: TestWallet) =>
  people.withWallet({ wallet, account: accounts.alice.address });

test("one signature the first time, one transaction to open, no window for any payment", async ({
  people,
  wallet,
  stack,
  picture,
}) => {
  const [hers, his] = [wallet([accounts.alice]), wallet([accounts.bob])];
  const alice = await aliceWith(people, hers);
  const bob = await people.withWallet({ wallet: his, account: accounts.bob.address });
  await alice.app.enter("Test Wallet");
  await bob.app.enter("Test Wallet");
  for (const each of [hers, his]) {
    expect(each.windows.map((window) => window.method)).toEqual(["eth_requestAccounts", "eth_signTypedData_v4"]);
    expect(each.typedData).toEqual(["PaymentKey"]);
  }

  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({ counterparty: await bob.app.channels.link.inputValue(), deposit: "100" });
  await alice.channel.expectPhase("Open");
  expect(hers.windowsFor("eth_sendTransaction")).toHaveLength(1);
  expect(await stack.chain.transactionsOf(alice.address)).toBe(1);
  expect(hers.typedData.filter((type) => type !== "Permit")).toEqual(["PaymentKey"]);

  await joinOffered(bob);
  const windows = [hers.windows.length, his.windows.length];
  for (const amount of ["1", "2", "3", "4"]) {
    await alice.channel.pay(amount);
    await bob.channel.expectBalances(...her(amount));
  }
  await bob.channel.pay("5");
  await expectAgreed(alice, bob, "95 THD", "5 THD");
  expect([hers.windows.length, his.windows.length], "no wallet window for a payment").toEqual(windows);
  expect(his.windowsFor("eth_sendTransaction"), "joining and paying cost bob nothing").toHaveLength(0);
  await picture("wallet-paid", { alice, bob });

  // The page read the chain by itself.
  for (const { method } of [...hers.requests, ...his.requests]) expect(WALLET_METHODS).toContain(method);

  // Back after a reload without a window.
  await alice.page.reload();
  await alice.channel.expectBalances("95 THD", "5 THD");
  expect(hers.windows.length).toBe(windows[0]);
});

/** What bob sees after alice paid 1, 2, 3, 4 one after the other. */
function her(amount: string): [string, string] {
  const total = { "1": 1, "2": 3, "3": 6, "4": 10 }[amount]!;
  return [`${total} THD`, `${100 - total} THD`];
}

test("a wallet that only has window.ethereum", async ({ people, wallet }) => {
  const alice = await aliceWith(people, wallet([accounts.alice], { bare: true }));
  await alice.app.enter("Browser wallet");
  await alice.app.expectAccount(accounts.alice.address);
});

test("the person says no: to connecting, to the payment key, to opening; and yes later", async ({
  people,
  wallet,
  stack,
}) => {
  const mine = wallet([accounts.alice]);
  const alice = await aliceWith(people, mine);

  mine.manner = "reject";
  await alice.app.pickWallet("Test Wallet");
  await expect(alice.app.alert(/reject|declin|said no/i)).toBeVisible();
  mine.manner = "approve";
  await alice.app.pickWallet("Test Wallet");
  // Her yes has arrived, before she takes to saying no again.
  await expect(alice.app.button("Set up payments")).toBeVisible();

  mine.manner = "reject";
  await alice.app.button("Set up payments").click();
  await expect(alice.app.alert(/reject|declin|said no/i)).toBeVisible();
  mine.manner = "approve";
  await alice.app.setUpPayments();

  mine.manner = "reject";
  await alice.app.goToNewChannel();
  await alice.app.newChannel.fill({ counterparty: accounts.bob.address, deposit: "100" });
  await expect(alice.app.newChannel.summary).toContainText("Your wallet asks twice: for a signature");
  const before = await stack.chain.blockNumber();
  await alice.app.newChannel.openButton.click();
  await expect(alice.app.alert(/reject|declin|said no/i)).toBeVisible();
  expect(await stack.chain.blockNumber(), "nothing changed").toBe(before);
  expect(await stack.money.channels()).toEqual([]);

  // What was typed is still there, and the same button works.
  await expect(alice.app.newChannel.deposit).toHaveValue("100");
  mine.manner = "approve";
  await alice.app.newChannel.openButton.click();
  await alice.channel.expectPhase("Open");
  expect(await stack.chain.transactionsOf(alice.address)).toBe(1);
});

test("over plain http the first page says what to do, before a wallet is asked", async ({ people, wallet }) => {
  const mine = wallet([accounts.alice]);
  const alice = await aliceWith(people, mine);
  await expect(alice.app.button("Test Wallet")).toBeVisible();
  await alice.context.addInitScript(() => {
    Object.defineProperty(window, "isSecureContext", { get: () => false });
  });
  await alice.page.reload();
  await expect(alice.app.alert("Open this page over https or on localhost")).toBeVisible();
  await expect(alice.app.heading("Connect a wallet")).toBeVisible();
  await expect(alice.page.getByRole("list", { name: "Wallets", exact: true })).toHaveCount(0);
  expect(mine.windows).toHaveLength(0);
});

test("a wallet that never answers can be given up, and works later", async ({ people, wallet, stack }) => {
  const mine = wallet([accounts.alice]);
  const alice = await aliceWith(people, mine);

  mine.manner = "ignore";
  await alice.app.pickWallet("Test Wallet");
  await mine.window(1);
  await alice.app.button("Cancel").click();
  await expect(alice.app.heading("Connect a wallet")).toBeVisible();
  // The old window is still open in the wallet; it is answered in the end.
  mine.manner = "approve";
  mine.windows[0]!.approve();
  await alice.app.enter("Test Wallet");

  mine.manner = "ignore";
  await alice.app.goToNewChannel();
  await alice.app.newChannel.fill({ counterparty: accounts.bob.address, deposit: "100" });
  const waiting = mine.windows.length;
  await alice.app.newChannel.openButton.click();
  await mine.window(waiting + 1);
  await expect(alice.app.status("Look at your wallet")).toBeVisible();
  await alice.app.button("Cancel request").click();
  await expect(alice.app.status("Look at your wallet")).toHaveCount(0);
  expect(await stack.money.channels()).toEqual([]);

  mine.manner = "approve";
  await alice.app.newChannel.openButton.click();
  await alice.channel.expectPhase("Open");
});

test("who went to another page while the wallet waited stays there", async ({ people, wallet }) => {
  const mine = wallet([accounts.alice]);
  const alice = await aliceWith(people, mine);
  await alice.app.enter("Test Wallet");
  await alice.page.evaluate(() => {
    const visited: string[] = [];
    (window as { visited?: string[] }).visited = visited;
    window.addEventListener("hashchange", () => visited.push(location.hash));
  });
  const channel = { counterparty: accounts.bob.address, currency: "ETH", deposit: "1" } as const;
  await alice.app.goToNewChannel();
  await alice.app.newChannel.fill(channel);
  mine.manner = "ignore";
  const waiting = mine.windows.length;
  await alice.app.newChannel.openButton.click();
  const asked = await mine.window(waiting + 1);
  await alice.app.goToChannels();
  mine.manner = "approve";
  asked.approve();
  await expect(alice.app.channels.list.getByTestId("phase")).toHaveText("Open");

  // The second one leads to its page: by then the first could have, too.
  await alice.app.goToNewChannel();
  await alice.app.newChannel.open(channel);
  await alice.channel.expectPhase("Open");
  const visited = await alice.page.evaluate(() => (window as { visited?: string[] }).visited ?? []);
  expect(visited.filter((hash) => hash.startsWith("#/channel/"))).toHaveLength(1);
});

test("a close that the person refuses is said on the page, and its dialog stays away", async ({ people, wallet, stack }) => {
  const mine = wallet([accounts.alice]);
  const alice = await aliceWith(people, mine);
  await alice.app.enter("Test Wallet");
  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({ counterparty: accounts.bob.address, currency: "ETH", deposit: "1" });
  await alice.channel.expectPhase("Open");
  mine.manner = "reject";
  await alice.channel.close();
  await alice.channel.expectPhase("Closing soon");
  await expect(alice.app.alert(/reject|declin|said no/i)).toBeVisible();
  // Until then it might have been sent after all.
  await stack.chain.mine(20);
  await alice.channel.expectPhase("Open");
  await expect(alice.channel.dialog).toHaveCount(0);
});

test("a second request while the wallet's window waits has its own words", async ({ people, wallet }) => {
  const mine = wallet([accounts.alice]);
  const alice = await aliceWith(people, mine);
  mine.manner = "ignore";
  await alice.app.pickWallet("Test Wallet");
  await mine.window(1);
  await alice.app.button("Cancel").click();
  await alice.app.pickWallet("Test Wallet");
  await expect(alice.app.alert(/already|waiting|open your wallet/i)).toBeVisible();
});

test("a wallet on another network is switched with one press, the chain added if unknown", async ({
  people,
  wallet,
  picture,
}) => {
  const mine = wallet([accounts.alice], { chainId: 1 });
  const alice = await aliceWith(people, mine);
  await alice.app.pickWallet("Test Wallet");
  await expect(alice.app.alert("Your wallet is on another network")).toBeVisible();
  await picture("wrong-network", { alice });

  mine.manner = "reject";
  await alice.app.button("Switch network").click();
  await mine.window(2);
  // Her no has been heard, before she takes to saying yes.
  await expect(alice.app.status(/rejected in the wallet/)).toBeVisible();
  await expect(alice.app.alert("Your wallet is on another network")).toBeVisible();
  expect(mine.chainId).toBe(1);

  mine.manner = "approve";
  await alice.app.button("Switch network").click();
  await expect(alice.app.alert("Your wallet is on another network")).toHaveCount(0);
  expect(mine.chainId).toBe(31337);
  await alice.app.setUpPayments();

  // It leaves in the middle of things, and comes back.
  await mine.switchTo(1);
  await expect(alice.app.alert("Your wallet is on another network")).toBeVisible();
  await alice.app.button("Switch network").click();
  await expect(alice.app.alert("Your wallet is on another network")).toHaveCount(0);
  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({ counterparty: accounts.bob.address, deposit: "1" });
  await alice.channel.expectPhase("Open");
});

test("alice knows only bob's address: one delegation on joining, and no window afterwards", async ({
  people,
  wallet,
  stack,
}) => {
  const { alice, bob, his } = await byAddressOnly(people, wallet);
  expect((await stack.money.channel()).key.bobSigner).toBe(accounts.bob.address);
  await bob.app.channels.joinOffered();
  await bob.channel.expectPhase("Open");
  await alice.channel.pay("50");
  await expectAgreed(alice, bob, "50 THD", "50 THD");

  expect(his.typedData).toEqual(["PaymentKey", "Delegation"]);
  const windows = his.windows.length;
  await bob.channel.pay("5");
  await expectAgreed(alice, bob, "55 THD", "45 THD");
  expect(his.windows.length).toBe(windows);

  // The hub takes what the delegated key signed.
  const paid = await stack.money.snapshot(alice.address, bob.address);
  await alice.channel.close();
  await bob.channel.acceptButton.click();
  await bob.channel.expectPhase("Settled");
  await expect.poll(() => paid.since()).toEqual(["55", "45"]);
  expect((await stack.money.settled())[0]?.args).toMatchObject({ aliceAmount: thd("55"), bobAmount: thd("45") });
});

test("alice knows only bob's address: he declines the delegation and pays back by wallet, then allows the key", async ({
  people,
  wallet,
}) => {
  const { alice, bob, his } = await byAddressOnly(people, wallet);
  await alice.channel.pay("50");
  his.manner = "reject";
  await bob.go(new URL(await alice.channel.link.inputValue()).hash);
  await bob.channel.joinButton.click();
  await bob.channel.expectPhase("Open");
  // He has joined before his wallet is asked; his no has to have been said.
  await expect.poll(() => his.typedData).toContain("Delegation");

  his.manner = "approve";
  await bob.channel.followButton.click();
  await expectAgreed(alice, bob, "50 THD", "50 THD");
  const signed = his.typedData.length;
  await bob.channel.pay("5");
  await expectAgreed(alice, bob, "55 THD", "45 THD");
  expect(his.typedData.slice(signed)).toEqual(["Claim"]);

  await bob.channel.allowButton.click();
  await expect(bob.channel.allowButton).toHaveCount(0);
  expect(his.typedData.slice(signed)).toEqual(["Claim", "Delegation"]);
  await bob.channel.pay("5");
  await expectAgreed(alice, bob, "60 THD", "40 THD");
  expect(his.typedData.slice(signed)).toEqual(["Claim", "Delegation"]);
});

/** Both with wallets of their browsers; alice has opened a channel of 100 THD with bob's plain address. */
async function byAddressOnly(people: People, wallet: MakeWallet, policy: "Refute" | "Forfeit" = "Refute") {
  const [hers, his] = [wallet([accounts.alice]), wallet([accounts.bob])];
  const alice = await aliceWith(people, hers);
  const bob = await people.withWallet({ wallet: his, account: accounts.bob.address });
  await alice.app.enter("Test Wallet");
  await bob.app.enter("Test Wallet");
  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({ counterparty: accounts.bob.address, deposit: "100", policy });
  await alice.channel.expectPhase("Open");
  return { alice, bob, hers, his };
}

test("each payment signed by the wallet, as a choice", async ({ people, wallet, stack }) => {
  const [hers, his] = [wallet([accounts.alice]), wallet([accounts.bob])];
  const alice = await aliceWith(people, hers);
  const bob = await people.withWallet({ wallet: his, account: accounts.bob.address });
  await alice.app.enter("Test Wallet");
  await bob.app.enter("Test Wallet");
  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({
    counterparty: await bob.app.channels.link.inputValue(),
    deposit: "100",
    signWithWallet: true,
  });
  await alice.channel.expectPhase("Open");
  expect((await stack.money.channel()).key.aliceSigner).toBe(accounts.alice.address);
  await joinOffered(bob);

  const before = hers.typedData.length;
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  expect(hers.typedData.slice(before)).toEqual(["Claim"]);

  hers.manner = "reject";
  await alice.channel.pay("10");
  await expect(alice.channel.amount).toHaveAttribute("aria-invalid", "true");
  hers.manner = "approve";
  await alice.channel.pay("1");
  await expectAgreed(alice, bob, "89 THD", "11 THD");
  await alice.channel.amount.fill("20");
  await expect(alice.channel.amount).toHaveAccessibleDescription(/total paid so far: 31 THD, as 31000000000000000000\./);
});

test("a forfeit channel with bob's plain address: his wallet signs each payment, and no key is allowed", async ({
  people,
  wallet,
  stack,
}) => {
  const { alice, bob, his } = await byAddressOnly(people, wallet, "Forfeit");
  await bob.app.channels.joinOffered();
  await bob.channel.expectPhase("Open");
  await alice.channel.pay("50");
  await expectAgreed(alice, bob, "50 THD", "50 THD");
  await expect(bob.channel.allowButton).toHaveCount(0);
  const signed = his.typedData.length;
  await bob.channel.pay("5");
  await expectAgreed(alice, bob, "55 THD", "45 THD");
  expect(his.typedData.slice(signed)).toEqual(["Claim"]);
  expect(his.typedData).not.toContain("Delegation");

  // The hub takes a claim that the wallet signed: alice closes with it.
  const paid = await stack.money.snapshot(alice.address, bob.address);
  await alice.channel.close();
  await bob.channel.acceptButton.click();
  await bob.channel.expectPhase("Settled");
  await expect.poll(() => paid.since()).toEqual(["55", "45"]);
});

test("what somebody else has done already is refused before the wallet opens a window", async ({ people, wallet, stack }) => {
  const mine = wallet([accounts.alice]);
  const alice = await aliceWith(people, mine);
  await alice.page.clock.install();
  await alice.page.reload();
  await alice.app.enter("Test Wallet");
  const bob = await people.demo("bob");
  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({ counterparty: await bob.app.channels.link.inputValue(), deposit: "100" });
  await alice.channel.expectPhase("Open");
  await joinOffered(bob);
  await bob.channel.close();
  await alice.channel.expectPhase("Closing");
  await stack.chain.mine(100);
  await alice.channel.expectPhase("Ready to settle");

  // Her page asks the chain for nothing more by itself, and believes what it has read.
  await alice.page.clock.pauseAt(Date.now() + 60_000);
  await bob.channel.settleButton.click();
  await bob.channel.expectPhase("Settled");
  const windows = mine.windows.length;
  await alice.channel.settleButton.click();
  await alice.channel.expectPhase("Settled");
  await alice.app.openActivity();
  await expect(alice.app.activity).toContainText("Settling did not work. This cannot be done now: the channel is settled.");
  expect(mine.windows.length, "no window").toBe(windows);
  expect(mine.asked("eth_sendTransaction"), "only to open").toBe(1);
});

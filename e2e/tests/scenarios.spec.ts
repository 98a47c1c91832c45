// The demo, as the first issue tells it: two people, two browsers, a real chain, a real relay.
import * as accounts from "../stack/accounts.ts";
import { ether, Phase, thd } from "../stack/money.ts";
import { expect, test } from "./fixtures.ts";
import { bothConnected, expectAgreed, inChannel, joinOffered, open } from "./steps.ts";

test("1: alice opens a channel with 100 THD in one transaction, and both deposit later", async ({
  people,
  stack,
  picture,
}) => {
  const { alice, bob } = await bothConnected(people);
  const before = await stack.chain.blockNumber();
  const spent = await stack.money.snapshot(alice.address, bob.address);

  await alice.app.goToNewChannel();
  await alice.app.newChannel.fill({
    counterparty: await bob.app.channels.link.inputValue(),
    currency: "THD",
    deposit: "100",
    period: "100",
  });
  await picture("1-opening", { alice });
  await alice.app.newChannel.openButton.click();
  await alice.channel.expectPhase("Open");
  await alice.channel.expectBalances("100 THD", "0 THD");
  await picture("1-opened", { alice, bob });

  expect(await stack.chain.blockNumber(), "one transaction, one block").toBe(before + 1);
  await expect.poll(() => spent.since()).toEqual(["-100", "0"]);
  const { key, state } = await stack.money.channel();
  expect(state).toMatchObject({ phase: Phase.Open, aliceDeposit: thd("100"), bobDeposit: 0n });
  expect(key).toMatchObject({ alice: alice.address, bob: bob.address, finalizationPeriod: 100, policy: 0 });
  expect(key.token).toBe(stack.money.token.address);

  await joinOffered(bob);
  await bob.channel.deposit("50");
  await expectAgreed(alice, bob, "100 THD", "50 THD");
  await alice.channel.deposit("2.5");
  await expectAgreed(alice, bob, "102.5 THD", "50 THD");
  expect(await stack.chain.blockNumber(), "one transaction each").toBe(before + 3);
  await expect.poll(() => spent.since()).toEqual(["-102.5", "-50"]);
  expect(await stack.money.held()).toBe(thd("152.5"));
});

test("1: a channel of ether, with deposits of both sides", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { currency: "ETH", deposit: "1.5" });
  await expectAgreed(alice, bob, "1.5 ETH", "0 ETH");
  await bob.channel.deposit("0.25");
  await expectAgreed(alice, bob, "1.5 ETH", "0.25 ETH");
  await alice.channel.deposit("0.000000000000000001");
  await expectAgreed(alice, bob, "1.500000000000000001 ETH", "0.25 ETH");
  expect(await stack.money.held("0x0000000000000000000000000000000000000000")).toBe(ether("1.750000000000000001"));

  await alice.channel.pay("0.5");
  await expectAgreed(alice, bob, "1.000000000000000001 ETH", "0.75 ETH");
  await bob.channel.proposeEnd();
  await alice.channel.agreeEnd();
  await expect(alice.channel.paidYours).toHaveText("1.000000000000000001 ETH");
  await expect(bob.channel.paidYours).toHaveText("0.75 ETH");
  const [settled] = await stack.money.settled();
  expect(settled?.args).toMatchObject({ aliceAmount: ether("1.000000000000000001"), bobAmount: ether("0.75") });
});

for (const way of ["offer", "link", "pasted link", "code"] as const) {
  test(`2: bob joins by the ${way}, without a transaction`, async ({ people, stack, picture }) => {
    const { alice, bob } = await bothConnected(people);
    await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "100" });
    const [link, code] = [await alice.channel.link.inputValue(), await alice.channel.shortCode.innerText()];
    const blocks = await stack.chain.blockNumber();

    await expect(bob.app.channels.offered).toBeVisible();
    if (way === "offer") {
      await picture("2-offered", { bob });
      await bob.app.channels.joinOffered();
    }
    if (way === "link") {
      await bob.go(new URL(link).hash);
      await bob.channel.joinButton.click();
    }
    if (way === "pasted link") await bob.app.channels.join(link);
    if (way === "code") await bob.app.channels.join(code);

    await bob.channel.expectPhase("Open");
    await bob.channel.expectBalances("0 THD", "100 THD");
    if (way === "offer") await picture("2-joined", { alice, bob });
    expect(await stack.chain.transactionsOf(bob.address)).toBe(0);
    expect(await stack.chain.blockNumber()).toBe(blocks);
  });
}

test("3: payments are shown at once, both ways, together, over reloads and absences", async ({
  people,
  stack,
  picture,
}) => {
  let { alice, bob } = await inChannel(people, { deposit: "100" });
  const blocks = await stack.chain.blockNumber();

  await alice.channel.pay("20");
  await expectAgreed(alice, bob, "80 THD", "20 THD");
  await expect(alice.channel.delivery).toHaveText(/^(Relayed|Seen)$/);
  await picture("3-paid", { alice, bob });
  await bob.channel.pay("5");
  await expectAgreed(alice, bob, "85 THD", "15 THD");

  // Both press at the same moment.
  await alice.channel.amount.fill("10");
  await bob.channel.amount.fill("4");
  await Promise.all([alice.channel.payButton.click(), bob.channel.payButton.click()]);
  await expectAgreed(alice, bob, "79 THD", "21 THD");

  await Promise.all([alice.page.reload(), bob.page.reload()]);
  await expectAgreed(alice, bob, "79 THD", "21 THD");

  await bob.leave();
  await expect(alice.channel.presence).toHaveText("Away");
  await alice.channel.pay("9");
  await alice.channel.expectBalances("70 THD", "30 THD");
  await expect(alice.channel.delivery).toHaveText("Relayed");
  bob = await bob.comeBack();
  await bob.app.channels.openOnly();
  await expectAgreed(alice, bob, "70 THD", "30 THD");
  await picture("3-back", { alice, bob });

  expect(await stack.chain.blockNumber(), "no block for any payment").toBe(blocks);
});

test("4: bob closes, and after 100 blocks anyone settles", async ({ people, stack, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("20");
  await expectAgreed(alice, bob, "80 THD", "20 THD");
  await bob.channel.pay("5");
  await expectAgreed(alice, bob, "85 THD", "15 THD");
  const paid = await stack.money.snapshot(alice.address, bob.address);

  await bob.channel.close();
  await bob.channel.expectPhase("Closing");
  await alice.channel.expectPhase("Closing");
  // The button that closed it was at the end of the page; what comes next stands at its top.
  await expect(bob.channel.closesIn).toBeInViewport();
  await expect(alice.channel.closesIn).toHaveText("100 blocks");
  await expect(alice.channel.payoutYours).toHaveText("85 THD");
  await expect(bob.channel.payoutYours).toHaveText("15 THD");
  const { state } = await stack.money.channel();
  expect(state).toMatchObject({ phase: Phase.Closing, aliceTotal: thd("20"), bobTotal: thd("5"), closer: 1 });
  await picture("4-closing", { alice, bob });

  await alice.channel.mine("99");
  await expect(alice.channel.closesIn).toHaveText("1 block");
  await expect(alice.channel.settleButton).toHaveCount(0);
  await alice.channel.mine("1");
  await alice.channel.expectPhase("Ready to settle");
  await expect(alice.channel.settleButton).toBeInViewport();
  await alice.channel.settleButton.click();
  await alice.channel.expectPhase("Settled");
  await bob.channel.expectPhase("Settled");
  await expect(alice.channel.paidYours).toHaveText("85 THD");
  await expect(bob.channel.paidYours).toHaveText("15 THD");
  await expect.poll(() => paid.since()).toEqual(["85", "15"]);
  expect(await stack.money.held()).toBe(0n);
  await picture("4-settled", { alice, bob });
});

test("4: the other side accepts a close, so that nobody waits", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("20");
  await expectAgreed(alice, bob, "80 THD", "20 THD");
  const paid = await stack.money.snapshot(alice.address, bob.address);
  await alice.channel.close();
  await bob.channel.acceptButton.click();
  await bob.channel.expectPhase("Settled");
  await alice.channel.expectPhase("Settled");
  await expect.poll(() => paid.since()).toEqual(["80", "20"]);
});

test("5: a closer that understates is corrected by one claim", async ({ people, stack, picture }) => {
  let { alice, bob } = await inChannel(people, { deposit: "400" });
  const paid = await stack.money.snapshot(alice.address, bob.address);
  await alice.channel.pay("200");
  await expectAgreed(alice, bob, "200 THD", "200 THD");
  await bob.channel.pay("100");
  await expectAgreed(alice, bob, "300 THD", "100 THD");
  await alice.channel.pay("300");
  await expectAgreed(alice, bob, "0 THD", "400 THD");

  await bob.leave();
  await alice.channel.closeUnderstating("200");
  await alice.channel.expectPhase("Closing");
  expect((await stack.money.channel()).state).toMatchObject({ aliceTotal: thd("200"), bobTotal: thd("100"), closer: 0 });

  bob = await bob.comeBack();
  await expect(bob.page).toHaveTitle(/^⚠ Claim now/);
  await bob.app.channels.openOnly();
  await expect(bob.app.alert("Claim now or lose 300 THD")).toBeVisible();
  await expect(bob.channel.acceptButton).toHaveCount(0);
  await picture("5-warned", { alice, bob });
  await bob.channel.claimButton.click();
  await expect(bob.app.alert("Claim now")).toHaveCount(0);
  await expect(bob.channel.payoutYours).toHaveText("400 THD");
  await expect(alice.channel.payoutYours).toHaveText("0 THD");
  await picture("5-claimed", { alice, bob });

  await bob.channel.mine("100");
  await bob.channel.settleButton.click();
  await expect(bob.channel.paidYours).toHaveText("400 THD");
  await expect(alice.channel.paidYours).toHaveText("0 THD");
  await expect.poll(() => paid.since()).toEqual(["0", "400"]);
});

test("5: under the forfeit policy the same lie gives bob everything at once", async ({ people, stack, picture }) => {
  let { alice, bob } = await inChannel(people, { deposit: "400", policy: "Forfeit" });
  const paid = await stack.money.snapshot(alice.address, bob.address);
  await alice.channel.pay("200");
  await bob.channel.expectBalances("200 THD", "200 THD");
  await bob.channel.pay("100");
  await alice.channel.pay("150");
  // Honestly alice would get 150 here.
  await expectAgreed(alice, bob, "150 THD", "250 THD");

  await bob.leave();
  await alice.channel.closeUnderstating("200");
  await alice.channel.expectPhase("Closing");

  bob = await bob.comeBack();
  await bob.app.channels.openOnly();
  await bob.channel.claimButton.click();
  await bob.channel.expectPhase("Settled");
  await expect(bob.channel.paidYours).toHaveText("400 THD");
  await expect(alice.channel.paidYours).toHaveText("0 THD");
  await picture("5-forfeited", { alice, bob });
  await expect.poll(() => paid.since()).toEqual(["0", "400"]);
  const [forfeited] = await stack.money.forfeited();
  expect(forfeited?.args).toMatchObject({ closer: 0, total: thd("350") });
});

test("6: both agree, one transaction, no waiting", async ({ people, stack, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("30");
  await expectAgreed(alice, bob, "70 THD", "30 THD");
  const paid = await stack.money.snapshot(alice.address, bob.address);
  const blocks = await stack.chain.blockNumber();

  await alice.channel.proposeEnd();
  await expect(alice.app.status("You proposed to end together")).toBeVisible();
  await expect(bob.channel.endTogether).toBeVisible();
  await expect(bob.channel.proposalYours).toHaveText("30 THD");
  await expect(bob.channel.proposalTheirs).toHaveText("70 THD");
  await picture("6-proposed", { alice, bob });
  await bob.channel.agreeEnd();
  await bob.channel.expectPhase("Settled");
  await alice.channel.expectPhase("Settled");
  await expect(alice.channel.paidYours).toHaveText("70 THD");
  await picture("6-settled", { alice, bob });

  expect(await stack.chain.blockNumber()).toBe(blocks + 1);
  expect(await stack.chain.transactionsOf(accounts.bob.address)).toBe(1);
  await expect.poll(() => paid.since()).toEqual(["70", "30"]);
});

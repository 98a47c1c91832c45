// Taking money out of a channel that stays open: asked for by one side, signed for by both, sent by the other.
import { thd } from "../stack/money.ts";
import { expect, test } from "./fixtures.ts";
import { expectAgreed, inChannel } from "./steps.ts";

test("bob takes out what he was paid, and the channel goes on", async ({ people, stack, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("40");
  await expectAgreed(alice, bob, "60 THD", "40 THD");
  const blocks = await stack.chain.blockNumber();
  const had = await stack.money.snapshot(alice.address, bob.address);

  await bob.channel.askToTakeOut("50");
  await expect(bob.channel.takeOutAmount).toHaveAttribute("aria-invalid", "true");
  // By keyboard alone.
  await bob.channel.takeOutAmount.fill("30");
  await bob.channel.takeOutAmount.press("Enter");
  await expect(bob.channel.takeOut.getByRole("status")).toContainText("You asked to take out 30 THD");
  await bob.channel.expectSpendable("10 THD");
  await expect(alice.channel.letOutAmount).toHaveText("30 THD");
  await expect(alice.page).toHaveTitle(/^Let them take money out/);
  await picture("7-take-out", { alice, bob });
  await alice.channel.letTakeOut("Agree and send");

  await expectAgreed(alice, bob, "60 THD", "10 THD");
  await expect.poll(() => had.since()).toEqual(["0", "30"]);
  expect(await stack.chain.blockNumber(), "one transaction").toBe(blocks + 1);
  expect(await stack.money.held()).toBe(thd("70"));
  await expect(bob.channel.history.first()).toContainText("You took out 30 THD");
  await expect(alice.channel.letOut).toHaveCount(0);
  // What is left goes on.
  await bob.channel.pay("10");
  await expectAgreed(alice, bob, "70 THD", "0 THD");
});

test("a wish to take money out is declined, over a reload, and expires", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.askToTakeOut("25");
  await expect(bob.channel.letOut).toBeVisible();
  await bob.channel.letTakeOut("Decline");
  await expect(bob.channel.letOut).toHaveCount(0);
  await bob.page.reload();
  await bob.channel.expectPhase("Open");
  await expect(bob.channel.presence).toHaveText("Online");
  await expect(bob.channel.letOut).toHaveCount(0);

  await alice.channel.expectSpendable("75 THD");
  await alice.channel.mine("51");
  await expect(alice.app.status("did not agree to your taking out 25 THD")).toBeVisible();
  await alice.channel.expectSpendable("100 THD");
  // A new wish is a new question, and one that nobody answers in time can no longer be agreed to.
  await alice.channel.askToTakeOut("5");
  await expect(bob.channel.letOutAmount).toHaveText("5 THD");
});

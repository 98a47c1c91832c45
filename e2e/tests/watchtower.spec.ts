// The relay's watchtower settles for who asks it to.
import { expect, test } from "./fixtures.ts";
import { inChannel } from "./steps.ts";

test.describe("with a watchtower", () => {
  test.use({ stackOptions: { watchtower: true } });

  test("alice closes, asks the watchtower to settle, and leaves", async ({ people, stack, picture }) => {
    const { alice, bob } = await inChannel(people, { deposit: "100" });
    await alice.channel.pay("30");
    await bob.channel.expectBalances("30 THD", "70 THD");
    await bob.leave();
    await expect(alice.channel.askWatchtower).toHaveCount(0);
    await alice.channel.close();
    await alice.channel.expectPhase("Closing");
    await alice.channel.askWatchtower.click();
    await expect(alice.channel.closing.getByRole("status")).toContainText("The watchtower was asked to settle");
    await expect(alice.channel.askWatchtower).toHaveCount(0);
    await picture("8-watchtower", { alice });
    // It is remembered, also by the relay.
    await alice.page.reload();
    await expect(alice.channel.closing.getByRole("status")).toContainText("The watchtower was asked to settle");

    await stack.chain.mine(100);
    await alice.channel.expectPhase("Settled");
    await expect(alice.channel.paidYours).toHaveText("70 THD");
    const [settled] = await stack.money.settled();
    expect(settled, "the watchtower's transaction").toBeDefined();
    expect(await stack.chain.transactionsOf(alice.address), "opening and closing").toBe(2);
  });
});

test("without a watchtower nobody is offered one", async ({ people }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  await alice.channel.close();
  await expect(alice.channel.closing).toBeVisible();
  await expect(alice.channel.askWatchtower).toHaveCount(0);
});

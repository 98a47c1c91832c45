// Everything that money needs, by somebody who has no mouse.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { expectAgreed, joinOffered } from "./steps.ts";

/** Presses of Tab that lead around any page. */
const AROUND = 120;

/** Goes from wherever the focus is to this, as Tab leads. */
async function tabTo(page: Page, goal: Locator): Promise<void> {
  await expect(goal).toBeEnabled();
  for (let presses = 0; presses < AROUND; presses += 1) {
    await page.keyboard.press("Tab");
    if (await goal.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to ${goal}`);
}

test("a channel from the first page to the payout, by keyboard alone", async ({ people, stack }) => {
  const alice = await people.visitor("alice");
  const bob = await people.demo("bob");
  const had = await stack.money.snapshot(alice.address, bob.address);
  const { page, app, channel } = alice;
  const press = async (goal: Locator, key: "Enter" | "Space" = "Enter") => {
    await tabTo(page, goal);
    await page.keyboard.press(key);
  };
  const type = async (goal: Locator, text: string) => {
    await tabTo(page, goal);
    await page.keyboard.type(text);
  };

  await press(app.listed.and(app.button("Demo Alice")));
  await press(app.button("Set up payments"), "Space");
  await expect(app.heading("Channels")).toBeVisible();

  await press(page.getByRole("navigation").getByRole("link", { name: "New channel", exact: true }));
  await type(app.newChannel.counterparty, await bob.app.channels.link.inputValue());
  await type(app.newChannel.deposit, "100");
  await press(app.newChannel.openButton);
  await channel.expectPhase("Open");
  await joinOffered(bob);

  await type(channel.depositAmount, "50");
  await press(channel.depositButton, "Space");
  await expectAgreed(alice, bob, "150 THD", "0 THD");

  await type(channel.amount, "20");
  await page.keyboard.press("Enter");
  await expectAgreed(alice, bob, "130 THD", "20 THD");
  // Whoever pays again types on: the field is empty, and still the one with the focus.
  await expect(channel.amount).toBeFocused();
  await expect(channel.amount).toHaveValue("");
  await page.keyboard.type("5");
  await page.keyboard.press("Enter");
  await expectAgreed(alice, bob, "125 THD", "25 THD");

  await press(app.button("Close…"));
  await expect(channel.dialog).toBeVisible();
  // Thought better of, and then done.
  await app.closeDialog();
  await expect(app.button("Close…")).toBeFocused();
  await page.keyboard.press("Enter");
  await press(channel.dialog.getByRole("button", { name: "End without the other side…", exact: true }));
  await press(channel.dialog.getByRole("button", { name: "Close one-sidedly", exact: true }));
  await channel.expectPhase("Closing");

  await stack.chain.mine(100);
  await channel.expectPhase("Ready to settle");
  await press(channel.settleButton);
  await channel.expectPhase("Settled");
  await expect(channel.paidYours).toHaveText("125 THD");
  await expect.poll(() => had.since()).toEqual(["-25", "25"]);
});

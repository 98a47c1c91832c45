// Every page and dialog in light and dark, narrow and wide: readable by everybody that axe can speak for, and nothing cut off.
import type { BrowserContextOptions } from "@playwright/test";
import { expectAccessible } from "./accessible.ts";
import { expect, test, type Person } from "./fixtures.ts";
import { expectAgreed, joinOffered, open } from "./steps.ts";

// Contrast can only be judged of what stands still.
const still = { reducedMotion: "reduce" } as const;
const settings: Record<string, BrowserContextOptions> = {
  light: { ...still, colorScheme: "light" },
  dark: { ...still, colorScheme: "dark" },
  phone: { ...still, colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  "dark phone": { ...still, colorScheme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

// axe reads every element of every page, which takes as long as several other tests.
test.slow();

for (const [name, options] of Object.entries(settings)) {
  const file = `looks-${name.replace(" ", "-")}`;
  test(`${name}: every page`, async ({ people, picture }) => {
    const alice = await people.visitor("alice", options);
    await expect(alice.app.heading("Connect a wallet")).toBeVisible();
    await expectAccessible(alice.page, "Connect");
    await picture(`${file}-connect`, { alice });
    await alice.app.pickWallet("Demo Alice");
    await expect(alice.app.heading("Set up payments")).toBeVisible();
    await expectAccessible(alice.page, "Set up");
    await alice.app.setUpPayments();
    await expectAccessible(alice.page, "Channels, empty");
    await alice.app.openAccount();
    await expectAccessible(alice.page, "Account");
    await alice.app.closeDialog();
    const bob = await people.demo("bob", options);

    await alice.app.goToNewChannel();
    await alice.app.newChannel.openButton.click();
    await expect(alice.app.newChannel.counterparty).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(alice.page, "New channel");
    await picture(`${file}-new`, { alice });
    await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "1234.5" });
    await expect(bob.app.channels.offered).toBeVisible();
    await expectAccessible(bob.page, "Channels, offered");
    await picture(`${file}-offered`, { bob });
    await joinOffered(bob);
    await alice.channel.pay("234.5");
    await expectAgreed(alice, bob, "1,000 THD", "234.5 THD");
    await expectAccessible(alice.page, "Channel");
    await dialogs(alice);
    await picture(`${file}-channel`, { alice, bob });
  });

  test(`${name}: what a channel asks for`, async ({ people, picture }) => {
    const [alice, bob] = await Promise.all([people.demo("alice", options), people.demo("bob", options)]);
    await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "1234.5" });
    await joinOffered(bob);
    await alice.channel.pay("234.5");
    await expectAgreed(alice, bob, "1,000 THD", "234.5 THD");

    await bob.channel.request("1.5", "Two coffees at the café by the station, and the cake that we shared");
    await expect(alice.channel.asked).toBeVisible();
    await expect(bob.channel.ownRequests).toHaveCount(1);
    await expectAccessible(alice.page, "They ask to be paid");
    await expectAccessible(bob.page, "Request");
    await picture(`${file}-asked`, { alice, bob });
    await alice.channel.asked.getByRole("button", { name: "Decline", exact: true }).click();
    await expect(bob.channel.ownRequests).toHaveText([/Declined/]);

    await bob.channel.askToTakeOut("4.5");
    await expect(alice.channel.letOut).toBeVisible();
    await expect(bob.channel.takeOut.getByRole("status")).toBeVisible();
    await expectAccessible(alice.page, "Let them take money out?");
    await expectAccessible(bob.page, "Asked to take out");
    await picture(`${file}-take-out`, { alice, bob });
    await alice.channel.letTakeOut("Decline");

    await bob.channel.proposeEnd();
    await expect(alice.channel.endTogether).toBeVisible();
    await expectAccessible(alice.page, "Proposal");
    await alice.channel.agreeEnd();
    await alice.channel.expectPhase("Settled");
    await expectAccessible(alice.page, "Settled");
    await picture(`${file}-settled`, { alice });
  });
}

/** Each dialog that the channel's page can open; Escape closes it and gives the focus back. */
async function dialogs({ app, page }: Person): Promise<void> {
  const openers = {
    Account: app.button(/^Account 0x/),
    Activity: app.button("Activity"),
    "End this channel": app.button("Close…"),
  };
  for (const [name, opener] of Object.entries(openers)) {
    await opener.click();
    const dialog = page.getByRole("dialog", { name, exact: true });
    await expect(dialog).toBeVisible();
    if (name === "End this channel") await dialog.getByRole("button", { name: "End without the other side…", exact: true }).click();
    await expectAccessible(page, `Dialog ${name}`);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(opener).toBeFocused();
  }
}

// Every page and dialog in light and dark, narrow and wide: readable by everybody that axe can speak for, and nothing cut off.
import type { BrowserContextOptions } from "@playwright/test";
import { expectAccessible } from "./accessible.ts";
import { expect, test, type Person, type Picture } from "./fixtures.ts";
import { expectAgreed, joinOffered, open } from "./steps.ts";

// Contrast can only be judged of what stands still.
const still = { reducedMotion: "reduce" } as const;
const SCHEMES = ["light", "dark"] as const;
/** In which windows, and how each is called in the pictures. */
const sizes = {
  window: { options: still, names: { light: "light", dark: "dark" } },
  phone: {
    options: { ...still, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    names: { light: "phone", dark: "dark-phone" },
  },
} satisfies Record<string, { options: BrowserContextOptions; names: Record<string, string> }>;

// axe reads every element of every page, which takes as long as several other tests.
test.slow();

/** Looks at what is on the screen in light and in dark, where nothing else changes. */
async function look({ page }: Person, where: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `${where}, ${colorScheme}`);
  }
}

/** Pictures of them in light and in dark. */
async function show(picture: Picture, names: Record<(typeof SCHEMES)[number], string>, what: string, people: Record<string, Person>) {
  for (const colorScheme of SCHEMES) {
    for (const { page } of Object.values(people)) await page.emulateMedia({ colorScheme });
    await picture(`looks-${names[colorScheme]}-${what}`, people);
  }
}

for (const [size, { options, names }] of Object.entries(sizes)) {
  test(`${size}: every page`, async ({ people, picture }) => {
    const see = (what: string, who: Record<string, Person>) => show(picture, names, what, who);
    const alice = await people.visitor("alice", options);
    await expect(alice.app.heading("Connect a wallet")).toBeVisible();
    await look(alice, "Connect");
    await see("connect", { alice });
    await alice.app.pickWallet("Demo Alice");
    await expect(alice.app.heading("Set up payments")).toBeVisible();
    await look(alice, "Set up");
    await alice.app.setUpPayments();
    await look(alice, "Channels, empty");
    await alice.app.openAccount();
    await look(alice, "Account");
    await alice.app.closeDialog();
    const bob = await people.demo("bob", options);

    await alice.app.goToNewChannel();
    await alice.app.newChannel.openButton.click();
    await expect(alice.app.newChannel.counterparty).toHaveAttribute("aria-invalid", "true");
    await look(alice, "New channel");
    await see("new", { alice });
    await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "1234.5" });
    await expect(bob.app.channels.offered).toBeVisible();
    await look(bob, "Channels, offered");
    await see("offered", { bob });
    await joinOffered(bob);
    await alice.channel.pay("234.5");
    await expectAgreed(alice, bob, "1,000 THD", "234.5 THD");
    await look(alice, "Channel");
    await dialogs(alice);
    await see("channel", { alice, bob });
  });

  test(`${size}: what a channel asks for`, async ({ people, picture }) => {
    const see = (what: string, who: Record<string, Person>) => show(picture, names, what, who);
    const [alice, bob] = await Promise.all([people.demo("alice", options), people.demo("bob", options)]);
    await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "1234.5" });
    await joinOffered(bob);
    await alice.channel.pay("234.5");
    await expectAgreed(alice, bob, "1,000 THD", "234.5 THD");

    await bob.channel.request("1.5", "Two coffees at the café by the station, and the cake that we shared");
    await expect(alice.channel.asked).toBeVisible();
    await expect(bob.channel.ownRequests).toHaveCount(1);
    await look(alice, "They ask to be paid");
    await look(bob, "Request");
    await see("asked", { alice, bob });
    await alice.channel.asked.getByRole("button", { name: "Decline", exact: true }).click();
    await expect(bob.channel.ownRequests).toHaveText([/Declined/]);

    await bob.channel.askToTakeOut("4.5");
    await expect(alice.channel.letOut).toBeVisible();
    await expect(bob.channel.takeOut.getByRole("status")).toBeVisible();
    await look(alice, "Let them take money out?");
    await look(bob, "Asked to take out");
    await see("take-out", { alice, bob });
    await alice.channel.letTakeOut("Decline");

    await bob.channel.proposeEnd();
    await expect(alice.channel.endTogether).toBeVisible();
    await look(alice, "Proposal");
    await alice.channel.agreeEnd();
    await alice.channel.expectPhase("Settled");
    await look(alice, "Settled");
    await see("settled", { alice });
  });
}

/** Each dialog that the channel's page can open; Escape closes it and gives the focus back. */
async function dialogs(person: Person): Promise<void> {
  const { app, page } = person;
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
    await look(person, `Dialog ${name}`);
    await app.closeDialog();
    await expect(opener).toBeFocused();
  }
}

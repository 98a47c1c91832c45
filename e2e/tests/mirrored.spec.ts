// The app as a language that is written from the right would have it: mirrored, nothing cut off, and numbers as ever.
import type { Page } from "@playwright/test";
import { expectNothingCutOff } from "./accessible.ts";
import { expect, test, type Person } from "./fixtures.ts";
import { joinOffered, open } from "./steps.ts";

const still = { reducedMotion: "reduce" } as const;
const sizes = {
  desk: { ...still, viewport: { width: 1440, height: 900 } },
  phone: { ...still, viewport: { width: 390, height: 844 } },
};

/** No language of the app is written from the right yet, so the page is turned by hand; it stays so while the app runs. */
async function mirror(page: Page): Promise<void> {
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
}

async function expectMirrored({ page }: Person, where: string): Promise<void> {
  await expectNothingCutOff(page, where);
  const wrong = await page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll(".money, .mono, .code")) {
      if (element.checkVisibility() && getComputedStyle(element).direction !== "ltr") found.push(element.outerHTML.slice(0, 120));
    }
    return found;
  });
  expect(wrong, `${where}: read from the wrong end`).toEqual([]);
}

for (const [size, options] of Object.entries(sizes)) {
  test(`${size}: from the first page to the payout`, async ({ people, picture }) => {
    const [alice, bob] = await Promise.all([people.demo("alice", options), people.demo("bob", options)]);
    await Promise.all([mirror(alice.page), mirror(bob.page)]);
    await expectMirrored(alice, "Channels, empty");
    await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "1234.5" });
    await expect(bob.app.channels.offered).toBeVisible();
    await expectMirrored(bob, "Channels, offered");
    await joinOffered(bob);
    await alice.channel.payFor("234.5", "Rent, November");
    await bob.channel.expectBalances("234.5 THD", "1,000 THD");
    await bob.channel.request("1.5", "Coffee");
    await expect(alice.channel.asked).toBeVisible();
    await expectMirrored(alice, "Channel");
    await expectMirrored(bob, "Channel of the payee");
    await picture(`mirrored-${size}`, { alice, bob });

    // What is one's own begins where the language does.
    const mine = await alice.page.locator(".side-yours").boundingBox();
    const theirs = await alice.page.locator(".side-theirs").boundingBox();
    expect(mine!.x + mine!.width).toBeGreaterThan(theirs!.x + theirs!.width);

    const bar = await alice.page.locator(".card .bar").first().boundingBox();
    const part = await alice.page.locator(".card .bar .bar-yours").first().boundingBox();
    expect(Math.abs(bar!.x + bar!.width - part!.x - part!.width)).toBeLessThan(2);
    const amount = await alice.page.locator(".side-yours .money").boundingBox();
    expect(Math.abs(mine!.x + mine!.width - amount!.x - amount!.width)).toBeLessThan(2);

    await alice.app.openAccount();
    await expectMirrored(alice, "Account");
    await alice.app.closeDialog();
    await alice.channel.proposeEnd();
    await expectMirrored(bob, "Proposal");
    await bob.channel.agreeEnd();
    await alice.channel.expectPhase("Settled");
    await expectMirrored(alice, "Settled");
  });
}

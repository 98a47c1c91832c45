// The app as a language that is written from the right would have it: mirrored, nothing cut off, and numbers as ever.
import type { Page } from "@playwright/test";
import { expectNothingCutOff } from "./accessible.ts";
import { expect, test, type Person } from "./fixtures.ts";
import { expectAgreed, joinOffered, open } from "./steps.ts";

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

/** Where the first of each ends on the right, in pixels; of one moment, as the page moves when something comes. */
function rightEdges(page: Page, selectors: string[]): Promise<number[]> {
  return page.evaluate((all) => all.map((selector) => document.querySelector(selector)!.getBoundingClientRect().right), selectors);
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
    await expectAgreed(alice, bob, "1,000 THD", "234.5 THD");
    await bob.channel.request("1.5", "Coffee");
    await expect(alice.channel.asked).toBeVisible();
    await expectMirrored(alice, "Channel");
    await expectMirrored(bob, "Channel of the payee");
    await picture(`mirrored-${size}`, { alice, bob });

    // What is one's own begins where the language does.
    const [mine, theirs, bar, part, amount] = await rightEdges(alice.page, [
      ".side-yours",
      ".side-theirs",
      ".card .bar",
      ".card .bar .bar-yours",
      ".side-yours .money",
    ]);
    expect(mine).toBeGreaterThan(theirs!);
    expect(Math.abs(bar! - part!)).toBeLessThan(2);
    expect(Math.abs(mine! - amount!)).toBeLessThan(2);

    await alice.app.openAccount();
    await expectMirrored(alice, "Account");
    await alice.app.closeDialog();
    await alice.channel.proposeEnd();
    await expect(bob.channel.endTogether).toBeVisible();
    await expectMirrored(bob, "Proposal");
    await bob.channel.agreeEnd();
    await alice.channel.expectPhase("Settled");
    await expectMirrored(alice, "Settled");
  });
}

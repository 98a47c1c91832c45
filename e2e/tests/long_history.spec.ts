// Ten thousand payments in one channel: all of them can be reached, and only those near the eye are there.
import type { Locator } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { expectAccessible } from "./accessible.ts";
import { expect, test } from "./fixtures.ts";
import { PAST, putPast } from "./long_history.ts";
import { inChannel } from "./steps.ts";

/** What a page may hold of the list at once: stretches are drawn whole. */
const DRAWN = 300;

test("ten thousand payments are scrolled through, searched and taken along", async ({ people, picture }) => {
  test.slow();
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("7");
  await bob.channel.expectBalances("7 THD", "93 THD");
  await putPast(alice.page);
  await alice.channel.expectSpendable("93 THD");
  // Opened and paid came after it all.
  const all = PAST + 2;

  const { history } = alice.channel;
  await expect(history).toHaveCount(12);
  await expect(history.first()).toContainText("You paid 7 THD");
  const more = alice.page.getByRole("button", { name: `Show ${(all - 12).toLocaleString("en-US")} earlier`, exact: true });
  await more.click();
  await expect(alice.page.getByText(`${all.toLocaleString("en-US")} entries, the newest first`, { exact: true })).toBeVisible();
  await expect.poll(() => history.count()).toBeGreaterThan(12);
  expect(await history.count()).toBeLessThan(DRAWN);
  await expect(history.first()).toHaveAttribute("aria-setsize", String(all));
  await expectAccessible(alice.page, "a long history", true);
  await picture("history-all", { alice }, true);

  // By keyboard to its end; what was drawn on the way is gone again.
  const list = alice.page.getByRole("list", { name: "History", exact: true });
  const oldest = alice.page.locator(`[role=listitem][aria-posinset="${all}"]`);
  await expect(async () => {
    // The heights of what was never drawn are guesses, so the end can come a little later.
    await list.press("End");
    await expect(oldest).toBeInViewport({ timeout: 1_000 });
  }).toPass();
  await expect(oldest).toContainText("You paid 1 THD");
  await expect(oldest).toContainText("“Rent #0”");
  expect(await history.count()).toBeLessThan(DRAWN);
  await picture("history-end", { alice }, true);

  // In the middle, a payment that comes moves nothing under the eye.
  await list.hover();
  await alice.page.mouse.wheel(0, -20_000);
  // The wheel is heard a little later than it was turned.
  await expect(oldest).not.toBeInViewport();
  const middle = await inTheMiddle(list);
  await bob.channel.pay("2");
  await expect(alice.channel.yours).toHaveText("95 THD");
  await expect(alice.page.getByText(`${(all + 1).toLocaleString("en-US")} entries, the newest first`, { exact: true })).toBeAttached();
  await expect.poll(async () => Math.abs((await top(list, middle.words, middle.posinset + 1)) - middle.top)).toBeLessThan(3);

  // Searched, it is short again. What is searched for is in no date.
  const search = alice.page.getByRole("textbox", { name: "Search the history", exact: true });
  await search.fill("rent #42 you");
  await expect(history).toHaveText([/You paid 1 THD.*“Rent #42”/]);
  await search.fill("");
  await expect.poll(() => history.count()).toBeGreaterThan(12);
  const saving = alice.page.waitForEvent("download");
  await alice.page.getByRole("button", { name: "Save as CSV", exact: true }).click();
  const csv = await readFile(await (await saving).path(), "utf8");
  expect(csv.trimEnd().split("\r\n")).toHaveLength(1 + all + 1);

  await alice.page.getByRole("button", { name: "Show the newest only", exact: true }).click();
  await expect(history).toHaveCount(12);
  await expect(history.first()).toContainText("You received 2 THD");
  // And what was there is there again.
  await alice.page.reload();
  await alice.channel.expectBalances("95 THD", "5 THD");
  await expect(alice.page.getByRole("button", { name: /^Show 9,99\d earlier$/ })).toBeVisible();
});

interface Seen {
  posinset: number;
  words: string;
  top: number;
}

/** An entry in the middle of the list, once the list stands still. */
async function inTheMiddle(list: Locator): Promise<Seen> {
  let before: Seen | undefined;
  await expect(async () => {
    const now = await list.evaluate(async (box) => {
      // Whatever is drawn anew because of the last movement is drawn then.
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      const { top, height } = box.getBoundingClientRect();
      const middle = top + height / 2;
      const items = [...box.querySelectorAll("[role=listitem][aria-posinset]")];
      const item = items.find((one) => one.getBoundingClientRect().bottom > middle);
      if (!item) throw new Error("nothing is drawn there");
      const words = item.querySelector(".timeline-when")?.textContent ?? "";
      return { posinset: Number(item.getAttribute("aria-posinset")), words, top: item.getBoundingClientRect().top };
    });
    const still = before?.posinset === now.posinset && before.top === now.top;
    before = now;
    expect(still).toBe(true);
  }).toPass({ intervals: [200] });
  return before!;
}

async function top(list: Locator, words: string, posinset: number): Promise<number> {
  const item = list.locator(`[role=listitem][aria-posinset="${posinset}"]`);
  await expect(item).toContainText(words);
  return item.evaluate((one) => one.getBoundingClientRect().top);
}

// Readable by everybody that axe can speak for, and nothing cut off.
import type { Page } from "@playwright/test";
import axe from "axe-core";
import { expect } from "./fixtures.ts";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * Puts axe into every frame that it is not in yet. Its own package for Playwright does that for each look, and opens a page besides to
 * put the frames' findings together: six times the work, and these frames are of one origin and can talk to each other.
 */
async function bringAxe(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(axe.source);
  }
}

/**
 * What is no page of its own, or frames others, is judged without axe's best practices: they want one set of landmarks and one first
 * heading in all that is drawn.
 */
export async function expectAccessible(page: Page, where: string, parts = false): Promise<void> {
  // Contrast can only be judged of what stands still, and a number that has just changed moves.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await bringAxe(page);
  const options: axe.RunOptions = {
    runOnly: parts ? WCAG : [...WCAG, "best-practice"],
    // Targets of 24 pixels are asked for by WCAG 2.2, and off unless named.
    rules: { "target-size": { enabled: true } },
    // Of what is right only that it is; in full it is most of what would be carried out of the page.
    resultTypes: ["violations"],
    // The app takes no style from elsewhere.
    preload: false,
  };
  const found = await page.evaluate(async (options) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options);
    return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
  }, options);
  expect(found, where).toEqual([]);
  await expectNothingCutOff(page, where);
}

export async function expectNothingCutOff(page: Page, where: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${where}: sideways scrolling`).toBeLessThanOrEqual(0);
  const outside = await page.evaluate(() => {
    const boxes = ".card, .dialog, .banner, .alarm, .toast, .control, .header, .strip";
    const found: string[] = [];
    for (const element of document.querySelectorAll("button, input, select, a, p, h1, h2, .money, .chip, .bar")) {
      const around = element.parentElement?.closest(boxes);
      const box = element.getBoundingClientRect();
      // What is hidden, or positioned elsewhere on purpose, is in nobody's way.
      if (!around || box.width === 0 || !element.checkVisibility() || element.matches(".skip")) continue;
      const frame = around.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1) found.push(element.outerHTML.slice(0, 160));
    }
    return found;
  });
  expect(outside, `${where}: sticks out of what it is in`).toEqual([]);
}

// Readable by everybody that axe can speak for, and nothing cut off.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * What is no page of its own, or frames others, is judged without axe's best practices: they want one set of landmarks and one first
 * heading in all that is drawn.
 */
export async function expectAccessible(page: Page, where: string, parts = false): Promise<void> {
  // Targets of 24 pixels are asked for by WCAG 2.2, and off unless named.
  const builder = new AxeBuilder({ page }).options({ rules: { "target-size": { enabled: true } } }).withTags(parts ? WCAG : [...WCAG, "best-practice"]);
  const { violations } = await builder.analyze();
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
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

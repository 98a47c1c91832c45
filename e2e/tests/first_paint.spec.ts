// What is seen before the app runs: the first page's words where the first page comes, in the reader's language, and exactly where the app
// draws them a moment later.
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const HERO = {
  "en-US": { line: "Pay each other instantly.", starting: "Thunder is starting…" },
  "de-DE": { line: "Bezahlt einander sofort.", starting: "Thunder startet …" },
};

/** Keeps the app's wasm back until told. */
async function withhold(page: Page): Promise<() => void> {
  let release = () => {};
  const told = new Promise<void>((done) => (release = done));
  await page.route("**/*.wasm", async (route) => {
    await told;
    await route.continue();
  });
  return release;
}

for (const [locale, words] of Object.entries(HERO)) {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    test(`the first page is there before the app: ${locale}, ${viewport.width} px`, async ({ browser, stack }) => {
      const context = await browser.newContext({ locale, viewport, reducedMotion: "reduce" });
      const page = await context.newPage();
      const release = await withhold(page);
      await page.goto(stack.origin, { waitUntil: "commit" });
      const line = page.getByText(words.line, { exact: true });
      await expect(line).toBeVisible();
      await expect(page.getByText(words.starting)).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
      const places = async () => [await line.boundingBox(), await page.locator(".hero-more").boundingBox(), await page.locator(".brand").boundingBox()];
      const before = await places();
      await page.evaluate(() => {
        const shifts: number[] = ((window as unknown as { shifts: number[] }).shifts = []);
        const observer = new PerformanceObserver((list) =>
          shifts.push(...list.getEntries().map((entry) => (entry as unknown as { value: number }).value)),
        );
        observer.observe({ type: "layout-shift", buffered: true });
      });
      release();
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await places()).toEqual(before);
      expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
      await context.close();
    });
  }
}

test("other pages begin with their own words", async ({ browser, stack }) => {
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  const release = await withhold(page);
  for (const path of ["/demo", "/#/gallery"]) {
    await page.goto(`${stack.origin}${path}`, { waitUntil: "commit" });
    await expect(page.getByText("Thunder is starting…")).toBeVisible();
    await expect(page.getByText(HERO["en-US"].line)).toBeHidden();
    await page.goto("about:blank");
  }
  release();
  await context.close();
});

test("who was connected before sees no first page again", async ({ people }) => {
  const alice = await people.demo("alice");
  const release = await withhold(alice.page);
  await alice.page.reload({ waitUntil: "commit" });
  await expect(alice.page.getByText("Thunder is starting…")).toBeVisible();
  await expect(alice.page.getByText(HERO["en-US"].line)).toBeHidden();
  release();
  await expect(alice.app.heading("Channels")).toBeVisible();
});

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
      // Of one moment.
      const places = () =>
        page.evaluate(() =>
          [".hero-line", ".hero-more", ".brand"].map((one) => JSON.stringify(document.querySelector(one)!.getBoundingClientRect())),
        );
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

// The app's wasm is cut in two (`xtask/src/split`).
const REST = "**/*_rest.wasm";
/** How often the page stood still because something was called that was not there. */
const waits = (page: Page) => page.evaluate(() => performance.getEntriesByName("thunder-rest-now").length);

for (const locale of Object.keys(HERO)) {
  test(`the first page takes the first half of the app alone: ${locale}`, async ({ browser, stack }) => {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(stack.origin);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(asked.filter((path) => path.endsWith(".wasm"))).toEqual([expect.stringMatching(/_bg\.wasm$/)]);
    expect(await waits(page), "something that the first page takes is in the rest: see xtask/src/split/later.rs").toBe(0);
    // Whoever reaches for the page gets it.
    const rest = page.waitForRequest(REST);
    await page.mouse.move(200, 200);
    await rest;
    await context.close();
  });
}

test("who chooses a wallet while the rest cannot be fetched is told so, and chooses again", async ({ people }) => {
  const alice = await people.visitor("alice");
  alice.watch.expect(/net::ERR_FAILED/);
  await alice.page.route(REST, (route) => route.abort());
  await alice.app.pickWallet("Demo Alice");
  await expect(alice.app.alert("The relay that serves this page does not answer")).toBeVisible();
  expect(await waits(alice.page)).toBe(0);
  await alice.page.unroute(REST);
  await alice.app.enter("Demo Alice");
  await expect(alice.app.heading("Channels")).toBeVisible();
});

test("what is called before the rest is there waits for it", async ({ people }) => {
  const alice = await people.visitor("alice");
  // The way on which the page goes on meanwhile hangs; a call that cannot go on without it asks on its own.
  await alice.page.route(REST, async (route) => {
    if (route.request().resourceType() === "xhr") await route.continue();
  });
  await alice.app.button("Import a key or seed phrase").click();
  await expect(alice.page.getByLabel("Private key or seed phrase")).toBeVisible();
  expect(await waits(alice.page)).toBe(1);
});

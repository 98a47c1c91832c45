// What a first visit costs and how soon it can be worked with, with the relay on this machine and nothing in the browser's cache.
import { expect, test } from "../tests/fixtures.ts";
import { at, record, round } from "./result.ts";

const VISITS = 7;

test("first load", async ({ browser, stack }) => {
  const paints: number[] = [];
  const interactives: number[] = [];
  let bytes = 0;
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    // The first page of the app has its heading once it answers to the person.
    await page.addInitScript(() => {
      const noted = window as unknown as { shown?: number };
      new MutationObserver((_, observer) => {
        if (!document.querySelector("main h1")) return;
        noted.shown = performance.now();
        observer.disconnect();
      }).observe(document, { subtree: true, childList: true });
    });
    const finished: Promise<number>[] = [];
    page.on("requestfinished", (request) => {
      finished.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await page.goto(stack.origin);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    const [paint, shown] = await page.evaluate(() => [
      performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      (window as unknown as { shown?: number }).shown ?? Number.NaN,
    ]);
    paints.push(paint!);
    interactives.push(shown!);
    bytes = (await Promise.all(finished)).reduce((sum, size) => sum + size, 0);
    await context.close();
  }
  await record({
    first_load_br_kb: round(bytes / 1000),
    first_paint_ms: { p50: at(paints, 0.5) },
    interactive_ms: { p50: at(interactives, 0.5) },
  });
});

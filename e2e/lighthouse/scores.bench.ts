// Lighthouse's scores of the app as the relay serves it, on its mobile preset: a slow phone on a slow network. The PWA's checks are no
// longer Lighthouse's; `tests/offline.spec.ts` has them.
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { chromium } from "@playwright/test";
import lighthouse, { type Result } from "lighthouse";
import { record } from "../bench/result.ts";
import { expect, test } from "../tests/fixtures.ts";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
/** The scores differ from run to run with what else the machine does; the middle one of three counts. */
const RUNS = 3;

// The browser that Lighthouse drives has to be found by a port.
test("scores", async ({ stack, launchOptions }) => {
  const port = await freePort();
  const browser = await chromium.launch({
    ...launchOptions,
    args: [...(launchOptions.args ?? []), `--remote-debugging-port=${port}`],
  });
  try {
    const results: Result[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const outcome = await lighthouse(`${stack.origin}/`, { port, logLevel: "error", onlyCategories: CATEGORIES });
      if (!outcome) throw new Error("Lighthouse gave no result");
      expect(outcome.lhr.runtimeError, "Lighthouse could not load the app").toBeUndefined();
      results.push(outcome.lhr);
    }
    results.sort((a, b) => score(a, "performance") - score(b, "performance"));
    const middle = results[Math.floor(RUNS / 2)]!;
    tell(middle);
    const scores = Object.fromEntries(CATEGORIES.map((name) => [name.replace("-", "_"), score(middle, name)]));
    await record({ ...scores, ...paints(middle) });
  } finally {
    await browser.close();
  }
});

const score = (result: Result, category: string) => Math.round((result.categories[category]?.score ?? 0) * 100);

/** Milliseconds on the preset's phone and network. */
function paints(result: Result) {
  const of = (audit: string) => Math.round(result.audits[audit]?.numericValue ?? Number.NaN);
  return {
    first_paint_ms: of("first-contentful-paint"),
    largest_paint_ms: of("largest-contentful-paint"),
    blocking_ms: of("total-blocking-time"),
    interactive_ms: of("interactive"),
  };
}

/** Names what cost points. */
function tell(result: Result): void {
  for (const name of CATEGORIES) {
    console.log(`${name} ${score(result, name)}`);
    for (const { id, weight } of result.categories[name]?.auditRefs ?? []) {
      const audit = result.audits[id];
      if (weight > 0 && audit?.score != null && audit.score < 1) {
        console.log(`  ${Math.round(audit.score * 100)} ${id} (weight ${weight}) ${audit.displayValue ?? audit.title}`);
      }
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

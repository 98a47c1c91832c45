import { defineConfig } from "@playwright/test";
import { chromePath } from "./stack/paths.ts";

// Chromium refuses to sandbox itself for root, and without these it looks for updates and accounts on the internet.
const flags = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

export default defineConfig({
  testDir: "tests",
  outputDir: "results",
  globalSetup: "./stack/global_setup.ts",
  // Every test has a stack of its own, so nothing stands between two of them but the machine's cores.
  fullyParallel: true,
  workers: 2,
  // A test that fails has failed, whatever it does the second time, when it is filmed (tests/film.ts): filming each test would cost more
  // than driving it.
  retries: 1,
  failOnFlakyTests: true,
  // Nothing here waits for time to pass, so patience costs nothing while all is well: a machine may be five times slower than the one
  // that this was written on.
  timeout: 180_000,
  expect: { timeout: 45_000 },
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    launchOptions: { executablePath: chromePath(), args: flags },
    viewport: { width: 640, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    // What it keeps would answer in place of the relay that a test has just broken; offline.spec.ts lets it.
    serviceWorkers: "block",
    actionTimeout: 45_000,
    // Without the page's state at each step, which is a tenth of the suite's time; `--trace=on` has it.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false, sources: false },
    screenshot: "only-on-failure",
  },
});

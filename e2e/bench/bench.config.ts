import { defineConfig } from "@playwright/test";
import config from "../playwright.config.ts";

// The suites' own settings, but one worker, so that nothing else wants the machine's cores.
export default defineConfig(config, {
  testDir: ".",
  testMatch: "*.bench.ts",
  outputDir: "../results/bench",
  globalSetup: "../stack/global_setup.ts",
  workers: 1,
  timeout: 180_000,
  reporter: [["line"]],
  use: { trace: "off", screenshot: "off" },
});

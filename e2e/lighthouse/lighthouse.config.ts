import { defineConfig } from "@playwright/test";
import config from "../bench/bench.config.ts";

// A folder of its own, whose packages are installed only when scores are asked for.
export default defineConfig(config, { testDir: ".", outputDir: "../results/lighthouse", timeout: 600_000 });

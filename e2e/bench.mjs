// Measures the app in a browser, as bench/ says (or what the configuration that is named says), and prints one line of JSON. What the
// runner says goes to stderr.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "thunder-bench-"));
const result = join(folder, "result.json");
const runner = spawn(
  process.execPath,
  [join(here, "node_modules/@playwright/test/cli.js"), "test", "--config", process.argv[2] ?? "bench/bench.config.ts"],
  { cwd: here, env: { ...process.env, THUNDER_BENCH_RESULT: result }, stdio: ["ignore", process.stderr, process.stderr] },
);
const status = await new Promise((done) => runner.once("exit", (code) => done(code ?? 1)));
if (status === 0) console.log(await readFile(result, "utf8"));
await rm(folder, { recursive: true, force: true });
process.exitCode = status;

// A private copy of the test project in which a contract's code can be exchanged without compiling anything: tests take
// it from its artifact (`deployCode`), and forge does not look whether an artifact was changed.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CONTRACTS, digest } from "./compiler.mjs";

const FORGE = path.join(CONTRACTS, `node_modules/@foundry-rs/forge-${os.platform()}-${os.arch().replace("x64", "amd64")}/bin/forge`);
const COPIED = ["src", "test", "script", "foundry.toml", "deployment.json"];
// For another tool.
const LEFT_OUT = ["test/symbolic"];
const STUCK_AFTER_MS = 30 * 60_000;

/** Fewer runs of fuzz and invariant tests; what survives them meets the full number. */
const QUICK = { FOUNDRY_FUZZ_RUNS: "16", FOUNDRY_INVARIANT_RUNS: "2" };
/** A counterexample need not be the shortest one. */
const ALWAYS = { FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: "0" };

/** What the outcome of a mutant depends on, besides the mutant. */
export function testsFingerprint(subject) {
  const files = {};
  for (const name of COPIED) addFiles(name, files, subject);
  return digest(files);
}

export class Bench {
  constructor(subject, directory) {
    this.subject = subject;
    this.directory = directory;
    this.root = path.join(directory, "contracts");
  }

  /** Copies and builds the project, unless it is there already. */
  async prepare(fingerprint, builtBench) {
    const mark = path.join(this.directory, "fingerprint");
    if (existsSync(mark) && readFileSync(mark, "utf8") === fingerprint) return this.#remember();
    rmSync(mark, { force: true });
    for (const name of COPIED) rmSync(path.join(this.root, name), { recursive: true, force: true });
    mkdirSync(this.root, { recursive: true });
    const copied = COPIED.filter((name) => existsSync(path.join(CONTRACTS, name)));
    for (const name of copied) cpSync(path.join(CONTRACTS, name), path.join(this.root, name), { recursive: true });
    for (const name of LEFT_OUT) rmSync(path.join(this.root, name), { recursive: true, force: true });
    for (const file of testsIn(this.root)) if (!this.subject.meets(file)) rmSync(path.join(this.root, file));
    cpSync(path.join(CONTRACTS, "../channel/vectors"), path.join(this.directory, "channel/vectors"), { recursive: true });
    const modules = path.join(this.root, "node_modules");
    if (!existsSync(modules)) symlinkSync(path.join(CONTRACTS, "node_modules"), modules);

    if (builtBench) {
      for (const name of ["out", "cache"]) {
        rmSync(path.join(this.root, name), { recursive: true, force: true });
        cpSync(path.join(builtBench.root, name), path.join(this.root, name), { recursive: true });
      }
    } else {
      rmSync(this.#artifact(), { force: true }); // may be a mutant's
      const { status, stdout, stderr } = await this.#forge(["build", "--force"]);
      if (status !== 0) throw new Error(`forge build failed\n${stdout}\n${stderr}`);
    }
    this.#remember();
    writeFileSync(path.join(this.root, "unchanged.json"), JSON.stringify(this.artifact));
    writeFileSync(mark, fingerprint);
  }

  /** Makes every test use this code. */
  install(code) {
    this.code = "0x" + code;
    this.artifact.bytecode.object = this.code;
    writeFileSync(this.#artifact(), JSON.stringify(this.artifact));
  }

  /**
   * Runs tests against the installed code.
   * @returns `{ passed, suites, failure }`: how many tests passed, how long each suite took, and the first failed test.
   */
  async test(filter, { quick }) {
    const result = await this.#test(["--fail-fast", ...filter], quick ? QUICK : {});
    const now = JSON.parse(readFileSync(this.#artifact(), "utf8")).bytecode.object;
    if (now !== this.code) throw new Error("forge compiled the contract again, so this was no test of the mutant");
    return result;
  }

  /** Runs the tests that use a library directly, compiled anew with one changed source. */
  async testUnits(file, content) {
    const units = this.#unitTests();
    if (units.length === 0) return { failure: null };
    const target = path.join(this.root, file);
    const original = readFileSync(target);
    writeFileSync(target, content);
    try {
      const apart = { FOUNDRY_OUT: "out-units", FOUNDRY_CACHE_PATH: "cache-units" };
      return await this.#test(["--fail-fast", "--match-path", `{${units.join(",")}}`], apart);
    } finally {
      writeFileSync(target, original);
    }
  }

  #remember() {
    const kept = path.join(this.root, "unchanged.json");
    const file = existsSync(kept) ? kept : this.#artifact();
    this.artifact = JSON.parse(readFileSync(file, "utf8"));
  }

  #artifact() {
    return path.join(this.root, this.subject.artifact);
  }

  #unitTests() {
    const isUnit = (file) => readFileSync(path.join(this.root, file), "utf8").includes("src/lib/");
    return testsIn(this.root).filter(isUnit);
  }

  async #test(filter, env) {
    // Counterexamples of one mutant say nothing of the next.
    for (const name of ["fuzz", "invariant"]) {
      rmSync(path.join(this.root, "cache", name), { recursive: true, force: true });
    }
    const { status, stdout, stderr } = await this.#forge(["test", "--json", ...filter], { ...ALWAYS, ...env });
    if (status === null) return { passed: 0, suites: {}, failure: { test: "no answer in time" } };
    const failed = (why) => new Error(`${why}: forge test ${filter.join(" ")}\n${stdout.slice(0, 2000)}\n${stderr}`);
    const json = stdout.slice(Math.max(0, stdout.indexOf("{")));
    let report;
    try {
      report = JSON.parse(json);
    } catch {
      throw failed("forge gave no report");
    }
    const result = { passed: 0, suites: {}, failure: null };
    for (const [name, suite] of Object.entries(report)) {
      const contract = name.split(":")[1];
      result.suites[contract] = milliseconds(suite.duration);
      for (const [test, { status, reason }] of Object.entries(suite.test_results)) {
        if (status === "Success") result.passed += 1;
        else result.failure ??= { contract, test: test.split("(")[0], reason: (reason ?? "").slice(0, 200) };
      }
    }
    if ((status === 0) !== (result.failure === null)) throw failed(`forge ended with ${status}`);
    if (result.failure === null && result.passed === 0) throw failed("no test ran");
    return result;
  }

  #forge(parameters, env = {}) {
    return new Promise((resolve, reject) => {
      const options = { cwd: this.root, env: { ...process.env, ...env }, timeout: STUCK_AFTER_MS };
      const child = spawn(FORGE, parameters, options);
      const [stdout, stderr] = [[], []];
      child.stdout.on("data", (chunk) => stdout.push(chunk));
      child.stderr.on("data", (chunk) => stderr.push(chunk));
      child.on("error", reject);
      child.on("close", (status) =>
        resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }));
    });
  }
}

/** The files of a project that hold tests. */
function testsIn(root) {
  const names = readdirSync(path.join(root, "test"), { recursive: true });
  return names.filter((name) => name.endsWith(".t.sol")).map((name) => `test/${name}`).sort();
}

function addFiles(name, files, subject) {
  const full = path.join(CONTRACTS, name);
  if (LEFT_OUT.includes(name) || !existsSync(full)) return;
  if (name.endsWith(".t.sol") && !subject.meets(name)) return;
  const entries = name.includes(".") ? null : readdirSync(full).sort();
  if (entries) for (const entry of entries) addFiles(`${name}/${entry}`, files, subject);
  else files[name] = readFileSync(full, "utf8");
}

// "1s 234ms 5us 678ns"
function milliseconds(duration) {
  const units = { m: 60_000, s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000001 };
  const parts = String(duration).matchAll(/([\d.]+)\s*(ms|us|µs|ns|s|m)/g);
  return [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * units[unit], 0);
}

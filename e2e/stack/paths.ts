// Where the real programs are. Each can be named by an environment variable; otherwise it is looked for where the
// repository's own tools put it.
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const contracts = join(root, "contracts");

/** The native program: the shim in `.bin` orphans its child when killed, and forge's hides its exit status. */
function foundry(name: "anvil" | "forge"): string {
  const platform = `${process.platform === "win32" ? "win32" : process.platform === "darwin" ? "darwin" : "linux"}`;
  const machine = process.arch === "arm64" ? "arm64" : "amd64";
  return join(contracts, "node_modules/@foundry-rs", `${name}-${platform}-${machine}`, "bin", name);
}

function newest(...candidates: string[]): string | undefined {
  const built = candidates.filter((path) => existsSync(path));
  return built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function need(variable: string, found: string | undefined, hint: string): string {
  const path = process.env[variable] || found;
  if (path && existsSync(path)) return path;
  throw new Error(`${path ?? "nothing"} found for ${variable}: ${hint}`);
}

export const anvilPath = () => need("THUNDER_ANVIL", foundry("anvil"), "run `cargo xtask setup`");
export const forgePath = () => need("THUNDER_FORGE", foundry("forge"), "run `cargo xtask setup`");
export const relayPath = () =>
  need(
    "THUNDER_RELAY",
    newest(join(root, "target/release/thunder-relay"), join(root, "target/debug/thunder-relay")),
    "run `cargo build -p relay`",
  );
export const daemonPath = () =>
  need(
    "THUNDER_DAEMON",
    newest(join(root, "target/release/thunderd"), join(root, "target/debug/thunderd")),
    "run `cargo build -p thunderd`",
  );
export const distPath = () => need("THUNDER_DIST", join(root, "dist"), "run `cargo xtask build`");
export const chromePath = () =>
  need(
    "CHROME",
    // The same engine without windows is a fifth faster; to see windows, name the browser.
    onPath("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"),
    "run `cargo xtask setup`, or name a Chromium",
  );

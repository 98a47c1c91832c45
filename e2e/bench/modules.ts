// A page of its own whose modules come from this folder's packages, as a bundler would resolve them for a browser, and from a folder of
// built wasm. Nothing listens anywhere: the browser's requests are answered by the test.
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Page } from "@playwright/test";
import { root } from "../stack/paths.ts";

const PACKAGES = join(root, "e2e/node_modules");
/** `from "x"`, `import "x"` and `import("x")`, where x is no path. */
const BARE = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^."'/][^"']*)\2/g;
const TYPES: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" };

export async function serveModules(page: Page, origin: string, wasm: string): Promise<void> {
  await page.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/") return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Timing</title>" });
    if (pathname.startsWith("/timing/")) {
      const file = join(wasm, pathname.slice("/timing/".length));
      return route.fulfill({ contentType: TYPES[extname(file)], body: await readFile(file) });
    }
    const name = pathname.slice("/npm/".length);
    const path = join(PACKAGES, inBrowser(name));
    if (extname(path) === ".wasm") {
      const wasm = await readFile(path);
      const imported = route.request().resourceType() === "script";
      return imported
        ? route.fulfill({ contentType: "text/javascript", body: asModule(wasm) })
        : route.fulfill({ contentType: TYPES[".wasm"], body: wasm });
    }
    const text = await readFile(path, "utf8");
    // Comments name modules, too, and not all of those exist.
    const body = text.replace(BARE, (all, before: string, quote: string, name: string) => {
      const found = file(name);
      return found ? `${before}${quote}/npm/${found}${quote}` : all;
    });
    return route.fulfill({ contentType: "text/javascript", body });
  });
}

type Exports = string | { [condition: string]: Exports };

/** Where the page finds what a package has under a name. */
export function address(name: string): string {
  const found = file(name);
  if (!found) throw new Error(`there is no ${name}`);
  return `/npm/${found}`;
}

/** The file of a name, for a browser that knows modules. */
function file(name: string): string | undefined {
  const packaged = name.split("/").slice(0, name.startsWith("@") ? 2 : 1).join("/");
  const manifest = join(PACKAGES, packaged, "package.json");
  if (!existsSync(manifest)) return undefined;
  const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as { exports?: Record<string, Exports> };
  // A package of one module may name its conditions at once.
  const whole = exports && Object.keys(exports).every((key) => !key.startsWith("."));
  const found = whole ? exports : exports?.[`.${name.slice(packaged.length)}`];
  return found && join(packaged, chosen(found));
}

/** What a package puts in a file's place for browsers. */
function inBrowser(path: string): string {
  const packaged = path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/");
  const { browser } = JSON.parse(readFileSync(join(PACKAGES, packaged, "package.json"), "utf8")) as {
    browser?: string | Record<string, string>;
  };
  const replaced = typeof browser === "object" && browser[`.${path.slice(packaged.length)}`];
  return replaced ? join(packaged, replaced) : path;
}

/** WebAssembly that is imported as a module, as bundlers make one of it. */
function asModule(wasm: Buffer): string {
  const module = new WebAssembly.Module(new Uint8Array(wasm));
  const names = [...new Set(WebAssembly.Module.imports(module).map(({ module }) => module))];
  const given = names.map((name, place) => `${JSON.stringify(name)}: given${place}`);
  const made = WebAssembly.Module.exports(module).map(({ name }) => name);
  return [
    ...names.map((name, place) => `import * as given${place} from ${JSON.stringify(name)};`),
    `const made = await WebAssembly.instantiateStreaming(fetch(import.meta.url), { ${given.join(", ")} });`,
    `export const { ${made.join(", ")} } = made.instance.exports;`,
  ].join("\n");
}

function chosen(exports: Exports): string {
  if (typeof exports === "string") return exports;
  const next = exports.browser ?? exports.import ?? exports.default;
  if (!next) throw new Error("nothing for a browser");
  return chosen(next);
}

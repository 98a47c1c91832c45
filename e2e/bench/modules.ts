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
    const text = await readFile(join(PACKAGES, pathname.slice("/npm/".length)), "utf8");
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
  const found = exports?.[`.${name.slice(packaged.length)}`];
  return found && join(packaged, chosen(found));
}

function chosen(exports: Exports): string {
  if (typeof exports === "string") return exports;
  const next = exports.browser ?? exports.import ?? exports.default;
  if (!next) throw new Error("nothing for a browser");
  return chosen(next);
}

// What a failed test looked like: it runs once more, and every window of it is filmed.
import type { BrowserContextOptions, TestInfo } from "@playwright/test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** `cargo xtask` names the directory that has Playwright's ffmpeg, where there is one for the platform. */
const canFilm = Boolean(process.env.PLAYWRIGHT_BROWSERS_PATH);

const directory = (info: TestInfo) => info.outputPath("film");

/** The same, filmed if it is a second try. */
export function filmed(options: BrowserContextOptions, info: TestInfo): BrowserContextOptions {
  if (!canFilm || info.retry === 0) return options;
  return { ...options, recordVideo: { dir: directory(info), size: options.viewport ?? undefined } };
}

/** Names the films in the report; after the windows were closed, with which they end. */
export async function keepFilms(info: TestInfo): Promise<void> {
  const films = await readdir(directory(info)).catch(() => []);
  for (const film of films) {
    info.attachments.push({ name: "video", path: join(directory(info), film), contentType: "video/webm" });
  }
}

// A channel that has been paid in for years.
import type { Page } from "@playwright/test";
import { putCopy, takeCopy } from "./store.ts";

/** Entries of a stored page, and how many pages a channel has besides the newest (client/src/participant/limits.rs). */
const PAGE_ENTRIES = 50;
const PAGES = 200;
/** What the pages hold together. */
export const PAST = PAGE_ENTRIES * PAGES;

const TOKEN = 10n ** 18n;
/** A minute between two payments, so that none are a run, up to a day ago. */
const EACH_MS = 60_000;

/**
 * Puts a past of `PAST` payments, both ways in turn, before what the page has stored of its only channel, and loads it anew. Every hundredth
 * has a memo with its number.
 */
export async function putPast(page: Page): Promise<void> {
  const records = await takeCopy(page);
  const [[key, value]] = records.filter(([name]) => name.startsWith("timeline/")) as [[string, string]];
  const channel = key.split("/")[1]!;
  const newest = JSON.parse(value) as { number: number; entries: unknown[] };
  if (newest.number !== 0) throw new Error("there is a past already");
  const began = Date.now() - 24 * 3_600_000 - PAST * EACH_MS;
  const past = Array.from({ length: PAGES }, (_, number) => ({
    number,
    entries: Array.from({ length: PAGE_ENTRIES }, (_, place) => payment(number * PAGE_ENTRIES + place, began)),
  }));
  const pages = [...past, { ...newest, number: PAGES }];
  const others = records.filter(([name]) => name !== key);
  await putCopy(page, [
    ...others,
    ...pages.map((one): [string, string] => [`timeline/${channel}/${one.number}`, JSON.stringify(one)]),
  ]);
}

function payment(place: number, began: number): unknown {
  const total = String(BigInt(Math.floor(place / 2) + 1) * TOKEN);
  return {
    at: began + place * EACH_MS,
    kind: {
      kind: "paid",
      by: place % 2 === 0 ? "alice" : "bob",
      amount: String(TOKEN),
      total,
      nonce: String(place + 1),
      payments: 1,
    },
    ...(place % 100 === 0 ? { memos: [{ total, text: `Rent #${place / 100}` }] } : {}),
  };
}

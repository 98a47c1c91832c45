// How long it takes from pressing Pay in one window to the new balance in the other, with relay and chain on this machine.
import { writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test } from "../tests/fixtures.ts";
import { inChannel } from "../tests/steps.ts";

const PAYMENTS = Number(process.env.THUNDER_BENCH_PAYMENTS ?? "100");

interface Noted {
  noted: number[];
}

test("pay to shown", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "1000" });
  // Both windows tell the same time: the machine's, to a fraction of a millisecond.
  await alice.page.evaluate(() => {
    const noted: number[] = ((window as unknown as Noted).noted = []);
    document.addEventListener("submit", () => noted.push(performance.timeOrigin + performance.now()), true);
  });
  await bob.page.evaluate(() => {
    const noted: number[] = ((window as unknown as Noted).noted = []);
    const balance = document.querySelector("[data-testid=your-balance]");
    if (!balance) throw new Error("there is no balance to watch");
    new MutationObserver(() => noted.push(performance.timeOrigin + performance.now())).observe(balance, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });

  const latencies: number[] = [];
  for (let paid = 1; paid <= PAYMENTS; paid += 1) {
    await alice.channel.pay("1");
    await expect(bob.channel.yours).toHaveText(`${paid} THD`);
    await expect(alice.channel.amount).toHaveValue("");
    const [pressed, shown] = [await last(alice.page), await last(bob.page)];
    latencies.push(shown - pressed);
  }

  const started = await alice.page.evaluate(burst, PAYMENTS);
  await expect(bob.channel.yours).toHaveText(`${2 * PAYMENTS} THD`);
  const seconds = ((await last(bob.page)) - started) / 1000;

  latencies.sort((a, b) => a - b);
  const result = {
    pay_to_shown_ms: { p50: round(at(latencies, 0.5)), p95: round(at(latencies, 0.95)) },
    payments_per_second: round(PAYMENTS / seconds),
  };
  const file = process.env.THUNDER_BENCH_RESULT;
  if (!file) throw new Error("THUNDER_BENCH_RESULT is not set: run bench.mjs");
  await writeFile(file, JSON.stringify(result));
});

/** Pays 1 as often as told, each as soon as the page takes it; gives when it began. */
async function burst(payments: number): Promise<number> {
  const field = document.querySelector<HTMLInputElement>("form[aria-label=Pay] input");
  if (!field?.form) throw new Error("there is no form to pay with");
  // Lets the page work, without the pause that timers would put in.
  const { port1, port2 } = new MessageChannel();
  const turn = () =>
    new Promise<void>((done) => {
      port1.onmessage = () => done();
      port2.postMessage(undefined);
    });
  const started = performance.timeOrigin + performance.now();
  for (let paid = 0; paid < payments; paid += 1) {
    field.value = "1";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    // The page reads what was typed before it takes the form.
    await turn();
    field.form.requestSubmit();
    // The form empties itself once the payment is stored and sent.
    while (field.value !== "") await turn();
  }
  return started;
}

const last = (page: Page) => page.evaluate(() => (window as unknown as Noted).noted.at(-1) ?? Number.NaN);
const at = (sorted: number[], part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
const round = (value: number) => Math.round(value * 10) / 10;

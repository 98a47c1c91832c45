// How long it takes from pressing Pay in one window to the new balance in the other, and how both windows bear a burst, with relay and
// chain on this machine.
import type { Page } from "@playwright/test";
import { expect, test, type Person } from "../tests/fixtures.ts";
import { inChannel } from "../tests/steps.ts";
import { at, record, round } from "./result.ts";

const PAYMENTS = Number(process.env.THUNDER_BENCH_PAYMENTS ?? "100");
/** Payments in one go, and what each of them is, so that the deposit suffices. */
const BURST = Number(process.env.THUNDER_BENCH_BURST ?? "1000");

interface Noted {
  noted: number[];
  /** How long each task took that kept the page from answering, in milliseconds. */
  tasks: number[];
}

test("pay to shown", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "2000" });
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

  for (const { page } of [alice, bob]) {
    await page.evaluate(() => {
      const tasks: number[] = ((window as unknown as Noted).tasks = []);
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    });
  }
  const started = await alice.page.evaluate(burst, BURST);
  const sum = (PAYMENTS + BURST).toLocaleString("en-US");
  await expect(bob.channel.yours).toHaveText(`${sum} THD`, { timeout: 120_000 });
  const seconds = ((await last(bob.page)) - started) / 1000;
  const longest = ({ page }: Person) =>
    page.evaluate(() => Math.max(0, ...(window as unknown as Noted).tasks)).then(round);

  await record({
    pay_to_shown_ms: { p50: at(latencies, 0.5), p95: at(latencies, 0.95) },
    payments_per_second: round(BURST / seconds),
    longest_task_in_burst_ms: { payer: await longest(alice), payee: await longest(bob) },
  });
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

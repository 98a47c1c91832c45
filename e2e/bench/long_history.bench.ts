// What ten thousand payments in one channel's history cost: opening its page, scrolling through all of them, and paying once more.
import { expect, test } from "../tests/fixtures.ts";
import { putPast } from "../tests/long_history.ts";
import { inChannel } from "../tests/steps.ts";
import { at, record, round } from "./result.ts";

/** Frames of scrolling, each by so many pixels: a fast wheel. */
const FRAMES = 300;
const EACH_FRAME = 120;

test("a long history", async ({ people }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("1");
  await expect(alice.channel.delivery).toHaveText("Relayed");
  const opening = async () => {
    await alice.page.reload();
    await alice.channel.expectSpendable("99 THD");
    return alice.page.evaluate(() => performance.now());
  };
  const short = await opening();
  await putPast(alice.page);
  const long = await opening();
  await alice.page.getByRole("button", { name: /^Show [\d,]+ earlier$/ }).click();
  const list = alice.page.getByRole("list", { name: "History", exact: true });
  await expect.poll(() => list.getByRole("listitem").count()).toBeGreaterThan(12);
  await list.scrollIntoViewIfNeeded();
  const scrolled = await list.evaluate(
    async (box, [frames, each]) => {
      const tasks: number[] = [0];
      const watching = new PerformanceObserver((found) => tasks.push(...found.getEntries().map(({ duration }) => duration)));
      watching.observe({ type: "longtask" });
      const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
      const between: number[] = [];
      // Where a row should be and none is drawn.
      let blank = 0;
      let last = await frame();
      for (let count = 0; count < frames; count += 1) {
        box.scrollTop += each;
        const now = await frame();
        between.push(now - last);
        last = now;
        const { left, top, width, height } = box.getBoundingClientRect();
        const row = document.elementFromPoint(left + width / 2, top + height / 2)?.closest("[role=listitem]");
        if (!row) blank += 1;
      }
      await frame();
      watching.disconnect();
      return { between, longest: Math.max(...tasks), blank };
    },
    [FRAMES, EACH_FRAME] as const,
  );
  await record({
    long_history: {
      open_ms: { short: round(short), long: round(long) },
      frame_ms: { p50: at(scrolled.between, 0.5), p95: at(scrolled.between, 0.95) },
      longest_task_ms: round(scrolled.longest),
      blank_frames: scrolled.blank,
    },
  });
});

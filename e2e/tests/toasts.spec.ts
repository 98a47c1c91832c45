// What is told for a moment covers nothing that one needs meanwhile, however wide the window is.
import { expect, test } from "./fixtures.ts";
import { inChannel } from "./steps.ts";

test("a toast covers neither Pay nor what one looks at beside it", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("20");
  await bob.channel.expectBalances("20 THD", "80 THD");
  const toasts = bob.page.getByRole("status", { name: "Notifications", exact: true });
  let owned = 20;
  for (const width of [320, 390, 640, 899, 900, 1180, 1440]) {
    await bob.page.setViewportSize({ width, height: 844 });
    await alice.channel.pay("1");
    owned += 1;
    await bob.channel.expectBalances(`${owned} THD`, `${100 - owned} THD`);
    await expect(toasts.getByText(/Received/).first()).toBeVisible();

    // A toast lets the pointer through, so what it hides has to be found by where it is; at once, while it is there.
    const { seen, hidden } = await bob.page.evaluate(() => {
      window.scrollTo(0, 0);
      const toasts = [...document.querySelectorAll(".toast")].map((toast) => toast.getBoundingClientRect());
      const needed = document.querySelectorAll(".page-head, .balances, form.pay, .pay-button, .alarm, .banner");
      const hidden = [...needed]
        .filter((element) => {
          const box = element.getBoundingClientRect();
          return toasts.some(
            (toast) => toast.left < box.right && box.left < toast.right && toast.top < box.bottom && box.top < toast.bottom,
          );
        })
        .map((element) => element.className);
      return { seen: toasts.length, hidden };
    });
    expect(seen, `toasts at ${width} px`).toBeGreaterThan(0);
    expect(hidden, `hidden at ${width} px`).toEqual([]);
    await picture(`toast-${width}`, { bob });
    const pay = bob.channel.payButton;
    await pay.scrollIntoViewIfNeeded();
    const reached = await pay.evaluate((button) => {
      const { x, y, width, height } = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    });
    expect(reached, `Pay can be pressed at ${width} px`).toBe(true);
  }
});

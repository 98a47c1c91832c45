// Many payments in a row: all of them arrive, they can be stopped, and what is not there is not sent.
import { expectAccessible } from "./accessible.ts";
import { expect, test, type Person } from "./fixtures.ts";
import { expectAgreed, inChannel } from "./steps.ts";

/** What is on the screen of it. */
const many = ({ page }: Person) => {
  const form = page.getByRole("form", { name: "Send many", exact: true });
  const button = (name: string) => form.getByRole("button", { name, exact: true });
  return {
    form,
    payments: form.getByRole("textbox", { name: "Payments", exact: true }),
    each: form.getByRole("textbox", { name: "Amount of each", exact: true }),
    send: button("Send them"),
    stop: button("Stop sending"),
    status: form.getByTestId("many"),
  };
};

test("many payments arrive, and the page says how fast they were", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const { form, payments, each, send, status } = many(alice);
  await payments.fill("200");
  await each.fill("0.01");
  await send.click();
  await expect(status).toHaveText(/^200 payments in [\d.,]+ s: [\d.,]+ a second\.$/);
  await expectAgreed(alice, bob, "98 THD", "2 THD");
  await form.scrollIntoViewIfNeeded();
  await picture("sending-many", { alice });
  await expectAccessible(alice.page, "after many payments");
  // They outlive the page as one payment does.
  await alice.page.reload();
  await alice.channel.expectBalances("98 THD", "2 THD");
});

test("many payments can be stopped, and more than there is is refused", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "10" });
  const { payments, each, send, stop, status } = many(alice);
  await each.fill("0.02");
  await send.click();
  await expect(each).toHaveAttribute("aria-invalid", "true");
  await payments.fill("1001");
  await send.click();
  await expect(payments).toHaveAttribute("aria-invalid", "true");

  await payments.fill("1000");
  await each.fill("0.01");
  await send.click();
  await stop.click();
  await expect(status).toHaveText(/^You stopped it\. /);
  // What was paid by then is paid, and no more.
  const sent = Number(/([\d]+) payments?/.exec((await status.textContent())!)?.[1] ?? 0);
  await expectAgreed(alice, bob, `${(1_000 - sent) / 100} THD`, `${sent / 100} THD`);
  await expect(send).toBeVisible();
});

test("a limit of the payment key stops it", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "10" });
  await alice.app.setLimits({ payment: "", day: "0.05" });
  await alice.app.closeDialog();
  const { payments, each, send, status } = many(alice);
  await payments.fill("20");
  await each.fill("0.01");
  await send.click();
  await expect(status).toContainText("5 payments in ");
  await expectAgreed(alice, bob, "9.95 THD", "0.05 THD");
});

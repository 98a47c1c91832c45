// Paying by the second: it runs by itself, within its bound, and pauses where it would pay for nothing.
import { expect, test, type Person } from "./fixtures.ts";
import { expectAccessible } from "./accessible.ts";
import { inChannel } from "./steps.ts";

/** What is on the screen of a stream. */
const stream = (person: Person) => {
  const card = person.page.getByRole("region", { name: "Pay by the second", exact: true });
  return {
    card,
    paid: card.getByTestId("stream-paid"),
    status: card.getByRole("status"),
    press: (name: string) => card.getByRole("button", { name, exact: true }).click(),
  };
};

async function start(person: Person, perSecond: string, atMost: string): Promise<void> {
  const { page } = person;
  const begin = page.getByText("Pay by the second", { exact: true });
  const form = page.getByRole("form", { name: "Pay by the second", exact: true });
  if (!(await form.isVisible())) await begin.click();
  await form.getByRole("textbox", { name: "Each second", exact: true }).fill(perSecond);
  await form.getByRole("textbox", { name: "At most in all", exact: true }).fill(atMost);
  await form.getByRole("button", { name: "Start", exact: true }).click();
}

test("a stream pays by itself up to its bound, and both see the same", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await expect(alice.channel.presence).toHaveText("Online");
  await start(alice, "1", "7");
  const { paid, status, card } = stream(alice);
  await expect(paid).toHaveText(/^[1-7] THD of at most 7 THD paid$/);
  await picture("stream", { alice, bob });
  await expect(paid).toHaveText("7 THD of at most 7 THD paid");
  await expect(status).toHaveText("All that it may pay is paid.");
  await alice.channel.expectBalances("93 THD", "7 THD");
  await bob.channel.expectBalances("7 THD", "93 THD");
  await expect(card.getByRole("button", { name: "Go on", exact: true })).toHaveCount(0);
  await stream(alice).press("End stream");
  await expect(card).toHaveCount(0);
});

test("a stream pauses when asked, when they leave, and over a reload", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await expect(alice.channel.presence).toHaveText("Online");
  await start(alice, "0.5", "50");
  const { paid, status, press } = stream(alice);
  await expect(paid).not.toHaveText(/^0 THD/);
  await press("Pause");
  await expect(status).toHaveText("Paused.");
  // While a stream of bob's runs through all of its seconds, hers pays nothing: what was on its way when she pressed is stored before his
  // second payment is.
  await start(bob, "0.1", "0.4");
  await expect(stream(bob).paid).toHaveText(/^0\.[2-4] THD/);
  const before = await paid.textContent();
  await expect(stream(bob).paid).toHaveText("0.4 THD of at most 0.4 THD paid");
  await expect(paid).toHaveText(before!);

  await press("Go on");
  await expect(paid).not.toHaveText(before!);
  await bob.leave();
  await expect(status).toHaveText("Paused, because the other side is away.");
  const back = await bob.comeBack();
  await back.app.channels.openOnly();
  await expect(alice.channel.presence).toHaveText("Online");
  await press("Go on");
  await expect(status).toHaveText(/^Running/);
  await alice.page.reload();
  await expect(status).toHaveText("Paused, because the page was loaded anew.");
  await expect(paid).not.toHaveText(/^0 THD/);
});

test("who is paid by a stream asks for an end of it, and is heard", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await expect(alice.channel.presence).toHaveText("Online");
  // A few payments by hand are no stream.
  await alice.channel.pay("1");
  await alice.channel.pay("1");
  await bob.channel.expectBalances("2 THD", "98 THD");
  const incoming = bob.page.getByRole("region", { name: "They pay by the second", exact: true });
  await expect(incoming).toHaveCount(0);

  await start(alice, "0.5", "50");
  await expect(incoming.getByTestId("stream-received")).toHaveText(/^[0-9.]+ THD received in a row$/);
  await expectAccessible(bob.page, "Paid by the second");
  await picture("stream-incoming", { bob }, true);
  await incoming.getByRole("button", { name: "Ask to stop", exact: true }).click();
  const { paid, status, press } = stream(alice);
  await expect(status).toHaveText("Paused, because the other side asked you to stop.");
  await picture("stream-stopped", { alice }, true);
  // Nothing comes any more, so there is nothing to stop.
  await expect(incoming).toHaveCount(0);
  const before = await paid.textContent();
  const owned = await bob.channel.yours.textContent();
  await bob.channel.pay("1");
  await expect(paid).toHaveText(before!);

  // The payer may go on, and is asked again.
  await press("Go on");
  await expect(paid).not.toHaveText(before!);
  await incoming.getByRole("button", { name: "Ask to stop", exact: true }).click();
  await expect(status).toHaveText("Paused, because the other side asked you to stop.");
  await expect(bob.channel.yours).not.toHaveText(owned!);
});

test("a stream obeys the limits of the payment key, and says what is wrong with a bad one", async ({ people }) => {
  const { alice } = await inChannel(people, { deposit: "10" });
  await expect(alice.channel.presence).toHaveText("Online");
  await start(alice, "0", "11");
  const form = alice.page.getByRole("form", { name: "Pay by the second", exact: true });
  await expect(form.getByText("Enter an amount above zero.")).toBeVisible();
  await expect(form.getByText("You can pay 10 THD here: enter at most that.")).toBeVisible();

  await alice.app.setLimits({ payment: "", day: "2" });
  await alice.app.closeDialog();
  await start(alice, "1", "9");
  await expect(stream(alice).status).toHaveText(/^Paused\. .*limit/);
  await expect(stream(alice).paid).toHaveText(/^[12] THD of at most 9 THD paid$/);
});

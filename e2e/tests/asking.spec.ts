// What the sides say to each other beside the money: requests to be paid, memos, that a payment was seen, and that something is
// declined.
import { expect, test } from "./fixtures.ts";
import { expectAgreed, inChannel } from "./steps.ts";

test("bob asks to be paid, and alice pays with one click", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await bob.channel.request("3", "Two coffees", "7 days");
  await expect(bob.channel.ownRequests).toHaveText([/3 THD.*“Two coffees”.*Expires in/]);
  await expect(alice.app.status("The other side asks for 3 THD")).toBeVisible();
  await expect(alice.channel.asked).toContainText("“Two coffees”");
  await expect(alice.page).toHaveTitle(/^They ask to be paid/);
  await picture("13-asked", { alice, bob });
  // Nothing is paid by itself.
  await alice.page.reload();
  await alice.channel.expectSpendable("100 THD");
  await alice.channel.asked.getByRole("button", { name: "Pay 3 THD", exact: true }).click();
  await expectAgreed(alice, bob, "97 THD", "3 THD");
  await expect(alice.channel.asked).toHaveCount(0);
  await expect(bob.channel.ownRequests).toHaveText([/3 THD.*Paid/]);
  await expect(alice.channel.history.first()).toContainText("“Two coffees”, as they asked");
  await expect(bob.channel.history.first()).toContainText("“Two coffees”, as you asked");
});

test("a request is declined, and another one taken back", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await bob.channel.request("0", "x".repeat(141));
  const form = bob.page.getByRole("form", { name: "Request", exact: true });
  for (const name of ["Amount to request", "What for"]) {
    await expect(form.getByRole("textbox", { name, exact: true })).toHaveAttribute("aria-invalid", "true");
  }
  await bob.channel.request("3", "");
  await alice.channel.asked.getByRole("button", { name: "Decline", exact: true }).click();
  await expect(alice.channel.asked).toHaveCount(0);
  await expect(bob.app.status("The other side declined to pay 3 THD")).toBeVisible();
  await expect(bob.channel.ownRequests).toHaveText([/Declined/]);
  await alice.page.reload();
  await expect(alice.channel.presence).toHaveText("Online");
  await expect(alice.channel.asked).toHaveCount(0);

  await bob.channel.request("4", "Cake");
  await expect(alice.channel.asked).toContainText("Pay 4 THD");
  await bob.channel.ownRequests.first().getByRole("button", { name: "Take back", exact: true }).click();
  await expect(alice.channel.asked).toHaveCount(0);
  await expect(bob.channel.ownRequests).toHaveText([/Taken back/, /Declined/]);
});

test("a memo goes along, and the payment is marked once it was seen", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  // Away: what was relayed waits to be seen.
  await bob.leave();
  await alice.channel.payFor("20", "Rent, November");
  await expect(alice.channel.delivery).toHaveText("Relayed");
  await expect(alice.channel.history.first()).toContainText(/You paid 20 THD.*Relayed.*“Rent, November”/);
  const back = await bob.comeBack();
  await back.app.channels.openOnly();
  await expect(back.channel.history.first()).toContainText("“Rent, November”");
  await expect(alice.channel.history.first()).toContainText("Seen");
  await expect(alice.channel.delivery).toHaveText("Seen");
  await picture("14-memo", { alice, bob: back });
  await alice.page.getByRole("textbox", { name: "Search the history", exact: true }).fill("november");
  await expect(alice.channel.history).toHaveCount(1);
});

test("who proposed is told that the other side declines", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.askToTakeOut("25");
  await bob.channel.letTakeOut("Decline");
  const told = alice.page.getByRole("status", { name: "Notifications", exact: true });
  await expect(told).toContainText("The other side declined your taking out 25 THD");
  await expect(alice.channel.takeOut).toContainText("The other side declined your taking out 25 THD.");
  await alice.channel.expectSpendable("75 THD");
  await picture("15-declined", { alice });
  await alice.channel.proposeEnd();
  await bob.channel.declineEnd();
  await expect(bob.channel.endTogether).toHaveCount(0);
  await expect(told).toContainText("The other side declined to end together");
  await expect(alice.app.status("The other side declined to end together. Nothing is paid here for")).toBeVisible();
});

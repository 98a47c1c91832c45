// Channels that somebody opens with one without asking: they can be hidden, and what needs one is never hidden.
import { expect, test, type Person } from "./fixtures.ts";
import { bothConnected, open } from "./steps.ts";

const hidden = (person: Person) => person.page.getByRole("list", { name: "Hidden channels", exact: true });
const summary = (person: Person, count: number) => person.page.getByText(`Hidden channels (${count})`, { exact: true });

test("an offered channel is hidden, stays hidden, and is shown again", async ({ people, picture }) => {
  const { alice, bob } = await bothConnected(people);
  await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "100" });
  const code = await alice.channel.shortCode.innerText();
  await expect(bob.app.channels.offered).toContainText("100 THD");
  await picture("20-offered", { bob });
  await bob.app.channels.offered.getByRole("button", { name: `Hide ${code}`, exact: true }).click();
  await expect(bob.app.channels.offered).toHaveCount(0);
  await expect(summary(bob, 1)).toBeVisible();
  await bob.page.reload();
  await expect(summary(bob, 1)).toBeVisible();
  await expect(bob.app.channels.offered).toHaveCount(0);
  await summary(bob, 1).click();
  await expect(hidden(bob).getByTestId("phase")).toHaveText("Offered");
  await picture("21-hidden", { bob });

  // Its page says that it is hidden, and what that means; joining is still possible.
  await hidden(bob).getByRole("link", { name: /^Channel with / }).click();
  await expect(bob.channel.joinButton).toBeVisible();
  await bob.app.button("Show it on the list again").click();
  await expect(bob.app.button("Hide this channel")).toBeVisible();
  await bob.app.goToChannels();
  await expect(bob.app.channels.offered).toBeVisible();
  await expect(summary(bob, 1)).toHaveCount(0);

  await bob.app.channels.offered.getByRole("button", { name: `Hide ${code}`, exact: true }).click();
  await summary(bob, 1).click();
  await hidden(bob).getByRole("button", { name: `Show ${code}`, exact: true }).click();
  await bob.app.channels.joinOffered();
  await bob.channel.expectPhase("Open");
  await expect(bob.app.button("Hide this channel")).toHaveCount(0);
});

test("what closes with money of one's own is on the list again, what does not stays hidden", async ({ people }) => {
  const { alice, bob } = await bothConnected(people);
  const counterparty = await bob.app.channels.link.inputValue();
  const offers: { code: string; url: string }[] = [];
  for (const deposit of ["100", "50"]) {
    await open(alice, { counterparty, deposit });
    offers.push({ code: await alice.channel.shortCode.innerText(), url: alice.page.url() });
    await expect(bob.app.channels.offered.getByRole("listitem")).toHaveCount(offers.length);
  }
  for (const { code } of offers) {
    await bob.app.channels.offered.getByRole("button", { name: `Hide ${code}`, exact: true }).click();
  }
  await expect(summary(bob, 2)).toBeVisible();

  // Alice is still on the page of the second one, and pays in it before she closes it.
  await alice.channel.pay("5");
  await expect(alice.channel.delivery).toHaveText("Relayed");
  await alice.channel.close();
  await alice.channel.expectPhase("Closing");
  await expect(bob.app.channels.list.getByTestId("phase")).toHaveText("Closing");
  await expect(summary(bob, 1)).toBeVisible();

  // Of the first one nothing is bob's.
  await alice.page.goto(offers[0]!.url);
  await alice.channel.expectPhase("Open");
  await alice.channel.close();
  await alice.channel.expectPhase("Closing");
  await summary(bob, 1).click();
  await expect(hidden(bob).getByTestId("phase")).toHaveText("Closing");
  await expect(bob.app.channels.list.getByTestId("phase")).toHaveCount(1);
});

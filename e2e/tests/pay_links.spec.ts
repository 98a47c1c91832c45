// Links that ask to be paid: they show what they ask for, and pay nothing by themselves.
import type { Locator } from "@playwright/test";
import { expect, test, type Person } from "./fixtures.ts";
import { bothConnected, expectAgreed, inChannel, open } from "./steps.ts";

/** Goes where a link leads, in the window that is open, and waits for its page: the part behind `#` is all that a link adds. */
async function follow(person: Person, link: string): Promise<void> {
  const hash = link.slice(link.indexOf("#"));
  await person.page.evaluate((hash) => void (location.hash = hash), hash);
  await expect(person.page.locator(`[data-page=${JSON.stringify(hash)}]`)).toBeAttached();
}

/** The link's text, once it is shown. */
async function shown(person: Person): Promise<string> {
  await expect(person.channel.payLink).toHaveValue(/#\/channel\/0x[0-9a-f]{64}\/pay\?to=(alice|bob)&/);
  await expect(person.page.getByRole("img", { name: "QR code of the pay link", exact: true })).toBeVisible();
  return person.channel.payLink.inputValue();
}

const own = (person: Person, name: string): Locator => person.channel.ownRequests.first().getByRole("button", { name, exact: true });

test("bob's request has a link that puts it in front of alice", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await bob.channel.request("2", "First");
  await expect(bob.channel.ownRequests).toHaveCount(1);
  await bob.channel.request("3", "Two coffees");
  await expect(bob.channel.ownRequests.first()).toContainText("“Two coffees”");
  await own(bob, "Show link").click();
  const link = await shown(bob);
  expect(link).toContain("&request=2");
  await picture("16-pay-link", { bob }, true);
  await own(bob, "Hide link").click();
  await expect(bob.channel.payLink).toHaveCount(0);

  // A new window of hers: the link waits for her to connect, and for one press.
  await alice.leave();
  const back = await alice.another(link.slice(link.indexOf("#")));
  await expect(back.page.getByText("Your link opens once you are connected.")).toBeVisible();
  await back.app.pickWallet("Demo Alice");
  const items = back.channel.asked.getByRole("listitem");
  await expect(items).toHaveText([/“Two coffees”.*Pay 3 THD/, /“First”.*Pay 2 THD/]);
  await expect(items.first()).toHaveAttribute("aria-current", "true");
  await back.channel.expectSpendable("100 THD");
  await picture("17-asked-by-link", { alice: back });
  await items.first().getByRole("button", { name: "Pay 3 THD", exact: true }).click();
  await expectAgreed(back, bob, "97 THD", "3 THD");
  await expect(back.app.status("The request of this link is paid: 3 THD")).toBeVisible();
  await back.page.reload();
  await expect(back.app.status("The request of this link is paid: 3 THD")).toBeVisible();

  // Who opens his own link is told so; what was taken back is no longer asked.
  await follow(bob, link);
  await expect(bob.app.status("This is your own pay link")).toBeVisible();
  await bob.channel.ownRequests.nth(1).getByRole("button", { name: "Take back", exact: true }).click();
  await follow(back, link.replace("request=2", "request=1"));
  await expect(back.app.status("The other side took back the request of this link, for 2 THD")).toBeVisible();
});

test("a link with an amount fills in the form, once", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const form = bob.page.getByRole("form", { name: "Request", exact: true });
  const make = form.getByRole("button", { name: "Make a link", exact: true });
  await make.click();
  await expect(form.getByRole("textbox", { name: "Amount to request", exact: true })).toHaveAttribute("aria-invalid", "true");
  await form.getByRole("textbox", { name: "Amount to request", exact: true }).fill("12.5");
  await form.getByRole("textbox", { name: "What for", exact: true }).fill("Tea & cake");
  await make.click();
  const link = await shown(bob);
  expect(link).toContain("&amount=12.5&memo=Tea%20%26%20cake");
  await picture("18-amount-link", { bob }, true);

  // Pasted where a channel's link is asked for.
  await alice.app.goToChannels();
  await alice.app.channels.join(link);
  await expect(alice.app.status("The link you opened has filled in 12.5 THD. Nothing is paid before you press Pay.")).toBeVisible();
  await expect(alice.channel.amount).toHaveValue("12.5");
  await expect(alice.page.getByRole("textbox", { name: "Memo", exact: true })).toHaveValue("Tea & cake");
  await picture("19-filled-in", { alice });
  await alice.channel.expectSpendable("100 THD");
  await alice.channel.payButton.click();
  await expectAgreed(alice, bob, "87.5 THD", "12.5 THD");
  await expect(alice.channel.history.first()).toContainText("“Tea & cake”");
  // Neither loading anew nor going back offers it again.
  await expect(alice.page).toHaveURL(/#\/channel\/0x[0-9a-f]{64}$/);
  await alice.page.reload();
  await alice.channel.expectSpendable("87.5 THD");
  await expect(alice.channel.amount).toHaveValue("");
});

test("nobody pays by a link that is wrong, or not for them", async ({ people }) => {
  const { alice, bob } = await bothConnected(people);
  await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "100" });
  const id = new URL(alice.page.url()).hash.replace("#/channel/", "");
  const link = (asked: string) => `#/channel/${id}/pay${asked}`;

  // Not joined: the way there is on the page.
  await follow(bob, link("?to=alice&amount=1"));
  await expect(bob.app.status("Join the channel, and what it asks for is shown.")).toBeVisible();
  await bob.channel.joinButton.click();
  await expect(bob.app.status("has filled in 1 THD")).toBeVisible();
  await bob.channel.expectPhase("Open");

  for (const [asked, words] of [
    ["", "incomplete or was changed"],
    ["?to=bob&request=1&amount=5", "incomplete or was changed"],
    ["?to=bob&amount=1,000", "amount in this link cannot be read"],
    ["?to=bob&amount=1.000", "amount in this link cannot be read"],
    ["?to=bob&amount=-1", "amount in this link cannot be read"],
    ["?to=bob&request=9", "has not arrived here"],
  ] as const) {
    await follow(alice, link(asked));
    await expect(alice.app.status(words)).toBeVisible();
    await expect(alice.channel.amount).toHaveValue("");
  }
  await follow(alice, link("?to=bob&amount=5&memo=%E2%80%AEevil"));
  await expect(alice.app.status("Its memo is left out.")).toBeVisible();
  await expect(alice.channel.amount).toHaveValue("5");
  await follow(alice, link("?to=bob&amount=101"));
  await expect(alice.channel.amount).toHaveValue("101");
  await alice.channel.payButton.click();
  await expect(alice.channel.amount).toHaveAttribute("aria-invalid", "true");

  // Of a channel between others.
  await follow(alice, `#/channel/0x${"ab".repeat(32)}/pay?to=bob&amount=5`);
  await expect(alice.app.heading("This channel is not yours, or not on the chain yet")).toBeVisible();
  await expect(alice.page.getByText("Only the other side of that channel can pay it")).toBeVisible();
  await follow(alice, `#/channel/${id}`);
  await expectAgreed(alice, bob, "100 THD", "0 THD");
});

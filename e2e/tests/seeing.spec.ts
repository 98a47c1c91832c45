// Names, history and what a phone's camera reads.
import { expect, test } from "./fixtures.ts";
import { bothConnected, expectAgreed, inChannel, open, saved } from "./steps.ts";
import { short } from "../pages/app.ts";

test("a name is shown wherever the address was, and stays", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await expect(alice.channel.heading).toHaveText(`Channel with ${short(bob.address)}`);
  const form = alice.page.getByRole("form", { name: "The other side", exact: true });
  const name = form.getByRole("textbox", { name: "Their name", exact: true });
  await name.fill("Bob from the café");
  await name.press("Enter");
  await expect(alice.channel.heading).toHaveText("Channel with Bob from the café");
  await expect(alice.page.getByRole("img", { name: /Bob from the café owns 0 THD/ })).toBeVisible();
  await picture("11-named", { alice });
  await alice.page.reload();
  await expect(alice.channel.heading).toHaveText("Channel with Bob from the café");
  await alice.app.goToChannels();
  await expect(alice.app.channels.links).toHaveAccessibleName("Channel with Bob from the café");
  // It is hers alone.
  await expect(bob.channel.heading).toHaveText(`Channel with ${short(alice.address)}`);
  await alice.app.channels.links.click();
  await name.fill("");
  await form.getByRole("button", { name: "Keep name", exact: true }).click();
  await expect(alice.channel.heading).toHaveText(`Channel with ${short(bob.address)}`);
});

test("where the browser gives no clipboard, a copy button says what to do instead", async ({ people }) => {
  const alice = await people.demo("alice");
  await alice.context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });
  });
  await alice.page.reload();
  const copy = alice.app.button("Copy your link");
  await copy.click();
  await expect(copy).toHaveText("Select and copy it");
});

test("the network's fee is said before the wallet is asked", async ({ people, stack }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  const fee = alice.page.getByTestId("fee");
  await expect(fee).toHaveText(/^Network fee: about 0\.\d+ ETH/);
  await stack.money.fund(alice.address, { ether: "0" });
  await expect(fee).toHaveText(/^This account has 0 ETH; the network's fee is about 0\.\d+ ETH/);
});

/** Where it is day now, from six to six: no midnight comes between what happens and what is read of it. */
function daylight(): string {
  const hour = new Date().getUTCHours();
  return hour >= 6 && hour < 18 ? "Etc/UTC" : "Etc/GMT-12";
}

test("the history is searched and taken along", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" }, { timezoneId: daylight() });
  await alice.channel.pay("20");
  await alice.channel.pay("7.5");
  await expectAgreed(alice, bob, "72.5 THD", "27.5 THD");
  await bob.channel.pay("3");
  await expectAgreed(alice, bob, "75.5 THD", "24.5 THD");
  await expect(alice.channel.history).toHaveCount(4);
  await alice.page.getByRole("textbox", { name: "Search the history", exact: true }).fill("you 7.5");
  await expect(alice.channel.history).toHaveText([/You paid 7\.5 THD.*No\. \d+ · 27\.5 THD in all/]);
  const search = alice.page.getByRole("textbox", { name: "Search the history", exact: true });
  await search.fill("block");
  await expect(alice.channel.history).toHaveText([/Opened with 100 THD.*block \d+/]);
  // Today's date is searched though only the time is shown.
  const today = await alice.page.evaluate(() => new Intl.DateTimeFormat(navigator.language, { dateStyle: "short" }).format());
  await search.fill(today);
  await expect(alice.channel.history).toHaveCount(4);
  await search.fill("");
  await alice.page.getByRole("combobox", { name: "Show", exact: true }).selectOption("Received");
  await expect(alice.channel.history).toHaveText([/You received 3 THD/]);
  await alice.page.getByRole("combobox", { name: "Show", exact: true }).selectOption("Paid");
  const csv = await saved(alice, "Save as CSV");
  expect(csv.split("\r\n").slice(0, 3).map((line) => line.split(",").slice(1, 6).join())).toEqual([
    '"what","who","amount","currency","total"',
    '"paid","you","7.5","THD","27.5"',
    '"paid","you","20","THD","20"',
  ]);
  await alice.page.getByRole("combobox", { name: "Show", exact: true }).selectOption("Everything");
  const rows = JSON.parse(await saved(alice, "Save as JSON")) as { what: string }[];
  expect(rows.map(({ what }) => what)).toEqual(["paid", "paid", "paid", "opened"]);
});

test("a history that cannot be saved says so, in a channel that nobody has joined too", async ({ people }) => {
  const { alice, bob } = await bothConnected(people);
  await open(alice, { counterparty: await bob.app.channels.link.inputValue(), deposit: "100" });
  await bob.app.channels.offered.getByRole("link", { name: /^Channel with / }).click();
  await bob.channel.expectPhase("Offered");
  await bob.page.evaluate(() => {
    URL.createObjectURL = () => {
      throw new Error("no room");
    };
  });
  await bob.app.button("Save as CSV").click();
  await expect(bob.app.alert("This browser does not let the page save a file")).toBeVisible();
});

test("links and the address are shown to a camera, and the title counts down", async ({ people, picture }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  const code = alice.page.getByRole("img", { name: "QR code of the channel link", exact: true });
  await expect(code).toBeHidden();
  await alice.page.getByText("QR code of the channel link", { exact: true }).click();
  await expect(code).toBeVisible();
  await picture("12-qr", { alice });
  await alice.app.openAccount();
  await alice.app.account.getByText("QR code of your address", { exact: true }).click();
  await expect(alice.page.getByRole("img", { name: "QR code of your address", exact: true })).toBeVisible();
  await alice.app.closeDialog();

  await alice.channel.close();
  await expect(alice.page).toHaveTitle("Closing: 100 blocks · Thunder");
  await expect(alice.channel.closing).toContainText("about 20 minutes");
  await alice.channel.mine("60");
  await expect(alice.page).toHaveTitle("Closing: 40 blocks · Thunder");
  await alice.channel.mine("40");
  await expect(alice.page).toHaveTitle("Ready to settle · Thunder");
});

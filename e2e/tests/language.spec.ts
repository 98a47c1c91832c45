// The app in its second language: from the first page to the payout in German, in both windows, and changing from one to the other.
import type { Page } from "@playwright/test";
import * as accounts from "../stack/accounts.ts";
import { expectAccessible } from "./accessible.ts";
import { expect, test, type Person } from "./fixtures.ts";

const german = { locale: "de-DE", reducedMotion: "reduce" } as const;
const phone = { ...german, viewport: { width: 390, height: 844 } };

// axe reads every page on the way.
test.slow();

test.describe("with a price", () => {
  test.use({ stackOptions: { prices: ["THD=0.50EUR"] } });

  test("open, deposit, pay, close and settle, all in German", async ({ people, picture }) => {
    const alice = await people.visitor("alice", german);
    await expect(alice.page.locator("html")).toHaveAttribute("lang", "de");
    await expectGerman(alice, "Wallet verbinden");
    const bob = await people.visitor("bob", phone);
    for (const person of [alice, bob]) {
      await person.app.pickWallet(person === alice ? "Demo Alice" : "Demo Bob");
      await expectGerman(person, "Zahlungen einrichten");
      await person.app.button("Zahlungen einrichten").click();
      await expectGerman(person, "Kanäle");
    }

    await alice.page.getByRole("navigation").getByRole("link", { name: "Neuer Kanal", exact: true }).click();
    await textbox(alice, "Gegenseite").fill(await textbox(bob, "Dein Link").inputValue());
    const deposit = textbox(alice, "Einlage");
    await deposit.fill("1.234,5");
    await alice.app.button("Kanal öffnen").click();
    await expect(deposit).toHaveAccessibleDescription(/^„\.“ ist hier nicht eindeutig.*12,5\.$/);
    await expectGerman(alice, "Neuer Kanal");
    await deposit.fill("1234,5");
    await alice.app.button("Kanal öffnen").click();
    await alice.channel.expectPhase("Offen");

    const offered = bob.page.getByRole("region", { name: "Dir angeboten", exact: true });
    await expect(offered).toBeVisible();
    await expectGerman(bob, "Kanäle");
    await offered.getByRole("button", { name: /beitreten$/ }).click();
    await bob.channel.expectPhase("Offen");

    const amount = alice.page.getByRole("form", { name: "Zahlen", exact: true }).getByRole("textbox", { name: "Betrag", exact: true });
    const pay = async (typed: string) => {
      await amount.fill(typed);
      await alice.app.button("Zahlen").click();
    };
    for (const [typed, words] of [
      ["1.000", /^„\.“ ist hier nicht eindeutig/],
      ["1,000", /^„1,000“ lässt sich auf zwei Arten lesen: Schreibe 1 oder 1000\.$/],
      ["zehn", /^Gib einen Betrag in Ziffern ein, zum Beispiel 12,5\.$/],
      ["99999", /^Du kannst in diesem Kanal höchstens 1\.234,5 THD zahlen\.$/],
    ] as const) {
      await pay(typed);
      await expect(amount, typed).toHaveAccessibleDescription(words);
    }
    await amount.fill("234,5");
    await expect(amount).toHaveAccessibleDescription(/^≈ 117,25\s€\. Hier in der Seite signiert/);
    await pay("234,5");
    await alice.channel.expectBalances("1.000 THD", "234,5 THD");
    await bob.channel.expectBalances("234,5 THD", "1.000 THD");
    await expect(bob.page.getByTestId("worth").first()).toHaveText(/^≈ 117,25\s€$/);

    await textbox(alice, "Betrag der Einlage").fill("10");
    await alice.app.button("Einlegen").click();
    await bob.channel.expectBalances("234,5 THD", "1.010 THD");
    await expectGerman(alice, /^Kanal mit 0x/);
    await expectGerman(bob, /^Kanal mit 0x/);
    await picture("german-open", { alice, bob }, true);

    for (const [opener, title] of [
      [/^Konto 0x/, "Konto"],
      ["Verlauf", "Verlauf"],
    ] as const) {
      await bob.app.button(opener).click();
      await expect(bob.page.getByRole("dialog", { name: title, exact: true })).toBeVisible();
      await expectGerman(bob, title);
      await bob.app.closeDialog();
    }

    await alice.app.button("Schließen …").click();
    const dialog = alice.page.getByRole("dialog", { name: "Diesen Kanal beenden", exact: true });
    await dialog.getByRole("button", { name: "Ohne die andere Seite beenden …", exact: true }).click();
    await expectGerman(alice, "Diesen Kanal beenden");
    await dialog.getByRole("button", { name: "Einseitig schließen", exact: true }).click();
    for (const person of [alice, bob]) {
      await person.channel.expectPhase("Schließt");
      await expect(person.channel.closesIn).toHaveText("100 Blöcke");
      await expectGerman(person, /^Kanal mit 0x/);
    }
    await expect(bob.page).toHaveTitle(/^Schließt: 100 Blöcke · Thunder$/);
    await picture("german-closing", { alice, bob }, true);
    await textbox(alice, "Blöcke").fill("100");
    await alice.app.button("Blöcke erzeugen").click();
    await alice.channel.expectPhase("Abrechenbar");
    await bob.channel.expectPhase("Abrechenbar");
    await alice.app.button("Abrechnen").click();
    for (const person of [alice, bob]) {
      await person.channel.expectPhase("Abgerechnet");
      await expectGerman(person, /^Kanal mit 0x/);
    }
    await expect(alice.channel.paidYours).toHaveText("1.010 THD");
    await expect(bob.channel.paidYours).toHaveText("234,5 THD");
    await picture("german-settled", { alice, bob }, true);
  });
});

test("the language is changed without a reload, in every window of the browser, and is remembered", async ({ people }) => {
  const alice = await people.visitor("alice");
  await expect(alice.page.locator("html")).toHaveAttribute("lang", "en");
  await expect(alice.app.heading("Connect a wallet")).toBeVisible();
  await alice.app.button("Deutsch").click();
  await expect(alice.app.heading("Wallet verbinden")).toBeVisible();
  await expect(alice.page.locator("html")).toHaveAttribute("lang", "de");
  await alice.page.reload();
  await expect(alice.app.heading("Wallet verbinden")).toBeVisible();
  await alice.app.pickWallet("Demo Alice");
  await alice.app.button("Zahlungen einrichten").click();
  await expect(alice.app.heading("Kanäle")).toBeVisible();
  await expect(alice.app.channels.thd).toHaveText("10.000 THD");

  await alice.page.evaluate(() => Object.assign(window, { same: true }));
  await alice.app.button(/^Konto 0x/).click();
  await alice.page.getByRole("combobox", { name: "Sprache", exact: true }).selectOption("English");
  await expect(alice.app.account).toBeVisible();
  await alice.app.closeDialog();
  await expect(alice.app.heading("Channels")).toBeVisible();
  await expect(alice.app.channels.thd).toHaveText("10,000 THD");
  expect(await alice.page.evaluate(() => "same" in window), "the page was not loaded anew").toBe(true);
  const other = await alice.another();
  await expect(other.page.locator("html")).toHaveAttribute("lang", "en");
  await other.app.button("Deutsch").click();
  await expect(alice.app.heading("Kanäle"), "it holds in this window too").toBeVisible();
});

test("a wallet's no is said in German too", async ({ people, wallet }) => {
  const keys = wallet([accounts.alice]);
  const alice = await people.withWallet({ wallet: keys, account: accounts.alice.address, options: german });
  keys.failNext("eth_requestAccounts", { code: 4001, message: "User rejected the request." });
  await alice.page.getByRole("list", { name: "Wallets", exact: true }).getByRole("button").first().click();
  await expect(alice.app.alert("Die Anfrage wurde in der Wallet abgelehnt; nichts ist geschehen, und du kannst es erneut versuchen.")).toBeVisible();
});

function textbox({ page }: Person, name: string) {
  return page.getByRole("textbox", { name, exact: true });
}

/** Words that every longer English sentence has some of, and no German one. */
const ENGLISH = /\b(the|and|you|your|with|this|that|of|is|not|are|to|it|or|by|for|from|channel|channels|payment|payments|wallet window)\b/i;

/** That a page with this heading is readable, fits, and says nothing in English: neither on the screen nor to a screen reader. */
async function expectGerman({ page }: Person, heading: string | RegExp): Promise<void> {
  await expect(page.getByRole("heading", { name: heading, exact: true }).first()).toBeVisible();
  await expectAccessible(page, String(heading));
  const english = (await said(page)).filter((text) => ENGLISH.test(text));
  expect(english, `${heading}: left in English`).toEqual([]);
}

/** Every text and every name of the page. */
function said(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      // What a wallet signs is in English for everybody, and says so.
      if (!walker.currentNode.parentElement?.closest("[lang=en]")) texts.push(walker.currentNode.textContent ?? "");
    }
    for (const element of document.querySelectorAll("*"))
      for (const name of ["aria-label", "aria-description", "title", "placeholder", "alt"]) texts.push(element.getAttribute(name) ?? "");
    return texts.map((text) => text.trim()).filter((text) => text !== "");
  });
}

// Everything that a person can type wrongly ends in words beside the field, and changes nothing.
import type { Locator } from "@playwright/test";
import * as accounts from "../stack/accounts.ts";
import { expect, test } from "./fixtures.ts";
import { bothConnected, inChannel } from "./steps.ts";

/** That a field is marked as wrong and described by these words. */
async function expectFault(field: Locator, words: RegExp): Promise<void> {
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(words);
}

test("a new channel: wrong counterparties, deposits and periods", async ({ people, stack }) => {
  const { alice, bob } = await bothConnected(people);
  const blocks = await stack.chain.blockNumber();
  // Whose wallet has not been read yet is not told that it has too little.
  await expect(alice.app.channels.thd).toHaveText("10,000 THD");
  await alice.app.goToNewChannel();
  const form = alice.app.newChannel;
  const bobsLink = await bob.app.channels.link.inputValue();
  const mixed = accounts.bob.address;

  const counterparties: [string, RegExp][] = [
    ["", /enter the other person's address/i],
    ["bob", /not an address/i],
    ["0x1234", /not an address/i],
    [`${mixed}00`, /not an address/i],
    [mixed.replace("C44C", "c44C"), /typing mistake/i],
    ["0x0000000000000000000000000000000000000000", /zero address/i],
    [accounts.alice.address, /your own address/i],
    [accounts.alice.address.toLowerCase(), /your own address/i],
    [bobsLink.replace(mixed, accounts.alice.address), /your own address/i],
    [stack.book.hub, /hub/i],
    ["javascript:alert(1)", /not an address/i],
  ];
  await form.fill({ counterparty: mixed, deposit: "100" });
  for (const [counterparty, words] of counterparties) {
    await form.counterparty.fill(counterparty);
    await form.openButton.click();
    await expectFault(form.counterparty, words);
  }
  await form.counterparty.fill(bobsLink);

  const deposits: [string, RegExp][] = [
    ["", /enter an amount/i],
    ["-1", /negative/i],
    ["abc", /digits/i],
    ["1e3", /digits/i],
    ["0x10", /digits/i],
    ["1,000", /digits|comma|point/i],
    ["1.2.3", /digits|point/i],
    ["0.0000000000000000001", /at most 18 digits/i],
    ["10000.000000000000000001", /your wallet has 10,000 THD/i],
    ["79228162514.264337593543950336", /more than a channel can hold/i],
    ["9".repeat(400), /more than a channel can hold|too/i],
  ];
  for (const [deposit, words] of deposits) {
    await form.deposit.fill(deposit);
    await form.openButton.click();
    await expectFault(form.deposit, words);
  }
  await form.deposit.fill("100");

  await form.unfoldRules();
  for (const period of ["", "0", "-1", "1.5", "4294967296", "ten"]) {
    await form.period.fill(period);
    await form.openButton.click();
    await expectFault(form.period, /period/i);
  }
  expect(await stack.chain.blockNumber()).toBe(blocks);
  expect(await stack.money.channels()).toEqual([]);
});

test("a new channel: whoever presses the button is led to what is wrong", async ({ people }) => {
  const alice = await people.demo("alice", { viewport: { width: 390, height: 500 } });
  await alice.app.goToNewChannel();
  const form = alice.app.newChannel;
  const press = async (wrong: Locator) => {
    await form.openButton.click();
    await expect(wrong).toBeFocused();
    await expect(wrong).toBeInViewport();
  };
  await press(form.counterparty);
  // Again, though nothing has changed.
  await form.openButton.focus();
  await press(form.counterparty);
  await form.counterparty.fill(accounts.bob.address);
  await press(form.deposit);
  await form.deposit.fill("1");
  // Folded up, with something wrong in it.
  await form.unfoldRules();
  await form.period.fill("0");
  await form.rules.click();
  await expect(form.period).toBeHidden();
  await press(form.period);
});

test("either kind of link is understood in the place of the other", async ({ people }) => {
  const { alice, bob } = await bothConnected(people);
  const bobsLink = await bob.app.channels.link.inputValue();
  const form = alice.app.newChannel;
  // Somebody's own link, where a channel's was asked for.
  await alice.app.channels.join(bobsLink);
  await expect(form.counterparty).toHaveValue(bobsLink.split("with=")[1]!);
  await expect(form.counterparty).toHaveAccessibleDescription(/^The link of 0x3C44…93BC/);
  await form.open({ counterparty: bobsLink, deposit: "5" });
  const channelLink = await alice.channel.link.inputValue();
  await alice.app.goToNewChannel();
  await form.counterparty.fill(channelLink);
  await form.openButton.click();
  await expectFault(form.counterparty, /enter it under “Join”/);
});

test("a payment: nothing, negative, zero, too fine, too much", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const blocks = await stack.chain.blockNumber();
  const amounts: [string, RegExp][] = [
    ["", /enter an amount/i],
    ["0", /above zero/i],
    ["0.000", /above zero/i],
    ["-5", /negative/i],
    ["five", /digits/i],
    ["1.0000000000000000001", /at most 18 digits/i],
    ["100.000000000000000001", /at most 100 THD/i],
    ["79228162514264337593543950336", /more than a channel can hold|at most/i],
  ];
  for (const [amount, words] of amounts) {
    await alice.channel.pay(amount);
    await expectFault(alice.channel.amount, words);
  }
  // Bob has nothing to pay with.
  await bob.channel.pay("1");
  await expectFault(bob.channel.amount, /at most 0 THD/i);
  await alice.channel.expectBalances("100 THD", "0 THD");

  // The smallest payment there is, and everything that is left.
  await alice.channel.pay("0.000000000000000001");
  await alice.channel.expectBalances("99.999999999999999999 THD", "0.000000000000000001 THD");
  await alice.page.getByRole("button", { name: "All", exact: true }).click();
  await alice.channel.payButton.click();
  await alice.channel.expectBalances("0 THD", "100 THD");
  await bob.channel.expectBalances("100 THD", "0 THD");
  expect(await stack.chain.blockNumber()).toBe(blocks);
});

test("a deposit: nothing, negative, zero, too fine, above the wallet's balance", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const blocks = await stack.chain.blockNumber();
  // Whose wallet has not been read since the channel was opened is let do more.
  await expect(alice.channel.depositAmount).toHaveAccessibleDescription(/9,900 THD/);
  const deposits: [string, RegExp][] = [
    ["", /enter an amount/i],
    ["0", /above zero/i],
    ["-1", /negative/i],
    ["x", /digits/i],
    ["0.0000000000000000001", /at most 18 digits/i],
    ["9900.000000000000000001", /your wallet has 9,900 THD/i],
    ["79228162514264337593543950336", /more than a channel can hold|your wallet has/i],
  ];
  for (const [deposit, words] of deposits) {
    await alice.channel.deposit(deposit);
    await expectFault(alice.channel.depositAmount, words);
  }
  expect(await stack.chain.blockNumber()).toBe(blocks);
  await bob.channel.expectBalances("0 THD", "100 THD");
});

test("what is no channel cannot be joined", async ({ people }) => {
  const alice = await people.demo("alice");
  for (const text of ["", "7K3D", "hello there", "0x1234", accounts.bob.address]) {
    await alice.app.channels.join(text);
    await expectFault(alice.app.channels.joinField, /neither a channel link nor a code/i);
  }
});

test("what is no key cannot be imported", async ({ people }) => {
  const alice = await people.visitor();
  await alice.app.button("Import a key or seed phrase").click();
  const field = alice.page.getByRole("textbox", { name: "Private key or seed phrase", exact: true });
  for (const text of ["", "0x1234", "one two three", `0x${"0".repeat(64)}`, `0x${"f".repeat(64)}`]) {
    await field.fill(text);
    await alice.app.button("Import").click();
    await expectFault(field, /key|phrase|words/i);
  }
});

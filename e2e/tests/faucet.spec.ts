// Play money on a development chain: who has none gets some, and nobody gets less than they had.
import { formatEther, type Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { expectAccessible } from "./accessible.ts";
import { expect, test, type Person } from "./fixtures.ts";
import { carol } from "../stack/accounts.ts";

const GET = "Get play money";

/** Sits down with a key of their own; ends on the list of channels. */
async function importKey({ page, app }: Person, key: Hex): Promise<void> {
  await app.button("Import a key or seed phrase").click();
  await page.getByRole("textbox", { name: "Private key or seed phrase", exact: true }).fill(key);
  await app.button("Import").click();
  await app.setUpPayments();
}

test("who has nothing gets play money, and opens a channel with it", async ({ people, stack, picture }) => {
  const key = generatePrivateKey();
  const account = privateKeyToAccount(key).address;
  const dave = await people.visitor();
  await importKey(dave, key);
  const { app } = dave;
  await expect(app.channels.thd).toHaveText("0 THD");
  await picture("faucet", { dave }, true);
  await expectAccessible(dave.page, "the list of channels of who has nothing");

  // It is offered where the money is missed too.
  await app.goToNewChannel();
  await expect(app.button(GET)).toBeVisible();
  await expectAccessible(dave.page, "the form of who has nothing");
  await app.button(GET).click();
  await expect(app.status("You were given play money: 10 ETH, 1,000 THD.")).toBeVisible();
  await expect(app.button(GET)).toHaveCount(0);
  expect(formatEther(await stack.money.etherOf(account))).toBe("10");
  expect(formatEther(await stack.money.thdOf(account))).toBe("1000");
  await app.newChannel.open({ counterparty: carol.address, deposit: "100" });
  await dave.channel.expectBalances("100 THD", "0 THD");

  await app.goToChannels();
  await expect(app.channels.thd).toHaveText("900 THD");
  await expect(app.button(GET)).toHaveCount(0);
});

test("who has ether keeps it, and who has all of it is offered nothing", async ({ people, stack, wallet }) => {
  const rich = await people.demo("alice");
  await expect(rich.app.channels.thd).toHaveText(/^[1-9]/);
  await expect(rich.app.button(GET)).toHaveCount(0);

  const person = await people.withWallet({ wallet: wallet([carol]), account: carol.address });
  await person.app.enter("Test Wallet");
  const before = await stack.money.etherOf(carol.address);
  await person.app.button(GET).click();
  await expect(person.app.status("You were given play money: 1,000 THD.")).toBeVisible();
  await expect(person.app.channels.thd).toHaveText("1,000 THD");
  expect(await stack.money.etherOf(carol.address)).toBe(before);
});

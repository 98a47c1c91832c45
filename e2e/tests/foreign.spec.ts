// Wallets that were not written here: as far as each can sign typed data.
import { createWallet, installMockWallet } from "@johanneskares/wallet-mock";
import headless from "headless-web3-provider";
import { http, toHex } from "viem";
import { foundry } from "viem/chains";
import * as accounts from "../stack/accounts.ts";
import type { Stack } from "../stack/stack.ts";
import { expect, test, type Person } from "./fixtures.ts";

// A CommonJS module, whose names can only be taken from it as a whole.
const { injectHeadlessWeb3Provider, Web3RequestKind } = headless;

async function openAndPay(alice: Person, stack: Stack, open: () => Promise<void>): Promise<void> {
  await alice.app.goToNewChannel();
  await alice.app.newChannel.fill({ counterparty: accounts.bob.address, deposit: "2", currency: "ETH" });
  await open();
  await alice.channel.expectPhase("Open");
  await alice.channel.pay("0.5");
  await alice.channel.expectBalances("1.5 ETH", "0.5 ETH");
  expect(await stack.chain.transactionsOf(accounts.alice.address)).toBe(1);
}

test("headless-web3-provider: refuses, then connects, opens and pays", async ({ people, stack }) => {
  const alice = await people.visitor();
  const key = accounts.alice.getHdKey().privateKey;
  if (!key) throw new Error("alice has no key");
  const wallet = await injectHeadlessWeb3Provider(alice.page, [toHex(key)], foundry.id, stack.chain.url);
  await alice.page.reload();

  const name = "Headless Web3 Provider";
  await alice.app.pickWallet(name);
  await wallet.reject(Web3RequestKind.RequestAccounts);
  await expect(alice.app.alert(/rejected in the wallet/)).toBeVisible();
  await alice.app.pickWallet(name);
  await wallet.authorize(Web3RequestKind.RequestAccounts);
  await alice.app.button("Set up payments").click();
  await wallet.reject(Web3RequestKind.SignTypedDataV4);
  await expect(alice.app.alert(/rejected in the wallet/)).toBeVisible();
  await alice.app.button("Set up payments").click();
  await wallet.authorize(Web3RequestKind.SignTypedDataV4);
  await expect(alice.app.heading("Channels")).toBeVisible();

  await openAndPay(alice, stack, async () => {
    await alice.app.newChannel.openButton.click();
    await wallet.authorize(Web3RequestKind.SendTransaction);
  });
});

test("wallet-mock: connects, and says that it cannot sign", async ({ people, stack }) => {
  const alice = await people.visitor();
  const transports = { [foundry.id]: http(stack.chain.url) };
  await installMockWallet({ page: alice.page, account: accounts.alice, defaultChain: foundry, transports });
  await alice.page.reload();
  const listed = alice.page.getByRole("list", { name: "Wallets", exact: true }).getByRole("button", { name: "Mock Wallet" });
  await expect(listed, "it announces itself again and again, with a new object each time").toHaveCount(1);
  await alice.app.pickWallet("Mock Wallet");
  await alice.app.button("Set up payments").click();
  await expect(alice.app.alert(/eth_signTypedData_v4 is not yet supported/)).toBeVisible();
});

test("wallet-mock: with the one method that it lacks, opens and pays", async ({ people, stack }) => {
  const alice = await people.visitor();
  const own = createWallet(accounts.alice, { [foundry.id]: http(stack.chain.url) }, foundry);
  const request: typeof own.request = async (asked) => {
    if (asked.method !== "eth_signTypedData_v4") return own.request(asked);
    return accounts.alice.signTypedData(JSON.parse(String(asked.params?.[1])) as Parameters<typeof accounts.alice.signTypedData>[0]);
  };
  await installMockWallet({ page: alice.page, wallet: { request } });
  await alice.page.reload();
  await alice.app.enter("Mock Wallet");
  await openAndPay(alice, stack, () => alice.app.newChannel.openButton.click());
});

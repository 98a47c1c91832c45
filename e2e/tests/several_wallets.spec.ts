// Several wallets in one browser: each is listed as it presents itself, and only the one that was chosen ever hears of the page again.
import * as accounts from "../stack/accounts.ts";
import { metamask, taho } from "../wallet/profile.ts";
import { dot } from "../wallet/wallet.ts";
import { expect, test } from "./fixtures.ts";

test("several wallets are listed with names and icons, and the chosen one alone is asked, over a reload too", async ({
  people,
  wallet,
}) => {
  // Two of one name and one account: neither these nor the order tells which of them was chosen.
  const first = wallet([accounts.alice], { profile: metamask, icon: dot("f80") });
  const chosen = wallet([accounts.alice], { profile: { ...metamask, rdns: "io.metamask.flask" }, icon: dot("80f") });
  // An image from elsewhere would tell a stranger of each visit.
  const last = wallet([accounts.alice], { profile: taho, icon: "https://example.org/icon.png" });
  const alice = await people.withWallet({ wallet: first, others: [chosen, last], account: accounts.alice.address });
  await expect(alice.app.listed).toHaveText([/^MetaMask$/, /^MetaMask$/, /^Taho$/, /^Demo Alice/, /^Demo Bob/]);
  const icons = alice.app.listed.locator("img");
  await expect(icons).toHaveCount(2);
  await expect(icons.nth(0)).toHaveAttribute("src", dot("f80"));
  await expect(icons.nth(1)).toHaveAttribute("src", dot("80f"));
  // An image has a size once it is decoded, which is after it is on the page.
  const drawn = () => icons.evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth > 0));
  await expect.poll(drawn, "both are drawn").toEqual([true, true]);

  await alice.app.listed.nth(1).click();
  await alice.app.setUpPayments();
  const windows = chosen.windows.length;
  const requests = chosen.requests.length;
  await alice.page.reload();
  await alice.app.expectAccount(accounts.alice.address);
  await expect(alice.app.heading("Channels")).toBeVisible();
  expect(chosen.requests.length, "it was the one that was looked for again").toBeGreaterThan(requests);
  expect(chosen.windows.length, "and opened no window").toBe(windows);

  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({ counterparty: accounts.bob.address, deposit: "1" });
  await alice.channel.expectPhase("Open");
  expect(chosen.windowsFor("eth_sendTransaction")).toHaveLength(1);
  for (const other of [first, last]) expect(other.requests).toEqual([]);

  // The next window has it first. Whoever disconnects leaves no trace of it.
  const second = await alice.another();
  await expect(second.app.listed).toHaveText([/^MetaMask\s*Used last$/, /^MetaMask$/, /^Taho$/, /^Demo Alice/, /^Demo Bob/]);
  await expect(second.app.listed.locator("img").first()).toHaveAttribute("src", dot("80f"));
  await second.leave();
  await alice.app.openAccount();
  await alice.app.disconnect();
  await expect(alice.app.listed).toHaveText([/^MetaMask$/, /^MetaMask$/, /^Taho$/, /^Demo Alice/, /^Demo Bob/]);
});

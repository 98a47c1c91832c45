// Never losing money: backups, evidence, and a page that is not left by accident.
import { readFile } from "node:fs/promises";
import type { Hex } from "viem";
import { createWalletClient, http, publicActions } from "viem";
import * as accounts from "../stack/accounts.ts";
import { backup, takeIn } from "./backups.ts";
import { expect, test } from "./fixtures.ts";
import { expectAgreed, inChannel } from "./steps.ts";
import { CONNECTION_LOST } from "./watch.ts";

test("bob's browser is gone: a new profile goes on from his backup", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("30");
  await expectAgreed(alice, bob, "70 THD", "30 THD");
  await bob.channel.pay("4");
  await expectAgreed(alice, bob, "74 THD", "26 THD");
  const file = await backup(bob);
  const text = await readFile(file, "utf8");
  expect(text).not.toContain(bob.address.slice(2).toLowerCase());
  await alice.channel.pay("1");
  await expectAgreed(alice, bob, "73 THD", "27 THD");
  await bob.context.close();

  // An empty profile: a wrong password and a file that is none first.
  const anew = await people.visitor("bob");
  await anew.app.pickWallet("Demo Bob");
  await anew.page.getByText("Import a backup instead", { exact: true }).click();
  await picture("9-import", { bob: anew });
  await takeIn(anew, file, "wrong horse battery");
  await expect(anew.app.alert("does not open the backup")).toBeVisible();
  await takeIn(anew, "package.json");
  await expect(anew.app.alert("no backup of this app")).toBeVisible();
  await takeIn(anew, file);
  await expect(anew.app.heading("Channels")).toBeVisible();
  await expect(anew.app.status("Backup taken in: 1 channel restored")).toBeVisible();
  await anew.app.channels.openOnly();
  // The relay has what the backup lacks.
  await expectAgreed(alice, anew, "73 THD", "27 THD");
  await expect(anew.channel.history.filter({ hasText: "You received 30 THD" })).toHaveCount(1);
  await anew.channel.pay("7");
  await expectAgreed(alice, anew, "80 THD", "20 THD");
});

test("an old backup takes nothing back", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("10");
  await expectAgreed(alice, bob, "90 THD", "10 THD");
  const due = bob.app.account.getByTestId("backup-due");
  await bob.app.openAccount();
  await expect(due).toHaveText("No backup was made in this browser yet.");
  await bob.app.closeDialog();
  const file = await backup(bob);
  await bob.app.openAccount();
  await expect(bob.app.account.getByRole("button", { name: "Export backup", exact: true })).toBeVisible();
  await expect(due).toHaveCount(0);
  await bob.app.closeDialog();
  await alice.channel.pay("5");
  await bob.channel.pay("1");
  await expectAgreed(alice, bob, "86 THD", "14 THD");
  await bob.app.openAccount();
  await expect(due).toHaveText("Something has happened since the last backup.");
  await takeIn(bob, file);
  await expect(bob.app.status("1 channel as new or newer here")).toBeVisible();
  await bob.app.closeDialog();
  await expectAgreed(alice, bob, "86 THD", "14 THD");
  await bob.channel.pay("1");
  await expectAgreed(alice, bob, "87 THD", "13 THD");
  // And it is nobody else's.
  await alice.app.openAccount();
  await takeIn(alice, file);
  await expect(alice.app.alert("of another account")).toBeVisible();
  // A password that anybody guesses is not taken.
  const password = alice.app.account.getByRole("textbox", { name: "New password for the backup", exact: true });
  await password.fill("short");
  await password.press("Enter");
  await expect(password).toHaveAttribute("aria-invalid", "true");
});

test("the evidence file alone brings bob his money", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("30");
  await expectAgreed(alice, bob, "70 THD", "30 THD");
  const saving = bob.page.waitForEvent("download");
  await bob.page.getByRole("button", { name: "Save evidence", exact: true }).click();
  const evidence = JSON.parse(await readFile(await (await saving).path(), "utf8")) as {
    chainId: number;
    claims: { alice: { total: string } };
    calls: { call: string; to: Hex; data: Hex }[];
  };
  expect(evidence.chainId).toBe(31337);
  expect(evidence.claims.alice.total).toBe("30000000000000000000");
  // Both pages are gone.
  await bob.leave();
  await alice.leave();
  const had = await stack.money.snapshot(alice.address, bob.address);
  const wallet = createWalletClient({ account: accounts.bob, transport: http(stack.chain.url) }).extend(publicActions);
  const send = async (name: string) => {
    const call = evidence.calls.find(({ call }) => call === name);
    expect(call, name).toBeDefined();
    const hash = await wallet.sendTransaction({ to: call!.to, data: call!.data, chain: null });
    // The hash is answered before the block is there.
    expect((await wallet.waitForTransactionReceipt({ hash, pollingInterval: 50 })).status).toBe("success");
  };
  await send("close");
  await stack.chain.mine(100);
  await send("settle");
  await expect.poll(() => had.since()).toEqual(["70", "30"]);
});

test("a page with a payment that has not left it asks before it is left", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("1");
  await expectAgreed(alice, bob, "99 THD", "1 THD");
  const asked: string[] = [];
  alice.page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  for (const person of [alice, bob]) person.watch.expect(CONNECTION_LOST);
  await stack.relay.kill();
  await expect(alice.app.status("The relay is not connected")).toBeVisible();
  await alice.channel.pay("2");
  await expect(alice.channel.delivery).toHaveText("Stored here");
  const dialog = alice.page.waitForEvent("dialog");
  await alice.page.close({ runBeforeUnload: true });
  await dialog;
  expect(asked).toEqual(["beforeunload"]);

  await stack.relay.restart();
  await expect(alice.channel.delivery).toHaveText(/^(Relayed|Seen)$/);
  const closed = alice.page.waitForEvent("close");
  await alice.page.close({ runBeforeUnload: true });
  await closed;
  expect(asked, "nothing is half done any more").toEqual(["beforeunload"]);
});

test("the payment key's limits are set in Account and hold", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.app.setLimits({ payment: "5", day: "8" });
  await picture("10-limits", { alice });
  await alice.app.closeDialog();
  await alice.channel.pay("6");
  await expect(alice.channel.amount).toHaveAccessibleDescription(/Your limit is 5 THD per payment/);
  await alice.channel.pay("5");
  await expectAgreed(alice, bob, "95 THD", "5 THD");
  // Over a reload, too.
  await alice.page.reload();
  await alice.channel.expectSpendable("95 THD");
  await alice.channel.pay("4");
  await expect(alice.channel.amount).toHaveAccessibleDescription(/limit is 8 THD a day, of which 3 THD is left/);
  await alice.app.openAccount();
  await expect(alice.app.account.getByRole("textbox", { name: "Limit per day", exact: true })).toHaveValue("8");
  await alice.app.closeDialog();
  await alice.app.setLimits({ payment: "", day: "" });
  await alice.app.closeDialog();
  await alice.channel.pay("40");
  await expectAgreed(alice, bob, "55 THD", "45 THD");
});

test("only data of a chain that is gone is offered to be discarded, and not at one press", async ({ people }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  const names = () =>
    alice.page.evaluate(async () => (await indexedDB.databases()).map((database) => database.name!).sort());
  const [own] = await names();
  const [thunder, chain, genesis, hub, ...who] = own!.split("/");
  const zeros = (hex: string) => hex.replace(/[^x]/g, "0");
  const otherHub = [thunder, chain, genesis, zeros(hub!), ...who].join("/");
  const otherChain = [thunder, chain, zeros(genesis!), hub, ...who].join("/");
  const comeWith = async (name: string) => {
    await alice.page.evaluate(
      (made) =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.open(made);
          request.onsuccess = () => {
            request.result.close();
            resolve();
          };
          request.onerror = () => reject(request.error);
        }),
      name,
    );
    await alice.page.reload();
    await alice.channel.expectPhase("Open");
  };
  await comeWith(otherHub);
  await expect(alice.app.button("Discard old data")).toHaveCount(0);
  await comeWith(otherChain);
  const discard = alice.app.button("Discard old data");
  const sure = alice.app.button("Discard for good");
  await expect(alice.app.status("Data of an earlier chain was set aside")).toBeVisible();
  await discard.dblclick();
  await expect(sure).toBeVisible();
  expect(await names()).toEqual([own!, otherHub, otherChain].sort());
  await sure.click();
  await expect(discard).toHaveCount(0);
  expect(await names()).toEqual([own!, otherHub].sort());
});

test("the browser is asked to keep what is stored once there is something, and its no is told once", async ({ people }) => {
  const alice = await people.visitor("alice");
  const browser = { asked: 0, agrees: false, keeps: false };
  await alice.context.exposeFunction("testPersist", () => {
    browser.asked += 1;
    return browser.agrees;
  });
  await alice.context.exposeFunction("testPersisted", () => browser.keeps);
  await alice.context.addInitScript(() => {
    const world = window as unknown as Record<"testPersist" | "testPersisted", () => Promise<boolean>>;
    StorageManager.prototype.persist = () => world.testPersist();
    StorageManager.prototype.persisted = () => world.testPersisted();
  });
  await alice.page.reload();
  await alice.app.enter("Demo Alice");
  await alice.app.goToNewChannel();
  expect(browser.asked, "there is nothing to keep").toBe(0);

  const words = "This browser may clear what Thunder keeps in it. To be sure, export a backup in Account.";
  const told = alice.app.status(words);
  await alice.app.newChannel.open({ counterparty: accounts.bob.address, deposit: "100" });
  await expect(told).toBeVisible();
  expect(browser.asked).toBe(1);

  // Asked again by every page, which says nothing new. Whatever it had to say is said once it has paid.
  const expectNotTold = async (asked: number, spendable: string, paid: number) => {
    await alice.page.reload();
    await expect.poll(() => browser.asked).toBe(asked);
    await alice.channel.expectSpendable(spendable);
    await alice.channel.pay("1");
    await alice.channel.expectBalances(`${100 - paid} THD`, `${paid} THD`);
    await alice.app.openActivity();
    expect(await alice.app.activity.innerText()).not.toContain(words);
    await alice.app.closeDialog();
  };
  await expectNotTold(2, "100 THD", 1);
  browser.agrees = true;
  await expectNotTold(3, "99 THD", 2);
  // It has changed its mind, as when a person takes the permission back.
  browser.agrees = false;
  await alice.page.reload();
  await expect(told).toBeVisible();
  expect(browser.asked).toBe(4);
  // What keeps already need not be asked.
  browser.keeps = true;
  await expectNotTold(4, "98 THD", 3);
});

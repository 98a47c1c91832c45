// Every wallet that was seen, and whatever one may say instead of yes.
import { short } from "../pages/app.ts";
import * as accounts from "../stack/accounts.ts";
import { PROFILES } from "../wallet/profile.ts";
import type { TestWallet } from "../wallet/wallet.ts";
import { expect, test, type MakeWallet, type People, type Person, type WalletOptions } from "./fixtures.ts";
import { WALLET_METHODS } from "./steps.ts";
import { forgetAll } from "./store.ts";

const REJECTED = /rejected in the wallet/;
const WITHOUT_WORDS = /reported an error/;

/** What wallets throw, and what the page makes of it; `lost`: where only the message arrives. */
const REFUSALS: { thrown: unknown; words: RegExp; lost?: RegExp }[] = [
  { thrown: { code: 4001, message: "User rejected the request." }, words: REJECTED },
  { thrown: { code: "4001", message: "" }, words: REJECTED, lost: WITHOUT_WORDS },
  { thrown: { message: "MetaMask Tx Signature: User denied transaction signature." }, words: REJECTED },
  { thrown: "User rejected", words: REJECTED },
  {
    thrown: { code: -32002, message: "Request of type 'eth_requestAccounts' already pending for origin." },
    words: /already has a request open/,
  },
  {
    thrown: { code: 4100, message: "The requested method and/or account has not been authorized by the user." },
    words: /has not given this page access/,
  },
  { thrown: { code: 4200, message: "The Provider does not support the requested method." }, words: /does not support/ },
  { thrown: { code: 4900, message: "The Provider is disconnected from all chains." }, words: /has lost its network/ },
  {
    thrown: { code: 4901, message: "The Provider is not connected to the requested chain." },
    words: /not connected to this network/,
  },
  { thrown: { code: 4902, message: "Unrecognized chain ID." }, words: /does not know this network/ },
  {
    thrown: { code: -32603, message: "Internal error.", data: { originalError: { code: 4902, message: "" } } },
    words: /does not know this network/,
    lost: WITHOUT_WORDS,
  },
  { thrown: { code: -32603, message: "Internal error." }, words: /reported an error \(Internal error\.\)/ },
  { thrown: {}, words: WITHOUT_WORDS },
  { thrown: null, words: WITHOUT_WORDS },
];

async function visit(people: People, wallet: MakeWallet, options: WalletOptions, holding = [accounts.alice]) {
  const mine = wallet(holding, options);
  const alice = await people.withWallet({ wallet: mine, account: accounts.alice.address });
  return { alice, mine };
}

/** Presses a button and waits until the wallet has heard of it. */
async function press(mine: TestWallet, method: string, pressed: () => Promise<void>): Promise<void> {
  const before = mine.asked(method);
  await pressed();
  await mine.untilAsked(method, before + 1);
}

/** Everything that a wallet can throw at one kind of request, each with its words on the page. */
async function refuseAll(alice: Person, mine: TestWallet, method: string, pressed: () => Promise<void>): Promise<void> {
  for (const { thrown, words, lost } of REFUSALS) {
    mine.failNext(method, thrown);
    await press(mine, method, pressed);
    const expected = mine.profile.codes === "lost" ? (lost ?? words) : words;
    await expect(alice.app.alert(expected), `${method}: ${JSON.stringify(thrown)}`).toBeVisible();
  }
}

for (const profile of PROFILES) {
  test.describe(profile.name, () => {
    test("connects, opens, pays, and is back after a reload without a window", async ({ people, wallet, stack }) => {
      const { alice, mine } = await visit(people, wallet, { profile });
      const listed = alice.page.getByRole("list", { name: "Wallets", exact: true }).getByRole("button");
      await expect(listed, "itself once, and the demo's two").toHaveCount(3);
      await alice.app.pickWallet(mine.listedAs);
      if (profile.typedData !== "signs") {
        await alice.app.button("Set up payments").click();
        await expect(alice.app.alert(profile.typedData.message)).toBeVisible();
        return;
      }
      await alice.app.setUpPayments();
      await alice.app.goToNewChannel();
      await alice.app.newChannel.open({ counterparty: accounts.bob.address, deposit: "100" });
      await alice.channel.expectPhase("Open");
      expect(await stack.chain.transactionsOf(accounts.alice.address)).toBe(1);
      const windows = mine.windows.length;
      await alice.channel.pay("5");
      await alice.channel.expectBalances("95 THD", "5 THD");
      await alice.page.reload();
      await alice.channel.expectBalances("95 THD", "5 THD");
      expect(mine.windows.length, "paying and coming back open no window").toBe(windows);
      for (const { method } of mine.requests) expect(WALLET_METHODS).toContain(method);
    });

    test("says no in every way to connecting, signing and sending, and yes in the end", async ({ people, wallet, stack }) => {
      const { alice, mine } = await visit(people, wallet, { profile });
      const pick = () => alice.app.pickWallet(mine.listedAs);
      await refuseAll(alice, mine, "eth_requestAccounts", pick);
      if (profile.connects === "asks") {
        mine.manner = "ask";
        await press(mine, "eth_requestAccounts", pick);
        (await mine.window(1)).close();
        await expect(alice.app.alert(REJECTED)).toBeVisible();
        mine.manner = "approve";
      }
      await pick();
      const setUp = alice.app.button("Set up payments");
      await refuseAll(alice, mine, "eth_signTypedData_v4", () => setUp.click());
      if (profile.typedData !== "signs") return;
      await alice.app.setUpPayments();
      await alice.app.goToNewChannel();
      await alice.app.newChannel.fill({ counterparty: accounts.bob.address, deposit: "1", currency: "ETH" });
      await refuseAll(alice, mine, "eth_sendTransaction", () => alice.app.newChannel.openButton.click());
      expect(await stack.money.channels()).toEqual([]);
      await alice.app.newChannel.openButton.click();
      await alice.channel.expectPhase("Open");
      expect(await stack.chain.transactionsOf(accounts.alice.address)).toBe(1);
    });

    test("is brought onto the hub's network", async ({ people, wallet }) => {
      const { alice, mine } = await visit(people, wallet, { profile, chainId: 1 });
      const elsewhere = alice.app.alert("Your wallet is on another network");
      const fix = () => press(mine, "eth_chainId", () => alice.app.button("Switch network").click());
      const fixed = async () => {
        await expect(elsewhere).toHaveCount(0);
        // The page looks at the wallet with each event, and once more when it is done; before that it takes a wallet that leaves for one
        // that did not come, and brings it back.
        const events = profile.chainChanged?.(31337).length ?? 0;
        await mine.untilAsked("eth_accounts", events + 1, /^wallet_(switch|add)EthereumChain$/);
        expect(mine.chainId).toBe(31337);
      };
      await alice.app.pickWallet(mine.listedAs);
      await expect(elsewhere).toBeVisible();
      await fix();
      if (typeof profile.adding === "object") {
        await expect(alice.app.status(/does not support|reported an error/)).toBeVisible();
        await expect(elsewhere).toBeVisible();
        return;
      }
      if (profile.switchToUnknown === "asks, then refuses") {
        await expect(alice.app.status(REJECTED)).toBeVisible();
        await fix();
      }
      await fixed();

      // It leaves, and calls its not knowing the chain something else each time.
      for (const thrown of [
        { code: 4902, message: "Unrecognized chain ID." },
        { code: -32603, message: "Internal error.", data: { originalError: { code: 4902 } } },
        { message: "Something happened" },
      ]) {
        await mine.switchTo(1);
        await expect(elsewhere).toBeVisible();
        mine.failNext("wallet_switchEthereumChain", thrown);
        await fix();
        await fixed();
      }
    });

    if (profile.typedData === "signs") {
      test("has another account selected, is locked, and is back", async ({ people, wallet }) => {
        const { alice, mine } = await visit(people, wallet, { profile }, [accounts.alice, accounts.carol]);
        await alice.app.pickWallet(mine.listedAs);
        await alice.app.chooseAccount(accounts.alice.address);
        const setUp = alice.app.button("Set up payments");
        await expect(setUp).toBeVisible();
        if (profile.otherAccount === "signs with the selected one") {
          await mine.select(accounts.carol.address);
          await setUp.click();
          await expect(alice.app.alert(`signed with ${accounts.carol.address}, not with ${accounts.alice.address}`)).toBeVisible();
          await mine.select(accounts.alice.address);
        } else {
          await mine.permit(accounts.carol.address);
          await setUp.click();
          await expect(alice.app.alert(/has not given this page access|reported an error/)).toBeVisible();
          await mine.permit(accounts.alice.address, accounts.carol.address);
        }
        await alice.app.setUpPayments();

        const away = alice.app.alert("Your wallet gives this page no account: it is locked, or has switched to another one.");
        await mine.lock();
        await expect(away).toBeVisible();
        await alice.app.expectAccount(accounts.alice.address);
        await mine.unlock();
        await expect(away).toHaveCount(0);

        // Loaded anew while it is locked, the page says what to do.
        await mine.lock();
        await alice.page.reload();
        await expect(alice.app.alert("Your wallet gives this page no account: unlock it, then choose it again.")).toBeVisible();
        await mine.unlock();
        // It is connected, so it has announced itself by now.
        await alice.app.pickWallet(profile.name);
        await expect(alice.app.heading("Channels").or(alice.app.heading("Choose an account"))).toBeVisible();
      });

      test("has its windows closed or left alone, and is asked again", async ({ people, wallet, stack }) => {
        const { alice, mine } = await visit(people, wallet, { profile });
        await alice.app.pickWallet(mine.listedAs);
        const setUp = alice.app.button("Set up payments");
        await expect(setUp).toBeVisible();
        mine.manner = "ask";
        const windows = mine.windows.length;

        // At signing: closed, then given up on this side.
        await setUp.click();
        (await mine.window(windows + 1)).close();
        await expect(alice.app.alert(REJECTED)).toBeVisible();
        await setUp.click();
        const forgotten = await mine.window(windows + 2);
        await alice.app.button("Cancel").click();
        await expect(alice.app.alert(REJECTED)).toBeVisible();
        await setUp.click();
        (await mine.window(windows + 3)).approve();
        await expect(alice.app.heading("Channels")).toBeVisible();
        expect(mine.typedData).toEqual(["PaymentKey", "PaymentKey", "PaymentKey"]);
        // Found again behind the browser, and answered: too late to change anything.
        forgotten.approve();

        // At sending.
        await alice.app.goToNewChannel();
        await alice.app.newChannel.fill({ counterparty: accounts.bob.address, deposit: "1", currency: "ETH" });
        await alice.app.newChannel.openButton.click();
        (await mine.window(windows + 4)).close();
        await expect(alice.app.alert(REJECTED)).toBeVisible();
        await expect(alice.app.status("Look at your wallet")).toHaveCount(0);
        await expect(alice.app.newChannel.deposit).toHaveValue("1");
        expect(await stack.money.channels()).toEqual([]);
        await alice.app.newChannel.openButton.click();
        (await mine.window(windows + 5)).approve();
        await alice.channel.expectPhase("Open");
        expect(await stack.chain.transactionsOf(accounts.alice.address)).toBe(1);
        expect(mine.windowsFor("eth_sendTransaction")).toHaveLength(2);
      });

      test("is brought back to the account with one press", async ({ people, wallet }) => {
        const { alice, mine } = await visit(people, wallet, { profile }, [accounts.alice, accounts.carol]);
        await alice.app.pickWallet(mine.listedAs);
        await alice.app.chooseAccount(accounts.alice.address);
        await alice.app.setUpPayments();
        const away = alice.app.alert("Your wallet has switched to another account");
        const switchBack = alice.app.button("Switch back");

        await mine.permit(accounts.carol.address);
        await expect(away).toContainText(short(accounts.carol.address));
        await expect(away).toContainText(`stays with ${short(accounts.alice.address)}`);
        mine.manner = "reject";
        await press(mine, "wallet_requestPermissions", () => switchBack.click());
        await expect(alice.app.status(REJECTED)).toBeVisible();
        await expect(away).toBeVisible();
        mine.manner = "approve";
        await press(mine, "wallet_requestPermissions", () => switchBack.click());
        await expect(away).toHaveCount(0);
        expect(mine.windowsFor("wallet_requestPermissions").map(({ params }) => params)).toEqual([
          [{ eth_accounts: {} }],
          [{ eth_accounts: {} }],
        ]);

        // Asked in the older way by a wallet that does not know the other one: to be unlocked is all that this can ask for.
        const locked = alice.app.alert("Your wallet gives this page no account: it is locked, or has switched to another one.");
        await mine.lock();
        await expect(locked).toBeVisible();
        mine.failNext("wallet_requestPermissions", profile.unknownMethod);
        await press(mine, "eth_requestAccounts", () => switchBack.click());
        await expect(locked).toHaveCount(0);
        await alice.app.expectAccount(accounts.alice.address);
      });

      test("is forgotten on disconnecting, and its permission given back where it can be", async ({ people, wallet }) => {
        const { alice, mine } = await visit(people, wallet, { profile });
        await alice.app.enter(mine.listedAs);
        await alice.app.openAccount();
        await press(mine, "wallet_revokePermissions", () => alice.app.disconnect());
        await expect(alice.app.heading("Connect a wallet")).toBeVisible();
        await expect(alice.app.account).toHaveCount(0);
        expect(mine.requests.find(({ method }) => method === "wallet_revokePermissions")?.params).toEqual([
          { eth_accounts: {} },
        ]);
        // One that cannot give it back still would connect without a question: then it is the page that asks for nothing.
        const isKept = typeof profile.revoking === "object";
        await expect.poll(() => mine.isConnected).toBe(isKept);

        const before = mine.requests.length;
        await alice.page.reload();
        const again = isKept || profile.announces === "always" ? profile.name : mine.listedAs;
        await expect(alice.app.listed.filter({ hasText: again })).toBeVisible();
        await expect(alice.app.heading("Connect a wallet")).toBeVisible();
        expect(mine.requests.slice(before), "nothing is asked by itself").toEqual([]);

        const windows = mine.windows.length;
        await alice.app.pickWallet(again);
        // The payment key is the browser's, and has stayed.
        await expect(alice.app.heading("Channels")).toBeVisible();
        expect(mine.windows.slice(windows).map(({ method }) => method)).toEqual(
          isKept || profile.connects === "gives at once" ? [] : ["eth_requestAccounts"],
        );
      });
    }

    if (profile.connects === "asks") {
      test("is asked a second time while its window is open", async ({ people, wallet }) => {
        const { alice, mine } = await visit(people, wallet, { profile });
        mine.manner = "ask";
        await alice.app.pickWallet(mine.listedAs);
        const window = await mine.window(1);
        await alice.app.button("Cancel").click();
        await press(mine, "eth_requestAccounts", () => alice.app.pickWallet(mine.listedAs));
        const answer = profile.whileConnecting;
        if (answer === "queues") {
          await expect(alice.app.status(/Look at its window/)).toBeVisible();
        } else {
          await expect(alice.app.alert(answer.code === -32002 ? /already has a request open/ : REJECTED)).toBeVisible();
        }
        window.approve();
        mine.manner = "approve";
        if (answer !== "queues") await alice.app.pickWallet(mine.listedAs);
        await alice.app.setUpPayments();
      });
    }
  });
}

test("a wallet that answers an earlier question later is not believed to be where it was", async ({ people, wallet }) => {
  const { alice, mine } = await visit(people, wallet, { profile: PROFILES[0] });
  const elsewhere = alice.app.alert("Your wallet is on another network");
  await alice.app.pickWallet(mine.listedAs);
  await alice.app.setUpPayments();
  const before = mine.asked("eth_accounts");
  const release = mine.holdNext("eth_accounts");
  // It has said where it is, and not yet whom it gives.
  await mine.switchTo(31337);
  await mine.untilAsked("eth_accounts", before + 1);
  await mine.switchTo(1);
  await expect(elsewhere).toBeVisible();
  release();
  // It is heard, and whatever it says is drawn.
  await alice.page.evaluate(async () => {
    for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
  });
  await expect(elsewhere).toBeVisible();
});

test("a window that is never answered is given up by itself", async ({ people, wallet }) => {
  const { alice, mine } = await visit(people, wallet, {});
  await alice.page.clock.install();
  await alice.page.reload();
  mine.manner = "ignore";
  await press(mine, "eth_requestAccounts", () => alice.app.pickWallet(mine.listedAs));
  await alice.page.clock.fastForward("03:01");
  await expect(alice.app.alert(/did not answer/)).toBeVisible();
});

test("a wallet that does not repeat its signatures is noticed when a key is derived again", async ({ people, wallet }) => {
  const { alice, mine } = await visit(people, wallet, { repeatable: false });
  await alice.app.enter(mine.listedAs);
  await forgetAll(alice.page);
  await alice.app.button("Set up payments").click();
  await expect(alice.app.status(/does not repeat its signatures/)).toBeVisible();
});

// A page of the app downloads by the byte from a real node: deposits, counts, signs, ends, and gets its money back.
import { SessionsPage } from "../pages/sessions.ts";
import * as accounts from "../stack/accounts.ts";
import { Provider, UNIT, type ProviderOptions } from "../stack/provider.ts";
import { expectAccessible } from "./accessible.ts";
import { MB, begin, buyer, grouped } from "./buying.ts";
import { expect, test as base } from "./fixtures.ts";
import { CONNECTION_LOST } from "./watch.ts";

const test = base.extend<{ provider: Provider; selling: ProviderOptions }>({
  stackOptions: { providers: 1 },
  selling: [{}, { option: true }],
  /** The demo's Alice as a node that sells files; Bob buys in a browser. */
  provider: async ({ stack, selling }, use, info) => {
    const provider = await Provider.start(stack.daemonOptions("alice"), 1, stack.providers[0]!, stack.origin, selling);
    try {
      await use(provider);
      if (info.status !== info.expectedStatus) await info.attach("thunderd.log", { body: provider.output, contentType: "text/plain" });
    } finally {
      await provider.kill();
    }
  },
});

// Chain, relay, node and a browser are started for each.
test.slow();

test("a file is downloaded by the byte, and the money is right on the chain", async ({ stack, provider, people, picture }) => {
  const film = await provider.sell("film.bin", 3 * MB + 456);
  const [bob, sessions] = await buyer(people);
  const money = await stack.money.snapshot(bob.address, await provider.account());
  await expect(bob.app.status(/^You have no session\./)).toBeVisible();
  await sessions.ask();
  await expect(sessions.offer.getByTestId("offer-price")).toHaveText("0.01 THD for each MB");
  await expect(sessions.offer.getByTestId("offer-risk")).toContainText("1 MB");
  await expect(sessions.offer.getByRole("list", { name: "Files", exact: true })).toContainText("film.bin3 MB · 0.03000456 THD");
  await expectAccessible(bob.page, "What it offers");
  await picture("sessions-offer", { bob });

  await sessions.begin("0.1");
  await expect(sessions.stands).toHaveText("Open");
  await expect.poll(() => money.since()).toEqual(["-0.1", "0"]);
  await sessions.button("Download film.bin").click();
  await expect(sessions.session).toContainText("All of it is here");
  const all = grouped(film.length);
  await expect(sessions.value("here")).toHaveText(all);
  await expect(sessions.value("there")).toHaveText(all);
  await expect(sessions.value("difference")).toHaveText("none");
  await expect(sessions.value("left")).toHaveText("0.06999544 THD");
  const { name, content } = await sessions.saved("film.bin");
  expect(name).toBe("film.bin");
  expect(content.equals(film)).toBe(true);
  await sessions.more();
  const evidence = await sessions.evidence();
  expect(evidence.name).toMatch(/^thunder-session-[0-9a-f]{8}-.*\.json$/);
  const { pairs, contract } = JSON.parse(evidence.content.toString()) as { pairs: unknown[]; contract: string };
  expect(pairs.length).toBeGreaterThan(0);
  expect(contract).toBe(stack.book.sessions.toLowerCase());
  await expectAccessible(bob.page, "A file that came");
  await picture("sessions-came", { bob });

  // The provider hands the end in: no transaction of Bob's.
  const before = await stack.chain.transactionsOf(bob.address);
  await sessions.button("End the session").click();
  await expect(sessions.stands).toHaveText("Ended");
  await expect(sessions.words).toHaveText("0.03000456 THD charged, 0.06999544 THD given back.");
  await expect.poll(() => money.since()).toEqual(["-0.03000456", "0.03000456"]);
  expect(await stack.chain.transactionsOf(bob.address)).toBe(before);
  expect(await stack.money.thdOf(stack.book.sessions), "nothing is burnt").toBe(0n);
  await expectAccessible(bob.page, "Ended");
  await picture("sessions-ended", { bob });
  await sessions.button("Forget").click();
  await expect(sessions.session).toHaveCount(0);
});

test("loaded anew in the middle, it goes on under the same session", async ({ provider, people, picture }) => {
  const film = await provider.sell("film.bin", 60 * MB);
  const [bob, sessions] = await buyer(people);
  await begin(sessions, "2");
  await sessions.button("Download film.bin").click();
  await expect(sessions.stands).toHaveText("Downloading");
  await expect.poll(async () => counted(sessions)).toBeGreaterThan(2 * MB);
  await picture("sessions-running", { bob });
  expect(await counted(sessions)).toBeLessThan(film.length);
  await bob.page.reload();
  await expect(bob.app.heading("Sessions")).toBeVisible();
  await expect(sessions.session).toContainText("All of it is here", { timeout: 120_000 });
  const { content } = await sessions.saved("film.bin");
  expect(content.equals(film)).toBe(true);
  // What was on its way into the former page came twice: a unit at most.
  const total = await counted(sessions);
  expect(total).toBeGreaterThanOrEqual(film.length);
  expect(total).toBeLessThanOrEqual(film.length + UNIT);
  await sessions.button("End the session").click();
  await expect(sessions.stands).toHaveText("Ended");
  await expect.poll(async () => BigInt((await provider.session()).paid)).toBe(BigInt(total) * 10n ** 10n);
});

/** What the meter shows that was counted here, in bytes. */
async function counted(sessions: SessionsPage): Promise<number> {
  return Number((await sessions.value("here").innerText()).replace(/\D/g, ""));
}

test("paused and gone on with, over another page of the app too", async ({ provider, people }) => {
  const film = await provider.sell("film.bin", 60 * MB);
  const [bob, sessions] = await buyer(people);
  await begin(sessions, "2");
  await sessions.button("Download film.bin").click();
  await expect.poll(async () => counted(sessions)).toBeGreaterThan(MB);
  await sessions.button("Pause").click();
  await expect(sessions.stands).toHaveText("Paused");
  const here = await counted(sessions);
  expect(here).toBeLessThan(film.length);
  // The provider's last count comes before its answer.
  await expect(sessions.value("there")).toHaveText(grouped(here));
  await sessions.button("Go on with film.bin").click();
  // It goes on while another page is drawn.
  await bob.page.getByRole("link", { name: "Channels", exact: true }).click();
  await expect(bob.app.heading("Channels")).toBeVisible();
  await expect.poll(async () => (await provider.session()).counted, { timeout: 120_000 }).toBe(film.length);
  await bob.page.getByRole("link", { name: "Sessions", exact: true }).click();
  await expect(sessions.value("here")).toHaveText(grouped(film.length));
  const { content } = await sessions.saved("film.bin");
  expect(content.equals(film)).toBe(true);
});

test("a provider that is killed costs nothing, and goes on when it is back", async ({ provider, people, picture }) => {
  const film = await provider.sell("film.bin", 60 * MB);
  const [bob, sessions] = await buyer(people);
  bob.watch.expect(CONNECTION_LOST);
  await begin(sessions, "2");
  await sessions.button("Download film.bin").click();
  await expect.poll(async () => counted(sessions)).toBeGreaterThan(2 * MB);
  await provider.kill();
  await expect(sessions.stands).toHaveText("Provider away");
  await expect(sessions.words).toHaveText(/^The provider does not answer\. At most 1 MB \(0\.01 THD\) are at risk;/);
  await expectAccessible(bob.page, "Provider away");
  await picture("sessions-away", { bob });
  await provider.restart();
  await expect(sessions.session).toContainText("All of it is here", { timeout: 120_000 });
  await expect(sessions.value("here")).toHaveText(grouped(film.length));
  const { content } = await sessions.saved("film.bin");
  expect(content.equals(film)).toBe(true);
  await sessions.button("End the session").click();
  await expect(sessions.stands).toHaveText("Ended");
});

test("a provider that is gone for good: closed one-sidedly, and settled after the period", async ({ stack, provider, people, picture }) => {
  await provider.sell("film.bin", 2 * MB);
  const [bob, sessions] = await buyer(people);
  bob.watch.expect(CONNECTION_LOST);
  const money = await stack.money.snapshot(bob.address, await provider.account());
  await begin(sessions, "0.1");
  await sessions.button("Download film.bin").click();
  await expect(sessions.value("proven")).toHaveText(grouped(2 * MB));
  await provider.kill();
  await sessions.more();
  await sessions.button("Close one-sidedly").click();
  await expect(sessions.stands).toHaveText("Closing");
  await expect(sessions.words).toHaveText(/^Closed with what is proven: 0\.02 THD charged,/);
  await expectAccessible(bob.page, "Closing");
  await picture("sessions-closing", { bob });
  await stack.chain.mine(24);
  await expect(sessions.stands).toHaveText("Ready to settle");
  await sessions.button("Settle").click();
  await expect(sessions.stands).toHaveText("Ended");
  await expect(sessions.words).toHaveText("0.02 THD charged, 0.08 THD given back.");
  await expect.poll(() => money.since()).toEqual(["-0.02", "0.02"]);
});

test("a deposit that is used up is added to", async ({ provider, people, picture }) => {
  const film = await provider.sell("film.bin", 3 * MB);
  const [bob, sessions] = await buyer(people);
  await begin(sessions, "0.02");
  await sessions.button("Download film.bin").click();
  await expect(sessions.stands).toHaveText("Deposit used up");
  await expect(sessions.value("left")).toHaveText("0 THD");
  await expectAccessible(bob.page, "Deposit used up");
  await picture("sessions-used-up", { bob });
  await sessions.session.getByRole("textbox", { name: "Amount to add", exact: true }).fill("0.05");
  await sessions.button("Add").click();
  await expect(sessions.session).toContainText("All of it is here");
  await expect(sessions.value("deposit")).toHaveText("0.07 THD");
  await expect(sessions.value("left")).toHaveText("0.04 THD");
  expect((await sessions.saved("film.bin")).content.equals(film)).toBe(true);
});

test("the wallet says no, and yes later; no window opens afterwards", async ({ stack, provider, people, wallet }) => {
  await provider.sell("song.bin", 100_000);
  const his = wallet([accounts.bob]);
  const bob = await people.withWallet({ wallet: his, account: accounts.bob.address });
  await bob.app.enter("Test Wallet");
  await bob.page.getByRole("link", { name: "Sessions", exact: true }).click();
  const sessions = new SessionsPage(bob.page);
  const no = { code: 4001, message: "User rejected the request." };
  his.failNext("eth_signTypedData_v4", no);
  await sessions.ask();
  await sessions.begin("0.1");
  await expect(sessions.stands).toHaveText("Waits for the deposit");
  // The session is there before the wallet has answered.
  await expect(sessions.offer.getByRole("alert")).toHaveText(/rejected|declined/i);
  expect(await stack.money.thdOf(stack.book.sessions)).toBe(0n);
  his.failNext("eth_sendTransaction", no);
  await sessions.button("Deposit 0.1 THD").click();
  await expect(sessions.session.getByRole("alert")).toHaveText(/rejected|declined/i);
  await sessions.button("Deposit 0.1 THD").click();
  await expect(sessions.stands).toHaveText("Open");
  await expect(sessions.offer.getByRole("alert")).toHaveCount(0);
  const windows = his.windows.length;
  await sessions.button("Download song.bin").click();
  await expect(sessions.session).toContainText("All of it is here");
  await sessions.button("End the session").click();
  await expect(sessions.stands).toHaveText("Ended");
  expect(his.windows.length, "no window for counting and ending").toBe(windows);
});

test("a price above the limit, and a provider on the list: nothing is deposited", async ({ provider, people, picture }) => {
  await provider.sell("song.bin", 100_000);
  const [bob, sessions] = await buyer(people);
  await sessions.ask("0.005");
  await expect(sessions.offer.getByRole("alert")).toHaveText("It asks 0.01 THD for a megabyte, which is above your limit of 0.005 THD. Nothing is deposited.");
  await expect(sessions.offer.getByRole("button", { name: "Deposit and begin", exact: true })).toHaveCount(0);
  await sessions.ask("0.01");
  await expect(sessions.offer.getByRole("button", { name: "Deposit and begin", exact: true })).toBeVisible();

  await sessions.distrust(await provider.account(), "it was slow");
  await expect(sessions.offer.getByRole("alert")).toHaveText(/^This provider is on your list of the distrusted\./);
  await expect(sessions.distrusted.getByRole("listitem")).toContainText("it was slow");
  await expectAccessible(bob.page, "Distrusted");
  await picture("sessions-distrusted", { bob });
  // Remembered, and taken back.
  await bob.page.reload();
  await sessions.ask();
  await expect(sessions.offer.getByRole("alert")).toHaveText(/^This provider is on your list of the distrusted\./);
  await sessions.distrusted.getByRole("button", { name: /^Trust .* again$/ }).click();
  await expect(sessions.offer.getByRole("button", { name: "Deposit and begin", exact: true })).toBeVisible();
});

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: "reduce" } as const;
test("sessions in German, on a phone", async ({ provider, people, picture }) => {
  await provider.sell("film.bin", MB);
  const bob = await people.visitor("bob", { ...phone, locale: "de-DE" });
  await bob.app.pickWallet("Demo Bob");
  await bob.app.button("Zahlungen einrichten").click();
  await bob.page.getByRole("link", { name: "Sitzungen", exact: true }).click();
  await bob.app.button("Angebot ansehen").click();
  const offer = bob.page.getByRole("region", { name: "Das Angebot", exact: true });
  await expect(offer.getByTestId("offer-price")).toHaveText("0,01 THD je MB");
  await expectAccessible(bob.page, "Das Angebot");
  await picture("sessions-german-phone", { bob }, true);
});

test.describe("where no provider is named", () => {
  test.use({ stackOptions: {} });

  test("there is nothing to download from", async ({ people, stack }) => {
    const bob = await people.demo("bob");
    await expect(bob.page.getByRole("link", { name: "Sessions", exact: true })).toHaveCount(0);
    await bob.go("#/sessions");
    await expect(bob.app.heading("This app downloads from nowhere")).toBeVisible();
    const policy = (await fetch(`${stack.origin}/`)).headers.get("content-security-policy");
    expect(policy).toMatch(/connect-src 'self' \S+ \S+$/);
  });
});

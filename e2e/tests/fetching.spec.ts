// A page of the app pays paywalls by itself: a real node, the real paywall, and a web server behind it.
import { readFile } from "node:fs/promises";
import type { BrowserContextOptions } from "@playwright/test";
import { Daemon } from "../stack/daemon.ts";
import { fileOf, Shop, startPaywall } from "../stack/paywall.ts";
import { expectAccessible } from "./accessible.ts";
import { expect, test as base, type People, type Person } from "./fixtures.ts";
import { open } from "./steps.ts";

const thd = (text: string) => BigInt(Math.round(Number(text) * 1_000)) * 10n ** 15n;

interface Shopping {
  node: Daemon;
  /** Where a request has a price, and where a megabyte has one. */
  byRequest: string;
  byMegabyte: string;
}

const test = base.extend<{ shopping: Shopping }>({
  stackOptions: { paywalls: 2 },
  /** The demo's Alice as a node that is paid; Bob buys in a browser. */
  shopping: async ({ stack }, use, info) => {
    const node = await Daemon.start(stack.daemonOptions("alice"), 1);
    const shop = await Shop.open();
    const [byRequest, byMegabyte] = stack.paywalls as [string, string];
    const walls = await Promise.all([
      startPaywall(byRequest, shop, node, stack.origin, ["--price", "0.01"]),
      startPaywall(byMegabyte, shop, node, stack.origin, ["--price", "2", "--per", "mb", "--unit", "100000"]),
    ]);
    try {
      await use({ node, byRequest, byMegabyte });
      if (info.status !== info.expectedStatus) {
        await info.attach("paywalls.log", { body: walls.map((wall) => wall.output).join("\n"), contentType: "text/plain" });
      }
    } finally {
      for (const wall of walls) await wall.kill();
      await shop.close();
      await node.end();
    }
  },
});

// Chain, relay, node, two paywalls and a browser are started for each.
test.slow();

/** What is on the screen of a fetch. */
function fetching({ page }: Person) {
  const form = page.getByRole("form", { name: "Fetch", exact: true });
  const costs = page.getByRole("region", { name: "What it costs", exact: true });
  const pay = page.getByRole("form", { name: "Pay and fetch", exact: true });
  const came = page.getByRole("region", { name: "What was fetched", exact: true });
  return {
    form,
    costs,
    came,
    running: page.getByRole("region", { name: "Fetching", exact: true }),
    price: costs.getByTestId("fetch-price"),
    limit: pay.getByRole("textbox", { name: "At most", exact: true }),
    bytes: page.getByTestId("fetch-bytes"),
    paid: page.getByTestId("fetch-paid"),
    status: came.getByRole("status"),
    async look(url: string) {
      await form.getByRole("textbox", { name: "Address", exact: true }).fill(url);
      await form.getByRole("button", { name: "See what it costs", exact: true }).click();
    },
    async pay(limit?: string) {
      if (limit !== undefined) await pay.getByRole("textbox", { name: "At most", exact: true }).fill(limit);
      await pay.getByRole("button", { name: "Pay and fetch", exact: true }).click();
    },
    async saved(): Promise<{ name: string; content: Buffer }> {
      const saving = page.waitForEvent("download");
      await came.getByRole("button", { name: "Save file", exact: true }).click();
      const download = await saving;
      return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
    },
  };
}

/** Bob with a channel to the node, on the page that fetches. */
async function buyer(people: People, { node }: Shopping, origin: string, options?: BrowserContextOptions): Promise<Person> {
  const bob = await people.demo("bob", options);
  // The browser itself tells of each answer that is no success; what had to be paid first is one.
  bob.watch.expect(/status of (402|500)/);
  await open(bob, { counterparty: await node.link(origin), deposit: "20" });
  await expect.poll(async () => (await node.channels())[0]?.joined).toBe(true);
  await bob.page.getByRole("link", { name: "Fetch", exact: true }).click();
  await expect(bob.app.heading("Fetch")).toBeVisible();
  return bob;
}

/** What the node has charged. */
async function charged({ node }: Shopping): Promise<bigint> {
  const [channel] = await node.channels();
  const stands = await node.call<{ charged: string }>("POST", "charges", { channel: channel!.id, amount: "0" });
  return BigInt(stands.charged);
}

test("a page is fetched for its price, once pressed", async ({ people, stack, shopping, picture }) => {
  const bob = await buyer(people, shopping, stack.origin);
  const { look, price, limit, pay, came, status, paid, bytes, saved } = fetching(bob);
  await look(`${shopping.byRequest}/page`);
  await expect(price).toHaveText("0.01 THD for each request");
  await expect(limit).toHaveValue("0.01");
  await expectAccessible(bob.page, "What it costs");
  await picture("fetch-price", { bob });
  await pay();
  await expect(status).toHaveText("All of it is here.");
  await expect(paid).toHaveText("0.01 THD paid (1 payment)");
  await expect(came).toContainText(`the page of ${bob.address.toLowerCase()}`);
  await expect(bytes).toHaveText(/^54 (of 54 )?bytes$/);
  await expectAccessible(bob.page, "What was fetched");
  await picture("fetch-page", { bob });
  expect((await saved()).name).toBe("page.txt");
  expect(await charged(shopping)).toBe(thd("0.01"));

  await look(`${shopping.byRequest}/picture.png`);
  await pay();
  await expect(came.getByRole("img", { name: "The picture that was fetched", exact: true })).toBeVisible();
  expect(await charged(shopping)).toBe(thd("0.02"));

  // What fails costs nothing, and buys the next one.
  await look(`${shopping.byRequest}/broken`);
  await pay();
  await expect(status).toHaveText(/^The service failed \(500\), and charges nothing for that\./);
  expect(await charged(shopping)).toBe(thd("0.02"));
  await look(`${shopping.byRequest}/page`);
  await pay();
  await expect(status).toHaveText("All of it is here.");
  await expect(paid).toHaveText("0 THD paid (0 payments)");
  expect(await charged(shopping)).toBe(thd("0.03"));
});

test("a file is paid by the megabyte as it comes, under a limit, until it is stopped", async ({ people, stack, shopping, picture }) => {
  const bob = await buyer(people, shopping, stack.origin);
  const { look, price, pay, running, status, paid, bytes, saved } = fetching(bob);
  await look(`${shopping.byMegabyte}/file/1250000`);
  await expect(price).toHaveText("2 THD for each MB");
  await pay("5");
  await expect(status).toHaveText("All of it is here.");
  await expect(bytes).toHaveText("1,250,000 of 1,250,000 bytes");
  await expect(paid).toHaveText("2.5 THD paid (13 payments)");
  await picture("fetch-file", { bob });
  const { name, content } = await saved();
  expect([name, content.equals(fileOf(1_250_000))]).toEqual(["1250000", true]);
  expect(await charged(shopping)).toBe(thd("2.5"));

  // Above the limit nothing is paid, and what came before can still be had.
  await look(`${shopping.byMegabyte}/file/1000000`);
  await pay("0.5");
  await expect(status).toHaveText(/^It costs 0\.2 THD more, and 0\.4 THD of at most 0\.5 THD are paid: nothing more was\.$/);
  await expect(paid).toHaveText("0.4 THD paid (2 payments)");

  // Who stops pays no more.
  await look(`${shopping.byMegabyte}/endless`);
  await pay("5");
  await expect(bytes).toHaveText("300,000 of 1,000,000 bytes");
  await expectAccessible(bob.page, "Fetching");
  await picture("fetch-running", { bob });
  await running.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(status).toHaveText(/^You stopped it\./);
  await expect(paid).toHaveText(/^0\.[68] THD paid/);
});

test("without a channel one is offered, and other addresses are not asked", async ({ people, shopping, picture }) => {
  const bob = await people.demo("bob");
  bob.watch.expect(/status of 402/);
  await bob.page.getByRole("link", { name: "Fetch", exact: true }).click();
  const { look, costs, form } = fetching(bob);
  await look("https://other.example/page");
  await expect(form.getByText(`This app may ask these only: ${shopping.byRequest}, ${shopping.byMegabyte}.`)).toBeVisible();
  await look(`${shopping.byRequest}/page`);
  await expect(costs).toContainText("You have no open channel in THD with");
  await expectAccessible(bob.page, "No channel");
  await picture("fetch-no-channel", { bob });
  await costs.getByRole("link", { name: /^Open a channel with / }).click();
  await expect(bob.app.heading("New channel")).toBeVisible();
  await bob.app.newChannel.deposit.fill("5");
  await bob.app.newChannel.openButton.click();
  await bob.channel.expectPhase("Open");
  await expect.poll(async () => (await shopping.node.channels())[0]?.joined).toBe(true);
  await bob.page.getByRole("link", { name: "Fetch", exact: true }).click();
  const { pay, status } = fetching(bob);
  await look(`${shopping.byRequest}/page`);
  await pay();
  await expect(status).toHaveText("All of it is here.");
});

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: "reduce" } as const;
for (const [name, options] of Object.entries({
  "dark phone": { ...phone, colorScheme: "dark" },
  desk: { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", colorScheme: "light" },
} satisfies Record<string, BrowserContextOptions>)) {
  test(`fetching looks right: ${name}`, async ({ people, stack, shopping, picture }) => {
    const bob = await buyer(people, shopping, stack.origin, options);
    const { look, price, pay, status } = fetching(bob);
    await look(`${shopping.byMegabyte}/file/400000`);
    await expect(price).toBeVisible();
    await expectAccessible(bob.page, "What it costs");
    await picture(`fetch-${name.replace(" ", "-")}-price`, { bob });
    await pay("3");
    await expect(status).toHaveText("All of it is here.");
    await expectAccessible(bob.page, "What was fetched");
    await picture(`fetch-${name.replace(" ", "-")}-came`, { bob });
  });
}

test("fetching in German, on a phone", async ({ people, shopping, picture }) => {
  const bob = await people.visitor("bob", { ...phone, locale: "de-DE" });
  bob.watch.expect(/status of 402/);
  await bob.app.pickWallet("Demo Bob");
  await bob.app.button("Zahlungen einrichten").click();
  await bob.page.getByRole("link", { name: "Abrufen", exact: true }).click();
  await bob.page.getByRole("textbox", { name: "Adresse", exact: true }).fill(`${shopping.byMegabyte}/page`);
  await bob.app.button("Preis ansehen").click();
  const costs = bob.page.getByRole("region", { name: "Was es kostet", exact: true });
  await expect(costs.getByTestId("fetch-price")).toHaveText("2 THD je MB");
  await expect(costs).toContainText("Du hast keinen offenen Kanal in THD mit");
  await expectAccessible(bob.page, "Was es kostet");
  await picture("fetch-german-phone", { bob }, true);
});

test.describe("where no paywall is named", () => {
  test.use({ stackOptions: {} });

  test("there is nothing to fetch from", async ({ people, stack }) => {
    const bob = await people.demo("bob");
    await expect(bob.page.getByRole("link", { name: "Fetch", exact: true })).toHaveCount(0);
    await bob.go("#/fetch");
    await expect(bob.app.heading("This app fetches from nowhere")).toBeVisible();
    const policy = (await fetch(`${stack.origin}/`)).headers.get("content-security-policy");
    expect(policy).toMatch(/connect-src 'self' \S+ \S+$/);
  });
});

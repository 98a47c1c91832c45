// The app opens without a network: the browser keeps the app, the page's own store keeps the money.
import type { Page } from "@playwright/test";
import { expect, test, type People } from "./fixtures.ts";
import { joinOffered, open } from "./steps.ts";
import { CONNECTION_LOST } from "./watch.ts";

const RELAY_LOST = /The relay is not connected/;
// The browser says this of each request that only the kept app answered.
const NOT_FETCHED = /Failed to load resource|ServiceWorker/;

const REST = /_rest\.wasm$/;

/** Alice with a browser that may keep the app, in a channel with Bob, whom she has paid. */
async function paid(people: People) {
  const alice = await people.demo("alice", { serviceWorkers: "allow" });
  const bob = await people.demo("bob");
  await open(alice, { deposit: "100", counterparty: await bob.app.channels.link.inputValue() });
  await joinOffered(bob);
  await alice.channel.pay("10");
  await bob.channel.expectBalances("10 THD", "90 THD");
  await kept(alice.page);
  return { alice, bob };
}

/** Until the whole app is kept, and this page is served by what keeps it. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((taken) => navigator.serviceWorker.addEventListener("controllerchange", taken, { once: true }));
  });
  await expect.poll(() => files(page)).toContainEqual(expect.stringMatching(REST));
}

/** What the browser keeps of the app, by path. */
const files = (page: Page) =>
  page.evaluate(async () => {
    const requests = await (await caches.open("thunder-app")).keys();
    return requests.map(({ url }) => new URL(url).pathname).sort();
  });

test("without relay and chain the app opens, shows what it had, and goes on when they return", async ({
  people,
  stack,
  picture,
}) => {
  const { alice, bob } = await paid(people);
  for (const person of [alice, bob]) person.watch.expect(CONNECTION_LOST, NOT_FETCHED);
  await stack.relay.kill();
  await stack.chain.stop();
  await alice.page.reload();
  await alice.channel.expectBalances("90 THD", "10 THD");
  await expect(alice.app.status(RELAY_LOST)).toBeVisible();
  await expect(alice.app.alert("The chain cannot be reached")).toBeVisible();
  await picture("offline", { alice });

  await stack.chain.restart();
  await stack.relay.restart();
  // Each tries again in its own time, the later the longer nobody answered.
  for (const person of [alice, bob]) {
    await expect(person.app.status(RELAY_LOST)).toHaveCount(0);
    await expect(person.app.alert("The chain cannot be reached")).toHaveCount(0);
  }
  await alice.channel.pay("5");
  await bob.channel.expectBalances("15 THD", "85 THD");
});

test("of the app only what the page names is kept, and nothing of money", async ({ people }) => {
  const { alice } = await paid(people);
  const paths = await files(alice.page);
  expect(paths).toContain("/");
  expect(paths).toContain("/config.json");
  expect(paths.filter((path) => path.endsWith("_bg.wasm"))).toHaveLength(1);
  expect(paths.filter((path) => /ws|info|health/.test(path))).toEqual([]);
  // An older app, and files of its.
  const old = "/frontend-0123456789abcdef_bg.wasm";
  await alice.page.evaluate(async (old) => {
    const cache = await caches.open("thunder-app");
    await cache.put("/", new Response("<title>An older app</title>", { headers: { "content-type": "text/html" } }));
    await cache.put(old, new Response("old"));
  }, old);
  await alice.page.reload();
  await alice.channel.expectBalances("90 THD", "10 THD");
  await expect.poll(() => files(alice.page)).toEqual(paths);
});

test("of a first look only the first half is kept; who uses the app keeps it whole, and each new version too", async ({ people }) => {
  const alice = await people.visitor("alice", { serviceWorkers: "allow" });
  await alice.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  const first = await files(alice.page);
  expect(first).toContainEqual(expect.stringMatching(/_bg\.wasm$/));
  expect(first.filter((path) => REST.test(path))).toEqual([]);
  await alice.app.enter("Demo Alice");
  await kept(alice.page);
  const whole = await files(alice.page);
  expect(whole).toEqual(expect.arrayContaining(first));
  // A version before this one, in its place.
  await alice.page.evaluate(async () => {
    const cache = await caches.open("thunder-app");
    for (const request of await cache.keys()) if (/wasm$/.test(request.url)) await cache.delete(request);
    await cache.put("/frontend-0123456789abcdef_rest.wasm", new Response("old"));
  });
  await alice.page.reload();
  await expect.poll(() => files(alice.page)).toEqual(whole);
});

for (const [what, path] of [
  ["the app's module", /frontend-[0-9a-f]+\.js$/],
  ["the first half of its wasm", /_bg\.wasm$/],
  ["what starts it", /boot-[0-9a-f]+\.js$/],
] as const) {
  test(`${what} does not run when its content is another than the page says`, async ({ browser, stack }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("console", (message) => errors.push(message.text()));
    await page.route(path, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: Buffer.concat([await answer.body(), Buffer.from(" ")]) });
    });
    await page.goto(stack.origin);
    await expect.poll(() => errors.join("\n")).toContain("integrity");
    await page.waitForLoadState("networkidle");
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(0);
    await context.close();
  });
}

test("a page that stays open says that a newer version is there, and loads it", async ({ people, stack }) => {
  const alice = await people.demo("alice");
  const newer = alice.app.status("A newer version of Thunder is there");
  // The chain's node answers at the root of its own origin.
  const isPage = (url: URL) => url.origin === stack.origin && url.pathname === "/";
  const look = async () => {
    const answered = alice.page.waitForResponse((answer) => isPage(new URL(answer.url())));
    await alice.page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
    await (await answered).finished();
  };
  // An answer has been read when the next one has come.
  await look();
  await look();
  await expect(newer).toHaveCount(0);
  // Somebody else's page in its place is no version of it.
  let serves = "<title>Sign in to this network</title>";
  await alice.page.route(isPage, async (route) => {
    if (route.request().isNavigationRequest()) return route.continue();
    const answer = await route.fetch();
    const page = serves === "another" ? (await answer.text()).replace(/data-wasm="[^"]*"/, 'data-wasm="/frontend-0123456789abcdef_bg.wasm"') : serves;
    return route.fulfill({ response: answer, body: page });
  });
  await look();
  await look();
  await expect(newer).toHaveCount(0);
  serves = "another";
  await look();
  await expect(newer).toBeVisible();
  const loaded = alice.page.waitForNavigation();
  await alice.app.button("Reload").click();
  await loaded;
  await expect(alice.app.heading("Channels")).toBeVisible();
  await expect(newer).toHaveCount(0);
});

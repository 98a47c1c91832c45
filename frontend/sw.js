// Keeps the app itself, so that it opens without a network. Never money: what is in a channel is in the page's own store, and
// what a page loads while there is a network is what the relay has now.
const CACHE = "thunder-app";
const PAGE = "/";
// A file whose name changes with its content: what is kept of it is right for ever. Trunk leaves out zeros of the sixteen digits.
const HASHED = /-[0-9a-f]{10,16}(_bg|_rest)?\.\w+$/;
// The second half of the app, which a first look does without.
const REST = /_rest\.wasm$/;
// What the page needs besides, and asks for anew each time. The configuration says which hub and chain: nothing secret, and nothing
// that is believed without the chain.
const ALSO = ["/icon.svg", "/manifest.webmanifest", "/config.json"];
// A network that takes longer than this to answer is none.
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(inTurn(() => keepApp()).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

/** From a page that uses the app. */
self.addEventListener("message", (event) => {
  if (event.data === "keep whole") event.waitUntil(inTurn(async () => keepApp(await match(PAGE), true)).catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (HASHED.test(pathname)) event.respondWith(kept(request));
  else if (ALSO.includes(pathname)) event.respondWith(asked(request));
});

/** The page as it is now, or as it was last. */
async function page(event) {
  try {
    const answer = await fetch(PAGE, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(`the relay answered ${answer.status}`);
    const copy = answer.clone();
    event.waitUntil(inTurn(() => keepApp(copy)).catch(() => {}));
    return answer;
  } catch (error) {
    return (await match(PAGE)) ?? Promise.reject(error);
  }
}

/** A file that never changes. */
async function kept(request) {
  return (await match(request.url)) ?? fetch(request);
}

/** A file that may have changed. */
async function asked(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) await (await caches.open(CACHE)).put(request.url, answer.clone());
    return answer;
  } catch (error) {
    return (await match(request.url)) ?? Promise.reject(error);
  }
}

const match = async (url) => (await caches.open(CACHE)).match(url, { ignoreVary: true });

/** One after the other, in whatever worker: two versions kept at once would each remove the other's files. */
const inTurn = (work) => navigator.locks.request(CACHE, work);

/**
 * Keeps this page with all that it names, and nothing of an older one. Only together: half of a new app would not start. The second
 * half of the wasm comes along once somebody `uses` the app, and from then on with each new version.
 */
async function keepApp(answer, uses = false) {
  const page = answer ?? (await fetch(PAGE));
  if (!page.ok) throw new Error(`the relay answered ${page.status}`);
  const named = namedIn(await page.clone().text());
  // A proxy's sign-in page, or a word that the relay is being mended: what was kept is better.
  if (![...named.keys()].some((path) => path.endsWith("_bg.wasm"))) throw new Error("this is no page of the app's");
  const cache = await caches.open(CACHE);
  const kept = (await cache.keys()).map((request) => new URL(request.url).pathname);
  const whole = uses || kept.some((path) => REST.test(path));
  const wanted = [...named].filter(([path]) => whole || !REST.test(path));
  for (const path of ALSO) wanted.push([path, undefined]);
  const lacking = wanted.filter(([path]) => !kept.includes(path));
  await cache.addAll(lacking.map(([path, integrity]) => new Request(path, { integrity })));
  await cache.put(PAGE, page);
  const old = kept.filter((path) => path !== PAGE && !ALSO.includes(path) && !named.has(path));
  for (const path of old) await cache.delete(path, { ignoreVary: true });
}

/** The files that change their names with their content, with the hash that each is held to, as the page has them. */
function namedIn(text) {
  const named = new Map();
  for (const [, path, integrity] of text.matchAll(/"(\/[^"]+)"(?:\s[\w-]*integrity="([^"]+)")?/g)) {
    if (HASHED.test(path)) named.set(path, integrity ?? named.get(path));
  }
  return named;
}

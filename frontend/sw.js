// Keeps the app itself, so that it opens without a network. Never money: what is in a channel is in the page's own store, and
// what a page loads while there is a network is what the relay has now.
const CACHE = "thunder-app";
const PAGE = "/";
// A file whose name changes with its content: what is kept of it is right for ever. Trunk leaves out zeros of the sixteen digits.
const HASHED = /-[0-9a-f]{10,16}(_bg|_rest)?\.\w+$/;
// What the page needs besides, and asks for anew each time. The configuration says which hub and chain: nothing secret, and nothing
// that is believed without the chain.
const ALSO = ["/boot.js", "/icon.svg", "/manifest.webmanifest", "/config.json"];
// A network that takes longer than this to answer is none.
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepApp().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
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
    event.waitUntil(keepApp(answer.clone()).catch(() => {}));
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

/** Keeps this page with all that it names, and nothing of an older one. Only whole: half of a new app would not start. */
async function keepApp(answer) {
  const page = answer ?? (await fetch(PAGE));
  if (!page.ok) throw new Error(`the relay answered ${page.status}`);
  const text = await page.clone().text();
  const named = [...text.matchAll(/"(\/[^"]+)"/g)].map(([, path]) => path).filter((path) => HASHED.test(path));
  const cache = await caches.open(CACHE);
  const lacking = [];
  for (const path of new Set([...named, ...ALSO])) {
    if (!(await cache.match(path, { ignoreVary: true }))) lacking.push(path);
  }
  await cache.addAll(lacking);
  await cache.put(PAGE, page);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (HASHED.test(pathname) && !named.includes(pathname)) await cache.delete(request);
  }
}

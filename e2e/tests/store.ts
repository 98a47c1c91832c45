// The browser's storage, made to fail or filled with something unreadable.
import type { BrowserContext, Page } from "@playwright/test";

/**
 * How writing fails. `full`: the browser takes the write and undoes the transaction for lack of room when it is to become durable;
 * `broken`: the call itself throws.
 */
export type Fault = "full" | "broken";

interface Stricken {
  storeFault?: Fault;
}

/** Makes the storage of every page that the context opens from now on able to fail. */
export async function makeFallible(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const world = window as Stricken;
    const full = () => new DOMException("The quota has been exceeded.", "QuotaExceededError");
    // The room that Chromium gives a context cannot be changed, so its reason for undoing is put in by hand.
    const undo = (transaction: IDBTransaction) => {
      Object.defineProperty(transaction, "error", { value: full() });
      transaction.abort();
    };
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...args: Parameters<typeof put>) {
      if (!world.storeFault) return put.apply(this, args);
      if (world.storeFault === "broken") throw full();
      const { transaction } = this;
      const request = put.apply(this, args);
      request.addEventListener("success", () => undo(transaction));
      return request;
    };
    // Whoever commits by itself hears of it then: what is committed can no longer be undone by hand.
    const commit = IDBTransaction.prototype.commit;
    IDBTransaction.prototype.commit = function () {
      if (world.storeFault === "full") undo(this);
      else commit.apply(this);
    };
  });
}

export async function setFault(page: Page, fault: Fault | undefined): Promise<void> {
  await page.evaluate((value) => void ((window as Stricken).storeFault = value), fault);
}

type Records = [key: string, value: string][];

/**
 * Does something with the storage while the app does not run, and comes back: what an open page still has to write, such as that the
 * relay has a payment, would land on top of it.
 */
async function withoutTheApp<T>(page: Page, act: () => Promise<T>): Promise<T> {
  const at = page.url();
  const empty = new URL("/empty", at).href;
  // Of the same origin, which has the storage. A page without an icon would be asked for one.
  await page.route(empty, (route) => route.fulfill({ contentType: "text/html", body: '<link rel="icon" href="data:,">' }));
  await page.goto(empty);
  const result = await act();
  await page.goto(at);
  return result;
}

/** Everything that the page has stored about its channels. It is loaded anew on the way. */
export async function takeCopy(page: Page): Promise<Records> {
  return withoutTheApp(page, () => read(page));
}

async function read(page: Page): Promise<Records> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const [database] = await indexedDB.databases();
    const opened = await done(indexedDB.open(database!.name!));
    const records = opened.transaction("records").objectStore("records");
    const [keys, values] = await Promise.all([done(records.getAllKeys()), done(records.getAll())]);
    opened.close();
    return keys.map((key, place): [string, string] => [String(key), String(values[place])]);
  });
}

/** Puts a copy in the place of everything that the page has stored about its channels. It is loaded anew with that. */
export async function putCopy(page: Page, copy: Records): Promise<void> {
  await withoutTheApp(page, () => write(page, copy));
}

async function write(page: Page, copy: Records): Promise<void> {
  await page.evaluate(async (all) => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const [database] = await indexedDB.databases();
    const opened = await done(indexedDB.open(database!.name!));
    const records = opened.transaction("records", "readwrite").objectStore("records");
    await done(records.clear());
    for (const [key, value] of all) await done(records.put(value, key));
    opened.close();
  }, copy);
}

/** Makes everything that the page has stored about its channels unreadable, and loads it anew; gives how many records that were. */
export async function corrupt(page: Page): Promise<number> {
  return withoutTheApp(page, async () => {
    const copy = await read(page);
    await write(
      page,
      copy.map(([key]) => [key, "{ not what was stored"]),
    );
    return copy.length;
  });
}

/** Takes everything away that the browser has stored, and loads the page anew. */
export async function forgetAll(page: Page): Promise<void> {
  await withoutTheApp(page, () =>
    page.evaluate(async () => {
      const gone = (name: string) =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase(name);
          request.onsuccess = () => resolve();
          request.onerror = () => reject(request.error);
        });
      for (const { name } of await indexedDB.databases()) await gone(name!);
    }),
  );
}

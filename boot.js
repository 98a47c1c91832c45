// Starts the app. A file of its own, because the Content-Security-Policy allows no inline script; Trunk puts the
// names of the two built files, which change with their content, on the script element that loads this one.

// What is said until the app says it, in the language that it will choose: the one that was chosen here, else the first of the browser's
// that there is. The first page's words are the app's own, from `frontend/src/words/say/entering.rs`.
const WORDS = {
  en: {
    line: "Pay each other instantly.",
    more: "Lock money once, pay as often as you like without fees or waiting, and take it out when you are done.",
    starting: "Thunder is starting…",
    failed: (error) => `Thunder could not start in this browser (${error}). Reload the page, or try a newer browser.`,
  },
  de: {
    line: "Bezahlt einander sofort.",
    more: "Einmal Geld einschließen, so oft zahlen wie du willst, ohne Gebühren und ohne Warten, und am Ende wieder herausnehmen.",
    starting: "Thunder startet …",
    failed: (error) => `Thunder konnte in diesem Browser nicht starten (${error}). Lade die Seite neu oder versuche einen neueren Browser.`,
  },
};
// A frame that takes longer than this is not waited for.
const LONGEST_FRAME_MS = 200;
function chosen(what) {
  try {
    return JSON.parse(localStorage.getItem(`thunder/${what}`) ?? '""');
  } catch {
    // No storage, or something else in it: nothing was chosen.
    return "";
  }
}
function language() {
  const wanted = [chosen("language"), ...navigator.languages].map((tag) => String(tag).split("-")[0].toLowerCase());
  return wanted.find((tag) => tag in WORDS) ?? "en";
}
/** Whether the app begins with its first page, where a wallet is chosen: nobody was connected here, and the address names no other. */
function isFirstPage() {
  if (window !== window.top || location.pathname.startsWith("/demo") || location.hash.startsWith("#/gallery")) return false;
  try {
    return !Object.keys(sessionStorage).some((name) => /^thunder\/.*\/wallet$/.test(name));
  } catch {
    return true;
  }
}
const words = WORDS[language()];
document.documentElement.lang = language();
document.documentElement.dataset.theme = chosen("theme") || "system";
const shown = document.getElementById(isFirstPage() ? "first" : "boot");
const say = (className, text) => {
  for (const element of shown.getElementsByClassName(className)) element.textContent = text;
};
say("hero-line", words.line);
say("hero-more", words.more);
say("boot-words", words.starting);
shown.hidden = false;

const { js, wasm, wasmIntegrity, rest, restIntegrity } = document.querySelector("script[data-wasm]").dataset;
/** The second half of the app's wasm, which is built upon what the first one exports. There is none where the app is in one piece. */
const thunderRest = {
  exports: undefined,
  module: undefined,
  coming: undefined,
  isThere: !rest,
  /** From the app, before it does anything else. */
  offer(exports) {
    this.exports = exports;
    if (this.module) this.join();
  },
  /** Loads it, while the page goes on. */
  load() {
    this.coming ??= WebAssembly.compileStreaming(fetch(rest, { integrity: restIntegrity })).then(
      (module) => void (this.module ??= module),
      (error) => {
        // Who asks again tries again.
        this.coming = undefined;
        throw error;
      },
    );
    return this.coming;
  },
  async soon() {
    if (this.isThere) return;
    await this.load();
    this.join();
  },
  /** For a call that nobody saw coming: the page stands still until it is there. */
  now() {
    if (this.isThere) return;
    if (!this.module) {
      performance.mark("thunder-rest-now");
      const request = new XMLHttpRequest();
      request.open("GET", rest, false);
      // A request that is waited for gives no bytes, but text that can be made to hold each in a character. Nor can it be held to a hash.
      request.overrideMimeType("text/plain; charset=x-user-defined");
      request.send();
      if (request.status !== 200) throw new Error(`the relay answered ${request.status}`);
      this.module = new WebAssembly.Module(Uint8Array.from(request.responseText, (byte) => byte.charCodeAt(0)));
    }
    this.join();
  },
  join() {
    if (this.isThere) return;
    this.isThere = true;
    new WebAssembly.Instance(this.module, { "": this.exports });
    keepWhole();
  },
};
globalThis.thunderRest = thunderRest;
/** Whoever came this far uses the app, and wants it without a network too; of a first look only the first half is kept. */
function keepWhole() {
  void navigator.serviceWorker?.ready.then(({ active }) => active.postMessage("keep whole"));
}
/** Once what is shown is on the screen; at once where there is no screen, as in a tab behind another. */
const painted = () =>
  new Promise((done) => {
    if (document.hidden) return done();
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, LONGEST_FRAME_MS);
  });
try {
  const first = shown.id === "first";
  // On a slow network the app would take the line from the stylesheets, and its reader would see nothing for as long as it takes.
  if (first) await painted();
  const answer = fetch(wasm, { integrity: wasmIntegrity });
  // Every other page takes both halves.
  const whole = first || !rest ? undefined : thunderRest.load();
  const { default: init } = await import(js);
  await whole;
  await init({ module_or_path: answer });
  // Whoever reaches for the page will choose a wallet next.
  const loadEarly = () => void thunderRest.load().catch(() => {});
  if (!thunderRest.isThere) for (const sign of ["pointermove", "pointerdown", "keydown"]) addEventListener(sign, loadEarly, { once: true });
} catch (error) {
  say("boot-words", words.failed(error));
  throw error;
}
// Opens the app without a network next time. What goes wrong with it takes nothing away from this time.
navigator.serviceWorker?.register("/sw.js").catch((error) => console.info("Thunder does not open offline here:", error));

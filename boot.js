// Starts the app. A file of its own, because the Content-Security-Policy allows no inline script; Trunk puts the
// names of the two built files, which change with their content, on the script element that loads this one.

// What is said until the app says it, in the language that it will choose: the one that was chosen here, else the first of the browser's
// that there is.
const WORDS = {
  en: {
    starting: "Thunder is starting…",
    failed: (error) => `Thunder could not start in this browser (${error}). Reload the page, or try a newer browser.`,
  },
  de: {
    starting: "Thunder startet …",
    failed: (error) => `Thunder konnte in diesem Browser nicht starten (${error}). Lade die Seite neu oder versuche einen neueren Browser.`,
  },
};
function language() {
  let chosen = "";
  try {
    chosen = JSON.parse(localStorage.getItem("thunder/language") ?? '""');
  } catch {
    // No storage, or something else in it: nothing was chosen.
  }
  const wanted = [chosen, ...navigator.languages].map((tag) => String(tag).split("-")[0].toLowerCase());
  return wanted.find((tag) => tag in WORDS) ?? "en";
}
const placeholder = document.getElementById("boot");
const words = WORDS[language()];
document.documentElement.lang = language();
if (placeholder) placeholder.textContent = words.starting;

const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
try {
  const { default: init } = await import(js);
  await init({ module_or_path: wasm });
} catch (error) {
  if (placeholder) placeholder.textContent = words.failed(error);
  throw error;
}
// Opens the app without a network next time. What goes wrong with it takes nothing away from this time.
navigator.serviceWorker?.register("/sw.js").catch((error) => console.info("Thunder does not open offline here:", error));

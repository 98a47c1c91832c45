// Starts the app. A file of its own, because the Content-Security-Policy allows no inline script; Trunk puts the
// names of the two built files, which change with their content, on the script element that loads this one.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
try {
  const { default: init } = await import(js);
  await init({ module_or_path: wasm });
} catch (error) {
  const placeholder = document.getElementById("boot");
  if (placeholder) {
    placeholder.textContent = `Thunder could not start in this browser (${error}). Reload the page, or try a newer browser.`;
  }
  throw error;
}
// Opens the app without a network next time. What goes wrong with it takes nothing away from this time.
navigator.serviceWorker?.register("/sw.js").catch((error) => console.info("Thunder does not open offline here:", error));

// Compiles on a thread of its own, so that a test run and the next compilation go on side by side.
import { parentPort } from "node:worker_threads";
import { compileHub } from "./compiler.mjs";

parentPort.on("message", (sources) => {
  try {
    parentPort.postMessage({ code: compileHub(sources) });
  } catch (error) {
    parentPort.postMessage({ error: String(error.stack ?? error) });
  }
});

// Compiles on a thread of its own, so that a test run and the next compilation go on side by side.
import { parentPort } from "node:worker_threads";
import { compile } from "./compiler.mjs";

parentPort.on("message", ({ subject, sources }) => {
  try {
    parentPort.postMessage({ code: compile(subject, sources) });
  } catch (error) {
    parentPort.postMessage({ error: String(error.stack ?? error) });
  }
});

// Lighthouse's mobile preset over the app as the relay serves it: prints the scores as one line of JSON, and what cost points
// before it.
import { run } from "./bench/run.mjs";

await run("lighthouse");

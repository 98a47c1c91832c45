// Measures how fast a payment shows in the other window and prints one line of JSON.
import { run } from "./bench/run.mjs";

await run("pay_to_shown");

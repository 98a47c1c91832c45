#!/usr/bin/env node
// What forge needs of a compiler: `--version`, and standard JSON in, standard JSON out. The npm package
// `solc` compiles the same everywhere and needs no download besides the package itself.
const solc = require("solc");
if (process.argv.includes("--version")) {
  console.log(`Version: ${solc.version()}`);
} else {
  const input = require("fs").readFileSync(0, "utf8");
  process.stdout.write(solc.compile(input));
}

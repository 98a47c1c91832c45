#!/usr/bin/env node
// Writes what a block explorer needs to verify the hub and the contract of metered sessions, the compiler's standard JSON
// input, to out/verification; compiles it, and compares the result with what forge built and with the code hashes and
// addresses in deployment.json. Run after `forge build`. `--write` updates deployment.json instead: the contract that changed
// then has another address on every chain.
const fs = require("fs");
const path = require("path");
const solc = require("solc");
const { keccak256 } = require("js-sha3");

const root = path.join(__dirname, "..");
const FACTORY = "4e59b44847b379578588920ca78fbf26c0b4956c";
const SALT = Buffer.from("Thunder 1".padEnd(32, "\0")); // as in HubDeployment.sol

const read = (file) => fs.readFileSync(path.join(root, file), "utf8");
const built = (file) => JSON.parse(read(file));

// Every source the hub is made of, by the name forge compiled it under.
function sources(file, found = {}) {
  if (found[file]) return found;
  found[file] = { content: read(file) };
  for (const [, imported] of found[file].content.matchAll(/^import\s[^"]*"([^"]+)";/gm)) {
    const next = imported.startsWith(".")
      ? path.posix.join(path.posix.dirname(file), imported)
      : path.posix.join("node_modules", imported);
    sources(next, found);
  }
  return found;
}

// The profile `deployed` of foundry.toml.
const inputFor = (name) => ({
  language: "Solidity",
  sources: sources(`src/${name}.sol`),
  settings: {
    remappings: ["@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"],
    optimizer: { enabled: true, runs: 1_000_000 },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { [`src/${name}.sol`]: { [name]: ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
    evmVersion: "prague",
    viaIR: true,
  },
});

function create2Address(creationCode) {
  const codeHash = Buffer.from(keccak256.arrayBuffer(creationCode));
  const seed = Buffer.concat([Buffer.from("ff" + FACTORY, "hex"), SALT, codeHash]);
  const address = keccak256(seed).slice(24);
  const checksum = keccak256(address);
  return "0x" + [...address].map((c, i) => (parseInt(checksum[i], 16) > 7 ? c.toUpperCase() : c)).join("");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

// The code of a contract, which forge and the standard JSON input have to agree on.
function creationCodeOf(name) {
  const input = inputFor(name);
  fs.mkdirSync(path.join(root, "out/verification"), { recursive: true });
  fs.writeFileSync(path.join(root, `out/verification/${name}.json`), JSON.stringify(input, null, 1));
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const errors = (output.errors ?? []).filter((error) => error.severity === "error");
  if (errors.length > 0) fail(errors.map((error) => error.formattedMessage).join("\n"));
  const code = output.contracts[`src/${name}.sol`][name].evm.bytecode.object;
  if ("0x" + code !== built(`out/${name}.sol/${name}.json`).bytecode.object) {
    fail(`The standard JSON input of ${name} gives other bytecode than forge: settings here and in foundry.toml differ.`);
  }
  console.log(`ok: ${Object.keys(input.sources).length} sources give the bytecode of ${name}, byte for byte`);
  return Buffer.from(code, "hex");
}

const word = (last) => Buffer.from(last.padStart(64, "0"), "hex");
const addressOf = (code, countsSeconds) => create2Address(Buffer.concat([code, word(countsSeconds ? "1" : "0")]));
const [hub, sessions] = ["ChannelHub", "MeteredSessions"].map(creationCodeOf);
const deployment = {
  compiler: solc.version(),
  creationCodeHash: "0x" + keccak256(hub),
  hubCountingBlocks: addressOf(hub, false),
  hubCountingSeconds: addressOf(hub, true),
  sessionsCreationCodeHash: "0x" + keccak256(sessions),
  sessionsCountingBlocks: addressOf(sessions, false),
  sessionsCountingSeconds: addressOf(sessions, true),
};
const text = JSON.stringify(deployment, null, 2) + "\n";
if (process.argv.includes("--write")) {
  fs.writeFileSync(path.join(root, "deployment.json"), text);
} else if (read("deployment.json") !== text) {
  fail(`A contract's code has changed, and with it its addresses. If that is meant: node script/verification.js --write\n${text}`);
}

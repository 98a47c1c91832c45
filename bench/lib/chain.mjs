// A fresh local chain: anvil, which mines one block per transaction and none by itself.
import { spawn } from "node:child_process";
import { createTestClient, http, publicActions, walletActions } from "viem";
import { foundry } from "viem/chains";

const READY = /^Listening on 127\.0\.0\.1:(\d+)/m;
const STARTS_WITHIN_MS = 30_000;
// Genesis and every further block have fixed times, so that timestamps in calldata and storage, and with them the gas, are
// the same in every run.
const GENESIS_SECONDS = 1_700_000_000;
const BLOCK_SECONDS = 1;

/** Starts anvil on a free port. It ends with this process, however that ends. */
export async function startChain(anvil) {
  const program = spawn(
    anvil,
    ["--host", "127.0.0.1", "--port", "0", "--hardfork", "prague", "--timestamp", String(GENESIS_SECONDS)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => program.once("exit", resolve));
  const end = () => {
    program.kill();
    return ended;
  };
  process.once("exit", end);
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
    process.once(signal, () => process.exit(code));
  }
  const port = await listening(program);
  const client = createTestClient({
    chain: foundry,
    mode: "anvil",
    transport: http(`http://127.0.0.1:${port}`, { retryCount: 0 }),
    cacheTime: 0,
    pollingInterval: 10,
  })
    .extend(publicActions)
    .extend(walletActions);
  await client.setBlockTimestampInterval({ interval: BLOCK_SECONDS });
  return { client, end };
}

function listening(program) {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error("anvil did not start in time")), STARTS_WITHIN_MS);
    const fail = (reason) => {
      clearTimeout(timer);
      reject(new Error(`anvil did not start: ${reason}`));
    };
    program.once("error", (error) => fail(error.message));
    program.once("exit", (code) => fail(`it ended with ${code}\n${output}`));
    program.stdout.on("data", (chunk) => {
      output += chunk;
      const port = READY.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}

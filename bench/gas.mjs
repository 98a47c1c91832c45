// Plays the same stories on our hub and on other channel contracts, on one fresh chain, and prints one line of JSON: what
// each step cost. `THUNDER_ANVIL` names the chain's program, `THUNDER_PEERS` the folder with the unpacked PyPI packages.
import { Gap } from "./lib/artifacts.mjs";
import { startChain } from "./lib/chain.mjs";
import * as hub from "./lib/ours.mjs";
import { Record } from "./lib/record.mjs";
import { Stage } from "./lib/stage.mjs";
import { PEERS } from "./peers/index.mjs";

for (const name of ["THUNDER_ANVIL", "THUNDER_PEERS"]) {
  if (!process.env[name]) throw new Error(`${name} is not set`);
}

const { client, end } = await startChain(process.env.THUNDER_ANVIL);
try {
  const result = await measure(await Stage.set(client));
  console.log(JSON.stringify(result));
} finally {
  await end();
}

async function measure(stage) {
  const both = () => ({ ours: {}, peers: {} });
  const slots = { fresh: both(), updated: both(), cleared: both() };
  const result = { ...both(), projected: both(), slots, gaps: {} };
  for (const asset of ["ether", "erc20"]) {
    const record = await alone(stage, `ours, ${asset}`, (steps) => hub.play(stage, asset, steps));
    enter(result, "ours", asset, record, false);
  }
  for (const { name, asset, oneWay, play } of PEERS) {
    try {
      const record = await alone(stage, name, (steps) => play(stage, asset, steps));
      enter(result, "peers", name, record, oneWay);
    } catch (error) {
      if (!(error instanceof Gap)) throw error;
      result.gaps[name] = error.message;
    }
  }
  return result;
}

/** Plays one system's stories and takes the chain back to before them: addresses, and with them the zero bytes in calldata,
 * must not depend on which others were there. */
async function alone(stage, name, play) {
  console.error(name);
  const before = await stage.client.snapshot();
  const record = new Record();
  try {
    await play(record);
  } catch (error) {
    if (!(error instanceof Gap)) error.message = `${name}: ${error.message}`;
    throw error;
  } finally {
    await stage.client.revert({ id: before });
  }
  return record;
}

function enter(result, group, name, record, oneWay) {
  const column = (number) => record.column(number, oneWay);
  result[group][name] = column("gas");
  result.projected[group][name] = column("projected");
  for (const kind of ["fresh", "updated", "cleared"]) result.slots[kind][group][name] = column(kind);
}

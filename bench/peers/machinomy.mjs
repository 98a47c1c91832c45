// Machinomy 4.1.5, one way: alice pays bob. Bob ends the channel by cashing her promise, which pays both. Alice alone can
// only start a period in which he may still do so, and take everything back after it.
import { encodePacked, keccak256, parseEther, stringToHex } from "viem";
import { npm } from "../lib/artifacts.mjs";
import { alice, bob, neighbour, neighboursPartner } from "../lib/people.mjs";
import { signPersonal } from "../lib/signing.mjs";
import { DEPOSIT, UNCOUNTED } from "../lib/stage.mjs";

const PERIOD_BLOCKS = 100n;
const BY_ALICE = parseEther("0.4");
const CHANNEL = keccak256(stringToHex("alice pays bob"));
const NEIGHBOURS = keccak256(stringToHex("another channel"));

export async function play(stage, asset, record) {
  const name = asset === "ether" ? "Unidirectional" : "TokenUnidirectional";
  const contract = await stage.deploy(npm("@machinomy/contracts", `build/contracts/${name}.json`));
  await stage.approve(contract, asset);
  const system = { contract, inToken: asset === "ether" ? [] : [stage.token.address] };
  const theirs = [NEIGHBOURS, neighboursPartner.address, PERIOD_BLOCKS, ...inTokens(system)];
  await stage.call(neighbour, contract, "open", theirs, asset === "ether" ? DEPOSIT : 0n);

  await stage.play(asset, record, (scene) => life(scene, system));
  await stage.play(asset, record, (scene) => topUp(scene, system));
  await stage.play(asset, record, (scene) => dispute(scene, system));
  await stage.play(asset, record, (scene) => answer(scene, system));
}

/** Token channels are told the token and the amount; for ether the value tells it. */
const inTokens = ({ inToken }) => (inToken.length === 0 ? [] : [...inToken, DEPOSIT]);

function open(scene, system, step) {
  const args = [CHANNEL, bob.address, PERIOD_BLOCKS, ...inTokens(system)];
  return scene.call(step, alice, system.contract, "open", args, scene.value(DEPOSIT));
}

/** Bob cashes alice's promise. */
async function cash(scene, { contract, inToken }, step) {
  const types = ["address", "bytes32", "uint256", ...inToken.map(() => "address")];
  const promise = keccak256(encodePacked(types, [contract.address, CHANNEL, BY_ALICE, ...inToken]));
  const signature = await signPersonal(alice, promise);
  await scene.call(step, bob, contract, "claim", [CHANNEL, BY_ALICE, signature]);
  await scene.paid({ toAlice: -BY_ALICE, toBob: BY_ALICE });
}

async function life(scene, system) {
  await open(scene, system, "open");
  await cash(scene, system, "settleTogether");
}

async function topUp(scene, system) {
  await open(scene, system, UNCOUNTED);
  const amount = system.inToken.length === 0 ? [] : [DEPOSIT];
  await scene.call("topUp", alice, system.contract, "deposit", [CHANNEL, ...amount], scene.value(DEPOSIT));
  await scene.paid({ toAlice: -2n * DEPOSIT, toBob: 0n });
}

async function dispute(scene, system) {
  await open(scene, system, UNCOUNTED);
  await scene.call("close", alice, system.contract, "startSettling", [CHANNEL]);
  await scene.stage.passBlocks(Number(PERIOD_BLOCKS));
  await scene.call("settle", alice, system.contract, "settle", [CHANNEL]);
  await scene.paid({ toAlice: 0n, toBob: 0n });
}

async function answer(scene, system) {
  await open(scene, system, UNCOUNTED);
  await scene.call(UNCOUNTED, alice, system.contract, "startSettling", [CHANNEL]);
  await cash(scene, system, "claim");
}

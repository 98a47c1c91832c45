// µRaiden 0.2.6, one way: alice pays bob in the one token of the contract. A channel is named by its sides and the block in
// which it was opened.
import { encodePacked, keccak256, parseEther } from "viem";
import { python } from "../lib/artifacts.mjs";
import { alice, bob, neighbour, neighboursPartner } from "../lib/people.mjs";
import { signDigest } from "../lib/signing.mjs";
import { DEPOSIT, UNCOUNTED } from "../lib/stage.mjs";

const PERIOD_BLOCKS = 500;
const BY_ALICE = parseEther("0.4");

export async function play(stage, asset, record) {
  const contracts = python("microraiden", "microraiden/data/contracts.json");
  const args = [stage.token.address, PERIOD_BLOCKS, []];
  const contract = await stage.deploy(contracts("RaidenMicroTransferChannels"), args);
  await stage.approve(contract, asset);
  await stage.call(neighbour, contract, "createChannel", [neighboursPartner.address, DEPOSIT]);

  await stage.play(asset, record, (scene) => life(scene, contract));
  await stage.play(asset, record, (scene) => topUp(scene, contract));
  await stage.play(asset, record, (scene) => dispute(scene, contract));
  await stage.play(asset, record, (scene) => answer(scene, contract));
}

/** Returns the block that names the channel. */
async function open(scene, contract, step) {
  await scene.call(step, alice, contract, "createChannel", [bob.address, DEPOSIT]);
  return Number(await scene.stage.client.getBlockNumber());
}

async function life(scene, contract) {
  const block = await open(scene, contract, "open");
  await cooperativeClose(scene, contract, block, "settleTogether", alice);
}

async function topUp(scene, contract) {
  const block = await open(scene, contract, UNCOUNTED);
  await scene.call("topUp", alice, contract, "topUp", [bob.address, block, DEPOSIT]);
  await scene.paid({ toAlice: -2n * DEPOSIT, toBob: 0n });
}

async function dispute(scene, contract) {
  const block = await open(scene, contract, UNCOUNTED);
  await scene.call("close", alice, contract, "uncooperativeClose", [bob.address, block, BY_ALICE]);
  // Blocks, of which one more has to pass.
  await scene.stage.passBlocks(PERIOD_BLOCKS + 1);
  await scene.call("settle", alice, contract, "settle", [bob.address, block]);
  await scene.paid({ toAlice: -BY_ALICE, toBob: BY_ALICE });
}

/** Alice closed with less; bob shows what she signed and agrees to it himself, which ends the channel. */
async function answer(scene, contract) {
  const block = await open(scene, contract, UNCOUNTED);
  await scene.call(UNCOUNTED, alice, contract, "uncooperativeClose", [bob.address, block, 0n]);
  await cooperativeClose(scene, contract, block, "claim", bob);
}

async function cooperativeClose(scene, contract, block, step, who) {
  const balance = await signDigest(alice, message(contract, block, "Sender balance proof signature", "receiver", bob));
  const closing = await signDigest(bob, message(contract, block, "Receiver closing signature", "sender", alice));
  const args = [bob.address, block, BY_ALICE, balance, closing];
  await scene.call(step, who, contract, "cooperativeClose", args);
  await scene.paid({ toAlice: -BY_ALICE, toBob: BY_ALICE });
}

/** The typed data of before EIP-712: the hash of the fields' declarations, then the hash of their values. */
function message(contract, block, purpose, role, { address }) {
  const types = ["string", "address", "uint32", "uint192", "address"];
  const names = ["message_id", role, "block_created", "balance", "contract"];
  const declarations = names.map((name, index) => `${types[index]} ${name}`);
  const schema = keccak256(encodePacked(declarations.map(() => "string"), declarations));
  const values = keccak256(encodePacked(types, [purpose, address, block, BY_ALICE, contract.address]));
  return keccak256(encodePacked(["bytes32", "bytes32"], [schema, values]));
}

// Connext Vector 0.2.3: a contract of its own per channel, a proxy made by a factory. States and withdrawals carry both
// signatures. Closing by agreement is a withdrawal for each side.
import { concatHex, encodeAbiParameters, keccak256, parseEther, stringToHex, zeroAddress, zeroHash } from "viem";
import { foundry } from "viem/chains";
import { npm } from "../lib/artifacts.mjs";
import { alice, bob, neighbour, neighboursPartner } from "../lib/people.mjs";
import { signDigest } from "../lib/signing.mjs";
import { DEPOSIT, UNCOUNTED } from "../lib/stage.mjs";

const PACKAGE = "@connext/vector-contracts";
const TIMEOUT_SECONDS = 100;
const CHANNEL_STATE = 0;
const WITHDRAW_DATA = 1;
const BY_ALICE_BEFORE = parseEther("0.1"); // alice's net payments in the older state
const BY_ALICE = parseEther("0.4");

const artifact = (name) => npm(PACKAGE, `dist/artifacts/src.sol/${name}.sol/${name}.json`);

export async function play(stage, asset, record) {
  const mastercopy = await stage.deploy(artifact("ChannelMastercopy"));
  const factory = await stage.deploy(artifact("ChannelFactory"), [mastercopy.address, BigInt(foundry.id)]);
  const address = await stage.read(factory, "getChannelAddress", [alice.address, bob.address]);
  const proxy = { ...mastercopy, address, name: "channel" };
  const system = { factory, proxy, asset: stage.assetAddress(asset) };
  // The factory takes an opening's tokens, the channel those of a top-up.
  await stage.approve(factory, asset);
  await stage.approve(proxy, asset);
  const theirs = [neighbour.address, neighboursPartner.address, system.asset, DEPOSIT];
  await stage.call(neighbour, factory, "createChannelAndDepositAlice", theirs, asset === "ether" ? DEPOSIT : 0n);

  await stage.play(asset, record, (scene) => life(scene, system));
  await stage.play(asset, record, (scene) => topUp(scene, system));
  await stage.play(asset, record, (scene) => dispute(scene, system));
}

const opening = ({ asset }) => [alice.address, bob.address, asset, DEPOSIT];

/** Whatever the channel holds beside alice's deposits is bob's, so he just sends it there. */
function bobPaysIn(scene, { proxy }, step) {
  return scene.asset === "ether"
    ? scene.pay(step, bob, proxy.address, DEPOSIT)
    : scene.call(step, bob, scene.stage.token, "transfer", [proxy.address, DEPOSIT]);
}

async function life(scene, system) {
  const { factory, proxy } = system;
  const value = scene.value(DEPOSIT);
  await scene.call("open", alice, factory, "createChannelAndDepositAlice", opening(system), value);
  await bobPaysIn(scene, system, "deposit");
  const toAlice = await withdrawal(system, alice, DEPOSIT - BY_ALICE, 1n);
  await scene.call("settleTogether", alice, proxy, "withdraw", toAlice);
  const toBob = await withdrawal(system, bob, DEPOSIT + BY_ALICE, 2n);
  await scene.call("settleTogether", bob, proxy, "withdraw", toBob);
  await scene.paid({ toAlice: -BY_ALICE, toBob: BY_ALICE });
}

async function topUp(scene, system) {
  const value = scene.value(DEPOSIT);
  await scene.call(UNCOUNTED, alice, system.factory, "createChannelAndDepositAlice", opening(system), value);
  await scene.call("topUp", alice, system.proxy, "depositAlice", [system.asset, DEPOSIT], value);
  await scene.paid({ toAlice: -2n * DEPOSIT, toBob: 0n });
}

async function dispute(scene, system) {
  const { factory, proxy, asset } = system;
  const value = scene.value(DEPOSIT);
  await scene.call(UNCOUNTED, alice, factory, "createChannelAndDepositAlice", opening(system), value);
  await bobPaysIn(scene, system, UNCOUNTED);
  await scene.call("close", alice, proxy, "disputeChannel", await signedState(system, BY_ALICE_BEFORE, 1n));
  const newer = await signedState(system, BY_ALICE, 2n);
  await scene.call("claim", bob, proxy, "disputeChannel", newer);
  await scene.stage.passSeconds(TIMEOUT_SECONDS);
  await scene.call("settle", bob, proxy, "defundChannel", [newer[0], [asset], [0n]]);
  await scene.call("settle", alice, proxy, "exit", [asset, alice.address, alice.address]);
  await scene.call("settle", bob, proxy, "exit", [asset, bob.address, bob.address]);
  await scene.paid({ toAlice: -BY_ALICE, toBob: BY_ALICE });
}

async function withdrawal({ proxy, asset }, recipient, amount, nonce) {
  const data = {
    channelAddress: proxy.address,
    assetId: asset,
    recipient: recipient.address,
    amount,
    nonce,
    callTo: zeroAddress,
    callData: "0x",
  };
  return signed(proxy, "withdraw", WITHDRAW_DATA, data);
}

/** A state in which alice has paid `paid` on balance. */
function signedState({ proxy, asset }, paid, nonce) {
  const state = {
    channelAddress: proxy.address,
    alice: alice.address,
    bob: bob.address,
    assetIds: [asset],
    balances: [{ amount: [DEPOSIT - paid, DEPOSIT + paid], to: [alice.address, bob.address] }],
    processedDepositsA: [DEPOSIT],
    processedDepositsB: [DEPOSIT],
    defundNonces: [1n],
    timeout: BigInt(TIMEOUT_SECONDS),
    nonce,
    merkleRoot: zeroHash,
  };
  return signed(proxy, "disputeChannel", CHANNEL_STATE, state);
}

/** The arguments of a call that takes what both signed and the two signatures. */
async function signed(proxy, functionName, commitmentType, data) {
  const type = proxy.abi.find(({ name }) => name === functionName).inputs[0];
  const hash = keccak256(encodeAbiParameters([type], [data]));
  const commitment = keccak256(encodeAbiParameters([{ type: "uint8" }, { type: "bytes32" }], [commitmentType, hash]));
  const digest = keccak256(concatHex([stringToHex("\x16Vector Signed Message:\n32"), commitment]));
  return [data, await signDigest(alice, digest), await signDigest(bob, digest)];
}

// Nitro 2.0: one adjudicator for all channels. A state is an outcome, a turn number and the signatures of both sides.
import { encodeAbiParameters, keccak256, pad, parseEther } from "viem";
import { npm } from "../lib/artifacts.mjs";
import { alice, bob, neighbour } from "../lib/people.mjs";
import { signPersonalParts } from "../lib/signing.mjs";
import { DEPOSIT, UNCOUNTED } from "../lib/stage.mjs";

const PACKAGE = "@statechannels/nitro-protocol";
const CHALLENGE_SECONDS = 100;
const BY_ALICE_BEFORE = parseEther("0.1"); // alice's net payments in the older state
const BY_ALICE = parseEther("0.4");

const artifact = (name) => npm(PACKAGE, `dist/artifacts/contracts/${name}.sol/${name}.json`);

export async function play(stage, asset, record) {
  const adjudicator = await stage.deploy(artifact("NitroAdjudicator"));
  const consensus = await stage.deploy(artifact("ConsensusApp"));
  await stage.approve(adjudicator, asset);
  const channel = new Channel(adjudicator, consensus, stage.assetAddress(asset));
  const theirs = [channel.asset, keccak256("0x01"), 0n, DEPOSIT];
  await stage.call(neighbour, adjudicator, "deposit", theirs, asset === "ether" ? DEPOSIT : 0n);

  await stage.play(asset, record, (scene) => life(scene, channel));
  await stage.play(asset, record, (scene) => topUp(scene, channel));
  await stage.play(asset, record, (scene) => dispute(scene, channel));
}

async function life(scene, channel) {
  const value = scene.value(DEPOSIT);
  await scene.call("open", alice, channel.adjudicator, "deposit", channel.depositAt(0n), value);
  await scene.call("deposit", bob, channel.adjudicator, "deposit", channel.depositAt(DEPOSIT), value);
  const last = await channel.signed(BY_ALICE, 5, true);
  await scene.call("settleTogether", alice, channel.adjudicator, "concludeAndTransferAllAssets", [channel.fixed, last]);
  await scene.paid({ toAlice: -BY_ALICE, toBob: BY_ALICE });
}

async function topUp(scene, channel) {
  const value = scene.value(DEPOSIT);
  await scene.call(UNCOUNTED, alice, channel.adjudicator, "deposit", channel.depositAt(0n), value);
  await scene.call("topUp", alice, channel.adjudicator, "deposit", channel.depositAt(DEPOSIT), value);
  await scene.paid({ toAlice: -2n * DEPOSIT, toBob: 0n });
}

/** The answer is a challenge with a newer state; `checkpoint` would only take the first one back. */
async function dispute(scene, channel) {
  const value = scene.value(DEPOSIT);
  await scene.call(UNCOUNTED, alice, channel.adjudicator, "deposit", channel.depositAt(0n), value);
  await scene.call(UNCOUNTED, bob, channel.adjudicator, "deposit", channel.depositAt(DEPOSIT), value);
  const older = await channel.signed(BY_ALICE_BEFORE, 5, false);
  await scene.call("close", alice, channel.adjudicator, "challenge", await channel.challenge(older, alice));
  const newer = await channel.signed(BY_ALICE, 7, false);
  await scene.call("claim", bob, channel.adjudicator, "challenge", await channel.challenge(newer, bob));
  await scene.stage.passSeconds(CHALLENGE_SECONDS);
  const { outcome } = newer.variablePart;
  const finalized = [channel.id, outcome, channel.hash(newer.variablePart)];
  await scene.call("settle", bob, channel.adjudicator, "transferAllAssets", finalized);
  await scene.paid({ toAlice: -BY_ALICE, toBob: BY_ALICE });
}

class Channel {
  constructor(adjudicator, consensus, asset) {
    this.adjudicator = adjudicator;
    this.asset = asset;
    this.fixed = {
      participants: [alice.address, bob.address],
      channelNonce: 7n,
      appDefinition: consensus.address,
      challengeDuration: CHALLENGE_SECONDS,
    };
    const { participants, channelNonce, appDefinition, challengeDuration } = this.fixed;
    const types = ["address[]", "uint256", "address", "uint48"].map((type) => ({ type }));
    this.id = keccak256(encodeAbiParameters(types, [participants, channelNonce, appDefinition, challengeDuration]));
    const candidate = adjudicator.abi.find(({ name }) => name === "conclude").inputs[1];
    this.outcomeType = candidate.components[0].components.find(({ name }) => name === "outcome");
  }

  /** The arguments of a deposit into a channel that holds `held`. */
  depositAt(held) {
    return [this.asset, this.id, held, DEPOSIT];
  }

  /** A state in which alice has paid `paid` on balance, signed by both. */
  async signed(paid, turnNum, isFinal) {
    const share = ({ address }, amount) => ({ destination: pad(address), amount, allocationType: 0, metadata: "0x" });
    const allocations = [share(alice, DEPOSIT - paid), share(bob, DEPOSIT + paid)];
    const outcome = [{ asset: this.asset, assetMetadata: { assetType: 0, metadata: "0x" }, allocations }];
    const variablePart = { outcome, appData: "0x", turnNum, isFinal };
    const hash = this.hash(variablePart);
    return { variablePart, sigs: [await signPersonalParts(alice, hash), await signPersonalParts(bob, hash)] };
  }

  async challenge(candidate, challenger) {
    const types = [{ type: "bytes32" }, { type: "string" }];
    const message = keccak256(encodeAbiParameters(types, [this.hash(candidate.variablePart), "forceMove"]));
    return [this.fixed, [], candidate, await signPersonalParts(challenger, message)];
  }

  hash({ outcome, appData, turnNum, isFinal }) {
    const types = [{ type: "bytes32" }, { type: "bytes" }, this.outcomeType, { type: "uint48" }, { type: "bool" }];
    return keccak256(encodeAbiParameters(types, [this.id, appData, outcome, turnNum, isFinal]));
  }
}

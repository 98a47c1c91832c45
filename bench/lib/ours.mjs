// Our hub: the stories of the table, and the calls that the others have no word for.
import { encodeAbiParameters, keccak256, maxUint64, parseEther, parseSignature } from "viem";
import { ours } from "./artifacts.mjs";
import { alice, alicePaymentKey, bob, bobPaymentKey, deputy, neighbour, neighboursPartner } from "./people.mjs";
import { signTyped } from "./signing.mjs";
import { DEPOSIT, UNCOUNTED } from "./stage.mjs";

const PERIOD = 100;
const [REFUTE, FORFEIT] = [0, 1];
const BOB = 1;
const EPOCH = 0;
const FOREVER = maxUint64;
const BY_ALICE = parseEther("0.5"); // what alice has paid in the end
const BY_ALICE_BEFORE = parseEther("0.2"); // what she had paid when the claim that she closes with was signed
const BY_BOB = parseEther("0.1");

const TYPES = {
  Claim: "bytes32 channel,address to,uint96 total,uint64 nonce",
  Withdrawal: "bytes32 channel,address to,uint96 total,uint64 expiry",
  Settlement: "bytes32 channel,uint96 aliceTotal,uint96 bobTotal,uint64 expiry",
  Delegation: "bytes32 channel,address key",
};
const NO_WORD = `0x${"00".repeat(32)}`;
const NO_DELEGATION = { delegationR: NO_WORD, delegationVs: NO_WORD };
const NO_AUTH = { r: NO_WORD, vs: NO_WORD, ...NO_DELEGATION };

/** Plays all stories in one asset. */
export async function play(stage, asset, record) {
  const hub = await stage.deploy(ours("ChannelHub"), [false]);
  await stage.approve(hub, asset);
  const channel = new Channel(stage, hub, asset, REFUTE);
  const forfeiting = new Channel(stage, hub, asset, FORFEIT);
  await meetNeighbour(stage, channel);

  for (const story of [life, topUp, dispute, accepted, withdrawal, delegated]) {
    await stage.play(asset, record, (scene) => story(scene, channel));
  }
  await stage.play(asset, record, (scene) => forfeited(scene, forfeiting));
  if (asset === "erc20") {
    await stage.play(asset, record, (scene) => permitted(scene, channel));
  }
}

async function meetNeighbour(stage, { hub, key, asset }) {
  const theirs = { ...key, alice: neighbour.address, bob: neighboursPartner.address };
  const value = asset === "ether" ? DEPOSIT : 0n;
  await stage.call(neighbour, hub, "open", [theirs, DEPOSIT], value);
}

async function life(scene, channel) {
  await channel.open(scene, "open");
  await channel.deposit(scene, "deposit");
  const settlement = { aliceTotal: BY_ALICE, bobTotal: BY_BOB, expiry: FOREVER };
  const auths = await channel.byBoth("Settlement", settlement);
  await scene.call("settleTogether", alice, channel.hub, "settleTogether", [channel.key, EPOCH, settlement, auths]);
  await scene.paid({ toAlice: BY_BOB - BY_ALICE, toBob: BY_ALICE - BY_BOB });
  await channel.open(scene, "openAgain");
  await scene.paid({ toAlice: BY_BOB - BY_ALICE - DEPOSIT, toBob: BY_ALICE - BY_BOB });
}

async function topUp(scene, channel) {
  await channel.open(scene, UNCOUNTED);
  const [side, value] = [0, scene.value(DEPOSIT)];
  await scene.call("topUp", alice, channel.hub, "deposit", [channel.key, EPOCH, side, DEPOSIT], value);
  await scene.paid({ toAlice: -2n * DEPOSIT, toBob: 0n });
}

async function dispute(scene, channel) {
  await channel.fund(scene);
  await channel.closeShowing(scene, "close");
  await channel.answer(scene, "claim");
  await scene.stage.passBlocks(PERIOD);
  await scene.call("settle", bob, channel.hub, "settle", [channel.key, EPOCH]);
  await scene.paid({ toAlice: BY_BOB - BY_ALICE, toBob: BY_ALICE - BY_BOB });
}

async function accepted(scene, channel) {
  await channel.fund(scene);
  await channel.closeShowing(scene, UNCOUNTED);
  await scene.call("accept", bob, channel.hub, "accept", [channel.key, EPOCH, BY_ALICE_BEFORE, BY_BOB]);
  await scene.paid({ toAlice: BY_BOB - BY_ALICE_BEFORE, toBob: BY_ALICE_BEFORE - BY_BOB });
}

async function withdrawal(scene, channel) {
  await channel.fund(scene);
  const total = BY_ALICE;
  const auths = await channel.byBoth("Withdrawal", { to: bob.address, total, expiry: FOREVER });
  await scene.call("withdraw", bob, channel.hub, "withdraw", [channel.key, EPOCH, BOB, total, FOREVER, auths]);
  await scene.paid({ toAlice: -DEPOSIT, toBob: total - DEPOSIT });
}

async function delegated(scene, channel) {
  await channel.fund(scene);
  await channel.closeShowingNothing(scene, "closeShowingNone");
  await channel.answer(scene, "claimDelegated", await channel.delegation());
  await scene.stage.passBlocks(PERIOD);
  await scene.call(UNCOUNTED, bob, channel.hub, "settle", [channel.key, EPOCH]);
  await scene.paid({ toAlice: -BY_ALICE, toBob: BY_ALICE });
}

async function forfeited(scene, channel) {
  await channel.fund(scene);
  await channel.closeShowingNothing(scene, UNCOUNTED);
  await channel.answer(scene, "claimForfeiting");
  await scene.paid({ toAlice: -DEPOSIT, toBob: DEPOSIT });
}

async function permitted(scene, channel) {
  const { stage } = scene;
  await scene.call(UNCOUNTED, alice, stage.token, "approve", [channel.hub.address, 0n]);
  const { timestamp } = await stage.client.getBlock();
  const deadline = timestamp + 3600n;
  const { r, s, v } = parseSignature(
    await alice.signTypedData({
      domain: { name: "Thunder Dollar", version: "1", chainId: stage.client.chain.id, verifyingContract: stage.token.address },
      types: typed("Permit", "address owner,address spender,uint256 value,uint256 nonce,uint256 deadline"),
      primaryType: "Permit",
      message: {
        owner: alice.address,
        spender: channel.hub.address,
        value: DEPOSIT,
        nonce: await stage.read(stage.token, "nonces", [alice.address]),
        deadline,
      },
    }),
  );
  const permit = { deadline, v: Number(v), r, s };
  await scene.call("openWithPermit", alice, channel.hub, "openWithPermit", [channel.key, DEPOSIT, permit]);
  await scene.paid({ toAlice: -DEPOSIT, toBob: 0n });
}

/** The channel between alice and bob under one policy. */
class Channel {
  constructor(stage, hub, asset, policy) {
    this.stage = stage;
    this.hub = hub;
    this.asset = asset;
    this.key = {
      alice: alice.address,
      aliceSigner: alicePaymentKey.address,
      bob: bob.address,
      bobSigner: bobPaymentKey.address,
      token: stage.assetAddress(asset),
      finalizationPeriod: PERIOD,
      policy,
      salt: 7n,
    };
    const keyType = hub.abi.find(({ name }) => name === "open").inputs[0];
    this.id = keccak256(encodeAbiParameters([keyType, { type: "uint32" }], [this.key, EPOCH]));
  }

  open(scene, step) {
    return scene.call(step, alice, this.hub, "open", [this.key, DEPOSIT], scene.value(DEPOSIT));
  }

  deposit(scene, step) {
    return scene.call(step, bob, this.hub, "deposit", [this.key, EPOCH, BOB, DEPOSIT], scene.value(DEPOSIT));
  }

  async fund(scene) {
    await this.open(scene, UNCOUNTED);
    await this.deposit(scene, UNCOUNTED);
  }

  /** Alice closes and shows what bob paid her. */
  async closeShowing(scene, step) {
    const received = { to: alice.address, total: BY_BOB, nonce: 1n };
    const auth = { ...(await this.#signed(bobPaymentKey, "Claim", received)), ...NO_DELEGATION };
    await scene.call(step, alice, this.hub, "close", [this.key, EPOCH, BY_ALICE_BEFORE, received, auth, FOREVER]);
  }

  async closeShowingNothing(scene, step) {
    const nothing = { to: alice.address, total: 0n, nonce: 0n };
    await scene.call(step, alice, this.hub, "close", [this.key, EPOCH, BY_ALICE_BEFORE, nothing, NO_AUTH, FOREVER]);
  }

  /** Bob shows that alice paid more: signed by her payment key, or by a deputy with a delegation. */
  async answer(scene, step, delegation) {
    const claim = { to: bob.address, total: BY_ALICE, nonce: 2n };
    const signature = await this.#signed(delegation ? deputy : alicePaymentKey, "Claim", claim);
    const auth = { ...signature, ...(delegation ?? NO_DELEGATION) };
    await scene.call(step, bob, this.hub, "claim", [this.key, EPOCH, claim, auth]);
  }

  async byBoth(type, message) {
    const sign = async (signer) => ({ ...(await this.#signed(signer, type, message)), ...NO_DELEGATION });
    return [await sign(alicePaymentKey), await sign(bobPaymentKey)];
  }

  async delegation() {
    const { r, vs } = await this.#signed(alicePaymentKey, "Delegation", { key: deputy.address });
    return { delegationR: r, delegationVs: vs };
  }

  #signed(signer, type, message) {
    return signTyped(signer, {
      domain: {
        name: "Thunder",
        version: "1",
        chainId: this.stage.client.chain.id,
        verifyingContract: this.hub.address,
      },
      types: typed(type, TYPES[type]),
      primaryType: type,
      message: { channel: this.id, ...message },
    });
  }
}

function typed(name, members) {
  const fields = members.split(",").map((member) => {
    const [type, field] = member.split(" ");
    return { type, name: field };
  });
  return { [name]: fields };
}

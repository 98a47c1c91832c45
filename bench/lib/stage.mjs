// Where the stories play: a chain with a token, two sides that have money, and a record of what their transactions cost.
import assert from "node:assert/strict";
import { encodeDeployData, encodeFunctionData, maxUint256, parseEther, zeroAddress } from "viem";
import { ours } from "./artifacts.mjs";
import { alice, bob, deployer, neighbour } from "./people.mjs";
import { projected } from "./projection.mjs";
import { StoryRecord } from "./record.mjs";
import { effects } from "./trace.mjs";

/** What a side puts in each time. */
export const DEPOSIT = parseEther("1");
/** In the place of a step's name: a transaction that only leads there. */
export const UNCOUNTED = null;
const TOKENS = parseEther("1000000");
// Above what any call here needs; the hub wants room for its pushes. What is not used is not counted.
const GAS_LIMIT = 6_000_000n;

export class Stage {
  constructor(client, token) {
    this.client = client;
    this.token = token;
  }

  /** Deploys the token and gives everybody some. */
  static async set(client) {
    const stage = new Stage(client);
    const supply = TOKENS * 10n;
    stage.token = await stage.deploy(ours("ThunderDollar"), [deployer.address, supply, false]);
    for (const { address } of [alice, bob, neighbour]) {
      await stage.call(deployer, stage.token, "transfer", [address, TOKENS]);
    }
    return stage;
  }

  /** The address that stands for the asset in contracts that know both. */
  assetAddress(asset) {
    return asset === "ether" ? zeroAddress : this.token.address;
  }

  /** Lets a contract take tokens, without a limit, from all who deposit. */
  async approve(spender, asset) {
    if (asset === "ether") return;
    for (const owner of [alice, bob, neighbour]) {
      await this.call(owner, this.token, "approve", [spender.address, maxUint256]);
    }
  }

  async deploy({ abi, bytecode, name }, args = []) {
    const receipt = await this.transact(deployer, { data: encodeDeployData({ abi, bytecode, args }) }, name);
    return { abi, address: receipt.contractAddress, name };
  }

  call(who, contract, functionName, args, value = 0n) {
    const data = encodeFunctionData({ abi: contract.abi, functionName, args });
    return this.transact(who, { to: contract.address, data, value }, `${contract.name}.${functionName}`);
  }

  read(contract, functionName, args = []) {
    return this.client.readContract({ address: contract.address, abi: contract.abi, functionName, args });
  }

  async transact(who, transaction, name) {
    const hash = await this.client.sendTransaction({ account: who, gas: GAS_LIMIT, ...transaction });
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") {
      const reason = await this.client
        .call({ account: who, gas: GAS_LIMIT, ...transaction })
        .then(() => "no reason given", (error) => error.shortMessage ?? error.message);
      throw new Error(`${name} was reverted: ${reason}`);
    }
    return receipt;
  }

  balance(asset, { address }) {
    return asset === "ether"
      ? this.client.getBalance({ address })
      : this.read(this.token, "balanceOf", [address]);
  }

  async passBlocks(blocks) {
    await this.client.mine({ blocks });
  }

  async passSeconds(seconds) {
    const { timestamp } = await this.client.getBlock();
    await this.client.setNextBlockTimestamp({ timestamp: timestamp + BigInt(seconds) });
    await this.client.mine({ blocks: 1 });
  }

  /** Plays a story and takes the chain back to before it. */
  async play(asset, record, story) {
    const before = await this.client.snapshot();
    const scene = new Scene(this, asset);
    await scene.begin();
    await story(scene);
    assert.ok(scene.wasPaid, "a story has to end with who was paid what");
    record.enter(scene.record);
    await this.client.revert({ id: before });
  }
}

/** One story under way. Only the two sides act. */
class Scene {
  wasPaid = false;
  record = new StoryRecord();

  constructor(stage, asset) {
    this.stage = stage;
    this.asset = asset;
    this.fees = new Map([alice, bob].map(({ address }) => [address, 0n]));
  }

  async begin() {
    this.start = await this.money();
  }

  /** The value to send along with an amount. */
  value(amount) {
    return this.asset === "ether" ? amount : 0n;
  }

  /** A call that brings the story on, and is counted if it has the name of a step. */
  async call(step, who, contract, functionName, args, value = 0n) {
    const receipt = await this.stage.call(who, contract, functionName, args, value);
    await this.note(step, who, receipt);
  }

  /** The same for a plain payment. */
  async pay(step, who, to, value) {
    const receipt = await this.stage.transact(who, { to, value }, `a payment to ${to}`);
    await this.note(step, who, receipt);
  }

  async note(step, who, receipt) {
    assert.ok(this.fees.has(who.address), "only the two sides send a channel's transactions");
    const fee = receipt.gasUsed * receipt.effectiveGasPrice;
    this.fees.set(who.address, this.fees.get(who.address) + fee);
    if (step === UNCOUNTED) return;
    const gas = Number(receipt.gasUsed);
    const found = await effects(this.stage.client, receipt.transactionHash);
    this.record.add(step, { gas, projected: projected(gas, found), slots: found });
  }

  /** Checks what both sides have gained since the story began, fees apart. */
  async paid({ toAlice, toBob }) {
    const now = await this.money();
    assert.equal(now.alice - this.start.alice, toAlice, "alice's money");
    assert.equal(now.bob - this.start.bob, toBob, "bob's money");
    this.wasPaid = true;
  }

  async money() {
    const [ofAlice, ofBob] = await Promise.all(
      [alice, bob].map(async (side) => {
        const fees = this.asset === "ether" ? this.fees.get(side.address) : 0n;
        return (await this.stage.balance(this.asset, side)) + fees;
      }),
    );
    return { alice: ofAlice, bob: ofBob };
  }
}

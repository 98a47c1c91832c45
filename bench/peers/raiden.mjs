// Raiden 0.50: one contract per token for all its channels. A payment is a balance proof: the hash of what its signer has paid.
import { concatHex, encodePacked, keccak256, maxUint256, numberToHex, parseEther, zeroHash } from "viem";
import { foundry } from "viem/chains";
import { python } from "../lib/artifacts.mjs";
import { alice, bob, deployer, neighbour, neighboursPartner } from "../lib/people.mjs";
import { signPersonal } from "../lib/signing.mjs";
import { DEPOSIT, UNCOUNTED } from "../lib/stage.mjs";

const SETTLE_TIMEOUT_SECONDS = 500;
const NO_LIMIT = maxUint256;
const NO_LOCKS = keccak256("0x");
const BALANCE_PROOF = 1n;
const BALANCE_PROOF_UPDATE = 2n;
const WITHDRAW = 3n;
const BY_ALICE = parseEther("0.5");
const BY_BOB = parseEther("0.1");

export async function play(stage, asset, record) {
  const contracts = python("raiden-contracts", "raiden_contracts/data/contracts.json");
  const secrets = await stage.deploy(contracts("SecretRegistry"));
  const network = await stage.deploy(contracts("TokenNetwork"), [
    stage.token.address,
    secrets.address,
    BigInt(SETTLE_TIMEOUT_SECONDS),
    deployer.address,
    NO_LIMIT,
    NO_LIMIT,
  ]);
  await stage.approve(network, asset);
  const theirs = [neighbour.address, neighboursPartner.address, DEPOSIT];
  await stage.call(neighbour, network, "openChannelWithDeposit", theirs);

  await stage.play(asset, record, (scene) => life(scene, network));
  await stage.play(asset, record, (scene) => topUp(scene, network));
  await stage.play(asset, record, (scene) => dispute(scene, network));
}

async function fund(scene, network, open, deposit) {
  await scene.call(open, alice, network, "openChannelWithDeposit", [alice.address, bob.address, DEPOSIT]);
  const id = await scene.stage.read(network, "getChannelIdentifier", [alice.address, bob.address]);
  await scene.call(deposit, bob, network, "setTotalDeposit", [id, bob.address, DEPOSIT, alice.address]);
  return id;
}

async function life(scene, network) {
  const id = await fund(scene, network, "open", "deposit");
  const toAlice = DEPOSIT - BY_ALICE + BY_BOB;
  const toBob = DEPOSIT - BY_BOB + BY_ALICE;
  const withdrawals = [
    await withdrawal(network, id, alice, toAlice, bob),
    await withdrawal(network, id, bob, toBob, alice),
  ];
  await scene.call("settleTogether", alice, network, "cooperativeSettle", [id, ...withdrawals]);
  await scene.paid({ toAlice: toAlice - DEPOSIT, toBob: toBob - DEPOSIT });
}

async function topUp(scene, network) {
  const id = await fund(scene, network, UNCOUNTED, UNCOUNTED);
  await scene.call("topUp", alice, network, "setTotalDeposit", [id, alice.address, 2n * DEPOSIT, bob.address]);
  await scene.paid({ toAlice: -2n * DEPOSIT, toBob: -DEPOSIT });
}

async function dispute(scene, network) {
  const id = await fund(scene, network, UNCOUNTED, UNCOUNTED);
  const sides = { closing: alice.address, other: bob.address };
  const shown = await balanceProof(network, id, bob, BY_BOB, alice, BALANCE_PROOF);
  await scene.call("close", alice, network, "closeChannel", [id, sides.other, sides.closing, ...shown]);
  const answer = await balanceProof(network, id, alice, BY_ALICE, bob, BALANCE_PROOF_UPDATE);
  await scene.call("claim", bob, network, "updateNonClosingBalanceProof", [id, sides.closing, sides.other, ...answer]);
  await scene.stage.passSeconds(SETTLE_TIMEOUT_SECONDS + 1);
  // The side that has paid less comes first.
  const totals = [bob.address, BY_BOB, 0n, NO_LOCKS, alice.address, BY_ALICE, 0n, NO_LOCKS];
  await scene.call("settle", bob, network, "settleChannel", [id, ...totals]);
  await scene.paid({ toAlice: BY_BOB - BY_ALICE, toBob: BY_ALICE - BY_BOB });
}

/** The arguments that show a balance proof: signed by who paid, and signed again by who was paid and shows it. */
async function balanceProof(network, id, payer, total, payee, counterType) {
  const nonce = 1n;
  const balanceHash = keccak256(encodePacked(["uint256", "uint256", "bytes32"], [total, 0n, NO_LOCKS]));
  const message = (messageType) =>
    concatHex([...opened(network, messageType, id), balanceHash, word(nonce), zeroHash]);
  const signature = await signPersonal(payer, message(BALANCE_PROOF));
  const counterSignature = await signPersonal(payee, concatHex([message(counterType), signature]));
  return [balanceHash, nonce, zeroHash, signature, counterSignature];
}

async function withdrawal(network, id, participant, total, partner) {
  const until = maxUint256;
  const message = concatHex([...opened(network, WITHDRAW, id), participant.address, word(total), word(until)]);
  return {
    participant: participant.address,
    total_withdraw: total,
    withdrawable_until: until,
    participant_signature: await signPersonal(participant, message),
    partner_signature: await signPersonal(partner, message),
  };
}

/** What every message begins with. */
function opened(network, messageType, id) {
  return [network.address, word(BigInt(foundry.id)), word(messageType), word(id)];
}

const word = (number) => numberToHex(number, { size: 32 });

// What a transaction would cost under the announced pricing of state, by arithmetic: no local chain runs it yet.
//
// The numbers are those of EIP-8037, EIP-8038 and EIP-2780 as of August 2026 (8037 and 8038 in last call), added up over
// execution gas and state gas, which a sender pays both. A new slot then costs 2,100 + 10,000 + 97,920 = 110,020 (22,100
// today), an update 12,100 (5,000 today). What is assumed besides:
// - The code stays as it is. A contract written for those prices would do some things in another way.
// - A slot that ends the transaction as it began, such as a lock in storage, is taken at today's price.
// - An account that the transaction did not name is touched cold by the first call to it. That a token or a recipient may be
//   read before it is called changes nothing in the sum.
// - Refunds of today are those for cleared slots. Others, for slots set and reset, are small where they occur at all.
// - Nothing else moves: calldata, its floor, hashing, signatures, logs, and what a second look at code size costs.

/** Today's prices (Prague). */
const TODAY = {
  transaction: 21_000, // G_transaction, also with value
  slotSet: 20_000, // SSTORE zero to non-zero, access apart
  slotUpdate: 2_900, // SSTORE non-zero to another value, access apart
  clearRefund: 4_800, // EIP-3529
  coldAccount: 2_600, // EIP-2929
  valueCall: 9_000, // G_callvalue
  create: 32_000, // G_create
  codeByte: 200, // G_codedeposit
};

/** EIP-8037: what one byte of new state costs. */
const COST_PER_STATE_BYTE = 1_530;
const STATE_BYTES_PER_SLOT = 64;
const STATE_BYTES_PER_ACCOUNT = 120;
/** EIP-8038: a changed slot, and a changed balance or new code of an account. */
const STORAGE_WRITE = 10_000;
const ACCOUNT_WRITE = 9_000;
const COLD_ACCOUNT = 3_000;
const CALL_STIPEND = 2_300;
/** EIP-2780: the sender, and the recipient's new balance. */
const TRANSACTION_BASE = 12_000;
const TRANSACTION_VALUE = 6_000;

const ANNOUNCED = {
  transaction: TRANSACTION_BASE + COLD_ACCOUNT,
  transactionValue: TRANSACTION_VALUE,
  slotSet: STORAGE_WRITE + STATE_BYTES_PER_SLOT * COST_PER_STATE_BYTE,
  slotUpdate: STORAGE_WRITE,
  clearRefund: 11_616,
  coldAccount: COLD_ACCOUNT,
  valueCall: ACCOUNT_WRITE + CALL_STIPEND,
  create: ACCOUNT_WRITE + COLD_ACCOUNT + STATE_BYTES_PER_ACCOUNT * COST_PER_STATE_BYTE,
  codeByte: COST_PER_STATE_BYTE,
};

/** EIP-3529: at most a fifth of the gas used is refunded, today and then. */
const REFUND_SHARE = 5;

/** The gas of a transaction that used `gasUsed` and had these effects. */
export function projected(gasUsed, effects) {
  // Refunds are already taken off `gasUsed`; at the cap, four fifths of the whole are left.
  const refundToday = Math.min(
    TODAY.clearRefund * effects.cleared,
    Math.floor(gasUsed / (REFUND_SHARE - 1)),
  );
  const whole = gasUsed + refundToday - repricedPart(TODAY, effects) + repricedPart(ANNOUNCED, effects);
  const refund = Math.min(ANNOUNCED.clearRefund * effects.cleared, Math.floor(whole / REFUND_SHARE));
  return whole - refund;
}

function repricedPart(prices, effects) {
  return (
    prices.transaction +
    (effects.sendsValue ? (prices.transactionValue ?? 0) : 0) +
    prices.slotSet * effects.fresh +
    prices.slotUpdate * (effects.updated + effects.cleared) +
    prices.coldAccount * effects.touchedAccounts +
    prices.valueCall * effects.valueCalls +
    prices.create * effects.createdContracts +
    prices.codeByte * effects.createdBytes
  );
}

//! What a Thunder channel *is*: its key and id, the statements its sides sign, the two counters that only grow,
//! and the messages that travel through the relay.
//!
//! This crate decides; everything else carries. It does no I/O, reads no clock, draws no randomness and knows no
//! `async`: the same input always gives the same answer, on every host. It is also the only crate (with
//! `thunder-ethereum`) that names the Ethereum and elliptic-curve libraries, so the rest would not notice a change.

mod address;
mod amount;
mod authorization;
mod debt_swap;
mod eip712;
mod hub;
mod invite;
mod key;
mod ledger;
mod memo_text;
pub mod metering;
mod notes;
mod payment_key;
mod peer_link;
mod side;
mod signature;
mod statements;
pub mod wire;

pub use address::{Address, AddressError, checksummed, parse_address};
pub use amount::{Amount, AmountError, MAX_AMOUNT};
pub use authorization::{
    Authorization, ClaimError, SignedClaim, SignedRequest, SignedSettlement, SignedWithdrawal,
};
pub use debt_swap::{DebtSwap, SwapRefusal};
pub use eip712::{DOMAIN_NAME, DOMAIN_VERSION, Digest, Domain, TypedMessage, keccak256};
pub use hub::{
    ChannelCall, HubCall, HubChannel, HubEvent, HubRefusal, LAST_EPOCH, LAST_MOMENT, ModelHub, Money,
    Outcome, Phase, Sent, Told,
};
pub use invite::{Invite, InviteError, Joining};
pub use key::{ChannelId, ChannelKey, Epoch, KeyFault, Policy};
pub use ledger::{Funding, Ledger, Totals, balance_of};
pub use memo_text::{MAX_MEMO_BYTES, MAX_MEMO_CHARACTERS, MemoText, MemoTextError};
pub use notes::{Cancellation, Decline, Memo, Note, PaymentRequest, ReadMark, RequestNumber, SignedNote};
pub use payment_key::{PaymentKeyRequest, payment_key_from};
pub use peer_link::{LinkEnd, PeerLink};
pub use side::{PerSide, Side};
pub use signature::{Signature, SignatureError, SigningKey, SigningKeyError};
pub use statements::{
    Bytes32, Claim, Delegation, Nonce, Reading, SettleForMe, Settlement, SignIn, Withdrawal,
};

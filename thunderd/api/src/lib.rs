//! What `thunderd` says and hears over its REST API, version 1: JSON objects with camel-case names.
//!
//! Amounts are decimal strings in the token's smallest unit, addresses and ids are `0x` and hexadecimal digits, times are
//! milliseconds since 1970 unless a name says otherwise. Fields that a caller does not know are to be ignored; fields that the
//! daemon does not know are refused, so that a misspelt option is not taken for its default.

mod account;
mod channel;
mod charge;
mod distrust;
mod event;
mod node;
mod payment;
mod peer;
mod problem;
mod service;
mod session;
mod wallet;

pub use account::{AccountNews, PeerAccount, PeerAccountState, SetAccount, Swap, SwapState, Triggers, Trust};
pub use channel::{
    Channel, CloseRequest, Closed, Deposit, HistoryEntry, HistoryKind, OpenChannel, Owned, Phase, Proposal,
    Sent, Withdrawn,
};
pub use charge::{Charge, Charged};
pub use distrust::{Distrust, Distrusted};
pub use event::{Event, EventKind};
pub use node::{ChainInfo, Info, RelayInfo, Token};
pub use payment::{Delivery, Invoice, InvoiceState, Pay, Payment, Request};
pub use peer::{Connect, Peer};
pub use problem::{Code, Problem};
pub use service::{
    Account as ContractAccount, Booking, Conditions, Contract, ContractState, Establish, Model, Offer, Role,
    WhenUsedUp,
};
pub use session::{
    ByProxy, ProvenCounts, Route, Session, SessionEnd, SessionEvidence, SessionState, Tariff, TopUp,
    UseTraffic, WhenLow,
};
pub use thunder_paywall::{
    AboveLimit, BINDING, Bill, CLAIMS_PATH, Commitment, DEMANDS, MAX_HEADER, Metered, PAYMENT_REQUIRED,
    PAYMENT_RESPONSE, PAYMENT_SIGNATURE, PaymentPayload, PaymentRequired, PaymentResponse, Per, Resource,
    SCHEME, Terms, TermsExtra, X402_VERSION, cost, from_header, to_header,
};
pub use wallet::{
    Backup, Balance, ChannelMoney, ImportWallet, Password, TokenBalance, WalletInfo, WalletState,
};

/// The port of a node that was not told another one.
pub const DEFAULT_PORT: u16 = 2001;
/// The header that makes a payment happen once however often it is asked for: 1 to 64 visible ASCII characters.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The file in the data directory that holds the bearer token.
pub const TOKEN_FILE: &str = "api-token";
/// The finalization period of a channel that is opened without naming one, in the hub's clock: 24 blocks are about six minutes.
pub const DEFAULT_PERIOD: u32 = 24;

//! One participant of Thunder: its channels, what it stores before it speaks, what it sends and when it claims.
//!
//! [`Participant`] is a machine without I/O: [`Participant::step`] takes an [`Event`] and the time and gives a [`Step`]: the
//! participant after it, what has to be written first, and what to do once that is durable. A step that could not be
//! written never happened. [`Driver`] runs a participant over the [`ports`] of a host: a browser tab, a daemon, a test.
//!
//! This crate knows no browser, no socket, no file and no clock.

mod chain_reader;
mod command;
mod config;
pub mod downloads;
mod driver;
mod effect;
mod event;
mod evidence;
mod fault;
mod history;
mod participant;
pub mod ports;
mod view;

pub use chain_reader::{Attention, ChainReader, Cursor, Watched};
pub use command::{Command, Refusal, SpendingLimit};
pub use config::{Accepted, Config};
pub use driver::{Claimable, Driver, Outcome, Ports, StartError};
pub use effect::{Effect, Pull, Statement, Step, TransactionPurpose, Write};
pub use event::{ChainUpdate, ChannelOnChain, Event, Head};
pub use evidence::{Evidence, EvidenceCall};
pub use fault::{BackupFault, ChainFault, PhaseFault, ProposalFault, RequestFault, WalletFault};
pub use history::{History, HistoryPage};
pub use participant::{BadReference, Glance, PaidOnce, Participant, PaymentReference, limits};
pub use ports::{Clock, Observer, Progress, RelayLink, Replacing, Store, StoreError, WalletRequest};
pub use view::{
    Alarm, ChannelView, Delivery, Entry, EntryKind, EntryMemo, Notice, PhaseView, Proposal, RequestState,
    RequestView, Signing, SpendingView, TermsFault, Waiting, Wish,
};

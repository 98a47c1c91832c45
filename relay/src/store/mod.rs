//! What the relay keeps, behind a trait: the best claim per channel and direction, recent totals, small messages.

mod schema;
mod sqlite;
pub(crate) mod tables;

pub use sqlite::{SqliteStore, World};

use async_trait::async_trait;
use thiserror::Error;
use thunder_channel::{
    ChannelId, ChannelKey, Epoch, PerSide, Side, SignedClaim, wire::Message, wire::Recorded,
};

/// Durable memory of a relay.
///
/// "Done" means that the write survives a killed process and a lost power supply. A store that says so wrongly makes the relay
/// acknowledge a claim that it may forget; a client then believes that its claim waits for a sleeping counterparty while it
/// does not.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Everything kept of a channel, including every write that was queued before.
    async fn load(&self, channel: ChannelId) -> Result<Kept, StoreError>;

    /// Queues a write; writes that were queued one after the other take effect in that order. `done` runs exactly once, when
    /// the outcome is durable or has failed. Waits while the queue is full; dropped before it returns, nothing was queued.
    async fn submit(&self, write: Write, done: Done) -> Result<(), StoreError>;

    /// Whether the store works.
    async fn check(&self) -> Result<(), StoreError>;

    /// Finishes what is queued and closes. Later calls fail.
    async fn close(&self);
}

/// Told the outcome of a write.
pub type Done = Box<dyn FnOnce(Result<Outcome, StoreError>) + Send>;

/// Something to keep.
#[derive(Clone, Debug)]
pub enum Write {
    /// A verified claim. Kept only if it takes the place of the present one.
    Claim {
        /// The channel's key: whoever shows the claim to the hub needs it.
        key: ChannelKey,
        /// The life it counts in.
        epoch: Epoch,
        /// Who pays by it.
        payer: Side,
        /// The claim with its delegation.
        claim: SignedClaim,
        /// Milliseconds since 1970.
        at: u64,
    },
    /// A verified message. Takes the place of an earlier one of the same kind by the same side.
    Message {
        /// The channel's key.
        key: ChannelKey,
        /// The life it belongs to.
        epoch: Epoch,
        /// Who sent it.
        side: Side,
        /// What it says.
        message: Message,
        /// Milliseconds since 1970.
        at: u64,
    },
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable.
    Stored,
    /// The very same total and nonce is durable already.
    Repeated,
    /// A better claim is durable.
    NotHigher,
}

/// A claim that is the best of its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Best {
    /// The claim.
    pub claim: SignedClaim,
    /// When it was stored, in milliseconds since 1970.
    pub at: u64,
}

/// What is kept of one channel.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The best claim that each side signed.
    pub claims: PerSide<Option<Best>>,
    /// Recent totals that each side signed, oldest first.
    pub history: PerSide<Vec<Recorded>>,
    /// Messages with their senders, oldest first.
    pub messages: Vec<(Side, Message)>,
}

/// Why the store did not do it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The relay is shutting down.
    #[error("the store is closed")]
    Closed,
    /// What is on disk cannot be read.
    #[error("the store holds something that cannot be read: {0}")]
    Corrupt(String),
    /// The disk or the database failed; nothing of the write is there.
    #[error("the store failed: {0}")]
    Failed(String),
}

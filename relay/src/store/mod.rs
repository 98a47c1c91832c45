//! What the relay keeps, behind a trait: the best claim per channel and direction, recent totals, small messages.
//!
//! Two stores fulfil it: [`SqliteStore`] for one relay, [`NatsStore`] for any number of relays that serve the same channels.
//! `README.md` beside this file says what an acknowledgement by each survives.

mod address;
pub mod backup;
#[cfg(test)]
mod fixtures;
mod nats;
mod slot;
mod sqlite;
mod world;

pub use address::{NatsAddress, StoreAddress};
pub use nats::NatsStore;
pub(crate) use slot::{Slot, is_over};
pub use sqlite::SqliteStore;
pub use world::World;

use async_trait::async_trait;
use thiserror::Error;
use thunder_channel::{
    ChannelId, ChannelKey, Epoch, PerSide, Side, SignedClaim, wire::Message, wire::Recorded,
};
use tokio::sync::mpsc;

/// Durable memory of a relay.
///
/// "Done" means what `README.md` says of each store: it survives a killed process, and a lost power supply where the store can
/// see to it. A store that says so wrongly makes the relay acknowledge a claim that it may forget; a client then believes that
/// its claim waits for a sleeping counterparty while it does not.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Everything kept of a channel, including every write that was queued before.
    async fn load(&self, channel: ChannelId) -> Result<Kept, StoreError>;

    /// Queues a write; writes to one channel take effect in the order in which they were queued. `done` runs exactly once,
    /// when the outcome is durable or has failed. Waits while the queue is full; dropped before it returns, nothing was queued.
    async fn submit(&self, write: Write, done: Done) -> Result<(), StoreError>;

    /// Forgets everything of a channel: one that is settled, in which nothing can be claimed any more.
    async fn forget(&self, channel: ChannelId) -> Result<(), StoreError>;

    /// What other relays over the same store change from now on. `None` if there are no others, and after the first call.
    fn changes(&self) -> Option<Changes> {
        None
    }

    /// Tells the other relays how many connections a side has here: a hint that may get lost. `ask` wants to hear the same
    /// of them.
    fn attend(&self, _presence: Presence, _ask: bool) {}

    /// Whether the store works.
    async fn check(&self) -> Result<(), StoreError>;

    /// Finishes what is queued and closes. Later calls fail.
    async fn close(&self);
}

/// News of other relays, until the store is closed.
pub type Changes = mpsc::Receiver<Change>;

/// One piece of news of the other relays.
pub enum Change {
    /// A channel changed. What it was told twice, late, or by this relay itself, does no harm: it is merged.
    Channel {
        /// Which.
        channel: ChannelId,
        /// Reads it, which is dear, and wanted only of channels that somebody here follows.
        read: Box<dyn FnOnce() -> Result<Kept, StoreError> + Send>,
    },
    /// Something may have been missed: what is followed has to be loaded anew.
    Missed,
    /// Who is connected to another relay.
    Presence {
        /// The relay that says so.
        relay: RelayId,
        /// What it says.
        presence: Presence,
    },
    /// Another relay wants to know who is connected here.
    Asked(ChannelId),
    /// Another relay has gone, or cannot be heard.
    Gone(RelayId),
}

/// Tells relays over the same store apart; drawn at the start.
pub type RelayId = u64;

/// Who is connected to one relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// In this channel.
    pub channel: ChannelId,
    /// Whether the side has a connection.
    pub online: PerSide<bool>,
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
    /// A verified message. Takes the place of earlier ones by the same side, or is outdated by them (`slot.rs`).
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

impl Write {
    /// The channel that it belongs to.
    pub(crate) fn channel(&self) -> ChannelId {
        match self {
            Self::Claim { claim, .. } => claim.claim.channel,
            Self::Message { key, epoch, .. } => key.id(*epoch),
        }
    }
}

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable.
    Stored,
    /// The very same total and nonce is durable already.
    Repeated,
    /// A better claim is durable: this one.
    NotHigher(Box<Best>),
    /// The message is durable at this place: a newer message of the channel has a higher one.
    Said(u64),
    /// The message was not kept: what is kept has overtaken it, or its time is over.
    Outdated,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The channel's key and life, once a claim or a message of it is kept: whoever shows a claim to the hub needs them.
    pub life: Option<(ChannelKey, Epoch)>,
    /// The best claim that each side signed.
    pub claims: PerSide<Option<Best>>,
    /// Recent totals that each side signed, oldest first.
    pub history: PerSide<Vec<Recorded>>,
    /// Messages, oldest first.
    pub messages: Vec<Said>,
}

/// A message that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its place among the channel's messages.
    pub place: u64,
    /// Who sent it.
    pub side: Side,
    /// What it says.
    pub message: Message,
}

/// Why the store did not do it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The relay is shutting down.
    #[error("the store is closed")]
    Closed,
    /// What is stored cannot be read.
    #[error("the store holds something that cannot be read: {0}")]
    Corrupt(String),
    /// The disk, the database or its server failed. Nothing of the write is acknowledged; it may still be there.
    #[error("the store failed: {0}")]
    Failed(String),
}

//! What a participant is told.

use crate::{Command, TransactionPurpose};
use thunder_channel::{Address, ChannelId, ChannelKey, Epoch, PerSide, Signature, wire::RelayFrame};
use thunder_ethereum::{ChannelEvent, ClockMode, HubChannel};

/// Everything that can happen to a participant.
#[derive(Clone, Debug)]
pub enum Event {
    /// A person asks for something.
    Command(Command),
    /// Another store of the holder's, as its records: a backup. Hostile until verified.
    Restore(Vec<(String, String)>),
    /// The chain was read.
    Chain(Box<ChainUpdate>),
    /// The chain could not be read; the words say why.
    ChainUnreachable(String),
    /// The relay accepted the sign-in: subscribe, and hand in what it may lack.
    RelayUp,
    /// The connection to the relay is gone.
    RelayDown,
    /// The relay said something. Hostile until verified.
    Relay(Box<RelayFrame>),
    /// The relay said something that is not in its format; the words say how.
    RelayGarbled(String),
    /// A counterparty can be spoken to directly: it has proved its account on a link of its own, and is asked for its channels as
    /// the relay is. What it says comes as [`Self::Relay`].
    PeerUp(Address),
    /// That link is gone.
    PeerDown(Address),
    /// The counterparty asks for a channel on that link, so it knows it: what it refused to show before is asked for again.
    PeerAsks(ChannelId),
    /// A transaction was not sent, or was mined and refused.
    TransactionFailed(TransactionPurpose),
    /// The wallet signed what [`crate::Effect::SignByWallet`] asked for. Checked against the holder's signer.
    WalletSigned {
        /// The channel of the pending statement.
        channel: ChannelId,
        /// What it signed with.
        signature: Signature,
    },
    /// The wallet refused or failed to sign.
    WalletRefused {
        /// The channel of the pending statement.
        channel: ChannelId,
    },
}

/// One consistent reading of the chain: everything in it is as of `head`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainUpdate {
    /// The block that was read.
    pub head: Head,
    /// The hub's clock at `head` (blocks or seconds, by its clock mode).
    pub clock: u64,
    /// The hub's clock at the configured depth: what is past here can no longer be mined.
    pub confirmed_clock: u64,
    /// What the hub's clock counts.
    pub clock_mode: ClockMode,
    /// The holder's channels that were asked about, with their states: all that can have changed since the reading before, and
    /// some others. One that is not named is as it was.
    pub channels: Vec<ChannelOnChain>,
    /// All events of those channels from block `events_from` to the head, in order, also those that an earlier reading
    /// told already. For the timeline; money is computed from states.
    pub events: Vec<ChannelEvent>,
    /// The block from which `events` is complete. What was told of these blocks before and is missing now was reorganised
    /// away.
    pub events_from: u64,
}

/// A block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: thunder_channel::Bytes32,
    /// Its time, in seconds since 1970.
    pub timestamp: u64,
}

/// One channel as the hub has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelOnChain {
    /// Its key, from the hub's `Opened` event.
    pub key: ChannelKey,
    /// The life that `Opened` announced.
    pub epoch: Epoch,
    /// At the head: what lowers anybody's capacity counts from here.
    pub now: HubChannel,
    /// At the configured depth: what raises anybody's capacity counts from here.
    pub confirmed: HubChannel,
    /// What was paid out, once settled.
    pub paid_out: Option<PerSide<thunder_channel::Amount>>,
}

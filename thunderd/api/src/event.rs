//! What happens, as server-sent events.

use crate::{AccountNews, ContractState, SessionState};
use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Amount, ChannelId, metering::SessionId};
use utoipa::ToSchema;

/// Something that happened. Its number is the event's id: whoever comes back with `Last-Event-ID` gets what it missed, as far as
/// the node remembers (the last 1,000 since it started). Numbers begin anew with the daemon, and a higher one than the newest means
/// from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Rises by one with each event since the daemon started.
    pub number: u64,
    /// Milliseconds since 1970.
    pub at: u64,
    /// What it was.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened. Kinds that a caller does not know are to be ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// This node paid.
    Paid {
        /// In which channel.
        #[schema(value_type = String)]
        channel: ChannelId,
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
    },
    /// Money arrived and counts.
    Received {
        /// In which channel.
        #[schema(value_type = String)]
        channel: ChannelId,
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
    },
    /// The counterparty wants to be paid.
    Requested {
        /// In which channel.
        #[schema(value_type = String)]
        channel: ChannelId,
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
    },
    /// Somebody opened a channel with this node.
    Offered {
        /// Which.
        #[schema(value_type = String)]
        channel: ChannelId,
        /// By whom.
        #[schema(value_type = String)]
        by: Address,
    },
    /// A channel's phase changed.
    Phase {
        /// Which.
        #[schema(value_type = String)]
        channel: ChannelId,
        /// Its new phase's name.
        phase: String,
    },
    /// A transaction was sent, mined, or failed.
    Transaction {
        /// What it is for.
        purpose: String,
        /// `sent`, `mined` or `failed`.
        state: String,
        /// Its hash, if it has one.
        hash: Option<String>,
        /// Why it failed.
        words: Option<String>,
    },
    /// A peer's link came up or went down.
    Peer {
        /// Which.
        #[schema(value_type = String)]
        account: Address,
        /// Whether there is a link now.
        connected: bool,
    },
    /// A channel needs attention, or the node does.
    Warning {
        /// In words.
        words: String,
    },
    /// A contract was proposed, accepted, declined, began or ended.
    Contract {
        /// Which.
        id: String,
        /// How it stands now.
        state: ContractState,
    },
    /// What is left under a contract has fallen below its mark: there is time to deposit more.
    LowBalance {
        /// Which.
        contract: String,
        /// Its channel.
        #[schema(value_type = String)]
        channel: ChannelId,
        /// What is left.
        #[schema(value_type = String)]
        left: Amount,
    },
    /// A session was agreed on, began, is closing or has ended.
    Session {
        /// Which.
        #[schema(value_type = String)]
        session: SessionId,
        /// How it stands now.
        state: SessionState,
    },
    /// A quarter of a session's deposit is left.
    SessionLow {
        /// Which.
        #[schema(value_type = String)]
        session: SessionId,
        /// What is left.
        #[schema(value_type = String)]
        left: Amount,
    },
    /// Something is said against an account, by this node or another one.
    Distrusted {
        /// Against whom.
        #[schema(value_type = String)]
        account: Address,
        /// By whom.
        #[schema(value_type = String)]
        by: Address,
        /// Whether the account's own signatures prove it.
        proved: bool,
    },
    /// Something happened in an account between nodes.
    Account {
        /// With which node.
        #[schema(value_type = String)]
        with: Address,
        /// The account's token; zero is ether.
        #[schema(value_type = String)]
        token: Address,
        /// What.
        news: AccountNews,
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
    },
}

//! Channels.

use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Amount, ChannelId, Policy};
use utoipa::ToSchema;

/// A channel as this node may believe it to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    /// Its id.
    #[schema(value_type = String)]
    pub id: ChannelId,
    /// The other side.
    #[schema(value_type = String)]
    pub counterparty: Address,
    /// The token; zero is ether.
    #[schema(value_type = String)]
    pub token: Address,
    /// Its sign.
    pub symbol: String,
    /// What a close with an outdated state costs.
    #[schema(value_type = String)]
    pub policy: Policy,
    /// The finalization period, in the hub's clock.
    pub period: u32,
    /// Whether this node opened it.
    pub opened_here: bool,
    /// Whether this node takes part.
    pub joined: bool,
    /// Why it does not.
    pub fault: Option<String>,
    /// Where it stands.
    pub phase: Phase,
    /// Who owns what.
    pub balance: Owned,
    /// What each side has put in.
    pub deposit: Owned,
    /// What each side has paid the other since it was opened.
    pub paid: Owned,
    /// What this node can pay now.
    #[schema(value_type = String)]
    pub spendable: Amount,
    /// What it can be paid now.
    #[schema(value_type = String)]
    pub receivable: Amount,
    /// What it gets if the other side vanishes now.
    #[schema(value_type = String)]
    pub guaranteed: Amount,
    /// Whether the other side is connected, as far as is known.
    pub counterparty_online: bool,
    /// What needs attention first, in words.
    pub alarm: Option<String>,
    /// What waits for one side's consent.
    pub proposal: Option<Proposal>,
    /// What to do next, in words.
    pub next: String,
}

/// An amount of each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Owned {
    /// This node's.
    #[schema(value_type = String)]
    pub mine: Amount,
    /// The other side's.
    #[schema(value_type = String)]
    pub theirs: Amount,
}

/// Where a channel stands. Deadlines are in the hub's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Phase {
    /// Sent to the chain, or not deep enough in it.
    Opening,
    /// Payments flow.
    Open,
    /// A close was sent; nothing is signed until it is mined or the deadline has passed.
    CloseSent {
        /// In the hub's clock.
        deadline: u64,
    },
    /// The finalization period runs, or is over and waits for `withdraw`.
    #[serde(rename_all = "camelCase")]
    Closing {
        /// Whether this node closed.
        by_me: bool,
        /// The hub's clock from which it can be settled.
        closes_at: u64,
        /// The hub's clock now.
        clock: u64,
        /// What each side would get if it were settled as the hub has it.
        payout: Owned,
    },
    /// Paid out.
    Settled {
        /// What each side got, if it has been read.
        payout: Option<Owned>,
    },
}

/// What waits for one side's consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Proposal {
    /// To end the channel together.
    #[serde(rename_all = "camelCase")]
    Settlement {
        /// Whether this node proposed it.
        by_me: bool,
        /// What each side would get.
        payout: Owned,
        /// Until when, in the hub's clock.
        expiry: u64,
    },
    /// To take money out.
    #[serde(rename_all = "camelCase")]
    Withdrawal {
        /// Whether this node proposed it.
        by_me: bool,
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
        /// Until when, in the hub's clock.
        expiry: u64,
    },
}

/// A channel to open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenChannel {
    /// With whom: a connected peer's account, or anybody's address or link. Where one peer is connected it can be left out.
    #[serde(default)]
    pub with: Option<String>,
    /// The first deposit; nothing if left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub amount: Option<Amount>,
    /// The token's address or sign; the node's first token if left out.
    #[serde(default)]
    pub token: Option<String>,
    /// The finalization period, in the hub's clock; 24 if left out.
    #[serde(default)]
    pub period: Option<u32>,
    /// What a close with an outdated state costs: everything (`forfeit`, if left out) or nothing (`refute`).
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub policy: Option<Policy>,
}

/// More money for a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deposit {
    /// How much.
    #[schema(value_type = String)]
    pub amount: Amount,
}

/// A transaction that was mined, and the channel after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    /// The transaction's hash; none if there was nothing to send.
    pub transaction: Option<String>,
    /// The channel after it.
    pub channel: Channel,
}

/// How to close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CloseRequest {
    /// Closes with the last claims at once, without asking the other side.
    pub alone: bool,
    /// How long the other side is given to agree, in milliseconds; 10,000 if left out, a minute at most.
    pub wait_ms: Option<u64>,
    /// Closes as a cheat would, saying that only so much was paid. Development chains only: it shows what the hub does about it.
    #[schema(value_type = Option<String>)]
    pub understate: Option<Amount>,
}

/// What a close came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Closed {
    /// Whether both sides agreed: then everything is paid out already.
    pub together: bool,
    /// The transaction that was sent from here, if any.
    pub transaction: Option<String>,
    /// The channel after it.
    pub channel: Channel,
}

/// What a withdrawal after the period came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Withdrawn {
    /// The transactions that were sent: settling, and collecting what a failed push left.
    pub transactions: Vec<String>,
    /// The channel after them.
    pub channel: Channel,
}

/// One line of a channel's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Milliseconds since 1970, by the node's clock.
    pub at: u64,
    /// In which channel.
    #[schema(value_type = String)]
    pub channel: ChannelId,
    /// What happened.
    #[serde(flatten)]
    pub kind: HistoryKind,
    /// What the payer wrote beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memos: Vec<String>,
}

/// What happened in a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HistoryKind {
    /// This node paid.
    Paid {
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
        /// Its total after it.
        #[schema(value_type = String)]
        total: Amount,
        /// How many payments this stands for: what a burst or an absence collapsed.
        payments: u64,
    },
    /// This node was paid.
    Received {
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
        /// The other side's total after it.
        #[schema(value_type = String)]
        total: Amount,
        /// How many payments this stands for.
        payments: u64,
    },
    /// Opened on the chain.
    Opened {
        /// The first deposit.
        #[schema(value_type = String)]
        amount: Amount,
        /// The block.
        block: u64,
    },
    /// Money was put in.
    #[serde(rename_all = "camelCase")]
    Deposited {
        /// By this node.
        by_me: bool,
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
        /// The block.
        block: u64,
    },
    /// Money was taken out.
    #[serde(rename_all = "camelCase")]
    Withdrawn {
        /// By this node.
        by_me: bool,
        /// How much.
        #[schema(value_type = String)]
        amount: Amount,
        /// The block.
        block: u64,
    },
    /// A close was mined.
    #[serde(rename_all = "camelCase")]
    Closing {
        /// By this node.
        by_me: bool,
        /// From when it can be settled, in the hub's clock.
        closes_at: u64,
        /// The block.
        block: u64,
    },
    /// A higher claim was shown to the hub.
    #[serde(rename_all = "camelCase")]
    Claimed {
        /// Whether it was this node that had paid.
        paid_by_me: bool,
        /// Its total.
        #[schema(value_type = String)]
        total: Amount,
        /// The block.
        block: u64,
    },
    /// The closer had understated, and lost everything.
    #[serde(rename_all = "camelCase")]
    Forfeited {
        /// Whether that was this node.
        by_me: bool,
        /// The block.
        block: u64,
    },
    /// Paid out.
    Settled {
        /// What each side got.
        payout: Owned,
        /// The block.
        block: u64,
    },
}

//! Accounts between nodes that serve each other.

use crate::Owned;
use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Amount, Bytes32, ChannelId};
use utoipa::ToSchema;

/// When something happens in an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Triggers {
    /// Up to this debt nothing is sent; above it, this node pays all that it owes. Below the disconnect threshold.
    #[schema(value_type = String)]
    pub payment_threshold: Amount,
    /// So much may be owed: a booking beyond it is refused here, and one of the other node's is not believed.
    #[schema(value_type = String)]
    pub disconnect_threshold: Amount,
    /// How the disconnect threshold widens as debts are paid; it stays as it is if left out.
    #[serde(default)]
    pub trust: Option<Trust>,
    /// Above this debt a ring is looked for in which three swap debts; below the payment threshold. If left out, this account's
    /// debts, either way, are not swapped.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub net_above: Option<Amount>,
}

/// How a disconnect threshold widens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trust {
    /// By how many hundredths of what was paid, either way, since service last stopped unpaid: 1 to 100.
    pub percent: u8,
    /// Up to which threshold.
    #[schema(value_type = String)]
    pub most: Amount,
}

/// Opens an account with a node, or sets its triggers anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetAccount {
    /// The channel that it is paid in: one of its own, in which nothing was paid before. If left out, the one that it has, or the only
    /// one that fits. An account whose channel is settled can go on in another.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub channel: Option<ChannelId>,
    /// The triggers.
    pub triggers: Triggers,
}

/// An account between this node and another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerAccount {
    /// The other node.
    #[schema(value_type = String)]
    pub with: Address,
    /// The channel that it is paid in. Everything that is paid there is paid for the account.
    #[schema(value_type = String)]
    pub channel: ChannelId,
    /// The token; zero is ether.
    #[schema(value_type = String)]
    pub token: Address,
    /// How it stands.
    pub state: PeerAccountState,
    /// The triggers, as they were set.
    pub triggers: Triggers,
    /// The disconnect threshold that holds now: the one that was set and what trust adds, and no more than the other node is ready to owe.
    #[schema(value_type = String)]
    pub threshold: Amount,
    /// What each side has booked for what it served; the other node's as far as it is believed.
    pub served: Owned,
    /// What each side has paid.
    pub paid: Owned,
    /// By how much each side's debt fell because three swapped theirs.
    pub netted: Owned,
    /// What each side owes now; at most one of them does.
    pub owes: Owned,
    /// What the other node has booked and is not believed: it would take this node's debt above the threshold. It is not paid.
    #[schema(value_type = String)]
    pub disputed: Amount,
    /// What can still be booked here before service stops.
    #[schema(value_type = String)]
    pub room: Amount,
    /// What of this node's debt is not paid for now, because it has signed to swap it.
    #[schema(value_type = String)]
    pub held: Amount,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeerAccountState {
    /// Both can serve and pay.
    Open,
    /// A booking was refused at the disconnect threshold, and nothing was paid since.
    Stopped,
    /// Its channel is not open: nothing is booked or paid.
    Paused,
}

/// What happened in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountNews {
    /// The other node's debt passed four fifths of the disconnect threshold: the amount is the debt.
    Near,
    /// Service stops: the amount is the other node's debt.
    Stopped,
    /// It was paid, and service goes on: the amount is what is still owed.
    Resumed,
    /// This node's part of the channel does not pay its debt: the amount is what is missing. Deposit more.
    Short,
    /// The other node booked more than is believed: the amount is by how much.
    Disputed,
    /// A swap took so much off the debts of three.
    Netted,
    /// The other node has opened an account with this one, which has none with it: the amount is what it lets be owed.
    Offered,
    /// The other node has the account in another channel, so neither believes the other: name the same one.
    Elsewhere,
}

/// Three debts that were swapped, or are being.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Swap {
    /// Its name: the digest that the three sign.
    #[schema(value_type = String)]
    pub id: Bytes32,
    /// The three, each before the one that it owes; the last owes the first.
    #[schema(value_type = Vec<String>)]
    pub ring: Vec<Address>,
    /// The token; zero is ether.
    #[schema(value_type = String)]
    pub token: Address,
    /// What each debt falls by.
    #[schema(value_type = String)]
    pub amount: Amount,
    /// Until when it can be signed, in milliseconds since 1970.
    pub expiry: u64,
    /// How it stands.
    pub state: SwapState,
}

/// How a swap stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SwapState {
    /// This node has signed, and does not know whether all have.
    Signed,
    /// One of the three will not sign.
    Refused,
    /// All three have signed: the debts have fallen.
    Complete,
}

//! Payments and requests to be paid.

use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Amount, ChannelId};
use utoipa::ToSchema;

/// A payment to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pay {
    /// How much.
    #[schema(value_type = String)]
    pub amount: Amount,
    /// In which channel. Without it and `to`, the one open channel that there is.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub channel: Option<ChannelId>,
    /// To whom: in the open channel with this account that can pay it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub to: Option<Address>,
    /// What for, at most 140 characters.
    #[serde(default)]
    pub memo: Option<String>,
    /// The counterparty's request that it pays.
    #[serde(default)]
    pub request: Option<u64>,
    /// How long to wait for the other node to have it, in milliseconds; 5,000 if left out, a minute at most.
    #[serde(default)]
    pub wait_ms: Option<u64>,
}

/// A payment that was made: it is stored here and counts, wherever it has come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// In which channel.
    #[schema(value_type = String)]
    pub channel: ChannelId,
    /// To whom.
    #[schema(value_type = String)]
    pub to: Address,
    /// How much.
    #[schema(value_type = String)]
    pub amount: Amount,
    /// The payer's total with it.
    #[schema(value_type = String)]
    pub total: Amount,
    /// How far it has come.
    pub delivery: Delivery,
    /// Whether this answer repeats that of an earlier call with the same key.
    pub repeated: bool,
}

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// It is stored here and will be sent when the other node or the relay can be reached.
    Stored,
    /// The relay keeps it for the other side.
    Relayed,
    /// The other node has it.
    Delivered,
}

/// A wish to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// How much.
    #[schema(value_type = String)]
    pub amount: Amount,
    /// In which channel. Without it, the one open channel that there is.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub channel: Option<ChannelId>,
    /// What for.
    #[serde(default)]
    pub memo: Option<String>,
    /// How long it stands, in seconds; a day if left out.
    #[serde(default)]
    pub expires_in_s: Option<u64>,
}

/// A wish to be paid, of either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// In which channel.
    #[schema(value_type = String)]
    pub channel: ChannelId,
    /// Tells it from the side's other ones in the channel.
    pub number: u64,
    /// Whether this node wants to be paid.
    pub by_me: bool,
    /// How much.
    #[schema(value_type = String)]
    pub amount: Amount,
    /// What for.
    pub memo: String,
    /// Until when, in seconds since 1970.
    pub expiry: u64,
    /// How it stands.
    pub state: InvoiceState,
}

/// How a wish to be paid stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// It waits.
    Open,
    /// It was not paid in time.
    Expired,
    /// It was taken back.
    Cancelled,
    /// It will not be paid.
    Declined,
    /// It was paid.
    Paid,
}

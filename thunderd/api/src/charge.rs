//! Charging for what is served outside of the node: by a paywall, or any other program of this machine.

use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Amount, ChannelId, SignedClaim};
use utoipa::ToSchema;

/// Takes a claim in, charges for something, or both.
///
/// What was charged in a channel is one total that only grows, beside the total that the other side has paid. It is durable before
/// the call answers, so what was paid once is served once. The first call for a channel opens its account: what was paid before was
/// for something else, and what is paid from then on counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Charge {
    /// In which channel.
    #[schema(value_type = String)]
    pub channel: ChannelId,
    /// How much; nothing asks how the channel stands.
    #[schema(value_type = String)]
    pub amount: Amount,
    /// A claim of the other side's that came another way than over a link or a relay.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub claim: Option<SignedClaim>,
}

/// How a channel stands with what is charged in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Charged {
    /// Whether it was charged: otherwise too little is left, and nothing changed.
    pub accepted: bool,
    /// Who pays.
    #[schema(value_type = String)]
    pub payer: Address,
    /// The token; zero is ether.
    #[schema(value_type = String)]
    pub token: Address,
    /// All that the other side has paid and that counts.
    #[schema(value_type = String)]
    pub credited: Amount,
    /// All that was charged.
    #[schema(value_type = String)]
    pub charged: Amount,
    /// What was paid and not charged yet.
    #[schema(value_type = String)]
    pub left: Amount,
}

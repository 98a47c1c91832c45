//! Serving for money: a provider's conditions, and contracts under them.

use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Amount, ChannelId};
use utoipa::ToSchema;

/// Under which conditions a node serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Conditions {
    /// What one unit costs.
    #[schema(value_type = String)]
    pub price: Amount,
    /// The token's address; zero is ether.
    #[schema(value_type = String)]
    pub token: Address,
    /// What a unit is, such as `MB`, `request` or `minute`; 1 to 32 characters.
    pub unit: String,
    /// How it is paid.
    pub model: Model,
    /// The smallest deposit for a contract.
    #[schema(value_type = String)]
    pub min_deposit: Amount,
    /// The largest amount that may be booked beyond what was paid. A client loses no more than this to a provider that does not serve.
    #[schema(value_type = String)]
    pub max_booking: Amount,
    /// What happens when the deposit is used up.
    pub when_used_up: WhenUsedUp,
}

/// How a service is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// As it is used: what the provider books is paid at once, out of the deposit.
    PayPerUse,
}

/// What happens when what is left no longer pays a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenUsedUp {
    /// The provider closes the channel and collects.
    Close,
    /// The contract goes on, and the provider serves what costs nothing.
    FreeTier,
}

/// What a provider publishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// The conditions, as clients see them.
    pub conditions: Conditions,
    /// How many contracts there may be at once; what is proposed beyond is declined.
    pub max_contracts: u32,
    /// Whether proposals under these conditions are accepted by the node itself; if not, each waits for `accept`.
    pub automatic: bool,
}

/// A contract to establish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Establish {
    /// The provider: a connected node.
    #[schema(value_type = String)]
    pub provider: Address,
    /// The conditions as they were read. Others than the provider's are declined, so nobody pays another price than it saw.
    pub conditions: Conditions,
    /// What goes into the channel.
    #[schema(value_type = String)]
    pub deposit: Amount,
    /// With less than this left, a `low_balance` event comes; a fifth of the deposit if left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub low: Option<Amount>,
}

/// A contract between a client and a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    /// Its id at both nodes: 32 hexadecimal digits.
    pub id: String,
    /// Which part this node has.
    pub role: Role,
    /// The other node.
    #[schema(value_type = String)]
    pub with: Address,
    /// Under which conditions.
    pub conditions: Conditions,
    /// What the client puts in at the beginning.
    #[schema(value_type = String)]
    pub deposit: Amount,
    /// With less than this left, a `low_balance` event comes.
    #[schema(value_type = String)]
    pub low: Amount,
    /// The channel, once it was opened.
    #[schema(value_type = Option<String>)]
    pub channel: Option<ChannelId>,
    /// How it stands.
    pub state: ContractState,
    /// What was booked in all.
    #[schema(value_type = String)]
    pub booked: Amount,
    /// When it was proposed, in milliseconds since 1970.
    pub since: u64,
}

/// Which part a node has in a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It pays.
    Client,
    /// It serves.
    Provider,
}

/// How a contract stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContractState {
    /// The provider has not answered.
    Proposed,
    /// The provider will not.
    Declined,
    /// The provider will; the client opens the channel.
    Accepted,
    /// The provider serves.
    Active,
    /// What is left does not pay a unit, and the provider serves what costs nothing.
    FreeTier,
    /// It has ended, or lapsed before it began.
    Ended,
}

/// An amount for a service that was delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Booking {
    /// What is booked in all with it: booking the same total again changes nothing.
    #[schema(value_type = String)]
    pub total: Amount,
}

/// How much is left under a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// What was booked in all.
    #[schema(value_type = String)]
    pub booked: Amount,
    /// What of it was paid.
    #[schema(value_type = String)]
    pub paid: Amount,
    /// What the client can still pay.
    #[schema(value_type = String)]
    pub left: Amount,
}

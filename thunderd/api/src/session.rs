//! Metered sessions: traffic through another node, paid by the byte.

use crate::Role;
use serde::{Deserialize, Serialize};
use thunder_channel::{
    Address, Amount,
    metering::{Accusation, Pair, SessionId},
};
use utoipa::ToSchema;

/// What a provider asks for traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tariff {
    /// The token's address; zero is ether.
    #[schema(value_type = String)]
    pub token: Address,
    /// What 1,000,000 bytes cost, sent and received together.
    #[schema(value_type = String)]
    pub price: Amount,
    /// How many bytes pass unacknowledged, at most: what either side can lose.
    pub unit: u64,
    /// Which share of the bytes may be lost on the way, in parts per million.
    pub tolerance: u32,
    /// Units of the contract's clock in which a later pair of statements may be shown after a close.
    pub finalization_period: u32,
}

/// How traffic is to run through other nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UseTraffic {
    /// The providers in their order, one to three: the last one reaches the world. Each is a connected node.
    #[schema(value_type = Vec<String>)]
    pub providers: Vec<Address>,
    /// The most that 1,000,000 bytes may cost at each of them.
    #[schema(value_type = String)]
    pub max_price: Amount,
    /// The most that may be deposited with each of them, in all.
    #[schema(value_type = String)]
    pub limit: Amount,
    /// What is deposited with each of them at first; the limit if left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub deposit: Option<Amount>,
    /// What happens when little is left of a deposit.
    pub when_low: WhenLow,
    /// The local port for SOCKS5; a free one if left out.
    #[serde(default)]
    pub port: Option<u16>,
    /// A last provider that is not to learn who this node is: it is reached through the others, and paid by a proxy.
    #[serde(default)]
    pub behind: Option<ByProxy>,
}

/// A provider that a proxy pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ByProxy {
    /// The proxy: a connected node.
    #[schema(value_type = String)]
    pub proxy: Address,
    /// The provider's account.
    #[schema(value_type = String)]
    pub provider: Address,
    /// Where it listens, as the provider before it reaches it.
    pub address: String,
}

/// What happens when a quarter of a deposit is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenLow {
    /// As much as at first is deposited again, up to the limit.
    TopUp,
    /// A warning comes. Traffic stops where the deposit ends.
    Stop,
}

/// A way for traffic: a local SOCKS5 port, and the sessions that its streams run through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The sessions, in the order of the providers.
    #[schema(value_type = Vec<String>)]
    pub sessions: Vec<SessionId>,
    /// Streams that run now.
    pub streams: u32,
}

/// A session of this node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its id at both nodes and in the contract.
    #[schema(value_type = String)]
    pub id: SessionId,
    /// Which part this node has.
    pub role: Role,
    /// The other node's account, or a page's.
    #[schema(value_type = String)]
    pub with: Address,
    /// Whether the client is a page of a browser, and `with` its wallet's account.
    #[serde(default)]
    pub page: bool,
    /// Under which terms.
    pub tariff: Tariff,
    /// How it stands.
    pub state: SessionState,
    /// What the client has put in.
    #[schema(value_type = String)]
    pub deposit: Amount,
    /// Bytes that this node has counted.
    pub counted: u64,
    /// Bytes that the other node says it has counted; nothing if it has said nothing.
    pub theirs: Option<u64>,
    /// What the statements prove that both hold: each side's count in the best evidence.
    pub proven: ProvenCounts,
    /// What the client loses by them.
    #[schema(value_type = String)]
    pub charged: Amount,
    /// What the provider gets of it; the rest is burnt.
    #[schema(value_type = String)]
    pub paid: Amount,
    /// Bytes that may still pass before a deposit or a statement of the other side is needed.
    pub room: u64,
    /// Streams that run now.
    pub streams: u32,
    /// Whether the other node has signed its own guilt. Nothing passes any more then.
    pub accused: bool,
    /// When it was agreed on, in milliseconds since 1970.
    pub since: u64,
    /// Why it stands as it does, where that needs words.
    pub words: Option<String>,
}

/// The counts that signed statements add up to, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProvenCounts {
    /// The client's.
    pub client: u64,
    /// The provider's, as far as the client has acknowledged it.
    pub provider: u64,
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Both agreed; the deposit is not there yet.
    Agreed,
    /// The deposit is there: bytes may pass.
    Active,
    /// A side has closed; later statements may be shown.
    Closing,
    /// It is settled, as `charged` and `paid` say.
    Ended,
    /// The deposit never came.
    Void,
}

/// What proves the counts of a session: statements that both sides signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionEvidence {
    /// Pairs to close with or to show: none, one or two.
    #[schema(value_type = Vec<Object>)]
    pub pairs: Vec<Pair>,
    /// What the other node has signed against itself.
    #[schema(value_type = Option<Object>)]
    pub accusation: Option<Accusation>,
}

/// More for a session's deposit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TopUp {
    /// How much more.
    #[schema(value_type = String)]
    pub amount: Amount,
}

/// How a session came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionEnd {
    /// The session as it stands now.
    pub session: Session,
    /// Whether both agreed, and everything is paid out.
    pub together: bool,
}

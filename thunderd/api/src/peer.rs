//! Other nodes.

use serde::{Deserialize, Serialize};
use thunder_channel::Address;
use utoipa::ToSchema;

/// Another node. Both have proved their accounts to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Peer {
    /// Its account.
    #[schema(value_type = String)]
    pub account: Address,
    /// The key that signs its payments.
    #[schema(value_type = String)]
    pub payment_key: Address,
    /// Where it was last reached, or said that it can be.
    pub address: Option<String>,
    /// Whether there is a link now.
    pub connected: bool,
}

/// A node to connect to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    /// Its host and port, such as `192.0.2.7:2001`.
    pub address: String,
}

//! Whom a node does not deal with.

use serde::{Deserialize, Serialize};
use thunder_channel::Address;
use utoipa::ToSchema;

/// A word of distrust by this node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Distrust {
    /// Against whom.
    #[schema(value_type = String)]
    pub account: Address,
    /// Why, in at most 200 bytes.
    #[serde(default)]
    pub words: String,
    /// What proves it: a session's `key`, its `epoch`, and the `accusation`, as a node's evidence of the session has it. Without it, it is
    /// an opinion.
    #[serde(default)]
    pub grounds: Option<serde_json::Value>,
}

/// What is said against an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Distrusted {
    /// Against whom.
    #[schema(value_type = String)]
    pub account: Address,
    /// Who says so.
    #[schema(value_type = String)]
    pub by: Address,
    /// Whether this node has checked signatures of the account itself that prove it. If not, it is an opinion.
    pub proved: bool,
    /// Why.
    pub words: String,
    /// When it was heard, in milliseconds since 1970.
    pub since: u64,
    /// Whether this node deals with the account no more.
    pub refused: bool,
}

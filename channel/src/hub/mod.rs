//! The hub in Rust: what a channel is there, what can be asked of it, what it refuses and in which order.
//!
//! This is the hub's executable specification. [`HubChannel::apply`] is one call to one channel, [`ModelHub`] the whole
//! contract with the payouts it holds. The compiled hub is tested against it, call by call
//! (`ethereum/tests/differential`), and the client's simulations run on it.
//!
//! What it leaves out has no place in a model without a machine under it: gas, re-entrancy, and how tokens are called. A
//! token either moves exactly the amount or counts as having refused ([`Money`]).

mod call;
mod channel;
mod event;
mod model;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;

pub use call::{ChannelCall, HubCall, Sent};
pub use channel::{HubChannel, LAST_EPOCH, LAST_MOMENT};
pub use event::HubEvent;
pub use model::{ModelHub, Money, Told};
pub use refusal::{HubRefusal, Phase};
pub use rules::Outcome;

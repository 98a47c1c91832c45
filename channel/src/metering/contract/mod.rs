//! The contract of sessions in Rust: what can be asked of it, what it refuses and in which order, and what becomes of the
//! money.
//!
//! This is its executable specification, as `hub/` is the hub's: [`SessionState::apply`] is one call to one session,
//! [`ModelSessions`] the whole contract with the providers' limits and the payouts it holds. The compiled contract is tested
//! against it, call by call (`ethereum/tests/sessions`). Gas, re-entrancy and how tokens are called have no place in it; a
//! token either moves exactly the amount or counts as having refused ([`crate::Money`]).

mod call;
mod event;
mod model;
mod refusal;
mod rules;
mod state;

pub use call::{SessionCall, SessionsCall};
pub use event::SessionEvent;
pub use model::{Capacity, ModelSessions, SessionsTold};
pub use refusal::{SessionPhase, SessionRefusal};
pub use rules::SessionOutcome;
pub use state::SessionState;

/// How many active sessions a provider takes that has not said otherwise.
pub const DEFAULT_LIMIT: u32 = 5;

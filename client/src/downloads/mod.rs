//! Metered downloads, as the client of a provider: a machine without I/O for one session.
//!
//! [`Download`] is told what the provider says, which bytes come and what is stored by now, and says what to store and what to
//! send. The counting is [`Meter`](thunder_channel::metering::Meter)'s; what is added here is the conversation
//! ([`thunder_channel::metering::download`]), what is taken of it, and when to give up.
//!
//! Nothing that depends on a record is sent before that record is stored: whatever [`Download::poll_send`] gives may go out.

mod fault;
mod hearing;
mod machine;
mod offer;
mod record;

#[cfg(test)]
mod tests;

pub use fault::DownloadFault;
pub use machine::{Download, Link, SessionWrite, Transfer};
pub use offer::{Accepts, HIGHEST_TOLERANCE, MAX_UNIT, OfferFault, judge, propose};
pub use record::{Outcome, Phase, Progress, Record, SessionEvidence};

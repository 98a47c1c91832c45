//! Charging for use by the amount used: the terms of a session, the statements in which both sides say what they counted,
//! what such statements prove, what they are worth, and the meter that makes and judges them.
//!
//! A client deposits with a provider in the contract of sessions (`contracts/src/MeteredSessions.sol`). Both count every byte
//! that passes, sent and received, and sign their running counts. A statement carries the digest of the other side's last
//! one, so a statement of the client that acknowledges one of the provider, together with that, is evidence ([`Pair`]). The
//! best evidence settles, by [`shares`]: the client is charged by the provider's count, the provider is paid by the lower of
//! both, the difference is burnt.
//!
//! Nothing here knows I/O or a clock. Whoever carries bytes holds one [`Meter`] for each session, and does this:
//!
//! 1. Before bytes are passed on, [`Meter::room`] says how many may be; afterwards [`Meter::pass`] counts them.
//! 2. When [`Meter::is_due`], [`Meter::say`] makes a statement. **The meter is stored before the statement is sent**: it never
//!    signs a lower count than it did, but can only know that from its own state.
//! 3. What arrives goes to [`Meter::hear`]. News is evidence, so the meter is stored before more bytes pass. A refusal changes
//!    nothing. An [`Accusation`] means that the other side has signed its own guilt: the session should be closed, and the
//!    accusation can be shown to anybody.
//! 4. Before a pause and at the end, [`Meter::has_news`] and [`Meter::say`] have the last bytes acknowledged.
//! 5. Both sides end it at once by signing [`Meter::settlement`]; or one closes with [`Meter::evidence`].
//!
//! After a pause or a crash, [`Meter::resume`] goes on from what was stored. Where an answer does not come, or the connection
//! was another one, [`Meter::last_said`] is sent again. Who decides when to give up, and what to do about a low deposit
//! ([`Meter::set_deposit`] after a top-up), is the host.
//!
//! Bytes are counted where they are promised to go on: a client counts what it hands to and gets from the connection, a
//! provider what it hands on and gets from beyond. On an ordered connection a statement never overtakes the bytes that it
//! counts; where it does, the client's meter keeps it until they have come.

mod accusation;
mod contract;
pub mod download;
mod key;
mod meter;
mod notice;
mod pair;
mod rule;
mod statements;

pub use accusation::{Accusation, AccusationFault};
pub use contract::{
    Capacity, DEFAULT_LIMIT, ModelSessions, SessionCall, SessionEvent, SessionOutcome, SessionPhase,
    SessionRefusal, SessionState, SessionsCall, SessionsTold,
};
pub use key::{MAX_TOLERANCE, MEGABYTE, Role, Session, SessionId, SessionKey, Terms, TermsFault};
pub use meter::{HearFault, Heard, MAX_REMEMBERED, Meter, MeterState, NoRoom, STATEMENTS_PER_UNIT};
pub use notice::{Grounds, MAX_NOTICE_WORDS, Notice, NoticeFault, Weight};
pub use pair::{Counts, Evidence, Pair};
pub use rule::{Shares, is_beyond, shares};
pub use statements::{Acceptance, Count, SessionSettlement, SignedAcceptance, SignedCount, StatementFault};

//! Ending a channel.

use std::thread;
use std::time::Duration;

use thunder_api::{Channel, CloseRequest, Closed, Code, Phase, Sent, Withdrawn};
use thunder_channel::ChannelId;

use crate::api::{Answer, MINED};
use crate::arguments::CloseChannel;
use crate::choose::{self, Prefix};
use crate::exit::Failure;
use crate::output::Progress;
use crate::session::{Known, Session};
use crate::span;
use crate::words::closing;

/// How often a channel is looked at while its period runs: no chain makes blocks much faster.
const LOOK: Duration = Duration::from_secs(1);

/// `closechannel`
pub fn close(session: &Session, chosen: &CloseChannel) -> Result<(), Failure> {
    let known = session.known()?;
    let channel = known.channel(chosen.channel.as_ref(), choose::open)?;
    let understate = match &chosen.understate {
        Some(text) => Some(known.tokens.read(text, channel.token)?),
        None => None,
    };
    let body = CloseRequest {
        alone: chosen.alone,
        wait_ms: chosen.wait.map(span::millis),
        understate,
    };
    let path = format!("/v1/channels/{}/close", channel.id);
    let patience = MINED + chosen.wait.unwrap_or_default();
    let closed = session.api.post::<Closed>(&path, &body, patience)?;
    session.output.answer(&closed, |closed| {
        closing::closed(closed, &known.tokens, known.clock, session.output.style)
    })
}

/// `challenge`
pub fn challenge(session: &Session, named: Option<&Prefix>) -> Result<(), Failure> {
    let known = session.known()?;
    let channel = known.channel(named, choose::closing)?;
    let path = format!("/v1/channels/{}/challenge", channel.id);
    let sent = session.api.act::<Sent>(&path, MINED)?;
    session.output.answer(&sent, |sent| {
        closing::challenged(sent, &known.tokens, session.output.style)
    })
}

/// `withdraw`
pub fn withdraw(session: &Session, named: Option<&Prefix>, wait: bool) -> Result<(), Failure> {
    let known = session.known()?;
    let id = known.channel(named, choose::closing)?.id;
    let withdrawn = if wait {
        withdraw_when_over(session, &known, id)?
    } else {
        ask(session, id)?
    };
    session.output.answer(&withdrawn, |withdrawn| {
        closing::withdrawn(withdrawn, &known.tokens, session.output.style)
    })
}

fn ask(session: &Session, id: ChannelId) -> Result<Answer<Withdrawn>, Failure> {
    session.api.act(&format!("/v1/channels/{id}/withdraw"), MINED)
}

/// Waits while the period runs. Whether it is over, the daemon says: it asks the chain again.
fn withdraw_when_over(session: &Session, known: &Known, id: ChannelId) -> Result<Answer<Withdrawn>, Failure> {
    let mut progress = Progress::new(session.output);
    loop {
        let phase = session
            .api
            .get::<Channel>(&format!("/v1/channels/{id}"))?
            .value
            .phase;
        if !runs(&phase) {
            match ask(session, id) {
                // By the daemon's words it is not over after all, as after a reorganisation.
                Err(failure)
                    if failure.code() == Some(Code::WrongPhase) && matches!(phase, Phase::Closing { .. }) => {
                }
                outcome => return outcome,
            }
        }
        progress.draw(&closing::progress(&phase, known.clock, known.development));
        thread::sleep(LOOK);
    }
}

/// Whether waiting brings the end nearer.
fn runs(phase: &Phase) -> bool {
    match phase {
        Phase::Closing { closes_at, clock, .. } => clock < closes_at,
        Phase::CloseSent { .. } => true,
        Phase::Opening | Phase::Open | Phase::Settled { .. } => false,
    }
}

//! What happens, as it happens.

use thunder_api::{Event, Session as Metered};

use crate::exit::Failure;
use crate::output;
use crate::session::{Known, Session};
use crate::words::history::Spelling;
use crate::words::{event, plain};

/// `watch`: a line for each event until Ctrl-C. Where the connection ends after something came, it is taken up again at that place.
pub fn run(session: &Session) -> Result<(), Failure> {
    let mut happenings = session.api.events(None)?;
    let mut known = session.known()?;
    let mut since: Option<String> = None;
    loop {
        let mut came = false;
        while let Some(happening) = happenings.next()? {
            came = true;
            if happening.id.is_some() {
                since = happening.id;
            }
            if session.output.json {
                output::line(&happening.data)?;
            } else {
                output::line(&words(session, &mut known, &happening.data)?)?;
            }
        }
        if !came {
            return Err(Failure::Unanswered("the daemon ended the events".to_owned()));
        }
        happenings = session.api.events(since.as_deref())?;
    }
}

/// An event of a kind that only a newer daemon knows comes as it is.
fn words(session: &Session, known: &mut Known, data: &str) -> Result<String, Failure> {
    let Ok(event) = serde_json::from_str::<Event>(data) else {
        return Ok(plain(data));
    };
    // A channel that was opened since is asked for once.
    if event::channel(&event).is_some_and(|id| known.token_of(id).is_none()) {
        *known = session.known()?;
    }
    let session_of = |id| session.api.get::<Metered>(&format!("/v1/sessions/{id}")).ok();
    let metered = event::session(&event).and_then(session_of);
    let spelling = Spelling {
        tokens: &known.tokens,
        clock: known.clock,
        token_of: &|id| known.token_of(id),
        token_of_session: &|_| metered.as_ref().map(|metered| metered.value.tariff.token),
    };
    Ok(event::line(&event, &spelling, session.output.style))
}

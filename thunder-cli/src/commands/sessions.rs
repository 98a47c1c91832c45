//! Looking at metered sessions, adding to their deposits, and ending them.

use serde_json::Value;
use thunder_api::{Code, Route, Session as Metered, SessionEnd, SessionEvidence, TopUp};

use crate::api::MINED;
use crate::arguments::SessionCommand;
use crate::choose::{self, Prefix};
use crate::exit::Failure;
use crate::output;
use crate::session::Session;
use crate::words::session as words;
use crate::words::{channel::handle, traffic};

/// `sessions`
pub fn list(session: &Session) -> Result<(), Failure> {
    let sessions = session.api.get::<Vec<Metered>>("/v1/sessions")?;
    let routes = session.api.get::<Vec<Route>>("/v1/routes")?;
    if session.output.json {
        // Both as they came, in one object.
        let (sessions, routes) = (sessions.text_in_one_line(), routes.text_in_one_line());
        return output::line(&format!(r#"{{"sessions":{sessions},"routes":{routes}}}"#));
    }
    let tokens = session.known()?.tokens;
    let style = session.output.style;
    output::line(&words::list(&sessions.value, &routes.value, &tokens, style))
}

/// `session`
pub fn one(session: &Session, command: &SessionCommand) -> Result<(), Failure> {
    match command {
        SessionCommand::Show {
            session: named,
            evidence: false,
        } => show(session, named),
        SessionCommand::Show { session: named, .. } => evidence(session, named),
        SessionCommand::End { session: named } => end(session, named),
        SessionCommand::Deposit {
            session: named,
            amount,
        } => deposit(session, named, amount),
    }
}

fn find(session: &Session, named: &Prefix) -> Result<Metered, Failure> {
    let sessions = session.api.get::<Vec<Metered>>("/v1/sessions")?.value;
    choose::session(&sessions, named).cloned()
}

fn show(session: &Session, named: &Prefix) -> Result<(), Failure> {
    let path = format!("/v1/sessions/{}", find(session, named)?.id);
    let one = session.api.get::<Metered>(&path)?;
    session.output.answer_with(&one, |one| {
        let evidence = session.api.get::<SessionEvidence>(&format!("{path}/evidence"))?;
        let known = session.known()?;
        let style = session.output.style;
        Ok(words::whole(
            one,
            &evidence.value,
            &known.tokens,
            known.clock,
            style,
        ))
    })
}

/// JSON for people too, as it is for other programs to use.
fn evidence(session: &Session, named: &Prefix) -> Result<(), Failure> {
    let id = find(session, named)?.id;
    let evidence = session.api.get::<Value>(&format!("/v1/sessions/{id}/evidence"))?;
    if session.output.json {
        output::line(&evidence.text_in_one_line())
    } else {
        output::line(evidence.text.trim())
    }
}

fn end(session: &Session, named: &Prefix) -> Result<(), Failure> {
    let id = find(session, named)?.id;
    let path = format!("/v1/sessions/{id}/end");
    let ended = session.api.act::<SessionEnd>(&path, MINED)?;
    session.output.answer_with(&ended, |ended| {
        let tokens = session.known()?.tokens;
        let mut text = words::end(ended, &tokens, &session.caller, session.output.style);
        let routes = session.api.get::<Vec<Route>>("/v1/routes")?.value;
        for route in routes.iter().filter(|route| route.sessions.contains(&id)) {
            text = format!(
                "{text}\nnext: {} unuse {}, as this port leads nowhere now",
                session.caller, route.port
            );
        }
        Ok(text)
    })
}

fn deposit(session: &Session, named: &Prefix, amount: &str) -> Result<(), Failure> {
    let tokens = session.known()?.tokens;
    let one = find(session, named)?;
    let body = TopUp {
        amount: tokens.read_some(amount, one.tariff.token)?,
    };
    let path = format!("/v1/sessions/{}/deposit", one.id);
    let deposited = match session.api.post::<Metered>(&path, &body, MINED) {
        // The daemon does not know how the token is written.
        Err(failure) if failure.code() == Some(Code::AboveLimit) && !session.output.json => {
            return Err(Failure::TooDear(format!(
                "{} holds {} already, and with {} more it would be above the limit that it was begun with",
                handle(one.id),
                tokens.money(one.deposit, one.tariff.token),
                tokens.money(body.amount, one.tariff.token)
            )));
        }
        answer => answer?,
    };
    session.output.answer(&deposited, |one| {
        words::deposited(one, body.amount, &tokens, session.output.style)
    })
}

/// `unuse`
pub fn unuse(session: &Session, socks: Option<u16>) -> Result<(), Failure> {
    let port = match socks {
        Some(port) => port,
        None => only_route(session)?,
    };
    let ends = session
        .api
        .end::<Vec<SessionEnd>>(&format!("/v1/routes/{port}"), MINED)?;
    session.output.answer_with(&ends, |ends| {
        let tokens = session.known()?.tokens;
        Ok(words::ends(ends, &tokens, &session.caller, session.output.style))
    })
}

fn only_route(session: &Session) -> Result<u16, Failure> {
    let routes = session.api.get::<Vec<Route>>("/v1/routes")?.value;
    match routes.as_slice() {
        [] => Err(Failure::NotFound("there is no route; `use` opens one".to_owned())),
        [only] => Ok(only.port),
        several => {
            let sessions = session.api.get::<Vec<Metered>>("/v1/sessions")?.value;
            Err(Failure::Usage(format!(
                "which route? Name its port:\n{}",
                traffic::routes(several, &sessions)
            )))
        }
    }
}

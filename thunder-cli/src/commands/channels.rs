//! Opening channels, looking at them, and putting money in.

use serde_json::Value;
use thunder_api::{Channel, Deposit, OpenChannel as Open, Sent};

use crate::api::MINED;
use crate::arguments::OpenChannel;
use crate::choose::{self, Prefix};
use crate::exit::Failure;
use crate::output;
use crate::session::Session;
use crate::words::{channel, closing};

/// `openchannel`
pub fn open(session: &Session, chosen: &OpenChannel) -> Result<(), Failure> {
    let known = session.known()?;
    let token = chosen.token.as_deref();
    let amount = match &chosen.amount {
        Some(text) => Some(known.tokens.read(text, known.tokens.find(token)?.address)?),
        None => None,
    };
    let body = Open {
        with: chosen.with.clone(),
        amount,
        token: chosen.token.clone(),
        period: chosen.period,
        policy: chosen.policy.map(Into::into),
    };
    let sent = session.api.post::<Sent>("/v1/channels", &body, MINED)?;
    session.output.answer(&sent, |sent| {
        closing::opened(sent, &known.tokens, session.output.style)
    })
}

/// `channels`
pub fn list(session: &Session) -> Result<(), Failure> {
    let channels = session.api.get::<Vec<Channel>>("/v1/channels")?;
    session.output.answer_with(&channels, |channels| {
        let known = session.known()?;
        Ok(channel::list(channels, &known.tokens, session.output.style))
    })
}

/// `channel`
pub fn one(session: &Session, named: &Prefix) -> Result<(), Failure> {
    let known = session.known()?;
    let id = known.channel(Some(named), |_| true)?.id;
    let one = session.api.get::<Channel>(&format!("/v1/channels/{id}"))?;
    session.output.answer(&one, |one| {
        channel::whole(one, &known.tokens, known.clock, session.output.style)
    })
}

/// `deposit`
pub fn deposit(session: &Session, amount: &str, named: Option<&Prefix>) -> Result<(), Failure> {
    let known = session.known()?;
    let channel = known.channel(named, choose::open)?;
    let body = Deposit {
        amount: known.tokens.read_some(amount, channel.token)?,
    };
    let path = format!("/v1/channels/{}/deposit", channel.id);
    let sent = session.api.post::<Sent>(&path, &body, MINED)?;
    session.output.answer(&sent, |sent| {
        closing::deposited(sent, &known.tokens, session.output.style)
    })
}

/// `evidence`: JSON for people too, as it is for other programs to use.
pub fn evidence(session: &Session, named: &Prefix) -> Result<(), Failure> {
    let known = session.known()?;
    let id = known.channel(Some(named), |_| true)?.id;
    let evidence = session.api.get::<Value>(&format!("/v1/channels/{id}/evidence"))?;
    if session.output.json {
        output::line(&evidence.text_in_one_line())
    } else {
        output::line(evidence.text.trim())
    }
}

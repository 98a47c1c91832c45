//! Paying and asking to be paid.

use std::time::Duration;

use thunder_api::{Channel, Invoice, Pay as Body, Payment, Request as Wish};
use thunder_channel::{Address, ChannelId, checksummed};

use crate::api::{Answer, PATIENT};
use crate::arguments::{Pay, Request};
use crate::choose::{self, Prefix};
use crate::exit::Failure;
use crate::session::{Known, Session};
use crate::span;
use crate::words::channel::handle;
use crate::words::payment;

/// What the daemon waits for a payment to arrive if it is not told; the call may take as much longer.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

/// `pay`
pub fn pay(session: &Session, chosen: &Pay) -> Result<(), Failure> {
    let known = session.known()?;
    let way = way(&known, chosen.channel.as_ref(), chosen.to)?;
    let body = Body {
        amount: known.tokens.read_some(&chosen.amount, way.token)?,
        channel: way.channel,
        to: chosen.to,
        memo: chosen.memo.clone(),
        request: chosen.request,
        wait_ms: chosen.wait.map(span::millis),
    };
    let key = match &chosen.key {
        Some(key) => key.clone(),
        None => drawn_key()?,
    };
    let patience = PATIENT + chosen.wait.unwrap_or(DEFAULT_WAIT);
    let paid = once(session, &key, &body, patience)?;
    session.output.answer(&paid, |paid| {
        payment::paid(
            paid,
            way.token,
            &known.tokens,
            &session.caller,
            session.output.style,
        )
    })
}

/// Asks a second time where the connection broke before the answer: with the same key, so that what was paid is not paid again.
pub fn once(
    session: &Session,
    key: &str,
    body: &Body,
    patience: Duration,
) -> Result<Answer<Payment>, Failure> {
    let ask = || {
        session
            .api
            .post_once::<Payment>("/v1/payments", key, body, patience)
    };
    match ask() {
        Err(Failure::Unanswered(_)) => ask().map_err(|failure| not_known(session, key, failure)),
        answer => answer,
    }
}

/// Where the first call broke, a second that does not come through leaves open what became of the payment. What the daemon says
/// to the second call it says about the payment.
fn not_known(session: &Session, key: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Unreachable(words) | Failure::Unanswered(words) | Failure::Strange(words) => {
            Failure::Unanswered(format!(
                "{words}. Whether it was paid is not known. Once the daemon answers, give the same command again with --key {key}: it pays if it was not paid, and says so if it was ({} history shows it too)",
                session.caller
            ))
        }
        said => said,
    }
}

/// How a payment goes.
struct Way {
    /// The channel, unless the daemon is to choose among those with one account.
    channel: Option<ChannelId>,
    token: Address,
}

/// By the channel that was named, by the account, or by the only channel.
fn way(known: &Known, named: Option<&Prefix>, to: Option<Address>) -> Result<Way, Failure> {
    let Some(to) = to else {
        let channel = known.channel(named, choose::open)?;
        return Ok(Way::of(channel));
    };
    let with: Vec<&Channel> = known
        .channels
        .iter()
        .filter(|channel| channel.counterparty == to)
        .collect();
    if with.is_empty() {
        return Err(Failure::NotFound(format!(
            "there is no channel with {}",
            checksummed(to)
        )));
    }
    let mut open = with.iter().filter(|channel| choose::open(channel));
    if named.is_none()
        && let Some(first) = open.next()
        && open.all(|other| other.token == first.token)
    {
        // The daemon takes the one among them that can pay it.
        return Ok(Way {
            channel: None,
            token: first.token,
        });
    }
    choose::one(&with, named, &known.tokens, choose::open).map(Way::of)
}

impl Way {
    fn of(channel: &Channel) -> Self {
        Self {
            channel: Some(channel.id),
            token: channel.token,
        }
    }
}

/// 16 bytes that nobody else draws.
/// A key that no other payment has.
pub fn drawn_key() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes)
        .map_err(|error| Failure::Here(format!("the system gives no random numbers: {error}")))?;
    Ok(hex::encode(bytes))
}

/// `request`
pub fn request(session: &Session, chosen: &Request) -> Result<(), Failure> {
    let known = session.known()?;
    let channel = known.channel(chosen.channel.as_ref(), choose::open)?;
    let wish = Wish {
        amount: known.tokens.read_some(&chosen.amount, channel.token)?,
        channel: Some(channel.id),
        memo: chosen.memo.clone(),
        expires_in_s: chosen.expires.map(|span| span.as_secs()),
    };
    let invoice = session.api.post::<Invoice>("/v1/requests", &wish, PATIENT)?;
    session.output.answer(&invoice, |invoice| {
        payment::requested(invoice, channel.token, &known.tokens, &session.caller)
    })
}

/// `invoices`
pub fn invoices(session: &Session) -> Result<(), Failure> {
    let invoices = session.api.get::<Vec<Invoice>>("/v1/requests")?;
    session.output.answer_with(&invoices, |invoices| {
        let known = session.known()?;
        let token_of = |one: &Invoice| known.token_of(one.channel);
        Ok(payment::invoices(
            invoices,
            token_of,
            &known.tokens,
            &session.caller,
        ))
    })
}

/// `cancel`
pub fn cancel(session: &Session, named: &Prefix, number: u64) -> Result<(), Failure> {
    let known = session.known()?;
    let id = known.channel(Some(named), |_| true)?.id;
    session.api.delete(&format!("/v1/requests/{id}/{number}"))?;
    session
        .output
        .words(&format!("request {number} in {} is taken back", handle(id)))
}

//! Accounts with nodes that serve this one and are served by it.

use thunder_api::{Booking, Code, PeerAccount, SetAccount, Swap, Triggers, Trust};
use thunder_channel::{Address, Amount, checksummed};

use crate::api::PATIENT;
use crate::arguments::Account;
use crate::exit::Failure;
use crate::session::{Known, Session};
use crate::words::account;

/// `accounts`
pub fn list(session: &Session) -> Result<(), Failure> {
    let accounts = session.api.get::<Vec<PeerAccount>>("/v1/accounts")?;
    session.output.answer_with(&accounts, |accounts| {
        let known = session.known()?;
        Ok(account::list(accounts, &known.tokens, session.output.style))
    })
}

/// `account`
pub fn one(session: &Session, chosen: &Account) -> Result<(), Failure> {
    let known = session.known()?;
    let path = format!("/v1/accounts/{}", checksummed(chosen.node));
    let answer = if chosen.sets() {
        let body = wanted(session, &known, chosen, &path)?;
        session.api.put::<PeerAccount>(&path, &body, PATIENT)?
    } else if let Some(total) = &chosen.book {
        let token = session.api.get::<PeerAccount>(&path)?.value.token;
        let total = known.tokens.read(total, token)?;
        let path = format!("{path}/bookings");
        session
            .api
            .post::<PeerAccount>(&path, &Booking { total }, PATIENT)?
    } else if chosen.net {
        session.api.act::<PeerAccount>(&format!("{path}/net"), PATIENT)?
    } else {
        session.api.get::<PeerAccount>(&path)?
    };
    session.output.answer(&answer, |one| {
        account::whole(one, &known.tokens, session.output.style)
    })
}

/// `swaps`
pub fn swaps(session: &Session) -> Result<(), Failure> {
    let swaps = session.api.get::<Vec<Swap>>("/v1/swaps")?;
    session.output.answer_with(&swaps, |swaps| {
        let known = session.known()?;
        Ok(account::swaps(swaps, &known.tokens))
    })
}

/// The triggers as they were, with what was typed.
fn wanted(session: &Session, known: &Known, chosen: &Account, path: &str) -> Result<SetAccount, Failure> {
    let before = match session.api.get::<PeerAccount>(path) {
        Ok(answer) => Some(answer.value),
        Err(failure) if failure.code() == Some(Code::NotFound) => None,
        Err(failure) => return Err(failure),
    };
    let channel = match &chosen.channel {
        Some(named) => Some(known.channel(Some(named), |_| true)?.id),
        None => None,
    };
    let token = match (&before, channel.and_then(|id| known.token_of(id))) {
        (_, Some(token)) => token,
        (Some(before), None) => before.token,
        (None, None) => with(known, chosen.node)?,
    };
    let read = |text: &Option<String>| -> Result<Option<Amount>, Failure> {
        let text = text.as_ref();
        text.map(|text| known.tokens.read(text, token)).transpose()
    };
    let missing = |option: &str| {
        let words = format!(
            "there is no account with this node yet: to open one, say --pay-above and --stop-above ({option} is missing)"
        );
        Failure::Usage(words)
    };
    let (pay, stop) = (read(&chosen.pay_above)?, read(&chosen.stop_above)?);
    let before = before.map(|before| before.triggers);
    let pay = pay.or(before.as_ref().map(|before| before.payment_threshold));
    let stop = stop.or(before.as_ref().map(|before| before.disconnect_threshold));
    let grown = match (chosen.grow, read(&chosen.most)?) {
        (Some(percent), Some(most)) => Some(Trust { percent, most }),
        _ => before.as_ref().and_then(|before| before.trust),
    };
    let net_above = match read(&chosen.net_above)? {
        _ if chosen.no_net => None,
        Some(above) => Some(above),
        None => before.as_ref().and_then(|before| before.net_above),
    };
    Ok(SetAccount {
        channel,
        triggers: Triggers {
            payment_threshold: pay.ok_or_else(|| missing("--pay-above"))?,
            disconnect_threshold: stop.ok_or_else(|| missing("--stop-above"))?,
            trust: if chosen.no_trust { None } else { grown },
            net_above,
        },
    })
}

/// The token of the channels with a node, which says what an amount means.
fn with(known: &Known, node: Address) -> Result<Address, Failure> {
    let mut tokens: Vec<Address> = known
        .channels
        .iter()
        .filter(|channel| channel.counterparty == node)
        .map(|channel| channel.token)
        .collect();
    tokens.dedup();
    match tokens.as_slice() {
        [only] => Ok(*only),
        [] => Err(Failure::NotFound(format!(
            "there is no channel with {} to pay in",
            checksummed(node)
        ))),
        _ => Err(Failure::Usage(
            "the channels with this node have several tokens: name one with --channel".to_owned(),
        )),
    }
}

//! A proxy: it opens a session with a provider in its own name for a client that the provider and the chain are not to know there,
//! and keeps a tenth.
//!
//! The bytes do not pass through it. What the provider says that it has counted, the proxy says to the client; what the client says,
//! the proxy acknowledges to the provider. So it counts what both have signed, and risks one unit at most: it goes no further with the
//! provider than that beyond what the client has acknowledged. The client names itself to the provider by a key made for this only, of
//! which the proxy has handed over the hash.

use super::{
    Metered, ending,
    frames::{Answer, Behind, Question},
    metered::{LowRule, Recognised},
    opening::{self, Wanted, beside_the_point},
};
use crate::{
    clock::now_ms,
    data_dir::random,
    keystore::disk,
    node::{Account, Core},
};
use std::{rc::Rc, time::Duration};
use thunder_api::{ByProxy, Code, Problem, SessionState, Tariff, WhenLow};
use thunder_channel::{
    Address, Amount, Bytes32, SigningKey, keccak256,
    metering::{Role, SessionId},
};
use tokio::time::{Instant, sleep};

/// What a proxy keeps: one part in so many.
const SHARE: u128 = 10;
/// How long a provider is asked to recognise a client, in milliseconds: a day.
const RECOGNISED_MS: u64 = 24 * 60 * 60 * 1_000;
/// How long a client waits until the proxy's own session runs.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it asks.
const ASK_AGAIN: Duration = Duration::from_millis(250);

// --------------------------------------------------------------------------------------------------- the proxy's side

/// What traffic of a provider costs with this node as a proxy.
///
/// # Errors
/// It is none, or the provider does not say.
pub async fn tariff(core: &Core, account: &Account, provider: Address) -> Result<Tariff, Problem> {
    if core.settings.proxy != Some(true) {
        return Err(Problem::new(Code::Refused, "this node is no proxy"));
    }
    let theirs = opening::tariff_of(account, provider).await?;
    let dear = || Problem::new(Code::Refused, "the provider's price is too high for a proxy");
    let share = Amount::new(theirs.price.units().div_ceil(SHARE)).map_err(|_| dear())?;
    Ok(Tariff {
        price: theirs.price.checked_add(share).ok_or_else(dear)?,
        ..theirs
    })
}

/// Under which session the provider knows a client.
///
/// # Errors
/// There will be none; why.
pub fn behind(front: &Metered) -> Result<Answer, Problem> {
    let record = front.record();
    let none = || Problem::new(Code::Refused, "this session is about no proxy");
    match (record.proxied.ok_or_else(none)?.behind, &record.words) {
        (Some(behind), _) => Ok(Answer::Behind(behind)),
        (None, Some(words)) => Err(Problem::new(Code::Refused, words.clone())),
        (None, None) => Ok(Answer::NotYet),
    }
}

/// What a session that is held for somebody needs: another one behind it, more in that, or its end.
pub fn is_due(account: &Account, front: &Metered) -> bool {
    let record = front.record();
    let Some(proxied) = record.proxied else {
        return false;
    };
    let behind = proxied.behind.and_then(|id| account.traffic.session(id).ok());
    match behind {
        None => record.state == SessionState::Active && !record.ending && record.words.is_none(),
        Some(behind) => {
            let over = matches!(record.state, SessionState::Ended | SessionState::Closing);
            let runs = behind.record().state == SessionState::Active && !behind.record().ending;
            runs && (over || wanted_behind(record.deposit) > behind.record().deposit)
        }
    }
}

/// What a proxy deposits itself for what the client did.
fn wanted_behind(deposit: Amount) -> Amount {
    // Of 110 parts, 100; at most what there is.
    let part = deposit.units() / (SHARE + 1) * SHARE;
    Amount::new(part).unwrap_or(Amount::ZERO)
}

/// Does what is due. Called for one session at a time.
///
/// # Errors
/// Why not; it is tried again.
pub async fn act(core: &Rc<Core>, account: &Rc<Account>, front: &Rc<Metered>) -> Result<(), Problem> {
    let (proxied, state, deposit) = {
        let record = front.record();
        let Some(proxied) = record.proxied else {
            return Ok(());
        };
        (proxied, record.state, wanted_behind(record.deposit))
    };
    let behind = proxied.behind.and_then(|id| account.traffic.session(id).ok());
    match behind {
        None => {
            let opened = open_behind(core, account, front, deposit).await;
            if let Err(problem) = &opened {
                let words = format!("the provider is not reached: {problem}");
                // The client is told, and ends what it paid in.
                front.set(|record| record.words = Some(words))?;
            }
            opened
        }
        Some(behind) if matches!(state, SessionState::Ended | SessionState::Closing) => {
            ending::end(core, account, &behind).await.map(drop)
        }
        Some(behind) => {
            let more = deposit.saturating_sub(behind.record().deposit);
            opening::top_up(core, account, &behind, more).await
        }
    }
}

async fn open_behind(
    core: &Rc<Core>,
    account: &Rc<Account>,
    front: &Rc<Metered>,
    deposit: Amount,
) -> Result<(), Problem> {
    let none = || Problem::new(Code::Refused, "this session is about no proxy");
    let proxied = front.record().proxied.ok_or_else(none)?;
    let wanted = Wanted {
        provider: proxied.provider,
        max_price: front.session.key.terms.price,
        low: LowRule {
            when_low: WhenLow::Stop,
            step: deposit,
            limit: wanted_behind(front.session.key.terms.most_deposit()),
        },
        behind: None,
    };
    let behind = opening::open(core, account, &wanted).await?;
    let question = Question::Recognise {
        session: behind.id(),
        whom: proxied.whom,
    };
    let questions = &account.traffic.questions;
    let recognised = match questions.ask(account, proxied.provider, question).await {
        Ok(Answer::Recognised) => Ok(()),
        Ok(_) => Err(beside_the_point()),
        Err(problem) => Err(problem),
    };
    if recognised.is_err() {
        ending::end(core, account, &behind).await?;
        return recognised;
    }
    let id = behind.id();
    account.traffic.fronts.borrow_mut().insert(id, front.id());
    front.set(|record| {
        if let Some(proxied) = &mut record.proxied {
            proxied.behind = Some(id);
        }
    })
}

/// A statement came in one of a proxy's two sessions: what it says is carried over to the other.
pub fn mirror(account: &Account, heard: &Metered) {
    let traffic = &account.traffic;
    let (front, behind) = match heard.role {
        Role::Provider => (
            heard.id(),
            heard.record().proxied.and_then(|proxied| proxied.behind),
        ),
        Role::Client => match traffic.fronts.borrow().get(&heard.id()) {
            Some(front) => (*front, Some(heard.id())),
            None => return,
        },
    };
    let Some(behind) = behind else {
        return;
    };
    if let (Ok(front), Ok(behind)) = (traffic.session(front), traffic.session(behind)) {
        front.count_up_to(behind.their_count());
        let most = front.acknowledged().saturating_add(front.session.key.terms.unit);
        behind.count_up_to(front.their_count().min(most));
    }
}

// -------------------------------------------------------------------------------------------------- the client's side

/// What a proxy asks for traffic of a provider.
///
/// # Errors
/// It is not linked, is no proxy, or does not reach the provider.
pub async fn tariff_at(account: &Account, proxy: Address, provider: Address) -> Result<Tariff, Problem> {
    let question = Question::ProxyTariff { provider };
    match account.traffic.questions.ask(account, proxy, question).await? {
        Answer::Tariff(tariff) => Ok(tariff),
        _ => Err(beside_the_point()),
    }
}

/// What a client has at a provider that does not know it.
pub struct Hidden {
    /// Its session with the proxy.
    pub metered: Rc<Metered>,
    /// The proxy's with the provider.
    pub session: SessionId,
    /// By what the provider knows it.
    pub key: SigningKey,
}

/// Has a proxy open a session with a provider in its own name, and waits until it runs.
///
/// # Errors
/// Why not. What was deposited with the proxy is then asked back at once.
pub async fn hide(
    core: &Rc<Core>,
    account: &Rc<Account>,
    by: &ByProxy,
    max_price: Amount,
    low: LowRule,
) -> Result<Hidden, Problem> {
    let secret = random::<32>().map_err(|error| disk(&error))?;
    let key = SigningKey::from_bytes(&secret).map_err(|error| disk(&error.into()))?;
    let whom = Recognised {
        hash: Bytes32::from(keccak256(key.address().as_bytes())),
        until: now_ms().saturating_add(RECOGNISED_MS),
    };
    let wanted = Wanted {
        provider: by.proxy,
        max_price,
        low,
        behind: Some(Behind {
            provider: by.provider,
            whom,
        }),
    };
    let metered = opening::open(core, account, &wanted).await?;
    match wait(account, by.proxy, &metered).await {
        Ok(session) => Ok(Hidden {
            metered,
            session,
            key,
        }),
        Err(problem) => {
            if let Err(not_ended) = ending::end(core, account, &metered).await {
                tracing::warn!(session = %metered.id(), %not_ended, "what a proxy was given is not asked back yet");
            }
            Err(problem)
        }
    }
}

async fn wait(account: &Account, proxy: Address, metered: &Metered) -> Result<SessionId, Problem> {
    let until = Instant::now() + PATIENCE;
    let question = Question::Behind {
        session: metered.id(),
    };
    loop {
        match account
            .traffic
            .questions
            .ask(account, proxy, question.clone())
            .await?
        {
            Answer::Behind(session) => return Ok(session),
            Answer::NotYet if Instant::now() < until => sleep(ASK_AGAIN).await,
            Answer::NotYet => {
                let words = "the proxy took the deposit and has not opened a session with the provider";
                return Err(Problem::new(Code::Refused, words));
            }
            _ => return Err(beside_the_point()),
        }
    }
}

//! How a session begins: the client asks and deposits, the provider considers and accepts.

use super::{
    Ledger, Metered, distrust,
    frames::{Answer, Behind, Question, SessionFrame, say},
    metered::{LowRule, Proxied, Record},
    proxy, terms, watch,
};
use crate::{
    clock::now_ms,
    data_dir::random,
    keystore::disk,
    node::{Account, Core},
};
use std::{rc::Rc, time::Duration};
use thunder_api::{Code, EventKind, Problem, SessionState, Tariff};
use thunder_channel::{
    Address, Amount, TypedMessage,
    metering::{
        Acceptance, MAX_TOLERANCE, MEGABYTE, MeterState, Role, Session, SessionKey, SignedAcceptance,
    },
};
use thunder_ethereum::At;
use tokio::time::{Instant, sleep};

/// Sessions that are agreed on and wait for their deposits.
const MAX_PROMISED: usize = 256;
/// How long an acceptance is good: ten minutes.
const ACCEPTED_S: u32 = 600;
/// At least so many units of the clock, for chains that mine on demand.
const ACCEPTED_LEAST: u64 = 20;
/// The largest unit that a client takes: what it may lose.
const MAX_UNIT: u64 = 64 * MEGABYTE;
/// How long a deposit is waited for once it is mined, until it is deep enough.
const DEPTH_PATIENCE: Duration = Duration::from_secs(600);

/// What this node asks for traffic.
///
/// # Errors
/// It serves none.
pub fn tariff(account: &Account) -> Result<Tariff, Problem> {
    let none = || Problem::new(Code::NotFound, "this node serves no traffic");
    account.traffic.offer.map(|offer| offer.tariff).ok_or_else(none)
}

/// What another node asks.
///
/// # Errors
/// It is not linked, does not answer, or serves none.
pub async fn tariff_of(account: &Account, provider: Address) -> Result<Tariff, Problem> {
    let questions = &account.traffic.questions;
    match questions.ask(account, provider, Question::Tariff).await? {
        Answer::Tariff(tariff) => Ok(tariff),
        _ => Err(beside_the_point()),
    }
}

pub fn beside_the_point() -> Problem {
    Problem::new(
        Code::Refused,
        "the other node answers something else than it was asked",
    )
}

/// What a client wants of one provider.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The provider.
    pub provider: Address,
    /// The most that a megabyte may cost.
    pub max_price: Amount,
    /// What is deposited at first, and what to do when little of it is left.
    pub low: LowRule,
    /// Where it is no provider but a proxy: what it is to do.
    pub behind: Option<Behind>,
}

/// Agrees with a provider on a session, deposits, and waits until bytes may pass.
///
/// # Errors
/// Why not. Where the deposit is on its way already, the session stays, and is found by [`super::watch`].
pub async fn open(core: &Core, account: &Account, wanted: &Wanted) -> Result<Rc<Metered>, Problem> {
    let ledger = account.traffic.ledger()?;
    distrust::check(account, wanted.provider)?;
    let tariff = match wanted.behind {
        None => tariff_of(account, wanted.provider).await?,
        Some(behind) => proxy::tariff_at(account, wanted.provider, behind.provider).await?,
    };
    let key = key_for(core, account, wanted, &tariff)?;
    // The limit may pay for a part of a byte.
    let low = LowRule {
        step: wanted.low.step.min(key.terms.most_deposit()),
        ..wanted.low
    };
    let question = Question::Propose {
        key: Box::new(key),
        deposit: low.step,
        behind: wanted.behind,
    };
    let questions = &account.traffic.questions;
    let Answer::Accepted(accepted) = questions.ask(account, wanted.provider, question).await? else {
        return Err(beside_the_point());
    };
    let session = Session {
        key,
        epoch: 0,
        domain: account.traffic.domain,
    };
    let agreed = accepted.verify(&session).is_ok() && accepted.acceptance.deposit == low.step;
    if !agreed {
        return Err(beside_the_point());
    }
    let metered = account.traffic.add(Record {
        key,
        epoch: 0,
        role: Role::Client,
        state: SessionState::Agreed,
        deposit: low.step,
        meter: MeterState::default(),
        at_rest: true,
        ending: false,
        closes_alone_after: None,
        lapses_at: accepted.acceptance.expiry,
        since: now_ms(),
        words: None,
        outcome: None,
        low: Some(low),
        proxied: None,
        recognised: None,
        restored: false,
        page: false,
        lost: 0,
    })?;
    tell(core, &metered);
    let (contract, step) = (&ledger.contract, low.step);
    let paid = ledger.pay_in(account, key.terms.token, step, |permit| match permit {
        Some(permit) => contract.open_with_permit(&key, step, &accepted, permit),
        None => contract.open(&key, step, &accepted),
    });
    if let Err(problem) = paid.await {
        // It may be mined yet; until the acceptance lapses the chain is asked.
        metered.set(|record| record.words = Some(problem.detail.clone()))?;
        return Err(problem);
    }
    account.traffic.look.notify_one();
    say(account, wanted.provider, SessionFrame::Funded(metered.id()));
    wait_until_active(&metered).await?;
    Ok(metered)
}

async fn wait_until_active(metered: &Metered) -> Result<(), Problem> {
    let until = Instant::now() + DEPTH_PATIENCE;
    loop {
        let moved = metered.moved.notified();
        match metered.record().state {
            SessionState::Agreed => (),
            SessionState::Active => return Ok(()),
            _ => {
                return Err(Problem::new(
                    Code::WrongPhase,
                    "the session ended before it began",
                ));
            }
        }
        if tokio::time::timeout_at(until, moved).await.is_err() {
            let words = "the deposit is mined, but not deep enough yet: look at the session later";
            return Err(Problem::new(Code::Chain, words));
        }
    }
}

/// The session that a client proposes under a tariff, if it wants it.
fn key_for(core: &Core, account: &Account, wanted: &Wanted, tariff: &Tariff) -> Result<SessionKey, Problem> {
    let refuse = |words: String| Err(Problem::new(Code::Refused, words));
    if tariff.price > wanted.max_price {
        return refuse(format!(
            "the provider asks {} for a megabyte, which is above your {}",
            core.world.money(tariff.price, tariff.token),
            core.world.money(wanted.max_price, tariff.token)
        ));
    }
    if core
        .world
        .tokens
        .iter()
        .all(|token| token.address != tariff.token)
    {
        return refuse("the provider takes a token that is not known here".to_owned());
    }
    if tariff.unit > MAX_UNIT {
        return refuse(format!(
            "the provider wants to serve {} bytes unacknowledged, which is more than this node risks",
            tariff.unit
        ));
    }
    if tariff.tolerance > MAX_TOLERANCE / 10 {
        return refuse("the provider's tolerance is above a tenth".to_owned());
    }
    if tariff.finalization_period < core.world.least_period()
        || tariff.finalization_period > core.world.ticks(30 * 24 * 60 * 60).max(1_000)
    {
        return refuse(
            "the provider's finalization period is too short to show a statement in, or too long to wait for"
                .to_owned(),
        );
    }
    // As many bytes as the limit pays for, so that no top-up is above the price of the quantity.
    let quantity = terms(tariff, u64::MAX).covered(wanted.low.limit);
    let key = SessionKey {
        client: account.address(),
        client_signer: account.address(),
        provider: wanted.provider,
        provider_signer: wanted.provider,
        terms: terms(tariff, quantity),
        salt: u64::from_be_bytes(random::<8>().map_err(|error| disk(&error))?),
    };
    if let Err(fault) = key.check(account.traffic.domain.hub) {
        return refuse(format!("no session can run like this: {fault}"));
    }
    if wanted.low.step < key.terms.least_deposit() {
        return Err(Problem::new(
            Code::Malformed,
            format!(
                "the deposit does not pay a single unit of {} bytes: {} at least",
                tariff.unit,
                core.world.money(key.terms.least_deposit(), tariff.token)
            ),
        ));
    }
    Ok(key)
}

/// Who proposes a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposer {
    /// A node that has proved its account, which pays and signs.
    Node(Address),
    /// A page that has proved its key, which signs. Who pays is shown by the deposit: the contract takes it from the client only.
    Page(Address),
}

impl Proposer {
    /// Whether a session can be this one's: a page's client is whoever will deposit, and only its signer is known yet.
    fn owns(self, key: &SessionKey) -> bool {
        match self {
            Self::Node(account) => (key.client, key.client_signer) == (account, account),
            Self::Page(signer) => key.client_signer == signer,
        }
    }
}

/// Whether this node takes a session that somebody proposes; if so, it signs.
///
/// # Errors
/// Why not, in words for the client.
pub async fn consider(
    core: &Rc<Core>,
    account: &Rc<Account>,
    proposer: Proposer,
    key: &SessionKey,
    deposit: Amount,
    behind: Option<Behind>,
) -> Result<SignedAcceptance, Problem> {
    let refuse = |words: &str| Err(Problem::new(Code::Refused, words));
    let traffic = &account.traffic;
    distrust::check(account, key.client)?;
    distrust::check(account, key.client_signer)?;
    let tariff = match behind {
        None => tariff(account)?,
        Some(behind) => proxy::tariff(core, account, behind.provider).await?,
    };
    let ledger = traffic.ledger()?;
    if !proposer.owns(key) || (key.provider, key.provider_signer) != (account.address(), account.address()) {
        return refuse("the session is not between the two of us, or not signed by our accounts");
    }
    if key.terms != terms(&tariff, key.terms.quantity) {
        return refuse("these are not the terms that this node offers: ask for them again");
    }
    if let Err(fault) = key.check(traffic.domain.hub) {
        return Err(Problem::new(Code::Refused, fault.to_string()));
    }
    if deposit < key.terms.least_deposit() || deposit > key.terms.most_deposit() {
        return refuse("the deposit has to pay one unit at least, and the whole quantity at most");
    }
    let (clock, state) = (ledger.clock().await?, ledger.state(key, At::Latest).await?);
    if state != thunder_channel::metering::SessionState::Empty {
        return refuse("there was a session like this already: take another salt");
    }
    for metered in promised(account, proposer) {
        // Its deposit may have come this moment.
        watch::look_at(core, account, &metered).await?;
    }
    // From here on nothing is waited for: no two proposals take the same place.
    let id = key.id(0);
    if traffic.session(id).is_err() {
        if !promised(account, proposer).is_empty() {
            return refuse("another session with you waits for its deposit");
        }
        let (run, wait) = traffic.places_taken();
        // A promise takes no place: it costs nothing to ask for. The contract holds the limit when the deposit comes.
        let most = match proposer {
            Proposer::Node(_) => MAX_PROMISED,
            // Their keys cost nothing: they leave room for nodes.
            Proposer::Page(_) => MAX_PROMISED / 2,
        };
        if run >= usize::try_from(core.places()).unwrap_or(usize::MAX) || wait >= most {
            return refuse("as many sessions run as this node carries: try again later");
        }
    }
    let expiry = clock.saturating_add(u64::from(core.world.ticks(ACCEPTED_S)).max(ACCEPTED_LEAST));
    let acceptance = Acceptance {
        session: id,
        deposit,
        expiry,
    };
    let metered = traffic.add(Record {
        key: *key,
        epoch: 0,
        role: Role::Provider,
        state: SessionState::Agreed,
        deposit,
        meter: MeterState::default(),
        at_rest: true,
        ending: false,
        closes_alone_after: None,
        lapses_at: expiry,
        since: now_ms(),
        words: None,
        outcome: None,
        low: None,
        proxied: behind.map(|behind| Proxied {
            provider: behind.provider,
            whom: behind.whom,
            behind: None,
        }),
        recognised: None,
        restored: false,
        page: matches!(proposer, Proposer::Page(_)),
        lost: 0,
    })?;
    tell(core, &metered);
    Ok(SignedAcceptance {
        acceptance,
        signature: account.key().sign(&acceptance.digest(&traffic.domain)),
    })
}

/// Sessions that somebody was promised and has not paid for yet. A page's promises are its key's: else whoever names somebody else as
/// the client would take up that one's.
fn promised(account: &Account, proposer: Proposer) -> Vec<Rc<Metered>> {
    let sessions = account.traffic.list().into_iter();
    let of_this_kind = |metered: &Metered| metered.is_page() == matches!(proposer, Proposer::Page(_));
    sessions
        .filter(|metered| metered.role == Role::Provider && proposer.owns(&metered.session.key))
        .filter(|metered| of_this_kind(metered))
        .filter(|metered| metered.record().state == SessionState::Agreed)
        .collect()
}

/// Adds to a session's deposit.
///
/// # Errors
/// This node is not the client, the limit or the balance does not allow it, or the chain refuses.
pub async fn top_up(core: &Core, account: &Account, metered: &Metered, added: Amount) -> Result<(), Problem> {
    let ledger = account.traffic.ledger()?;
    let (key, epoch, deposit) = {
        let record = metered.record();
        if record.role != Role::Client {
            return Err(Problem::new(Code::Refused, "only the client deposits"));
        }
        if record.state != SessionState::Active {
            return Err(Problem::new(Code::WrongPhase, "the session does not run"));
        }
        (record.key, record.epoch, record.deposit)
    };
    if added.is_zero() {
        return Err(Problem::new(
            Code::Malformed,
            "how much more? An amount above zero",
        ));
    }
    let fits = deposit
        .checked_add(added)
        .is_some_and(|sum| sum <= key.terms.most_deposit());
    if !fits {
        return Err(Problem::new(
            Code::AboveLimit,
            format!(
                "this session takes {} in all: that pays for its quantity",
                core.world.money(key.terms.most_deposit(), key.terms.token)
            ),
        ));
    }
    let contract = &ledger.contract;
    let paid = ledger.pay_in(account, key.terms.token, added, |permit| match permit {
        Some(permit) => contract.top_up_with_permit(&key, epoch, added, permit),
        None => contract.top_up(&key, epoch, added),
    });
    paid.await?;
    account.traffic.look.notify_one();
    say(account, metered.with(), SessionFrame::Funded(metered.id()));
    Ok(())
}

/// Tells the contract how many sessions this provider takes, if it says something else.
pub async fn take_so_many(account: Rc<Account>, places: u32) {
    const AGAIN: Duration = Duration::from_secs(30);
    let Some(ledger) = account.traffic.ledger.clone() else {
        return;
    };
    loop {
        match limit(&account, &ledger, places).await {
            Ok(()) => return,
            Err(problem) => tracing::warn!(%problem, "the contract was not told how many sessions are taken"),
        }
        sleep(AGAIN).await;
    }
}

async fn limit(account: &Account, ledger: &Ledger, sessions: u32) -> Result<(), Problem> {
    if ledger.capacity(account.address()).await?.limit != sessions {
        ledger
            .transact(account, &ledger.contract.set_limit(sessions))
            .await?;
    }
    Ok(())
}

/// Tells how a session stands.
pub fn tell(core: &Core, metered: &Metered) {
    core.events.tell(EventKind::Session {
        session: metered.id(),
        state: metered.record().state,
    });
}

//! What a node does about its sessions by itself: repeats statements, follows the contract, shows what it holds, settles, tops up.

use super::{Metered, ending, opening, proxy};
use crate::node::{Account, Core};
use futures::{StreamExt, stream};
use std::{rc::Rc, time::Duration};
use thunder_api::{EventKind, Problem, SessionState, WhenLow};
use thunder_channel::{
    Amount,
    metering::{Counts, Role, SessionState as OnChain},
};
use thunder_ethereum::At;
use tokio::time::{sleep, timeout};

/// How often unsaid and unanswered statements are looked for.
const STATEMENTS: Duration = Duration::from_millis(100);
/// Sessions that are asked about at once.
const AT_ONCE: usize = 16;
/// Little is left below this share of a deposit: the fourth part.
const LOW_SHARE: u128 = 4;
/// After how long without a byte a provider ends a session, in seconds.
const IDLE_S: u64 = 6 * 60 * 60;
/// A client leaves the settling to its provider for so many units of the clock, so that one pays for it.
const COURTESY: u64 = 3;

/// Looks after statements for ever.
pub async fn look_after_statements(core: Rc<Core>, account: Rc<Account>) {
    loop {
        sleep(STATEMENTS).await;
        let sessions: Vec<_> = account.traffic.sessions.borrow().values().cloned().collect();
        for metered in sessions {
            metered.look_after();
            mind_the_deposit(&core, &account, &metered);
        }
    }
}

/// Tells that little is left, and deposits more where that was asked for.
fn mind_the_deposit(core: &Rc<Core>, account: &Rc<Account>, metered: &Rc<Metered>) {
    let (low, deposit) = {
        let record = metered.record();
        let Some(low) = record.low.filter(|_| metered.is_open()) else {
            return;
        };
        (low, record.deposit)
    };
    let left = metered.left();
    let little = low.step.units() / LOW_SHARE;
    if left.units() >= little || metered.busy.get() {
        return;
    }
    if metered.told_low.replace(Some(deposit)) != Some(deposit) {
        core.events.tell(EventKind::SessionLow {
            session: metered.id(),
            left,
        });
    }
    let more = low.limit.saturating_sub(deposit).units().min(low.step.units());
    let Ok(more) = Amount::new(more) else {
        return;
    };
    if low.when_low == WhenLow::Stop || more.is_zero() {
        return;
    }
    let (core, payer, metered) = (core.clone(), account.clone(), metered.clone());
    metered.busy.set(true);
    account.run(async move {
        if let Err(problem) = opening::top_up(&core, &payer, &metered, more).await {
            let words = format!("no more could be deposited: {problem}");
            tracing::warn!(session = %metered.id(), words);
            metered.set(|record| record.words = Some(words)).ok();
            // It is tried again, and not at once.
            sleep(Duration::from_secs(5)).await;
        }
        metered.busy.set(false);
    });
}

/// Follows the contract for ever.
pub async fn follow(core: Rc<Core>, account: Rc<Account>) {
    let Some(ledger) = account.traffic.ledger.clone() else {
        return;
    };
    let pause = crate::node::pause(&core);
    let mut seen = None;
    loop {
        // Somebody says that there is something to see, or a block may have come.
        let asked = timeout(pause, account.traffic.look.notified()).await.is_ok();
        let Ok(head) = ledger.head().await else {
            continue;
        };
        if seen == Some(head) && !asked {
            continue;
        }
        let needs_a_look = |metered: &Rc<Metered>| is_live(metered) || proxy::is_due(&account, metered);
        let sessions = account.traffic.list().into_iter().filter(needs_a_look);
        let looks = stream::iter(sessions).map(async |metered| look_at(&core, &account, &metered).await);
        let looked: Vec<_> = looks.buffer_unordered(AT_ONCE).collect().await;
        // What could not be read is looked at again.
        seen = looked.iter().all(Result::is_ok).then_some(head);
    }
}

fn is_live(metered: &Rc<Metered>) -> bool {
    !matches!(metered.record().state, SessionState::Ended | SessionState::Void)
}

/// Looks at one session in the contract, and does what follows.
///
/// # Errors
/// The chain does not answer.
pub async fn look_at(core: &Rc<Core>, account: &Rc<Account>, metered: &Rc<Metered>) -> Result<(), Problem> {
    let ledger = account.traffic.ledger()?;
    let key = metered.session.key;
    let (head, now) = (ledger.head().await?, ledger.state(&key, At::Latest).await?);
    let confirmations = core.confirmations();
    let deep = if confirmations == 0 {
        now
    } else {
        // A deposit counts once it is deep; an end counts at once.
        ledger
            .state(&key, At::Number(head.saturating_sub(confirmations)))
            .await?
    };
    let before = metered.record().state;
    let after = match now {
        OnChain::Active { .. } => match deep {
            OnChain::Active { deposit, .. } => {
                metered.set_deposit(deposit);
                SessionState::Active
            }
            _ => before,
        },
        OnChain::Closing { deposit, .. } => {
            metered.set_deposit(deposit);
            SessionState::Closing
        }
        OnChain::Ended { .. } => SessionState::Ended,
        OnChain::Empty | OnChain::Proposed { .. } => {
            let lapsed = before == SessionState::Agreed
                && ledger.clock().await? > metered.record().lapses_at.saturating_add(confirmations);
            if lapsed { SessionState::Void } else { before }
        }
    };
    if after != before {
        let unknown = metered.record().outcome.is_none();
        let outcome = match after {
            // Up to a block that is asked for anew: it may have ended in one that came after the first.
            SessionState::Ended if unknown => {
                let newest = ledger.head().await?;
                ledger.outcome_of(metered.id(), newest).await?
            }
            _ => metered.record().outcome,
        };
        metered.set(|record| {
            record.state = after;
            record.outcome = outcome;
        })?;
        opening::tell(core, metered);
    }
    if let Some(duty) = duty(core, account, metered, now).await? {
        act(core, account, metered, duty);
    }
    Ok(())
}

/// What a session needs of this node.
#[derive(Clone, Copy, Debug)]
enum Duty {
    /// To show evidence that raises the counts on the chain.
    Show,
    /// To settle: the period is over.
    Settle,
    /// What a proxy does for its client.
    Proxy,
    /// To end it: its client is gone, or wants nothing any more.
    End,
    /// To close: the other side wanted an end and has not brought it about, or is guilty.
    Close,
}

async fn duty(
    core: &Core,
    account: &Account,
    metered: &Rc<Metered>,
    now: OnChain,
) -> Result<Option<Duty>, Problem> {
    let own = own_duty(core, account, metered, now).await?;
    Ok(own.or_else(|| proxy::is_due(account, metered).then_some(Duty::Proxy)))
}

async fn own_duty(
    core: &Core,
    account: &Account,
    metered: &Rc<Metered>,
    now: OnChain,
) -> Result<Option<Duty>, Problem> {
    let ledger = account.traffic.ledger()?;
    match now {
        OnChain::Closing {
            counts, closes_at, ..
        } => {
            let clock = ledger.clock().await?;
            let patience = match metered.role {
                Role::Provider => 0,
                Role::Client => COURTESY,
            };
            if clock >= closes_at.saturating_add(patience) {
                return Ok(Some(Duty::Settle));
            }
            // A higher count of either kind costs the client; it has nothing to show.
            let shows = metered.role == Role::Provider && clock < closes_at && raises(metered, counts);
            Ok(shows.then_some(Duty::Show))
        }
        OnChain::Active { .. } => {
            if metered.proof().accusation.is_some() {
                return Ok(Some(Duty::Close));
            }
            let idle = core.settings.provide.idle.unwrap_or(IDLE_S);
            if metered.role == Role::Provider && metered.is_open() && metered.idle_for().as_secs() >= idle {
                return Ok(Some(Duty::End));
            }
            let until = metered.record().closes_alone_after;
            let Some(until) = until else {
                return Ok(None);
            };
            Ok((ledger.clock().await? > until).then_some(Duty::Close))
        }
        _ => Ok(None),
    }
}

fn raises(metered: &Rc<Metered>, counts: Counts) -> bool {
    let mine = metered.evidence();
    mine.iter().any(|pair| pair.counts().join(counts) != counts)
}

fn act(core: &Rc<Core>, account: &Rc<Account>, metered: &Rc<Metered>, duty: Duty) {
    if metered.busy.replace(true) {
        return;
    }
    let (core, doer, metered) = (core.clone(), account.clone(), metered.clone());
    account.run(async move {
        match perform(&core, &doer, &metered, duty).await {
            Ok(()) => tracing::info!(session = %metered.id(), ?duty, "done"),
            // Tried again at the next block, for as long as it is needed.
            Err(problem) => tracing::warn!(session = %metered.id(), ?duty, %problem, "not done"),
        }
        metered.busy.set(false);
        doer.traffic.look.notify_one();
    });
}

async fn perform(
    core: &Rc<Core>,
    account: &Rc<Account>,
    metered: &Rc<Metered>,
    duty: Duty,
) -> Result<(), Problem> {
    let ledger = account.traffic.ledger()?;
    let (key, epoch) = (metered.session.key, metered.session.epoch);
    match duty {
        Duty::Show => {
            for pair in metered.evidence() {
                let OnChain::Closing { counts, .. } = ledger.state(&key, At::Latest).await? else {
                    return Ok(());
                };
                if pair.counts().join(counts) != counts {
                    ledger
                        .transact(account, &ledger.contract.show(&key, epoch, &pair))
                        .await?;
                }
            }
            Ok(())
        }
        Duty::Settle => {
            let receipt = ledger
                .transact(account, &ledger.contract.settle(&key, epoch))
                .await?;
            let outcome = ledger.outcome(&receipt);
            metered.set(|record| record.outcome = outcome)
        }
        Duty::End => ending::end(core, account, metered).await.map(drop),
        Duty::Close => ending::close(account, metered).await,
        Duty::Proxy => proxy::act(core, account, metered).await,
    }
}

//! How a session ends: by agreement where the other side answers, by evidence where it does not.

use super::{
    Metered, distrust,
    frames::{Answer, Question},
    watch,
};
use crate::node::{Account, Core};
use std::{rc::Rc, time::Duration};
use thunder_api::{Code, EventKind, Problem, SessionEnd, SessionState};
use thunder_channel::{
    Signature, TypedMessage,
    metering::{Role, SessionSettlement},
};
use tokio::time::{Instant, sleep, timeout};

/// How long streams and last statements are given.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How often it is looked whether they are over.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a settlement is good: ten minutes.
const SETTLING_S: u32 = 600;
/// At least so many units of the clock, for chains that mine on demand.
const SETTLING_LEAST: u64 = 20;

/// Ends a session: both say the last, agree, and are paid; where the other side does not take part, this one closes alone.
///
/// # Errors
/// It does not run, or the chain refuses.
pub async fn end(
    core: &Rc<Core>,
    account: &Rc<Account>,
    metered: &Rc<Metered>,
) -> Result<SessionEnd, Problem> {
    match metered.record().state {
        SessionState::Active => (),
        SessionState::Agreed => {
            return Err(Problem::new(
                Code::WrongPhase,
                "the deposit is not there yet: nothing has to be ended",
            ));
        }
        SessionState::Closing => {
            let words = "the session is closing already, and is settled by itself";
            return Err(Problem::new(Code::WrongPhase, words));
        }
        SessionState::Ended | SessionState::Void => {
            return Err(Problem::new(Code::WrongPhase, "the session is over"));
        }
    }
    metered.set(|record| record.ending = true)?;
    let together = match together(core, account, metered).await {
        Ok(()) => true,
        Err(problem) => {
            watch::look_at(core, account, metered).await?;
            let state = metered.record().state;
            if state != SessionState::Active {
                // The other side had the same wish, and was faster.
                return Ok(SessionEnd {
                    session: metered.view(),
                    together: state == SessionState::Ended,
                });
            }
            tracing::info!(session = %metered.id(), %problem, "no agreement: the session is closed alone");
            let words = format!("closed alone: {problem}");
            metered.set(|record| record.words = Some(words))?;
            close(account, metered).await?;
            false
        }
    };
    watch::look_at(core, account, metered).await?;
    Ok(SessionEnd {
        session: metered.view(),
        together,
    })
}

async fn together(core: &Core, account: &Account, metered: &Rc<Metered>) -> Result<(), Problem> {
    let ledger = account.traffic.ledger()?;
    if metered.is_page() {
        quiet(metered).await;
        return Err(Problem::new(
            Code::PeerUnreachable,
            "a page is not asked for an end: it asks by itself",
        ));
    }
    let (with, questions) = (metered.with(), &account.traffic.questions);
    let last = Question::Finish {
        session: metered.id(),
    };
    // Both stop at once.
    let (asked, ()) = tokio::join!(questions.ask(account, with, last), quiet(metered));
    asked?;
    // The other side's last statement came before its answer, on the same link.
    even(metered).await;
    let clock = ledger.clock().await?;
    let good_for = u64::from(core.world.ticks(SETTLING_S)).max(SETTLING_LEAST);
    let settlement = metered.settlement(clock.saturating_add(good_for));
    let mine = account.key().sign(&settlement.digest(&account.traffic.domain));
    let question = Question::Settle {
        settlement: Box::new(settlement),
        signature: mine,
    };
    let Answer::Settled(theirs) = questions.ask(account, with, question).await? else {
        return Err(Problem::new(
            Code::Refused,
            "the other node answers something else",
        ));
    };
    if theirs.recover(&settlement.digest(&account.traffic.domain)) != Ok(metered.their_signer()) {
        return Err(Problem::new(
            Code::Refused,
            "the other node's signature is not its own",
        ));
    }
    let signatures = match metered.role {
        Role::Client => [mine, theirs],
        Role::Provider => [theirs, mine],
    };
    settle(account, metered, &settlement, &signatures).await
}

/// The other side wants to end it: nothing passes any more, and the last is said.
///
/// # Errors
/// The disk refuses.
pub async fn finish(account: &Account, metered: &Rc<Metered>) -> Result<(), Problem> {
    if metered.record().state == SessionState::Active {
        let clock = account.traffic.ledger()?.clock().await?;
        part(metered, clock.saturating_add(u64::from(SETTLING_S)))?;
        quiet(metered).await;
        even(metered).await;
    }
    Ok(())
}

/// Nothing passes any more. If no end by agreement comes until then, this side closes alone.
fn part(metered: &Rc<Metered>, until: u64) -> Result<(), Problem> {
    metered.set(|record| {
        record.ending = true;
        record.closes_alone_after = Some(record.closes_alone_after.unwrap_or(0).max(until));
    })
}

/// Waits until no stream runs, and says the last.
async fn quiet(metered: &Rc<Metered>) {
    let until = Instant::now() + LAST_WORDS;
    while metered.streams() > 0 && Instant::now() < until {
        sleep(PAUSE).await;
    }
    metered.say();
}

/// Waits a moment for what is on its way.
async fn even(metered: &Rc<Metered>) {
    let even = async {
        while !metered.is_even() {
            sleep(PAUSE).await;
        }
    };
    // What does not come is not counted: the evidence says what is owed.
    timeout(LAST_WORDS, even).await.ok();
}

/// Signs an end that the other side proposes, if this side is no worse off than by its evidence.
///
/// # Errors
/// It is worse off, or the session does not run.
pub async fn countersign(
    account: &Account,
    metered: &Rc<Metered>,
    settlement: &SessionSettlement,
    signature: Signature,
) -> Result<Signature, Problem> {
    let refuse = |words: &str| Err(Problem::new(Code::Refused, words));
    if metered.record().state != SessionState::Active {
        return refuse("the session does not run");
    }
    let digest = settlement.digest(&account.traffic.domain);
    if signature.recover(&digest) != Ok(metered.their_signer()) {
        return refuse("the settlement is not signed by you");
    }
    let clock = account.traffic.ledger()?.clock().await?;
    if settlement.expiry > clock.saturating_add(u64::from(SETTLING_S).max(SETTLING_LEAST)) {
        return refuse("the settlement would be good for too long");
    }
    // Nothing may pass between this look and the end.
    part(metered, settlement.expiry)?;
    quiet(metered).await;
    if !metered.agrees_to(settlement) {
        return refuse("by the statements that I have, more was used than that");
    }
    Ok(account.key().sign(&digest))
}

/// Hands in an end that both have signed, client first, so that whoever has no gas need not. Where it fails, what was said of the end
/// holds: this side closes alone once the settlement has expired.
pub fn hand_in(
    core: &Rc<Core>,
    account: &Rc<Account>,
    metered: &Rc<Metered>,
    settlement: SessionSettlement,
    signatures: [Signature; 2],
) {
    if metered.busy.replace(true) {
        return;
    }
    let (core, payer, metered) = (core.clone(), account.clone(), metered.clone());
    account.run(async move {
        if let Err(problem) = settle(&payer, &metered, &settlement, &signatures).await {
            tracing::warn!(session = %metered.id(), %problem, "the end that both signed is not on the chain");
        }
        metered.busy.set(false);
        // Where the chain does not answer now, it is asked at its next block.
        watch::look_at(&core, &payer, &metered).await.ok();
    });
}

async fn settle(
    account: &Account,
    metered: &Metered,
    settlement: &SessionSettlement,
    signatures: &[Signature; 2],
) -> Result<(), Problem> {
    let ledger = account.traffic.ledger()?;
    let (key, epoch) = (metered.session.key, metered.session.epoch);
    let call = ledger
        .contract
        .settle_together(&key, epoch, settlement, signatures);
    let receipt = ledger.transact(account, &call).await?;
    let outcome = ledger.outcome(&receipt);
    metered.set(|record| record.outcome = outcome)
}

/// Closes with the best evidence; the other side may show more within the period, and [`watch`] settles after it.
pub async fn close(account: &Account, metered: &Rc<Metered>) -> Result<(), Problem> {
    let ledger = account.traffic.ledger()?;
    let (key, epoch) = (metered.session.key, metered.session.epoch);
    let evidence = metered.evidence();
    let call = ledger.contract.close(&key, epoch, evidence.first());
    ledger.transact(account, &call).await?;
    account.traffic.look.notify_one();
    Ok(())
}

/// The other side has signed its own guilt: no more with it.
pub fn accused(core: &Rc<Core>, account: &Rc<Account>, metered: &Rc<Metered>) {
    let with = thunder_channel::checksummed(metered.with());
    let words = format!(
        "{with} has signed statements that contradict each other or the terms: the session with it is closed"
    );
    tracing::warn!(session = %metered.id(), words);
    core.events.tell(EventKind::Warning { words: words.clone() });
    distrust::accuse(core, account, metered);
    let kept = metered.set(|record| {
        record.ending = true;
        record.words = Some(words);
    });
    if let Err(problem) = kept {
        tracing::error!(%problem, "the session could not be marked");
    }
    let (closer, metered) = (account.clone(), metered.clone());
    account.run(async move {
        if metered.record().state == SessionState::Active
            && let Err(problem) = close(&closer, &metered).await
        {
            tracing::warn!(session = %metered.id(), %problem, "not closed");
        }
    });
}

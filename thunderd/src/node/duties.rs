//! What a node does by itself: reads the chain, takes part in channels, answers a cheating close, and agrees to a fair end.

use super::{Account, Core, accounts, service};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};
use thunder_api::EventKind;
use thunder_channel::{Address, ChannelId};
use thunder_client::{Alarm, ChannelView, Command, Glance, PhaseView, Proposal};
use tokio::time::sleep;

/// How often the chain is read: development chains mine on demand.
const DEVELOPMENT_POLL_MS: u64 = 1_000;
const POLL_MS: u64 = 10_000;
/// The pause between two rounds of duties: what comes in a burst is looked at once.
const REST: Duration = Duration::from_millis(20);

/// The pause between two looks at the chain.
pub fn pause(core: &Core) -> Duration {
    let default = if core.world.is_development() {
        DEVELOPMENT_POLL_MS
    } else {
        POLL_MS
    };
    Duration::from_millis(core.settings.poll_ms.unwrap_or(default).max(10))
}

/// Looks after what was sent for ever.
pub async fn look_after_transactions(core: Rc<Core>, account: Rc<Account>) {
    let pause = pause(&core);
    loop {
        // Blocks that do not come, and a node that does not answer, are told by whoever reads the chain.
        if let Err(error) = account.wallet.look_after().await {
            tracing::debug!(%error, "what was sent could not be looked after");
        }
        sleep(pause).await;
    }
}

/// Reads the chain for ever.
pub async fn read_chain(core: Rc<Core>, account: Rc<Account>) {
    let pause = pause(&core);
    let chain = core.world.chain();
    let mut same_world = true;
    loop {
        sleep(pause).await;
        // A chain that was away may have come back as another one: nothing that is stored here belongs to it.
        if !same_world || !account.driver.chain_fresh() {
            let Ok(genesis) = chain.genesis_hash().await else {
                continue;
            };
            same_world = genesis == core.world.genesis;
            if !same_world {
                let words = "the chain that answers is another one than this node's: nothing is signed. Start the node anew for the new chain";
                tracing::error!("{words}");
                core.events.tell(EventKind::Warning {
                    words: words.to_owned(),
                });
                sleep(Duration::from_secs(10)).await;
                continue;
            }
        }
        account.driver.read_chain().await;
        account.duty.notify_one();
        account.links.moved.notify_waiters();
    }
}

/// What is being done, so that it is not begun twice.
type UnderWay = Rc<RefCell<BTreeSet<(ChannelId, &'static str)>>>;

/// Looks after the channels whenever something has happened.
pub async fn attend(core: Rc<Core>, account: Rc<Account>) {
    let under_way = UnderWay::default();
    let mut phases = BTreeMap::new();
    let mut seen = Glance::default();
    loop {
        // All of them whenever the chain was read, so that what could not be done is tried again.
        for view in account.driver.changed_since(&mut seen) {
            tell_phase(&core, &mut phases, &view);
            if let Some((name, command)) = duty(&core, &view) {
                begin(&account, &under_way, view.id, name, command);
            }
        }
        account.keep_partners();
        service::attend(&core, &account);
        accounts::attend(&core, &account);
        account.duty.notified().await;
        sleep(REST).await;
    }
}

enum Duty {
    /// With this account.
    Join(Address),
    Follow,
    Command(Command),
}

/// What a channel needs of its own accord.
fn duty(core: &Core, view: &ChannelView) -> Option<(&'static str, Duty)> {
    let settings = &core.settings;
    let channel = view.id;
    if !view.joined {
        let fits = view.fault.is_none() && view.phase == PhaseView::Open && settings.join != Some(false);
        return fits.then(|| ("join", Duty::Join(view.key.address(view.holder.other()))));
    }
    if let Some(Alarm::Understated { .. }) = view.alarm {
        return Some(("claim", Duty::Command(Command::Claim { channel })));
    }
    if let Some(Proposal::Settlement {
        by, declined: false, ..
    }) = view.proposal
        && by != view.holder
        && settings.agree != Some(false)
    {
        return Some(("agree", Duty::Command(Command::AgreeSettlement { channel })));
    }
    let live = matches!(view.phase, PhaseView::Open | PhaseView::Closing { .. });
    (!view.followed && live && settings.relay.is_some()).then_some(("follow", Duty::Follow))
}

fn begin(account: &Rc<Account>, under_way: &UnderWay, channel: ChannelId, name: &'static str, duty: Duty) {
    if !under_way.borrow_mut().insert((channel, name)) {
        return;
    }
    let (doer, under_way) = (account.clone(), under_way.clone());
    account.run(async move {
        let done = match duty {
            Duty::Join(with) => {
                // First, so that no moment is left in which a node that has joined would not find its partner again.
                doer.keep_met(with);
                let joined = doer.driver.join(channel).await;
                joined.map_err(|refusal| refusal.to_string())
            }
            Duty::Follow => doer
                .driver
                .follow(channel)
                .await
                .map_err(|refusal| refusal.to_string()),
            Duty::Command(command) => doer
                .command(command)
                .await
                .map(drop)
                .map_err(|problem| problem.detail),
        };
        match done {
            Ok(()) => tracing::info!(%channel, duty = name, "done"),
            // Tried again when the chain is next read, for as long as it is needed.
            Err(words) => tracing::warn!(%channel, duty = name, words, "not done"),
        }
        under_way.borrow_mut().remove(&(channel, name));
    });
}

fn tell_phase(core: &Core, phases: &mut BTreeMap<ChannelId, &'static str>, view: &ChannelView) {
    let name = match view.phase {
        PhaseView::Opening => "opening",
        PhaseView::Open => "open",
        PhaseView::CloseSent { .. } => "close_sent",
        PhaseView::Closing { .. } => "closing",
        PhaseView::Settled { .. } => "settled",
    };
    let before = phases.insert(view.id, name);
    if before != Some(name) {
        core.events.tell(EventKind::Phase {
            channel: view.id,
            phase: name.to_owned(),
        });
    }
}

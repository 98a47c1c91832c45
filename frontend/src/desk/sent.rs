//! Transactions that nobody waits for any more: those of an earlier page, and those that took too long. They are followed to their end, and
//! until then nothing asks for them again.

use super::{Desk, Engine, observer::Watcher};
use crate::{
    adapters::{clock::now_ms, sent},
    state::sent::{MAX_AGE_MS, Sent},
    words::say,
};
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;
use yew::Callback;

/// How long to wait before it is asked for again, in milliseconds: short at first, then doubling up to the second.
const FIRST_PAUSE_MS: u32 = 500;
const PAUSE_MS: u32 = 8_000;
/// How old one is that the node may no longer know, in milliseconds. Wallets may hand theirs to those who make blocks alone, and a node that
/// is behind others is late.
const UNKNOWN_AFTER_MS: u64 = 5 * 60 * 1_000;

/// What became of it.
enum End {
    Mined,
    Refused,
    Unknown,
}

impl Engine {
    /// Follows what an earlier page sent, and from now on what `watcher` gives up waiting for.
    pub(super) fn follow_sent(self: &Rc<Self>, desk: &Desk, watcher: &Watcher) {
        let kept = sent::load(&desk.seat);
        watcher.on_its_way(kept.clone());
        let engine = Rc::downgrade(self);
        let follow = {
            let (desk, watcher) = (desk.clone(), watcher.clone());
            Callback::from(move |sent: Sent| {
                if let Some(engine) = engine.upgrade() {
                    let task = see_to_its_end(desk.clone(), watcher.clone(), sent);
                    engine.owned.borrow().tasks.spawn(task);
                }
            })
        };
        kept.into_iter().for_each(|sent| follow.emit(sent));
        watcher.give_up_to(follow);
    }
}

async fn see_to_its_end(desk: Desk, watcher: Watcher, sent: Sent) {
    let end = follow(&desk, &sent).await;
    // What is shown next is what it did.
    desk.driver.read_chain().await;
    let hash = Some(format!("{:#x}", sent.hash));
    match end {
        End::Mined => watcher.well(sent.act, hash),
        End::Refused => watcher.badly(sent.act, say::sent_refused(), hash),
        End::Unknown => watcher.unknown(sent.act, hash),
    }
    watcher.over(|other| other.hash == sent.hash);
}

async fn follow(desk: &Desk, sent: &Sent) -> End {
    let mut pause = FIRST_PAUSE_MS;
    loop {
        let age = now_ms().saturating_sub(sent.at);
        match desk.chain.receipt(sent.hash).await {
            Ok(Some(receipt)) if receipt.succeeded => return End::Mined,
            Ok(Some(_)) => return End::Refused,
            Ok(None) if age >= UNKNOWN_AFTER_MS => {
                if desk.chain.knows_transaction(sent.hash).await == Ok(false) {
                    return End::Unknown;
                }
            }
            // A node that is away says nothing about it.
            Ok(None) | Err(_) => (),
        }
        if age >= MAX_AGE_MS {
            return End::Unknown;
        }
        TimeoutFuture::new(pause).await;
        pause = (pause * 2).min(PAUSE_MS);
    }
}

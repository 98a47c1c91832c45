//! Transactions that an earlier page sent: followed to their end, and until then nothing asks for them again.

use super::{Desk, Engine, observer::Watcher};
use crate::{adapters::sent, state::sent::Sent, words::say};
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;

/// How often it is asked for, in milliseconds.
const PAUSE_MS: u32 = 1_000;
/// How many answers in a row say that the node does not know it before that is believed: a node behind others may be late.
const UNKNOWN: u32 = 15;

/// What became of it.
enum End {
    Mined,
    Refused,
    Unknown,
}

impl Engine {
    pub(super) fn follow_sent(self: &Rc<Self>, desk: &Desk, watcher: &Watcher) {
        let kept = sent::load(&desk.seat);
        watcher.on_its_way(kept.clone());
        let owned = self.owned.borrow();
        for sent in kept {
            let (desk, watcher) = (desk.clone(), watcher.clone());
            owned.tasks.spawn(async move {
                let end = follow(&desk, &sent).await;
                // What is shown next is what it did.
                desk.driver.read_chain().await;
                let hash = Some(format!("{:#x}", sent.hash));
                match end {
                    End::Mined => watcher.well(sent.act, hash),
                    End::Refused => watcher.badly(sent.act, say::sent_refused(), hash),
                    End::Unknown => watcher.badly(sent.act, say::sent_unknown(), hash),
                }
                watcher.over(|other| other.hash == sent.hash);
            });
        }
    }
}

async fn follow(desk: &Desk, sent: &Sent) -> End {
    let mut unknown = 0;
    while unknown < UNKNOWN {
        match desk.chain.receipt(sent.hash).await {
            Ok(Some(receipt)) if receipt.succeeded => return End::Mined,
            Ok(Some(_)) => return End::Refused,
            Ok(None) => match desk.chain.knows_transaction(sent.hash).await {
                Ok(true) => unknown = 0,
                Ok(false) => unknown += 1,
                // A node that is away says nothing about it.
                Err(_) => (),
            },
            Err(_) => (),
        }
        TimeoutFuture::new(PAUSE_MS).await;
    }
    End::Unknown
}

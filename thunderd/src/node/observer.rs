//! Tells who listens what the participant does.

use crate::events::Events;
use std::{rc::Rc, sync::Arc};
use thunder_api::EventKind;
use thunder_client::{Notice, Observer, Progress, TransactionPurpose};
use tokio::sync::Notify;

/// Watches one participant.
pub struct NodeObserver {
    pub events: Arc<Events>,
    pub duty: Rc<Notify>,
}

impl Observer for NodeObserver {
    fn changed(&self) {}

    fn notice(&self, notice: Notice) {
        let warn = |words: String| EventKind::Warning { words };
        let kind = match notice {
            Notice::Received { channel, amount } => EventKind::Received { channel, amount },
            Notice::Requested { channel, amount } => EventKind::Requested { channel, amount },
            Notice::Offered { channel, by } => {
                self.duty.notify_one();
                EventKind::Offered { channel, by }
            }
            Notice::Declined { channel, .. } => warn(format!("the other side declined in channel {channel}")),
            Notice::WithdrawalLapsed { channel, .. } => warn(format!(
                "a withdrawal from channel {channel} was not agreed to in time"
            )),
            Notice::Restored { taken, kept } => warn(format!(
                "a backup was taken in: it knew more of {taken} channels, and nothing new of {kept}"
            )),
            Notice::OwnClaimAdopted { channel, total } => warn(format!(
                "more had been paid in channel {channel} than was known here: {total} in all (smallest units)"
            )),
            Notice::RelayRefused { words } => {
                warn(format!("refused by the relay or the other node: {words}"))
            }
            Notice::Disbelieved { words } => warn(words),
            Notice::StoreFailed { why } => warn(format!("something that arrived could not be stored: {why}")),
        };
        if let EventKind::Warning { words } = &kind {
            tracing::warn!("{words}");
        }
        self.events.tell(kind);
    }

    fn progress(&self, progress: Progress) {
        let (purpose, state, hash, words) = match progress {
            // The wallet is here, and opens no window.
            Progress::AskingWallet(_) | Progress::WalletDone => return,
            Progress::Sent { purpose, hash } => (purpose, "sent", Some(hash), None),
            Progress::Mined { purpose, hash } => (purpose, "mined", Some(hash), None),
            Progress::Failed { purpose, why } => (purpose, "failed", None, Some(why.to_string())),
        };
        let purpose = name(&purpose);
        tracing::info!(purpose, state, words, "transaction");
        self.events.tell(EventKind::Transaction {
            purpose: purpose.to_owned(),
            state: state.to_owned(),
            hash: hash.map(|hash| format!("{hash:#x}")),
            words,
        });
    }
}

const fn name(purpose: &TransactionPurpose) -> &'static str {
    match purpose {
        TransactionPurpose::Open { .. } => "open",
        TransactionPurpose::Deposit { .. } => "deposit",
        TransactionPurpose::Close(_) => "close",
        TransactionPurpose::Claim(_) => "claim",
        TransactionPurpose::Settle(_) => "settle",
        TransactionPurpose::Accept(_) => "accept",
        TransactionPurpose::SettleTogether(_) => "settle_together",
        TransactionPurpose::Withdraw(_) => "withdraw",
        TransactionPurpose::Collect(_) => "collect",
    }
}

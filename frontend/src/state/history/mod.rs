//! A channel's history as it is shown: what is written beside its entries, which of them are shown, and how it is taken along.

mod found;
mod taken;

pub use found::{Found, Reading, Show, Stretch, Texts, found};
pub use taken::{csv, json};

use crate::words::say;
use thunder_channel::{Amount, Side};
use thunder_client::{ChannelView, Delivery, Entry, EntryKind, EntryMemo};

/// How far the holder's payments have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    paid: Amount,
    seen: Amount,
    delivery: Delivery,
}

/// How far one payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is stored here; the relay does not have it.
    Stored,
    /// The relay has it.
    Relayed,
    /// The other side says that it was shown it.
    Seen,
}

impl Reach {
    /// In a channel.
    #[must_use]
    pub fn of(view: &ChannelView) -> Self {
        Self {
            paid: view.totals[view.holder],
            seen: view.seen,
            delivery: view.delivery,
        }
    }

    /// Of one entry, if it is a payment of the holder's. A total holds all payments below it, so what the relay has of the newest
    /// it has of all; of earlier ones it may have had the total already, which is not known here.
    #[must_use]
    pub fn mark(&self, kind: &EntryKind, holder: Side) -> Option<Mark> {
        match kind {
            EntryKind::Paid { by, total, .. } if *by == holder => match self.delivery {
                _ if *total <= self.seen => Some(Mark::Seen),
                Delivery::Relayed => Some(Mark::Relayed),
                Delivery::Stored if *total >= self.paid => Some(Mark::Stored),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Mark {
    /// On the screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Stored => say::mark_stored(),
            Self::Relayed => say::mark_relayed(),
            Self::Seen => say::mark_seen(),
        }
    }
}

/// What the payer wrote beside a payment of this entry.
#[must_use]
pub fn memo_words(memo: &EntryMemo, kind: &EntryKind, holder: Side) -> String {
    let asked = match kind {
        EntryKind::Paid { by, .. } if *by == holder => say::as_they_asked(),
        _ => say::as_you_asked(),
    };
    match (memo.request, memo.text.is_empty()) {
        (Some(_), true) => asked.to_owned(),
        (Some(_), false) => say::quoted_as(memo.text.as_str(), asked),
        (None, _) => say::quoted(memo.text.as_str()),
    }
}

/// The hash of the transaction of an entry, as it is written everywhere; nothing of a payment, or where it is not known.
#[must_use]
pub fn transaction_hash(entry: &Entry) -> Option<String> {
    entry.transaction.map(|hash| format!("{hash:#x}"))
}

fn all_memos(entry: &Entry, holder: Side) -> String {
    let words = |memo| memo_words(memo, &entry.kind, holder);
    let memos: Vec<_> = entry.memos.iter().map(words).collect();
    memos.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::standing::tests::{units, view};
    use thunder_channel::{Bytes32, MemoText, RequestNumber};

    pub fn memos() -> Vec<EntryMemo> {
        let memo = |total, text, request| EntryMemo {
            total: units(total),
            request,
            text: MemoText::parse(text).unwrap(),
        };
        vec![memo(10, "Tea", None), memo(20, "", Some(RequestNumber::MIN))]
    }

    pub fn entries() -> Vec<Entry> {
        let paid = |by, whole, nonce: &str| EntryKind::Paid {
            by,
            amount: units(whole),
            total: units(whole),
            nonce: nonce.to_owned(),
            payments: 2,
        };
        [
            EntryKind::Opened {
                block: 3,
                amount: units(100),
            },
            paid(Side::Alice, 20, "1"),
            paid(Side::Bob, 5, "=1+1"),
        ]
        .into_iter()
        .enumerate()
        .map(|(day, kind)| Entry {
            memos: if day == 1 { memos() } else { Vec::new() },
            transaction: (day == 0).then(|| Bytes32::repeat_byte(0xab)),
            ..Entry::new(day as u64 * 86_400_000, kind)
        })
        .collect()
    }

    #[test]
    fn a_memo_says_whose_wish_it_answers() {
        let [_, paid, received] = entries().try_into().unwrap();
        let answering = EntryMemo {
            text: MemoText::parse("Tea").unwrap(),
            ..memos().pop().unwrap()
        };
        let of = |kind| memo_words(&answering, kind, Side::Alice);
        assert_eq!(of(&paid.kind), "“Tea”, as they asked");
        assert_eq!(of(&received.kind), "“Tea”, as you asked");
    }

    #[test]
    fn a_payment_is_marked_by_how_far_it_is_known_to_have_come() {
        let [opened, paid, received] = entries().try_into().unwrap();
        let mark = |delivery, seen, total| {
            let mut view = ChannelView {
                delivery,
                seen: units(seen),
                ..view()
            };
            view.totals.alice = units(total);
            Reach::of(&view).mark(&paid.kind, Side::Alice)
        };
        assert_eq!(mark(Delivery::Relayed, 20, 20), Some(Mark::Seen));
        assert_eq!(mark(Delivery::Relayed, 19, 20), Some(Mark::Relayed));
        assert_eq!(mark(Delivery::Stored, 19, 20), Some(Mark::Stored));
        assert_eq!(mark(Delivery::Stored, 0, 21), None, "nobody knows");
        assert_eq!(mark(Delivery::Stored, 20, 21), Some(Mark::Seen));
        let reach = Reach::of(&view());
        assert_eq!(reach.mark(&received.kind, Side::Alice), None);
        assert_eq!(reach.mark(&opened.kind, Side::Alice), None);
    }
}

//! Which message takes whose place. Decided here for both stores, and for what is told to followers.
//!
//! Every kept message of a side has a slot of its own. A settlement, a withdrawal, a request to settle and a decline have one each, for
//! the newest; so has the read mark, for the highest. Payment requests have one for each number, which their cancellation takes over,
//! and memos one for each total: of these a side keeps the highest few.

use std::fmt::Write as _;
use thunder_channel::wire::{MAX_MEMOS, MAX_REQUESTS, Message, REQUEST_GRACE_S};

/// The name of a message's place among those of its side. Numbers in it have leading zeros, so that names are ordered as their
/// numbers are, in SQL too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(String);

/// A kept message of the same side and family as one that comes.
pub(super) struct Held<'a> {
    pub place: u64,
    pub slot: &'a str,
    pub body: &'a str,
}

/// What becomes of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The very same is kept, at this place.
    Repeated(u64),
    /// What is kept has overtaken it, or its time is over.
    Outdated,
    /// It is kept, and those at these places give way.
    Keep {
        /// The places.
        instead_of: Vec<u64>,
    },
}

impl Slot {
    /// The slot of a message; `None` for kinds that are not kept.
    pub fn of(message: &Message) -> Option<Self> {
        let numbered = |family, number: u128| {
            let mut name = format!("{family}/");
            // 39 digits hold any number. Writing to a text cannot fail.
            let _ = write!(name, "{number:039}");
            name
        };
        Some(Self(match message {
            Message::Settlement(_) => "settlement".to_owned(),
            Message::Withdrawal(_) => "withdrawal".to_owned(),
            Message::SettleForMe(_) => "settle_for_me".to_owned(),
            Message::ReadMark(_) => "read_mark".to_owned(),
            Message::Decline(_) => "decline".to_owned(),
            Message::PaymentRequest(signed) => numbered(REQUESTS, signed.note.number.get().into()),
            Message::Cancellation(signed) => numbered(REQUESTS, signed.note.number.get().into()),
            Message::Memo(signed) => numbered(MEMOS, signed.note.total.units()),
            Message::Unknown => return None,
        }))
    }

    pub fn name(&self) -> &str {
        &self.0
    }

    pub fn family(&self) -> &str {
        family_of(&self.0)
    }

    /// How many of its family a side keeps.
    pub fn capacity(&self) -> usize {
        match self.family() {
            REQUESTS => MAX_REQUESTS,
            MEMOS => MAX_MEMOS,
            _ => 1,
        }
    }
}

const REQUESTS: &str = "payment_request";
const MEMOS: &str = "memo";

/// What a slot is one of, by its name.
pub(super) fn family_of(name: &str) -> &str {
    name.split_once('/').map_or(name, |(family, _)| family)
}

/// Whether a message has been of no use for so long that it is forgotten. `now_ms` is in milliseconds since 1970.
pub(crate) const fn is_over(message: &Message, now_ms: u64) -> bool {
    let expiry = match message {
        Message::PaymentRequest(signed) => signed.note.expiry,
        Message::Cancellation(signed) => signed.note.expiry,
        _ => return false,
    };
    now_ms / 1000 > expiry.saturating_add(REQUEST_GRACE_S)
}

/// What becomes of a message with this text that comes at `now_ms`, beside what is held of its side and family.
pub(super) fn judge(slot: &Slot, message: &Message, body: &str, now_ms: u64, held: &[Held<'_>]) -> Verdict {
    if is_over(message, now_ms) {
        return Verdict::Outdated;
    }
    let read = |held: &Held<'_>| serde_json::from_str::<Message>(held.body).ok();
    let (over, mut rest): (Vec<_>, Vec<_>) = held
        .iter()
        .partition(|held| slot.family() == REQUESTS && read(held).is_none_or(|held| is_over(&held, now_ms)));
    let mut instead_of: Vec<_> = over.iter().map(|held| held.place).collect();
    if let Some(same) = rest.iter().find(|held| held.slot == slot.name()) {
        if same.body == body {
            return Verdict::Repeated(same.place);
        }
        if read(same).is_some_and(|present| !takes_place(message, &present)) {
            return Verdict::Outdated;
        }
        instead_of.push(same.place);
        return Verdict::Keep { instead_of };
    }
    rest.sort_by_key(|held| held.slot);
    let surplus = (rest.len() + 1).saturating_sub(slot.capacity());
    if surplus > 0 && rest.first().is_some_and(|lowest| slot.name() < lowest.slot) {
        return Verdict::Outdated;
    }
    instead_of.extend(rest.iter().take(surplus).map(|held| held.place));
    Verdict::Keep { instead_of }
}

/// Whether a message takes the place of another one in the same slot. Requests and memos never change: somebody may be about to
/// act on what is there.
fn takes_place(message: &Message, present: &Message) -> bool {
    match (message, present) {
        (Message::Cancellation(_), Message::PaymentRequest(_)) => true,
        (Message::PaymentRequest(_) | Message::Cancellation(_) | Message::Memo(_), _) => false,
        (Message::ReadMark(mark), Message::ReadMark(present)) => mark.note.total > present.note.total,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixtures::{cancellation, decline, memo, payment_request, read_mark, said};
    use thunder_channel::Side;

    /// A side's messages, as both stores keep them.
    #[derive(Default)]
    struct Kept {
        messages: Vec<(u64, Slot, String)>,
        last: u64,
    }

    impl Kept {
        fn say(&mut self, message: &Message, now_ms: u64) -> Verdict {
            let slot = Slot::of(message).unwrap();
            let body = serde_json::to_string(message).unwrap();
            let held: Vec<_> = self
                .messages
                .iter()
                .filter(|(_, other, _)| other.family() == slot.family())
                .map(|(place, slot, body)| Held {
                    place: *place,
                    slot: slot.name(),
                    body,
                })
                .collect();
            let verdict = judge(&slot, message, &body, now_ms, &held);
            if let Verdict::Keep { instead_of } = &verdict {
                self.messages.retain(|(place, ..)| !instead_of.contains(place));
                self.last += 1;
                self.messages.push((self.last, slot, body));
            }
            verdict
        }

        fn keeps(&mut self, message: &Message, now_ms: u64) -> bool {
            matches!(self.say(message, now_ms), Verdict::Keep { .. })
        }
    }

    fn request(number: u64, expiry: u64) -> Message {
        said(payment_request(Side::Bob, number, expiry))
    }

    fn taken_back(number: u64, expiry: u64) -> Message {
        said(cancellation(Side::Bob, number, expiry))
    }

    #[test]
    fn one_request_too_many_displaces_the_lowest_number() {
        let mut kept = Kept::default();
        let most = MAX_REQUESTS as u64;
        // The order in which they come does not matter.
        for number in (2..=most + 1).rev() {
            assert!(kept.keeps(&request(number, 9), 0));
        }
        assert_eq!(kept.say(&request(1, 9), 0), Verdict::Outdated);
        assert!(kept.keeps(&request(most + 2, 9), 0));
        assert_eq!(kept.messages.len(), MAX_REQUESTS);
        assert_eq!(kept.say(&request(2, 9), 0), Verdict::Outdated);
        assert!(matches!(kept.say(&request(3, 9), 0), Verdict::Repeated(_)));
    }

    #[test]
    fn a_request_that_was_taken_back_does_not_come_again() {
        let mut kept = Kept::default();
        assert!(kept.keeps(&request(1, 9), 0));
        assert_eq!(
            kept.say(&request(1, 10), 0),
            Verdict::Outdated,
            "a request changed"
        );
        assert!(kept.keeps(&taken_back(1, 9), 0));
        assert_eq!(kept.messages.len(), 1);
        assert_eq!(kept.say(&request(1, 9), 0), Verdict::Outdated);
        assert!(matches!(kept.say(&taken_back(1, 9), 0), Verdict::Repeated(1..)));
        // Taken back before it came.
        assert!(kept.keeps(&taken_back(2, 9), 0));
        assert_eq!(kept.say(&request(2, 9), 0), Verdict::Outdated);
    }

    #[test]
    fn requests_are_forgotten_a_grace_after_they_expire_and_not_before() {
        let mut kept = Kept::default();
        assert!(kept.keeps(&request(1, 1_000), 0));
        assert!(kept.keeps(&taken_back(2, 1_000), 0));
        let last = (1_000 + REQUEST_GRACE_S) * 1000 + 999;
        assert!(kept.keeps(&request(3, u64::MAX), last));
        assert_eq!(kept.messages.len(), 3);
        assert_eq!(kept.say(&request(4, 1_000), last + 1), Verdict::Outdated);
        assert!(kept.keeps(&request(5, u64::MAX), last + 1));
        let left: Vec<_> = kept.messages.iter().map(|(place, ..)| *place).collect();
        assert_eq!(left, [3, 4]);
    }

    #[test]
    fn one_memo_too_many_displaces_the_lowest_total() {
        let mut kept = Kept::default();
        let of = |total| said(memo(Side::Alice, total, "tea"));
        for total in 10..10 + MAX_MEMOS as u128 {
            assert!(kept.keeps(&of(total), 0));
        }
        assert_eq!(kept.say(&of(9), 0), Verdict::Outdated);
        assert!(kept.keeps(&of(1_000), 0));
        assert_eq!(kept.messages.len(), MAX_MEMOS);
        assert_eq!(kept.say(&of(10), 0), Verdict::Outdated);
        let other = said(memo(Side::Alice, 1_000, "coffee"));
        assert_eq!(kept.say(&other, 0), Verdict::Outdated, "a memo changed");
    }

    #[test]
    fn the_newest_decline_stays() {
        let mut kept = Kept::default();
        let of = |statement| said(decline(Side::Bob, statement));
        assert!(kept.keeps(&of(1), 0));
        assert_eq!(kept.say(&of(1), 0), Verdict::Repeated(1));
        assert!(kept.keeps(&of(2), 0));
        assert_eq!(kept.messages.len(), 1);
        assert!(kept.keeps(&of(1), 0), "declined again");
    }

    #[test]
    fn a_read_mark_only_rises() {
        let mut kept = Kept::default();
        let of = |total| said(read_mark(Side::Bob, total));
        assert!(kept.keeps(&of(9), 0));
        assert_eq!(kept.say(&of(8), 0), Verdict::Outdated);
        assert_eq!(kept.say(&of(9), 0), Verdict::Repeated(1));
        assert!(kept.keeps(&of(10), 0));
        assert_eq!(kept.messages.len(), 1);
    }
}

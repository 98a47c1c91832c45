//! What was told: toasts that pass, and the list that stays.

use std::{collections::VecDeque, rc::Rc};
use yew::Reducible;

/// How many are kept in the list; the oldest gives way. The channels' own histories are kept by the client.
pub const MAX_KEPT: usize = 200;
/// How many toasts fit on a phone's screen; the oldest gives way.
pub const MAX_TOASTS: usize = 3;

/// The same within this time is told once, in milliseconds: a stream pays every second.
const STREAM_MS: u64 = 2_000;

/// How something told is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is under way.
    Info,
    /// Something worked.
    Good,
    /// Something failed or was refused.
    Bad,
}

/// One thing that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Unique in this window.
    pub id: u64,
    /// Milliseconds since 1970.
    pub at: u64,
    /// How it is drawn.
    pub tone: Tone,
    /// A sentence.
    pub words: String,
    /// A transaction's hash or another detail to copy.
    pub detail: Option<String>,
}

/// Everything told in this window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    next: u64,
    /// Newest first.
    pub kept: VecDeque<Told>,
    /// Ids of those that are shown as toasts, newest first.
    pub toasts: VecDeque<u64>,
}

/// What changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tell {
    /// Tell this, as a toast and in the list.
    Say {
        /// Milliseconds since 1970.
        at: u64,
        /// How it is drawn.
        tone: Tone,
        /// A sentence.
        words: String,
        /// A transaction's hash or another detail to copy.
        detail: Option<String>,
    },
    /// The toast has been seen.
    Dismiss(u64),
}

impl Activity {
    /// The toasts, newest first.
    pub fn shown(&self) -> impl Iterator<Item = &Told> {
        self.toasts
            .iter()
            .filter_map(|id| self.kept.iter().find(|told| told.id == *id))
    }
}

impl Reducible for Activity {
    type Action = Tell;

    fn reduce(self: Rc<Self>, action: Tell) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        match action {
            Tell::Say {
                at,
                tone,
                words,
                detail,
            } => {
                // What is now known of a transaction takes the place of what was known before, a failure that is said again is
                // the same failure, and a stream's payments come every second.
                let again = |told: &Told| {
                    let soon = at.saturating_sub(told.at) <= STREAM_MS;
                    told.tone == tone
                        && told.words == words
                        && (tone == Tone::Bad || (tone == Tone::Good && soon))
                };
                // It stays where it is: what pays every second is neither drawn nor read out anew.
                if let Some(told) = next.kept.front_mut()
                    && tone == Tone::Good
                    && next.toasts.front() == Some(&told.id)
                    && again(told)
                {
                    told.at = at;
                    return Rc::new(next);
                }
                let same = |told: &Told| (detail.is_some() && told.detail == detail) || again(told);
                let replaced: Vec<u64> = next
                    .shown()
                    .filter(|told| same(told))
                    .map(|told| told.id)
                    .collect();
                next.toasts.retain(|shown| !replaced.contains(shown));
                if next
                    .kept
                    .front()
                    .is_some_and(|told| again(told) || (tone == Tone::Bad && same(told)))
                {
                    next.kept.pop_front();
                }
                let id = next.next;
                next.next += 1;
                next.kept.push_front(Told {
                    id,
                    at,
                    tone,
                    words,
                    detail,
                });
                next.kept.truncate(MAX_KEPT);
                next.toasts.push_front(id);
                next.toasts.truncate(MAX_TOASTS);
            }
            Tell::Dismiss(id) => next.toasts.retain(|shown| *shown != id),
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(activity: Rc<Activity>, words: &str) -> Rc<Activity> {
        activity.reduce(Tell::Say {
            at: 0,
            tone: Tone::Info,
            words: words.to_owned(),
            detail: None,
        })
    }

    #[test]
    fn a_dismissed_toast_stays_in_the_list() {
        let activity = say(say(Rc::default(), "one"), "two");
        let first = activity.kept[1].id;
        let activity = activity.reduce(Tell::Dismiss(first));
        let shown: Vec<_> = activity.shown().map(|told| told.words.as_str()).collect();
        assert_eq!(shown, ["two"]);
        assert_eq!(activity.kept.len(), 2);
        assert_eq!(activity.clone().reduce(Tell::Dismiss(99)), activity);
    }

    #[test]
    fn what_a_stream_pays_is_told_once() {
        let received = |activity: Rc<Activity>, at| {
            activity.reduce(Tell::Say {
                at,
                tone: Tone::Good,
                words: "Received 1 THD".to_owned(),
                detail: None,
            })
        };
        let mut activity = Rc::default();
        for second in 0..10 {
            activity = received(activity, second * 1_000);
        }
        assert_eq!((activity.kept.len(), activity.shown().count()), (1, 1));
        assert_eq!(
            (activity.kept[0].id, activity.kept[0].at),
            (0, 9_000),
            "the same toast"
        );
        // Later it is another one.
        let later = received(activity, 9_000 + STREAM_MS + 1);
        assert_eq!((later.kept.len(), later.shown().count()), (2, 2));
    }

    #[test]
    fn a_mined_transaction_replaces_the_toast_of_its_sending() {
        let about = |activity: Rc<Activity>, words: &str| {
            activity.reduce(Tell::Say {
                at: 0,
                tone: Tone::Info,
                words: words.to_owned(),
                detail: Some("0xab".to_owned()),
            })
        };
        let activity = about(about(Rc::default(), "sent"), "mined");
        let shown: Vec<_> = activity.shown().map(|told| told.words.as_str()).collect();
        assert_eq!(shown, ["mined"]);
        assert_eq!(activity.kept.len(), 2);
    }

    #[test]
    fn a_failure_that_is_said_again_is_told_once() {
        let fail = |activity: Rc<Activity>, at| {
            activity.reduce(Tell::Say {
                at,
                tone: Tone::Bad,
                words: "no".to_owned(),
                detail: None,
            })
        };
        let activity = fail(fail(say(Rc::default(), "paid"), 1), 2);
        assert_eq!(activity.kept.len(), 2);
        assert_eq!(activity.kept[0].at, 2);
        assert_eq!(activity.toasts.len(), 2);
    }

    #[test]
    fn memory_is_bounded() {
        let activity = (0..MAX_KEPT + 10).fold(Rc::default(), |activity, n| say(activity, &n.to_string()));
        assert_eq!(activity.kept.len(), MAX_KEPT);
        assert_eq!(activity.toasts.len(), MAX_TOASTS);
        assert_eq!(activity.kept[0].words, (MAX_KEPT + 9).to_string());
    }
}

//! What happened since the start, for whoever listens.

use crate::clock::now_ms;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};
use thunder_api::{Event, EventKind};
use tokio::sync::broadcast;

/// Events that are remembered for who comes back, and that a slow listener may be behind: a few minutes of a busy node.
const REMEMBERED: usize = 1_000;

/// Everything that happened lately.
pub struct Events {
    past: Mutex<VecDeque<Event>>,
    live: broadcast::Sender<Event>,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            past: Mutex::default(),
            live: broadcast::channel(REMEMBERED).0,
        }
    }
}

impl Events {
    /// Something happened.
    pub fn tell(&self, kind: EventKind) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let number = past.back().map_or(1, |last| last.number + 1);
        let event = Event {
            number,
            at: now_ms(),
            kind,
        };
        if past.len() == REMEMBERED {
            past.pop_front();
        }
        past.push_back(event.clone());
        // Under the lock, so that nobody gets two events in another order. Nobody listening is no fault.
        let _ = self.live.send(event);
    }

    /// What came after the event of this number, as far as it is remembered, and everything from now on: no gap, no repetition.
    pub fn after(&self, number: Option<u64>) -> (Vec<Event>, broadcast::Receiver<Event>) {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = past.back().map_or(0, |last| last.number);
        // A number of an earlier start: everything of this one is news.
        let number = number.map(|number| if number > newest { 0 } else { number });
        let missed = |number| {
            past.iter()
                .filter(|event| event.number > number)
                .cloned()
                .collect()
        };
        (number.map_or_else(Vec::new, missed), self.live.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warn(events: &Events, words: &str) {
        events.tell(EventKind::Warning {
            words: words.to_owned(),
        });
    }

    #[test]
    fn who_comes_back_gets_what_it_missed_and_no_more() {
        let events = Events::default();
        for number in 0..REMEMBERED + 5 {
            warn(&events, &number.to_string());
        }
        let last = u64::try_from(REMEMBERED).unwrap_or(u64::MAX) + 5;
        let (missed, mut live) = events.after(Some(last - 2));
        let numbers: Vec<_> = missed.iter().map(|event| event.number).collect();
        assert_eq!(numbers, [last - 1, last]);
        assert_eq!(events.after(Some(0)).0.len(), REMEMBERED);
        assert!(events.after(None).0.is_empty());
        assert_eq!(
            events.after(Some(last + 1)).0.len(),
            REMEMBERED,
            "of an earlier start"
        );
        warn(&events, "next");
        assert_eq!(live.try_recv().map(|event| event.number), Ok(last + 1));
    }
}

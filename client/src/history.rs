//! What happened in a channel, as screens get it: shared with the participant, so that a copy costs nothing however long it is.

use crate::{Entry, participant::limits::PAGE_ENTRIES};
use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, rc::Rc};

/// The newest entries of one channel, oldest first.
#[derive(Clone, Debug, Default, Eq)]
pub struct History {
    pages: Rc<VecDeque<Rc<HistoryPage>>>,
}

/// Entries that are stored together. A page is written to until it is full, so all but the newest seldom change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    pub(crate) number: u64,
    pub(crate) entries: Vec<Entry>,
}

impl History {
    /// The pages, oldest first. Some can be empty.
    #[must_use]
    pub fn pages(&self) -> impl DoubleEndedIterator<Item = &Rc<HistoryPage>> + ExactSizeIterator {
        self.pages.iter()
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.pages.iter().flat_map(|page| &page.entries)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pages.iter().map(|page| page.entries.len()).sum()
    }

    /// Whether nothing has happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pages.iter().all(|page| page.entries.is_empty())
    }

    pub(crate) fn pages_mut(&mut self) -> &mut VecDeque<Rc<HistoryPage>> {
        Rc::make_mut(&mut self.pages)
    }
}

impl HistoryPage {
    /// Its name among the pages of its channel: it rises.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Its entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// By the entries, wherever the pages begin. Pages that are shared are not looked into.
impl PartialEq for History {
    fn eq(&self, other: &Self) -> bool {
        self.pages == other.pages || (self.len() == other.len() && self.iter().eq(other.iter()))
    }
}

impl FromIterator<Entry> for History {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut history = Self::default();
        let pages = history.pages_mut();
        for entry in entries {
            match pages.back_mut() {
                Some(page) if page.entries.len() < PAGE_ENTRIES => Rc::make_mut(page).entries.push(entry),
                last => {
                    let number = last.map_or(0, |page| page.number + 1);
                    pages.push_back(Rc::new(HistoryPage {
                        number,
                        entries: vec![entry],
                    }));
                }
            }
        }
        history
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntryKind;
    use thunder_channel::Amount;

    fn entry(block: u64) -> Entry {
        let kind = EntryKind::Opened {
            block,
            amount: Amount::ZERO,
        };
        Entry::new(block, kind)
    }

    #[test]
    fn the_same_entries_are_the_same_history_wherever_its_pages_begin() {
        let all: History = (0..130).map(entry).collect();
        assert_eq!((all.pages().len(), all.len()), (3, 130));
        assert!(all.iter().rev().map(|entry| entry.at).eq((0..130).rev()));
        let mut other: History = (0..1).map(entry).collect();
        other.pages_mut().extend(
            (1..130)
                .map(entry)
                .collect::<History>()
                .pages()
                .cloned()
                .collect::<Vec<_>>(),
        );
        assert_eq!(all, other);
        assert_ne!(all, (0..129).map(entry).collect());
        assert_ne!(all, (1..131).map(entry).collect());
        assert!(History::default().is_empty());
    }

    #[test]
    fn a_copy_shares_what_does_not_change() {
        let all: History = (0..130).map(entry).collect();
        let mut more = all.clone();
        if let Some(last) = more.pages_mut().back_mut() {
            Rc::make_mut(last).entries.push(entry(130));
        }
        let shared = |(a, b): (&Rc<HistoryPage>, &Rc<HistoryPage>)| Rc::ptr_eq(a, b);
        let same: Vec<_> = all.pages().zip(more.pages()).map(shared).collect();
        assert_eq!(same, [true, true, false]);
        assert_eq!((all.len(), more.len()), (130, 131));
    }
}

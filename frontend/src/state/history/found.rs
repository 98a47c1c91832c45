//! Which entries are shown, newest first, in stretches that a long list draws one by one.

use super::all_memos;
use crate::{
    state::{config::Token, dates::date_time, standing::entry_words},
    words::say,
};
use std::rc::Rc;
use thunder_channel::Side;
use thunder_client::{Entry, EntryKind, History, HistoryPage};

/// Which entries are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All of them.
    #[default]
    All,
    /// What the holder paid.
    Paid,
    /// What the holder received.
    Received,
    /// What happened on the chain.
    Chain,
}

impl Show {
    /// In the order of the list.
    pub const ALL: [Self; 4] = [Self::All, Self::Paid, Self::Received, Self::Chain];

    /// On the list.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::All => say::everything(),
            Self::Paid => say::show_paid(),
            Self::Received => say::show_received(),
            Self::Chain => say::on_the_chain(),
        }
    }

    fn takes(self, kind: &EntryKind, holder: Side) -> bool {
        match (self, kind) {
            (Self::All, _) => true,
            (Self::Paid, EntryKind::Paid { by, .. }) => *by == holder,
            (Self::Received, EntryKind::Paid { by, .. }) => *by != holder,
            (Self::Chain, kind) => !matches!(kind, EntryKind::Paid { .. }),
            (Self::Paid | Self::Received, _) => false,
        }
    }
}

/// The entries that were found, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// They are drawn together, or not at all. None is empty.
    pub stretches: Vec<Stretch>,
    /// How many entries there are in all.
    pub count: usize,
}

/// Some entries of one page of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    page: Rc<HistoryPage>,
    /// Their places in the page, where not all of it was found.
    places: Option<Rc<[usize]>>,
    /// How many entries of later stretches come before them.
    pub before: usize,
}

impl Found {
    /// The entries, newest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.stretches.iter().flat_map(Stretch::entries)
    }
}

impl Stretch {
    /// Its name among the stretches of a history: it stays while entries are added.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.page.number()
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.places {
            Some(places) => places.len(),
            None => self.page.entries().len(),
        }
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its entries, newest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let (all, places) = (self.page.entries(), self.places.as_deref());
        (0..self.len()).rev().filter_map(move |place| match places {
            Some(places) => all.get(*places.get(place)?),
            None => all.get(place),
        })
    }
}

/// The entries that are shown and whose words, memos or date hold every word that was typed.
#[must_use]
pub fn found(history: &History, show: Show, typed: &str, holder: Side, token: &Token) -> Found {
    let wanted: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let holds = |entry: &Entry| {
        if wanted.is_empty() {
            return true;
        }
        let text = format!(
            "{} {} {}",
            entry_words(&entry.kind, holder, token),
            all_memos(entry, holder),
            date_time(entry.at)
        )
        .to_lowercase();
        wanted.iter().all(|word| text.contains(word.as_str()))
    };
    let everything = show == Show::All && wanted.is_empty();
    let mut found = Found::default();
    for page in history.pages().rev() {
        let places = (!everything).then(|| {
            let entries = page.entries().iter().enumerate();
            entries
                .filter(|(_, entry)| show.takes(&entry.kind, holder) && holds(entry))
                .map(|(place, _)| place)
                .collect()
        });
        let stretch = Stretch {
            page: page.clone(),
            places,
            before: found.count,
        };
        if !stretch.is_empty() {
            found.count += stretch.len();
            found.stretches.push(stretch);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::history::tests::entries;

    fn words(show: Show, typed: &str) -> Vec<String> {
        let (entries, token) = (entries().into_iter().collect(), Token::ether());
        found(&entries, show, typed, Side::Alice, &token)
            .entries()
            .map(|entry| entry_words(&entry.kind, Side::Alice, &token))
            .collect()
    }

    #[test]
    fn newest_first_by_kind_and_by_words() {
        assert_eq!(words(Show::All, "").len(), 3);
        assert_eq!(words(Show::All, " ")[0], "You received 5 ETH in 2 payments");
        assert_eq!(words(Show::Paid, ""), ["You paid 20 ETH in 2 payments"]);
        assert_eq!(words(Show::Received, "").len(), 1);
        assert_eq!(words(Show::Chain, ""), ["Opened with 100 ETH"]);
        assert_eq!(words(Show::All, "YOU 20"), ["You paid 20 ETH in 2 payments"]);
        assert_eq!(words(Show::All, "1970-01-01"), ["Opened with 100 ETH"]);
        assert_eq!(words(Show::All, "tea").len(), 1, "memos are searched");
        assert!(words(Show::Chain, "paid").is_empty());
    }

    #[test]
    fn a_long_history_comes_in_stretches_that_stay() {
        let opened = |block| {
            let amount = thunder_channel::Amount::ZERO;
            Entry::new(block, EntryKind::Opened { block, amount })
        };
        let token = Token::ether();
        let of = |blocks, show, typed: &str| {
            let history: History = (0..blocks).map(opened).collect();
            found(&history, show, typed, Side::Alice, &token)
        };
        let all = of(10_120, Show::All, "");
        assert_eq!(all.count, 10_120);
        assert!(all.entries().map(|entry| entry.at).eq((0..10_120).rev()));
        let [newest, next] = &all.stretches[..2] else {
            panic!()
        };
        assert_eq!((newest.len(), newest.before), (20, 0));
        assert_eq!(
            (next.len(), next.before, next.number()),
            (50, 20, newest.number() - 1)
        );
        // One more entry is in the newest alone, and the others only begin later.
        let more = of(10_121, Show::All, "");
        assert_eq!(
            (more.stretches[0].number(), more.stretches[0].len()),
            (newest.number(), 21)
        );
        assert!(more.stretches[1].entries().eq(next.entries()));
        // What holds nothing that was looked for is no stretch.
        assert_eq!(of(10_120, Show::Paid, ""), Found::default());
        assert_eq!(of(10_120, Show::All, "1970-01-02"), Found::default());
    }
}

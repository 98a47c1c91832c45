//! Which entries are shown, newest first, in stretches that a long list draws one by one.

use super::{all_memos, transaction_hash};
use crate::{
    state::{
        config::Token,
        dates::date_time,
        standing::{entry_block, entry_claim, entry_words},
    },
    words::{Language, say, shortened, small},
};
use std::{collections::BTreeMap, rc::Rc};
use thunder_channel::Side;
use thunder_client::{Entry, EntryKind, History, HistoryPage};
use yew::Callback;

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

/// How a history is read: by whom, in what, and how days and times are written.
#[derive(Clone, PartialEq)]
pub struct Reading {
    /// Who looks.
    pub holder: Side,
    /// Of what.
    pub token: Token,
    /// Says a day and the time on it as the screen does; milliseconds since 1970 in.
    pub when: Callback<u64, String>,
}

impl Reading {
    /// Everything that is shown of an entry and stays as it is, in small letters; its time also as files have it.
    fn text(&self, entry: &Entry) -> String {
        let mut text = entry_words(&entry.kind, self.holder, &self.token);
        let block = entry_block(&entry.kind).map(|block| say::block_number(&block.to_string()));
        for part in [
            block.or_else(|| entry_claim(&entry.kind, &self.token)),
            Some(all_memos(entry, self.holder)),
            Some(self.when.emit(entry.at)),
            Some(date_time(entry.at)),
        ]
        .into_iter()
        .flatten()
        {
            text.push(' ');
            text.push_str(&part);
        }
        small(&text)
    }
}

/// The fewest digits of a hash by which it is found without what it begins with: fewer are in every hash by chance.
const HASH_DIGITS: usize = 8;

/// Whether a word that was typed, in small letters, is an entry's hash, its beginning, or its short form.
fn is_hash_of(word: &str, entry: &Entry) -> bool {
    let digits = word.strip_prefix("0x");
    if digits.is_none() && word.len() < HASH_DIGITS {
        return false;
    }
    transaction_hash(entry).is_some_and(|hash| {
        let begun = digits.map_or_else(|| hash.contains(word), |_| hash.starts_with(word));
        begun || shortened(&hash) == word
    })
}

/// What is searched, kept from letter to letter: writing ten thousand dates takes longer than searching them.
#[derive(Default)]
pub struct Texts {
    /// Whose and in which language.
    of: Option<(Reading, Language)>,
    pages: BTreeMap<u64, (Rc<HistoryPage>, Vec<String>)>,
}

impl Texts {
    /// The text of each entry of a page, written once.
    fn of_page(&mut self, page: &Rc<HistoryPage>, reading: &Reading) -> &[String] {
        let write = || {
            let texts = page.entries().iter().map(|entry| reading.text(entry)).collect();
            (page.clone(), texts)
        };
        let kept = self.pages.entry(page.number()).or_insert_with(write);
        if !Rc::ptr_eq(&kept.0, page) {
            *kept = write();
        }
        &kept.1
    }

    /// Forgets what was written for somebody else, or of pages that are gone.
    fn turn_to(&mut self, reading: &Reading, history: &History) {
        let of = (reading.clone(), Language::current());
        if self.of.as_ref() != Some(&of) {
            self.of = Some(of);
            self.pages.clear();
        }
        let (mut pages, number) = (history.pages(), |page: &Rc<HistoryPage>| page.number());
        let (oldest, newest) = (pages.next().map(number), history.pages().next_back().map(number));
        self.pages
            .retain(|page, _| Some(*page) >= oldest && Some(*page) <= newest);
    }
}

/// The entries that are shown and hold every word that was typed.
#[must_use]
pub fn found(history: &History, show: Show, typed: &str, reading: &Reading, texts: &mut Texts) -> Found {
    let wanted: Vec<String> = typed.split_whitespace().map(small).collect();
    let everything = show == Show::All && wanted.is_empty();
    texts.turn_to(reading, history);
    let mut found = Found::default();
    for page in history.pages().rev() {
        let places = (!everything).then(|| {
            // Nothing is written before something is searched.
            let texts = if wanted.is_empty() {
                None
            } else {
                Some(texts.of_page(page, reading))
            };
            let holds = |place: usize, entry: &Entry| {
                let text = texts.and_then(|texts| texts.get(place));
                let has = |text: &String, word: &str| text.contains(word) || is_hash_of(word, entry);
                text.is_none_or(|text| wanted.iter().all(|word| has(text, word)))
            };
            let entries = page.entries().iter().enumerate();
            entries
                .filter(|(place, entry)| show.takes(&entry.kind, reading.holder) && holds(*place, entry))
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

    fn reading() -> Reading {
        Reading {
            holder: Side::Alice,
            token: Token::ether(),
            when: Callback::from(|at: u64| format!("1/{}/70, 2:05:22\u{202f}PM", at / 86_400_000 + 1)),
        }
    }

    fn words(show: Show, typed: &str) -> Vec<String> {
        let (entries, reading) = (entries().into_iter().collect(), reading());
        found(&entries, show, typed, &reading, &mut Texts::default())
            .entries()
            .map(|entry| entry_words(&entry.kind, Side::Alice, &reading.token))
            .collect()
    }

    #[test]
    fn what_is_shown_is_found() {
        let opened = ["Opened with 100 ETH"];
        for typed in ["block 3", "BLOCK", "1/1/70", "1/1/70, pm", "1970-01-01T00"] {
            assert_eq!(words(Show::All, typed), opened, "{typed}");
        }
        let paid = ["You paid 20 ETH in 2 payments"];
        assert_eq!(words(Show::All, "No. 1 · 20 ETH in all"), paid);
        assert_eq!(words(Show::All, "2:05:22 pm").len(), 3);
        assert!(words(Show::All, "1/4/70").is_empty());
    }

    #[test]
    fn a_transaction_is_found_by_its_hash_and_no_number_by_chance() {
        let opened = ["Opened with 100 ETH"];
        let hash = format!("0x{}", "ab".repeat(32));
        for typed in [
            &hash,
            &hash[2..],
            "0xABAB",
            "0xabab…abab",
            "abababab",
            "0xab block",
            "0x",
        ] {
            assert_eq!(words(Show::All, typed), opened, "{typed}");
        }
        for typed in ["ab", "abababa", "0xba", "0xabab…abac", "babab0"] {
            assert!(words(Show::All, typed).is_empty(), "{typed}");
        }
    }

    #[test]
    fn texts_are_written_once() {
        let written = Rc::new(std::cell::Cell::new(0));
        let counting = written.clone();
        let reading = Reading {
            when: Callback::from(move |_| {
                counting.set(counting.get() + 1);
                String::new()
            }),
            ..reading()
        };
        let paid = |total: u64| {
            let amount = thunder_channel::Amount::ZERO;
            Entry::new(total, EntryKind::Opened { block: total, amount })
        };
        let (mut texts, mut history) = (Texts::default(), (0..120).map(paid).collect::<History>());
        let mut search = |history: &History, typed: &str, reading: &Reading| {
            let count = found(history, Show::All, typed, reading, &mut texts).count;
            (count, written.replace(0))
        };
        assert_eq!(search(&history, "", &reading), (120, 0), "nothing is searched");
        assert_eq!(search(&history, "block 11", &reading), (11, 120));
        assert_eq!(search(&history, "block 119", &reading), (1, 0));
        // Other pages are written anew, and so is everything for somebody else.
        history = (0..121).map(paid).collect();
        assert_eq!(search(&history, "block 120", &reading), (1, 121));
        let theirs = Reading {
            holder: Side::Bob,
            ..reading.clone()
        };
        assert_eq!(search(&history, "block 120", &theirs), (1, 121));
        assert_eq!(search(&history, "block", &theirs), (121, 0));
        // What the history has let go is let go here.
        history = (0..10).map(paid).collect();
        search(&history, "block", &theirs);
        assert_eq!(texts.pages.len(), 1);
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
        let of = |blocks, show, typed: &str| {
            let history: History = (0..blocks).map(opened).collect();
            found(&history, show, typed, &reading(), &mut Texts::default())
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

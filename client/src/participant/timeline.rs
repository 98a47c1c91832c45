//! What happened in a channel, for people. Bounded, stored in pages apart from the money.

use super::limits::{MAX_ENTRY_MEMOS, MAX_MEMO_TEXT, PAGE_ENTRIES, PAGES, RUN_GAP_MS, RUN_PAYMENTS};
use crate::{Entry, EntryKind, EntryMemo, History, HistoryPage, StoreError, Write};
use std::{collections::BTreeSet, rc::Rc};
use thunder_channel::{Amount, Bytes32, ChannelId, Side};

/// Keys of timeline pages: this, the channel's id, and the page's slot.
const TIMELINE: &str = "timeline/";

/// The history of one channel, and which of its pages are to be written.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    history: History,
    dirty: BTreeSet<u64>,
}

/// A page as it is stored.
pub struct Stored {
    page: HistoryPage,
    /// Whether it is under its own key: fewer pages were kept once, and went round sooner.
    in_place: bool,
}

impl Stored {
    /// Reads one back, with the channel's id; `None` for another kind of record.
    pub fn read<'a>(key: &'a str, value: &str) -> Option<Result<(&'a str, Self), StoreError>> {
        let (id, slot) = key.strip_prefix(TIMELINE)?.split_once('/')?;
        let page = serde_json::from_str::<HistoryPage>(value);
        let stored = page.map(|page| {
            let in_place = slot == slot_of(page.number).to_string();
            (id, Self { page, in_place })
        });
        Some(stored.map_err(|_| StoreError::Corrupt { key: key.to_owned() }))
    }
}

/// Under which of its channel's keys a page is stored.
const fn slot_of(number: u64) -> u64 {
    number % (PAGES as u64 + 1)
}

/// What became of a memo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is at its payment's entry.
    There,
    /// Its payment has not come.
    Ahead,
    /// Its payment is no longer in the timeline, or has as many memos as are shown.
    LeftOut,
}

/// Payments of one entry, as far as a run is concerned.
#[derive(Clone, Copy)]
struct Payments {
    at: u64,
    by: Side,
    amount: Amount,
    payments: u64,
}

impl Payments {
    /// `None` for what never is part of a run.
    fn of(entry: &Entry) -> Option<Self> {
        match entry.kind {
            EntryKind::Paid {
                by, amount, payments, ..
            } if entry.memos.is_empty() => Some(Self {
                at: entry.at,
                by,
                amount,
                payments,
            }),
            _ => None,
        }
    }

    /// Whether `next` is one more of these: by the same side, as much as each of them, and soon.
    fn goes_on_with(&self, next: &Self) -> bool {
        let each = u128::from(self.payments);
        next.by == self.by
            && next.payments == 1
            && next.amount.units().checked_mul(each) == Some(self.amount.units())
            && next.at.abs_diff(self.at) <= RUN_GAP_MS
    }
}

impl Timeline {
    /// The entries, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.history.iter()
    }

    /// What a screen may show.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// Adds the newest entry. In a run of equal payments it only makes the last one more: a stream would wash everything else away.
    pub fn push(&mut self, entry: Entry) {
        let joined = self.joined(&entry);
        let pages = self.history.pages_mut();
        if let Some(joined) = joined
            && let Some(page) = pages.back_mut()
            && let Some(last) = Rc::make_mut(page).entries.last_mut()
        {
            *last = joined;
            self.dirty.insert(page.number);
            return;
        }
        let full = pages.back().is_none_or(|page| page.entries.len() >= PAGE_ENTRIES);
        if full {
            let number = pages.back().map_or(0, |page| page.number + 1);
            pages.push_back(empty(number));
            if pages.len() > PAGES + 1 {
                pages.pop_front();
            }
        }
        if let Some(page) = pages.back_mut() {
            Rc::make_mut(page).entries.push(entry);
            self.dirty.insert(page.number);
        }
        if full {
            self.forget_wordy();
        }
    }

    /// Forgets the oldest pages where the words beside all payments together are too many: they are the counterparty's to write.
    fn forget_wordy(&mut self) {
        let mut words = 0_usize;
        for page in self.history.pages_mut().iter_mut().rev() {
            let memos = page.entries.iter().flat_map(|entry| &entry.memos);
            words = memos.fold(words, |sum, memo| sum.saturating_add(memo.text.as_str().len()));
            if words > MAX_MEMO_TEXT && !page.entries.is_empty() {
                *page = empty(page.number);
                self.dirty.insert(page.number);
            }
        }
    }

    /// The last entry with this one in it, where both belong to a run.
    fn joined(&self, entry: &Entry) -> Option<Entry> {
        let mut newest = self.entries().rev();
        let last = newest.next()?;
        let (before, this) = (Payments::of(last)?, Payments::of(entry)?);
        if !before.goes_on_with(&this) {
            return None;
        }
        if before.payments == 1 {
            let mut after = before;
            for _ in 2..RUN_PAYMENTS {
                let earlier = Payments::of(newest.next()?)?;
                if earlier.payments != 1 || !earlier.goes_on_with(&after) {
                    return None;
                }
                after = earlier;
            }
        }
        let EntryKind::Paid { total, nonce, .. } = &entry.kind else {
            return None;
        };
        Some(Entry::new(
            entry.at,
            EntryKind::Paid {
                by: this.by,
                amount: before.amount.checked_add(this.amount)?,
                total: *total,
                nonce: nonce.clone(),
                payments: before.payments.checked_add(1)?,
            },
        ))
    }

    /// Takes another store's entries, where this one only has what the chain told since: those come after them.
    pub fn take_back(&mut self, other: &Self) {
        let here: Vec<_> = self.entries().cloned().collect();
        let news = |entry: &Entry| !other.entries().any(|known| known.kind == entry.kind);
        let news: Vec<_> = here.into_iter().filter(|entry| news(entry)).collect();
        // Over the pages that are stored here, by their numbers: those in a file are anybody's.
        let pages = self.history.pages_mut();
        let first = pages.front().map_or(0, |page| page.number);
        let last = pages.back().map_or(0, |page| page.number);
        pages.clear();
        pages.push_back(empty(first));
        for entry in other.entries().cloned().chain(news) {
            self.push(entry);
        }
        let pages = self.history.pages_mut();
        let filled = pages.back().map_or(first, |page| page.number);
        for number in filled + 1..=last {
            pages.push_back(empty(number));
            self.dirty.insert(number);
        }
    }

    /// Puts a memo to the entry that its payment by `payer` is part of. The first memo with its total stays.
    pub fn place(&mut self, payer: Side, memo: EntryMemo) -> Placed {
        for page in self.history.pages_mut().iter_mut().rev() {
            for index in (0..page.entries.len()).rev() {
                let EntryKind::Paid {
                    by, amount, total, ..
                } = page.entries[index].kind
                else {
                    continue;
                };
                if by != payer {
                    continue;
                }
                if memo.total > total {
                    // Entries of one payer have no gaps, so this is the newest.
                    return Placed::Ahead;
                }
                if memo.total <= total.saturating_sub(amount) {
                    continue;
                }
                let memos = &page.entries[index].memos;
                let place = memos.partition_point(|other| other.total < memo.total);
                if memos.get(place).is_some_and(|other| other.total == memo.total) {
                    return Placed::There;
                }
                if memos.len() >= MAX_ENTRY_MEMOS {
                    return Placed::LeftOut;
                }
                Rc::make_mut(page).entries[index].memos.insert(place, memo);
                self.dirty.insert(page.number);
                return Placed::There;
            }
        }
        let empty = !self
            .entries()
            .any(|entry| matches!(entry.kind, EntryKind::Paid { by, .. } if by == payer));
        if empty { Placed::Ahead } else { Placed::LeftOut }
    }

    /// Brings the entries of the chain in line with `happened`, which is complete from block `from` on, each with its transaction.
    pub fn merge_chain(&mut self, from: u64, happened: &[(EntryKind, Bytes32)], at: u64) {
        let stale = |entry: &Entry| {
            entry.kind.block().is_some_and(|block| block >= from)
                && !happened.iter().any(|(kind, _)| *kind == entry.kind)
        };
        for page in self.history.pages_mut() {
            if page.entries.iter().any(stale) {
                Rc::make_mut(page).entries.retain(|entry| !stale(entry));
                self.dirty.insert(page.number);
            }
        }
        for (index, (kind, transaction)) in happened.iter().enumerate() {
            // Two equal deposits in one block are two.
            let before = happened[..index]
                .iter()
                .filter(|(other, _)| other == kind)
                .count();
            if !self.name_transaction(kind, before, *transaction) {
                self.push(Entry {
                    transaction: Some(*transaction),
                    ..Entry::new(at, kind.clone())
                });
            }
        }
    }

    /// Says which transaction the entry of this kind is of that comes after so many others of it. `false` if there is none. What was
    /// stored before transactions were is found like this, and what a reorganisation has put into another transaction.
    fn name_transaction(&mut self, kind: &EntryKind, before: usize, transaction: Bytes32) -> bool {
        let mut left = before;
        for page in self.history.pages_mut() {
            let mut same = page
                .entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| entry.kind == *kind);
            let Some((place, entry)) = same.nth(left) else {
                left -= page.entries.iter().filter(|entry| entry.kind == *kind).count();
                continue;
            };
            if entry.transaction != Some(transaction) {
                Rc::make_mut(page).entries[place].transaction = Some(transaction);
                self.dirty.insert(page.number);
            }
            return true;
        }
        false
    }

    /// The writes for what changed since the last call.
    pub fn writes(&mut self, id: ChannelId) -> Vec<Write> {
        let dirty = std::mem::take(&mut self.dirty);
        self.history
            .pages()
            .filter(|page| dirty.contains(&page.number))
            .map(|page| Write::Put {
                key: format!("{TIMELINE}{id}/{}", slot_of(page.number)),
                value: super::json(page.as_ref()),
            })
            .collect()
    }

    /// Takes in a page that was read, in its place.
    pub fn insert(&mut self, stored: Stored) {
        let pages = self.history.pages_mut();
        let (number, page) = (stored.page.number, Rc::new(stored.page));
        let place = pages.partition_point(|other| other.number < number);
        match pages.get_mut(place).filter(|other| other.number == number) {
            Some(twin) if stored.in_place => *twin = page,
            Some(_) => (),
            None => pages.insert(place, page),
        }
    }
}

fn empty(number: u64) -> Rc<HistoryPage> {
    Rc::new(HistoryPage {
        number,
        entries: Vec::new(),
    })
}

impl EntryKind {
    /// The block of an entry that the chain told.
    const fn block(&self) -> Option<u64> {
        match self {
            Self::Paid { .. } => None,
            Self::Opened { block, .. }
            | Self::Deposited { block, .. }
            | Self::Withdrawn { block, .. }
            | Self::Closing { block, .. }
            | Self::Claimed { block, .. }
            | Self::Forfeited { block, .. }
            | Self::Settled { block, .. } => Some(*block),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::participant::limits::MAX_ENTRIES;
    use std::collections::BTreeMap;
    use thunder_channel::Amount;

    fn opened(block: u64) -> EntryKind {
        EntryKind::Opened {
            block,
            amount: Amount::ZERO,
        }
    }

    fn forfeited(block: u64) -> EntryKind {
        EntryKind::Forfeited {
            closer: Side::Bob,
            block,
        }
    }

    fn reload(timeline: &mut Timeline, id: ChannelId, store: &mut BTreeMap<String, String>) -> Timeline {
        for Write::Put { key, value } in timeline.writes(id) {
            store.insert(key, value);
        }
        let mut read = Timeline::default();
        for (key, value) in &*store {
            let (of, page) = Stored::read(key, value).unwrap().unwrap();
            assert_eq!(of, id.to_string());
            read.insert(page);
        }
        read
    }

    #[test]
    fn keeps_the_newest_in_bounded_records() {
        let id = ChannelId([1; 32].into());
        let (mut timeline, mut store) = (Timeline::default(), BTreeMap::new());
        for block in 0..12_000 {
            timeline.push(Entry::new(0, opened(block)));
            let writes = timeline.writes(id);
            assert_eq!(writes.len(), 1, "one record per entry");
            for Write::Put { key, value } in writes {
                store.insert(key, value);
            }
        }
        let again = reload(&mut timeline, id, &mut store);
        assert!(again.entries().eq(timeline.entries()));
        assert!(store.len() <= PAGES + 1 && again.entries().count() >= MAX_ENTRIES);
        assert_eq!(again.entries().last().unwrap().kind, opened(11_999));
        let broken = Stored::read("timeline/x/0", "{");
        assert!(matches!(broken, Some(Err(StoreError::Corrupt { .. }))));
    }

    #[test]
    fn what_a_reorganisation_took_is_gone_and_nothing_is_told_twice() {
        let mut timeline = Timeline::default();
        let by = |kind| (kind, Bytes32::repeat_byte(1));
        timeline.merge_chain(0, &[by(opened(3)), by(forfeited(9))], 1);
        timeline.merge_chain(5, &[by(forfeited(9))], 2);
        assert_eq!(timeline.entries().count(), 2);
        timeline.merge_chain(5, &[by(forfeited(10))], 3);
        let kinds: Vec<_> = timeline.entries().map(|entry| entry.kind.clone()).collect();
        assert_eq!(kinds, [opened(3), forfeited(10)]);
    }

    #[test]
    fn what_was_stored_without_its_transaction_is_read_and_learns_it() {
        let id = ChannelId([1; 32].into());
        let hash = Bytes32::repeat_byte;
        // As it was stored before entries had one.
        let old = r#"{"number":0,"entries":[
            {"at":1,"kind":{"kind":"opened","block":3,"amount":"0"}},
            {"at":2,"kind":{"kind":"forfeited","closer":"bob","block":9}},
            {"at":2,"kind":{"kind":"forfeited","closer":"bob","block":9}}]}"#;
        let mut timeline = Timeline::default();
        let (_, page) = Stored::read("timeline/x/0", old).unwrap().unwrap();
        timeline.insert(page);
        let transactions =
            |timeline: &Timeline| -> Vec<_> { timeline.entries().map(|entry| entry.transaction).collect() };
        assert_eq!(transactions(&timeline), [None; 3]);
        let told = [
            (forfeited(9), hash(1)),
            (forfeited(9), hash(2)),
            (opened(10), hash(3)),
        ];
        timeline.merge_chain(5, &told, 3);
        let known = [None, Some(hash(1)), Some(hash(2)), Some(hash(3))];
        assert_eq!(
            transactions(&timeline),
            known,
            "what is not read again stays as it was"
        );
        // It is stored, and said once.
        let mut store = BTreeMap::new();
        assert_eq!(transactions(&reload(&mut timeline, id, &mut store)), known);
        timeline.merge_chain(5, &told, 4);
        assert!(timeline.writes(id).is_empty(), "nothing new");
        // The same in another transaction, after a reorganisation.
        timeline.merge_chain(5, &[(forfeited(9), hash(7)), told[1].clone(), told[2].clone()], 5);
        assert_eq!(timeline.entries().count(), 4);
        assert_eq!(transactions(&timeline)[1], Some(hash(7)));
        // A payment has none, and its stored form is what it was.
        let mut paid = paid(1, 0);
        paid.memos.clear();
        assert!(!super::super::json(&paid).contains("transaction"));
    }

    /// A payment that is no part of a run, with so many bytes of words beside it.
    fn paid(total: u64, words: usize) -> Entry {
        let kind = EntryKind::Paid {
            by: Side::Bob,
            amount: Amount::new(total.into()).unwrap(),
            total: Amount::new(total.into()).unwrap(),
            nonce: total.to_string(),
            payments: 1,
        };
        let memo = EntryMemo {
            total: Amount::new(total.into()).unwrap(),
            request: None,
            text: thunder_channel::MemoText::parse(&"w".repeat(words)).unwrap(),
        };
        Entry {
            memos: vec![memo],
            ..Entry::new(0, kind)
        }
    }

    #[test]
    fn whoever_writes_too_much_beside_payments_washes_away_the_oldest_and_no_more() {
        let id = ChannelId([1; 32].into());
        let (mut timeline, mut store) = (Timeline::default(), BTreeMap::new());
        let most = thunder_channel::MAX_MEMO_CHARACTERS;
        let fit = MAX_MEMO_TEXT / most;
        let entries = u64::try_from(fit + 500).unwrap();
        assert!(
            fit + 500 < MAX_ENTRIES,
            "what is forgotten is forgotten for its words"
        );
        for total in 1..=entries {
            timeline.push(paid(total, most));
        }
        let kept = timeline.entries().count();
        assert!(
            (fit - 2 * PAGE_ENTRIES..=fit + PAGE_ENTRIES).contains(&kept),
            "{kept}"
        );
        assert!(timeline.entries().all(|entry| !entry.memos.is_empty()));
        let again = reload(&mut timeline, id, &mut store);
        assert_eq!(again.history(), timeline.history(), "forgotten in the store too");
        // Short words are no reason.
        let mut short = Timeline::default();
        (1..=entries).for_each(|total| short.push(paid(total, 10)));
        assert_eq!(short.entries().count(), fit + 500);
    }

    #[test]
    fn pages_of_a_store_that_kept_fewer_are_found_where_they_were() {
        let id = ChannelId([1; 32].into());
        let mut timeline = Timeline::default();
        (0..650).for_each(|block| timeline.push(Entry::new(0, opened(block))));
        // As it was stored when there were eleven keys: the oldest two pages are gone.
        let mut store: BTreeMap<String, String> = timeline
            .history()
            .pages()
            .skip(2)
            .map(|page| {
                (
                    format!("{TIMELINE}{id}/{}", page.number % 11),
                    super::super::json(page.as_ref()),
                )
            })
            .collect();
        let mut read = reload(&mut Timeline::default(), id, &mut store);
        assert_eq!(read.entries().count(), 550);
        // It goes on, and nothing is there twice.
        (650..720).for_each(|block| read.push(Entry::new(0, opened(block))));
        let again = reload(&mut read, id, &mut store);
        assert!(
            again
                .entries()
                .map(|entry| entry.kind.block())
                .eq((100..720).map(Some))
        );
    }
}

//! What the hub said of channels, until something happens to them.

use super::Life;
use crate::{Limits, follow::News};
use std::{collections::HashMap, time::Instant};
use thunder_channel::ChannelId;

/// The hub's last words, bounded.
#[derive(Debug, Default)]
pub struct Memory {
    channels: HashMap<ChannelId, Remembered>,
    now: Moment,
    /// When every block up to the newest had been read last.
    followed: Option<Instant>,
}

/// Counts what was forgotten: an answer to a question from before may be of before, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment(u64);

/// What the hub said of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    pub life: Life,
    /// Whether it was there at the depth that the operator asks for.
    pub deep: bool,
    /// The newest block that had been heard of: without another one, nothing gets deeper.
    pub heard: u64,
    pub read: Instant,
}

impl Memory {
    /// Forgets what may have changed.
    pub fn hear(&mut self, news: &News, at: Instant) {
        self.followed = Some(at);
        if news.reorganised {
            self.channels.clear();
        }
        for channel in &news.touched {
            self.channels.remove(channel);
        }
        if news.reorganised || !news.touched.is_empty() {
            self.now.0 += 1;
        }
    }

    /// To be taken before a question, for [`keep`](Self::keep).
    pub const fn now(&self) -> Moment {
        self.now
    }

    pub fn recall(&self, id: ChannelId) -> Option<Remembered> {
        self.channels.get(&id).copied()
    }

    /// Whether to ask again. While every block is read, a change would have been heard of.
    pub fn is_old(&self, remembered: &Remembered, at: Instant, limits: &Limits) -> bool {
        let since = |then| at.saturating_duration_since(then);
        let follows = self
            .followed
            .is_some_and(|last| since(last) <= limits.chain_memory);
        let most = if follows {
            limits.chain_recheck
        } else {
            limits.chain_memory
        };
        since(remembered.read) > most
    }

    /// Keeps the answer to a question of that moment, unless something was forgotten since.
    pub fn keep(&mut self, id: ChannelId, fresh: Remembered, asked: Moment, limits: &Limits) {
        if self.now != asked {
            return;
        }
        let channels = &mut self.channels;
        // An unopened channel may open in the next block, and anybody can name any number of them.
        if fresh.life == Life::Unknown {
            channels.remove(&id);
            return;
        }
        if channels.len() >= limits.chain_entries && !channels.contains_key(&id) {
            channels.retain(|_, entry| entry.read.elapsed() <= limits.chain_memory);
            if channels.len() >= limits.chain_entries {
                channels.clear();
            }
        }
        channels.insert(id, fresh);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, time::Duration};
    use thunder_channel::Bytes32;
    use thunder_ethereum::Block;

    const ONE: ChannelId = ChannelId(Bytes32::repeat_byte(1));
    const TWO: ChannelId = ChannelId(Bytes32::repeat_byte(2));
    const THREE: ChannelId = ChannelId(Bytes32::repeat_byte(3));

    fn news(touched: &[ChannelId], reorganised: bool) -> News {
        News {
            head: Block {
                number: 1,
                hash: Bytes32::zero(),
                parent: Bytes32::zero(),
                timestamp: 0,
                base_fee: None,
            },
            touched: BTreeSet::from_iter(touched.iter().copied()),
            reorganised,
        }
    }

    fn word(deposits: u128, read: Instant) -> Remembered {
        Remembered {
            life: Life::Live { deposits },
            deep: true,
            heard: 1,
            read,
        }
    }

    fn with_both(at: Instant) -> Memory {
        let mut memory = Memory::default();
        for id in [ONE, TWO] {
            memory.keep(id, word(5, at), memory.now(), &Limits::default());
        }
        memory
    }

    #[test]
    fn a_word_is_good_for_longer_while_every_block_is_read() {
        let (start, limits) = (Instant::now(), Limits::default());
        let mut memory = Memory::default();
        let word = word(5, start);
        let old = |memory: &Memory, after| memory.is_old(&word, start + after, &limits);
        let bit = Duration::from_millis(1);
        assert!(!old(&memory, limits.chain_memory) && old(&memory, limits.chain_memory + bit));
        memory.hear(&news(&[], false), start + limits.chain_recheck);
        assert!(!old(&memory, limits.chain_recheck) && old(&memory, limits.chain_recheck + bit));
        // The follower fell silent.
        memory.hear(&news(&[], false), start);
        assert!(!old(&memory, limits.chain_memory) && old(&memory, limits.chain_memory + bit));
    }

    #[test]
    fn what_happens_to_a_channel_makes_its_word_forgotten() {
        let now = Instant::now();
        let mut memory = with_both(now);
        memory.hear(&news(&[], false), now);
        assert!(memory.recall(ONE).is_some());
        memory.hear(&news(&[ONE], false), now);
        assert_eq!(
            (memory.recall(ONE), memory.recall(TWO)),
            (None, Some(word(5, now)))
        );
        memory.hear(&news(&[], true), now);
        assert_eq!(memory.recall(TWO), None);
    }

    #[test]
    fn an_answer_from_before_a_change_is_not_kept() {
        let now = Instant::now();
        let mut memory = with_both(now);
        let asked = memory.now();
        memory.hear(&news(&[ONE], false), now);
        memory.keep(ONE, word(5, now), asked, &Limits::default());
        assert_eq!(memory.recall(ONE), None);
        memory.keep(ONE, word(7, now), memory.now(), &Limits::default());
        assert_eq!(memory.recall(ONE), Some(word(7, now)));
    }

    #[test]
    fn memory_is_bounded_and_keeps_no_channel_that_is_not_there() {
        let now = Instant::now();
        let limits = Limits {
            chain_entries: 2,
            ..Limits::default()
        };
        let mut memory = with_both(now);
        let gone = Remembered {
            life: Life::Unknown,
            ..word(0, now)
        };
        memory.keep(THREE, word(1, now), memory.now(), &limits);
        assert_eq!(memory.channels.len(), 1);
        memory.keep(THREE, gone, memory.now(), &limits);
        assert!(memory.channels.is_empty());
    }
}

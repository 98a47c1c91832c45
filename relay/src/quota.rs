//! What all connections of one address, or of one key, may do together.

use crate::{limits::QUOTAS, pace::Pace};
use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use thunder_channel::ChannelId;

/// The quotas of everybody who is here, and of those who left in debt: leaving and coming back starts no new burst.
pub struct Quotas<K> {
    new: Box<dyn Fn(Instant) -> Pace + Send + Sync>,
    all: Mutex<All<K>>,
}

struct All<K> {
    quotas: HashMap<K, Arc<Quota>>,
    /// How many there may be before those at rest are looked for.
    enough: usize,
}

/// One's share.
pub struct Quota(Mutex<Used>);

struct Used {
    pace: Pace,
    places: usize,
    channels: HashMap<ChannelId, usize>,
}

impl<K: Hash + Eq> Quotas<K> {
    /// Everybody has this pace.
    #[must_use]
    pub fn new(per_second: u32, burst: u32) -> Self {
        Self {
            new: Box::new(move |now| Pace::new(per_second, burst, now)),
            all: Mutex::new(All {
                quotas: HashMap::new(),
                enough: QUOTAS,
            }),
        }
    }

    /// This one's.
    #[must_use]
    pub fn of(&self, who: K, now: Instant) -> Arc<Quota> {
        let mut all = locked(&self.all);
        if all.quotas.len() >= all.enough {
            all.quotas
                .retain(|_, quota| Arc::strong_count(quota) > 1 || !locked(&quota.0).pace.at_rest(now));
            // Looked for again when there are twice as many, so that each newcomer costs a bounded share of it.
            all.enough = (2 * all.quotas.len()).max(QUOTAS);
        }
        let new = || {
            Arc::new(Quota(Mutex::new(Used {
                pace: (self.new)(now),
                places: 0,
                channels: HashMap::new(),
            })))
        };
        Arc::clone(all.quotas.entry(who).or_insert_with(new))
    }
}

impl Quota {
    /// Counts so many frames.
    pub fn count(&self, frames: u32, now: Instant) {
        locked(&self.0).pace.count(frames, now);
    }

    /// Counts so many if the pace is kept. Who is refused owes nothing for it, so asking too often keeps nobody out for long.
    #[must_use]
    pub fn spend(&self, frames: u32, now: Instant) -> bool {
        let pace = &mut locked(&self.0).pace;
        let kept = pace.would_keep(frames, now);
        if kept {
            pace.count(frames, now);
        }
        kept
    }

    /// Until when nothing more is read; `None` while the pace is kept.
    #[must_use]
    pub fn wait(&self, now: Instant) -> Option<Instant> {
        locked(&self.0).pace.wait(now)
    }

    /// One more connection, if there are fewer than `most`.
    #[must_use]
    pub fn enter(self: &Arc<Self>, most: usize) -> Option<Place> {
        let mut used = locked(&self.0);
        if used.places >= most {
            return None;
        }
        used.places += 1;
        drop(used);
        Some(Place(Arc::clone(self)))
    }

    /// Follows a channel, if it is followed already or there are fewer than `most`.
    #[must_use]
    pub fn follow(self: &Arc<Self>, channel: ChannelId, most: usize) -> Option<Followed> {
        let mut used = locked(&self.0);
        let followed = used.channels.len();
        match used.channels.entry(channel) {
            Entry::Occupied(mut times) => *times.get_mut() += 1,
            Entry::Vacant(_) if followed >= most => return None,
            Entry::Vacant(place) => {
                place.insert(1);
            }
        }
        drop(used);
        Some(Followed {
            quota: Arc::clone(self),
            channel,
        })
    }
}

/// A connection's place in a quota, free again when it is dropped.
pub struct Place(Arc<Quota>);

impl Drop for Place {
    fn drop(&mut self) {
        let mut used = locked(&self.0.0);
        used.places = used.places.saturating_sub(1);
    }
}

/// A channel's place in a quota, free again when it is dropped.
pub struct Followed {
    quota: Arc<Quota>,
    channel: ChannelId,
}

impl Drop for Followed {
    fn drop(&mut self) {
        if let Entry::Occupied(mut times) = locked(&self.quota.0).channels.entry(self.channel) {
            *times.get_mut() -= 1;
            if *times.get() == 0 {
                times.remove();
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn places_and_channels_are_bounded_and_come_free() {
        let now = Instant::now();
        let quotas = Quotas::new(1, 1);
        let quota = quotas.of(1, now);
        let place = quota.enter(1).unwrap();
        assert!(quotas.of(1, now).enter(1).is_none());
        assert!(quotas.of(2, now).enter(1).is_some());
        drop(place);
        assert!(quota.enter(1).is_some());
        let [one, other] = [1, 2].map(|byte| ChannelId([byte; 32].into()));
        let (first, second) = (quota.follow(one, 1).unwrap(), quota.follow(one, 1).unwrap());
        assert!(quota.follow(other, 1).is_none());
        drop(first);
        assert!(quota.follow(other, 1).is_none());
        drop(second);
        assert!(quota.follow(other, 1).is_some());
    }

    #[test]
    fn who_left_in_debt_still_owes_and_who_left_at_rest_is_forgotten() {
        let now = Instant::now();
        let quotas = Quotas::new(10, 1);
        for who in 0..QUOTAS {
            drop(quotas.of(who, now));
        }
        quotas.of(7, now).count(1000, now);
        let stays = quotas.of(8, now);
        let _newcomer = quotas.of(QUOTAS, now);
        let left: Vec<_> = {
            let mut left: Vec<_> = locked(&quotas.all).quotas.keys().copied().collect();
            left.sort_unstable();
            left
        };
        assert_eq!(left, [7, 8, QUOTAS]);
        assert!(quotas.of(7, now).wait(now).is_some());
        assert!(quotas.of(7, now).wait(now + Duration::from_secs(100)).is_none());
        assert!(Arc::ptr_eq(&stays, &quotas.of(8, now)));
    }
}

//! The writes of each channel, one after the other; those of different channels side by side.

use super::{
    bucket::{Bucket, PutError},
    entry::Entry,
};
use crate::{
    Limits,
    counters::{Count, Counters},
    store::{Done, Kept, Outcome, StoreError, Write},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use thunder_channel::ChannelId;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Something to do for a channel, with its place in the bounded queue.
pub enum Job {
    Load(oneshot::Sender<Result<Kept, StoreError>>, OwnedSemaphorePermit),
    Write(Box<Write>, Done, OwnedSemaphorePermit),
    Forget(oneshot::Sender<Result<(), StoreError>>, OwnedSemaphorePermit),
}

type Queues = HashMap<ChannelId, VecDeque<Job>>;

/// All lanes. A channel has a queue here exactly while a task works on it.
pub struct Lanes {
    bucket: Arc<Bucket>,
    queues: Mutex<Queues>,
    memory: Mutex<Memory>,
    places: Arc<Semaphore>,
    limits: Limits,
    counters: Arc<Counters>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

#[derive(Default)]
struct Memory {
    /// What was read before this was raised is not remembered.
    generation: u64,
    entries: HashMap<ChannelId, Known>,
}

/// An entry as this relay read or wrote it last: most often it still is so, and a write needs no reading first.
struct Known {
    revision: u64,
    entry: Option<Entry>,
    /// Whether everything in it was told to whoever is connected here: what this relay writes is, what it reads not yet.
    told: bool,
}

impl Lanes {
    /// No lanes yet.
    pub fn new(
        bucket: Arc<Bucket>,
        limits: &Limits,
        counters: Arc<Counters>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            bucket,
            queues: Mutex::default(),
            memory: Mutex::default(),
            places: Arc::new(Semaphore::new(limits.store_queue)),
            limits: limits.clone(),
            counters,
            tasks: TaskTracker::new(),
            stop,
        }
    }

    /// Queues a job for a channel; waits while the queue is full.
    pub async fn queue(
        self: &Arc<Self>,
        channel: ChannelId,
        job: impl FnOnce(OwnedSemaphorePermit) -> Job,
    ) -> Result<(), StoreError> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let job = job(place);
        let mut queues = locked(&self.queues);
        if let Some(queue) = queues.get_mut(&channel) {
            queue.push_back(job);
        } else {
            queues.insert(channel, VecDeque::from([job]));
            self.tasks.spawn(Arc::clone(self).serve(channel));
        }
        Ok(())
    }

    /// Refuses what is queued from now on, and waits for what was queued before.
    pub async fn close(&self) {
        self.places.close();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// The watch shows a channel at this revision. Says whether there can be anything new in it.
    pub fn changed(&self, channel: ChannelId, revision: u64) -> bool {
        let entries = &mut locked(&self.memory).entries;
        match entries.get_mut(&channel) {
            Some(known) if known.revision == revision => !std::mem::replace(&mut known.told, true),
            Some(known) if known.revision < revision => {
                entries.remove(&channel);
                true
            }
            _ => true,
        }
    }

    /// What is remembered may be no longer so, or may never have been kept.
    pub fn forget_known(&self) {
        let mut memory = locked(&self.memory);
        memory.generation += 1;
        memory.entries.clear();
    }

    async fn serve(self: Arc<Self>, channel: ChannelId) {
        while let Some(jobs) = self.next(channel) {
            let mut writes = Vec::new();
            for job in jobs {
                match job {
                    Job::Write(write, done, place) => writes.push((write, done, place)),
                    Job::Load(answer, _place) => {
                        self.write(channel, std::mem::take(&mut writes)).await;
                        let loaded = self.unless_stopped(self.load(channel)).await;
                        let _ = answer.send(loaded);
                    }
                    Job::Forget(answer, _place) => {
                        self.write(channel, std::mem::take(&mut writes)).await;
                        let forgotten = self.unless_stopped(self.bucket.purge(channel)).await;
                        locked(&self.memory).entries.remove(&channel);
                        let _ = answer.send(forgotten);
                    }
                }
            }
            self.write(channel, writes).await;
        }
    }

    /// What to do next; ends the lane if that is nothing.
    fn next(&self, channel: ChannelId) -> Option<Vec<Job>> {
        let mut queues = locked(&self.queues);
        let queue = queues.get_mut(&channel)?;
        if queue.is_empty() {
            queues.remove(&channel);
            return None;
        }
        let batch = queue.len().min(self.limits.store_batch);
        Some(queue.drain(..batch).collect())
    }

    async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.stop
            .run_until_cancelled(work)
            .await
            .unwrap_or(Err(StoreError::Closed))
    }

    async fn load(&self, channel: ChannelId) -> Result<Kept, StoreError> {
        let found = self.read(channel).await?;
        Ok(found.entry.map(Entry::kept).unwrap_or_default())
    }

    async fn read(&self, channel: ChannelId) -> Result<Known, StoreError> {
        let found = self.bucket.get(channel).await?;
        let entry = found
            .value
            .map(|bytes| Entry::decode(channel, &bytes))
            .transpose()?;
        Ok(Known {
            revision: found.revision,
            entry,
            told: false,
        })
    }

    /// All of them as one new value of the entry.
    async fn write(&self, channel: ChannelId, writes: Vec<(Box<Write>, Done, OwnedSemaphorePermit)>) {
        if writes.is_empty() {
            return;
        }
        // Apart, because what is told later cannot be looked at by two threads at once.
        let (writes, told): (Vec<_>, Vec<_>) = writes
            .into_iter()
            .map(|(write, done, place)| (write, (done, place)))
            .unzip();
        match self.unless_stopped(self.put_all(channel, &writes)).await {
            Ok(outcomes) => {
                for ((done, _place), outcome) in told.into_iter().zip(outcomes) {
                    done(outcome);
                }
            }
            Err(error) => {
                tracing::error!(%error, %channel, writes = writes.len(), "the store failed; nothing of this was acknowledged");
                for (done, _place) in told {
                    done(Err(error.clone()));
                }
            }
        }
    }

    async fn put_all(
        &self,
        channel: ChannelId,
        writes: &[Box<Write>],
    ) -> Result<Vec<Result<Outcome, StoreError>>, StoreError> {
        let deadline = Instant::now() + self.limits.nats_patience;
        let (mut conflicts, mut failures) = (0, 0);
        loop {
            let why = match self.put_once(channel, writes).await {
                Ok(outcomes) => return Ok(outcomes),
                Err(TryAgain::Conflict) => {
                    self.counters.add(Count::StoreConflict);
                    conflicts += 1;
                    StoreError::Failed("too many relays write this channel at once".into())
                }
                Err(TryAgain::Unknown(error)) => {
                    self.counters.add(Count::StoreRetried);
                    failures += 1;
                    error
                }
                Err(TryAgain::Never(error)) => return Err(error),
            };
            let pause = pause(conflicts + failures);
            if conflicts > self.limits.nats_conflicts || Instant::now() + pause > deadline {
                return Err(why);
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn put_once(
        &self,
        channel: ChannelId,
        writes: &[Box<Write>],
    ) -> Result<Vec<Result<Outcome, StoreError>>, TryAgain> {
        // Taken out, so that what fails half-way is not remembered.
        let (remembered, generation) = {
            let mut memory = locked(&self.memory);
            (memory.entries.remove(&channel), memory.generation)
        };
        let known = match remembered {
            Some(known) => known,
            None => self.read(channel).await.map_err(|error| match error {
                StoreError::Corrupt(_) | StoreError::Closed => TryAgain::Never(error),
                StoreError::Failed(_) => TryAgain::Unknown(error),
            })?,
        };
        let Some(mut entry) = known
            .entry
            .or_else(|| writes.first().map(|write| Entry::for_write(write)))
        else {
            return Ok(Vec::new());
        };
        let before = entry.newest();
        let outcomes: Vec<_> = writes.iter().map(|write| entry.apply(write)).collect();
        let revision = if entry.newest() == before {
            known.revision
        } else {
            self.bucket
                .put(channel, entry.encode(), known.revision)
                .await
                .map_err(|error| match error {
                    PutError::Conflict => TryAgain::Conflict,
                    PutError::Unknown(words) => TryAgain::Unknown(StoreError::Failed(words)),
                })?
        };
        let entry = (revision > 0).then_some(entry);
        let told = known.told;
        self.remember(
            channel,
            Known {
                revision,
                entry,
                told,
            },
            generation,
        );
        Ok(outcomes)
    }

    fn remember(&self, channel: ChannelId, entry: Known, generation: u64) {
        let mut memory = locked(&self.memory);
        if memory.generation != generation {
            return;
        }
        if memory.entries.len() >= self.limits.nats_entries
            && let Some(any) = memory.entries.keys().next().copied()
        {
            memory.entries.remove(&any);
        }
        memory.entries.insert(channel, entry);
    }
}

/// Why nothing was written, and whether it can help to begin anew.
enum TryAgain {
    Conflict,
    Unknown(StoreError),
    Never(StoreError),
}

const SHORTEST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Somewhere between nothing and twice as long as before, so that relays that got in each other's way do not meet again.
fn pause(tries: u32) -> Duration {
    let mut drawn = [0; 1];
    // Without randomness it is only less well spread.
    let _ = getrandom::getrandom(&mut drawn);
    let longest = (SHORTEST_PAUSE * 2_u32.pow(tries.min(10))).min(LONGEST_PAUSE);
    longest * u32::from(drawn[0]) / 256
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

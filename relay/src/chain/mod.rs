//! Which channels the hub knows, and how much they could ever move. Asked by RPC, remembered until something happens to them.

mod memory;

use crate::{
    Limits,
    counters::{Count, Counters},
    follow::{News, Nodes},
};
use memory::{Memory, Remembered};
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use thiserror::Error;
use thunder_channel::{ChannelId, ChannelKey, Epoch, Side};
use thunder_ethereum::{At, ChainError, Hub, HubChannel, query};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The hub, read through the operator's nodes.
pub struct Chain {
    nodes: Arc<Nodes>,
    hub: Hub,
    /// Blocks on top of an opening before the channel counts.
    confirmations: u64,
    limits: Limits,
    /// The newest block that was heard of.
    heard: AtomicU64,
    memory: Mutex<Memory>,
    refreshing: Mutex<HashSet<ChannelId>>,
    counters: Arc<Counters>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// What the hub says of one life of a channel key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Open or closing: claims matter.
    Live {
        /// Everything that both sides ever put in, in the token's smallest unit.
        deposits: u128,
    },
    /// Never opened, or not in this life.
    Unknown,
    /// Paid out; nothing can be claimed any more.
    Settled,
}

/// Why claims of a channel are not taken.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NotLive {
    /// Not opened, as far as the relay's node knows.
    #[error("the hub knows no such open channel (yet); if it was just opened, try again in a moment")]
    Unknown,
    /// Opened too recently.
    #[error(
        "this channel was opened too recently; claims are taken once {0} blocks are on top of the one that opened it"
    )]
    Shallow(u64),
    /// Ended.
    #[error("this channel is settled; nothing can be claimed in it any more")]
    Settled,
    /// No answer from the node.
    #[error("the relay cannot ask the chain at the moment; try again later ({0})")]
    Unavailable(ChainError),
}

impl Chain {
    /// The hub through these nodes.
    #[must_use]
    pub fn new(
        nodes: Arc<Nodes>,
        hub: Hub,
        confirmations: u64,
        limits: &Limits,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            nodes,
            hub,
            confirmations,
            limits: limits.clone(),
            heard: AtomicU64::new(0),
            memory: Mutex::default(),
            refreshing: Mutex::default(),
            counters,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    /// Whether a node answered the last question.
    #[must_use]
    pub fn reachable(&self) -> bool {
        self.nodes.reachable()
    }

    /// Forgets what may have changed: the next question is put to the hub again.
    pub fn hear(&self, news: &News) {
        self.heard.store(news.head.number, Ordering::Relaxed);
        locked(&self.memory).hear(news, Instant::now());
    }

    /// Whether the hub knows the channel, however recently it was opened: then its sides may follow it.
    ///
    /// # Errors
    /// [`NotLive`] if it does not, or has paid it out.
    pub async fn knows(&self, key: &ChannelKey, epoch: Epoch) -> Result<(), NotLive> {
        match self.look(key, epoch).await {
            Ok(_) | Err(NotLive::Shallow(_)) => Ok(()),
            Err(why) => Err(why),
        }
    }

    /// What the hub says now. What it said before counts while the endpoint does not answer.
    ///
    /// # Errors
    /// [`NotLive`] if claims of this channel are not taken.
    pub async fn look(&self, key: &ChannelKey, epoch: Epoch) -> Result<u128, NotLive> {
        match self.read(key, epoch).await {
            Ok(remembered) => self.deposits_of(&remembered),
            Err(error) => match self.recall(key.id(epoch)) {
                Some(remembered) => self.deposits_of(&remembered),
                None => Err(NotLive::Unavailable(error)),
            },
        }
    }

    /// What the hub said last, without waiting for it: what is old is asked for again in the background.
    ///
    /// # Errors
    /// As [`look`](Self::look), which is used where nothing is remembered.
    pub async fn deposits(self: &Arc<Self>, key: &ChannelKey, epoch: Epoch) -> Result<u128, NotLive> {
        // What was shallow may be deep enough with another block.
        let heard = self.heard.load(Ordering::Relaxed);
        let of_use = |remembered: &Remembered| remembered.deep || remembered.heard == heard;
        let Some(remembered) = self.recall(key.id(epoch)).filter(of_use) else {
            return self.look(key, epoch).await;
        };
        if locked(&self.memory).is_old(&remembered, Instant::now(), &self.limits) {
            self.refresh(*key, epoch);
        }
        self.deposits_of(&remembered)
    }

    /// Ends what runs in the background.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn refresh(self: &Arc<Self>, key: ChannelKey, epoch: Epoch) {
        let id = key.id(epoch);
        if !locked(&self.refreshing).insert(id) {
            return;
        }
        let chain = Arc::clone(self);
        self.tasks.spawn(async move {
            // A failure is counted by `read`; the old word goes on counting.
            let _ = chain.stop.run_until_cancelled(chain.read(&key, epoch)).await;
            locked(&chain.refreshing).remove(&id);
        });
    }

    async fn read(&self, key: &ChannelKey, epoch: Epoch) -> Result<Remembered, ChainError> {
        self.read_deep(key, epoch).await.inspect_err(|error| {
            self.counters.add(Count::ChainFailed);
            tracing::warn!(%error, "the chain could not be asked");
        })
    }

    async fn read_deep(&self, key: &ChannelKey, epoch: Epoch) -> Result<Remembered, ChainError> {
        let heard = self.heard.load(Ordering::Relaxed);
        let asked = locked(&self.memory).now();
        let (id, life) = (key.id(epoch), self.life(key, epoch, At::Latest).await?);
        // Once deep enough, it stays so, or the memory is cleared by a reorganisation.
        let was_deep = self.recall(id).is_some_and(|remembered| remembered.deep);
        let deep = match life {
            Life::Live { .. } if self.confirmations > 0 && !was_deep => self.is_deep(key, epoch).await?,
            Life::Live { .. } | Life::Settled => true,
            Life::Unknown => false,
        };
        let remembered = Remembered {
            life,
            deep,
            heard,
            read: Instant::now(),
        };
        locked(&self.memory).keep(id, remembered, asked, &self.limits);
        Ok(remembered)
    }

    async fn is_deep(&self, key: &ChannelKey, epoch: Epoch) -> Result<bool, ChainError> {
        let head = self.nodes.ask(query::block_number).await?;
        let Some(depth) = head.checked_sub(self.confirmations) else {
            return Ok(false);
        };
        let life = self.life(key, epoch, At::Number(depth)).await?;
        Ok(matches!(life, Life::Live { .. }))
    }

    async fn life(&self, key: &ChannelKey, epoch: Epoch, at: At) -> Result<Life, ChainError> {
        let call = self.hub.channel(key);
        let answer = self.nodes.ask(|| query::call(&call, None, at)).await?;
        Ok(life_of(&self.hub.read_channel(&answer)?, epoch))
    }

    fn deposits_of(&self, remembered: &Remembered) -> Result<u128, NotLive> {
        match remembered.life {
            Life::Live { .. } if !remembered.deep => Err(NotLive::Shallow(self.confirmations)),
            Life::Live { deposits } => Ok(deposits),
            Life::Unknown => Err(NotLive::Unknown),
            Life::Settled => Err(NotLive::Settled),
        }
    }

    fn recall(&self, id: ChannelId) -> Option<Remembered> {
        locked(&self.memory).recall(id)
    }
}

fn life_of(state: &HubChannel, epoch: Epoch) -> Life {
    match state {
        HubChannel::Open { epoch: now, funding }
        | HubChannel::Closing {
            epoch: now, funding, ..
        } if *now == epoch => {
            // Both fit into 96 bits together; the hub sees to it.
            Life::Live {
                deposits: Side::BOTH.iter().map(|side| funding.deposit[*side].units()).sum(),
            }
        }
        HubChannel::Settled { epoch: last } if epoch <= *last => Life::Settled,
        // An earlier life of a key that was opened again.
        _ if epoch < state.epoch() => Life::Settled,
        _ => Life::Unknown,
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::{Amount, Funding, PerSide};

    fn funding() -> Funding {
        let deposit = PerSide {
            alice: Amount::new(400).unwrap(),
            bob: Amount::new(5).unwrap(),
        };
        Funding {
            deposit,
            ..Funding::default()
        }
    }

    #[test]
    fn only_the_current_open_or_closing_life_is_live() {
        let open = HubChannel::Open {
            epoch: 2,
            funding: funding(),
        };
        assert_eq!(life_of(&open, 2), Life::Live { deposits: 405 });
        assert_eq!(life_of(&open, 1), Life::Settled);
        assert_eq!(life_of(&open, 3), Life::Unknown);
        assert_eq!(life_of(&HubChannel::Empty, 0), Life::Unknown);
        assert_eq!(life_of(&HubChannel::Settled { epoch: 2 }, 2), Life::Settled);
        assert_eq!(life_of(&HubChannel::Settled { epoch: 2 }, 3), Life::Unknown);
        let closing = HubChannel::Closing {
            epoch: 0,
            funding: funding(),
            totals: PerSide::default(),
            closer: Side::Bob,
            closes_at: 9,
        };
        assert_eq!(life_of(&closing, 0), Life::Live { deposits: 405 });
    }
}

//! Which channels the hub knows, and how much they could ever move. Asked by RPC, remembered for a while.

use crate::{
    Limits,
    counters::{Count, Counters},
};
use anyhow::{Context, bail};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};
use thiserror::Error;
use thunder_channel::{Bytes32, ChannelId, ChannelKey, Epoch, Side};
use thunder_ethereum::{At, ChainError, HttpProvider, Hub, HubChannel, query};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The hub, read through one RPC endpoint.
pub struct Chain {
    provider: HttpProvider,
    hub: Hub,
    limits: Limits,
    remembered: Mutex<HashMap<ChannelId, Remembered>>,
    refreshing: Mutex<HashSet<ChannelId>>,
    reachable: AtomicBool,
    counters: Arc<Counters>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

#[derive(Clone, Copy)]
struct Remembered {
    life: Life,
    read: Instant,
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
    /// Ended.
    #[error("this channel is settled; nothing can be claimed in it any more")]
    Settled,
    /// No answer from the node.
    #[error("the relay cannot ask the chain at the moment; try again later ({0})")]
    Unavailable(ChainError),
}

/// What the chain at the endpoint turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The hash of block 0.
    pub genesis: Bytes32,
}

impl Chain {
    /// Connects and checks that this is the chain that the hub is on.
    ///
    /// # Errors
    /// In words for the operator: the endpoint is not reached, it is another chain, or there is no contract at the hub's
    /// address.
    pub async fn connect(
        rpc: &str,
        hub: Hub,
        chain_id: u64,
        limits: &Limits,
        counters: Arc<Counters>,
    ) -> anyhow::Result<(Self, Identity)> {
        let provider = HttpProvider::new(rpc)
            .with_context(|| format!("the RPC endpoint {rpc} is not usable"))?
            .with_timeout(limits.chain_answer);
        let found = provider
            .ask(query::chain_id())
            .await
            .with_context(|| format!("the chain cannot be reached at {rpc}; is it running?"))?;
        if found != chain_id {
            bail!("the chain at {rpc} has id {found}, but the address book is for chain {chain_id}");
        }
        let genesis = provider
            .ask(query::block_at(0))
            .await?
            .with_context(|| format!("the chain at {rpc} does not show its first block"))?
            .hash;
        if provider.ask(query::code(hub.address)).await?.is_empty() {
            bail!(
                "there is no contract at the hub's address {:#x} on chain {chain_id}; was the chain started anew without deploying?",
                hub.address
            );
        }
        let chain = Self {
            provider,
            hub,
            limits: limits.clone(),
            remembered: Mutex::default(),
            refreshing: Mutex::default(),
            reachable: AtomicBool::new(true),
            counters,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        };
        Ok((chain, Identity { chain_id, genesis }))
    }

    /// Whether the endpoint answered the last question.
    #[must_use]
    pub fn reachable(&self) -> bool {
        self.reachable.load(Ordering::Relaxed)
    }

    /// What the hub says now. What it said before counts while the endpoint does not answer.
    ///
    /// # Errors
    /// [`NotLive`] if claims of this channel are not taken.
    pub async fn look(&self, key: &ChannelKey, epoch: Epoch) -> Result<u128, NotLive> {
        match self.read(key, epoch).await {
            Ok(life) => deposits(life),
            Err(error) => match self.recall(key.id(epoch)) {
                Some(Remembered { life, .. }) => deposits(life),
                None => Err(NotLive::Unavailable(error)),
            },
        }
    }

    /// What the hub said last, without waiting for it: what is old is asked for again in the background.
    ///
    /// # Errors
    /// As [`look`](Self::look), which is used where nothing is remembered.
    pub async fn deposits(self: &Arc<Self>, key: &ChannelKey, epoch: Epoch) -> Result<u128, NotLive> {
        let Some(remembered) = self.recall(key.id(epoch)) else {
            return self.look(key, epoch).await;
        };
        if remembered.read.elapsed() > self.limits.chain_memory {
            self.refresh(*key, epoch);
        }
        deposits(remembered.life)
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

    async fn read(&self, key: &ChannelKey, epoch: Epoch) -> Result<Life, ChainError> {
        let answer = self
            .provider
            .ask(query::call(&self.hub.channel(key), None, At::Latest))
            .await
            .and_then(|data| self.hub.read_channel(&data));
        self.reachable.store(answer.is_ok(), Ordering::Relaxed);
        let state = answer.inspect_err(|error| {
            self.counters.add(Count::ChainFailed);
            tracing::warn!(%error, "the chain could not be asked");
        })?;
        let life = life_of(&state, epoch);
        self.remember(key.id(epoch), life);
        Ok(life)
    }

    fn recall(&self, id: ChannelId) -> Option<Remembered> {
        locked(&self.remembered).get(&id).copied()
    }

    fn remember(&self, id: ChannelId, life: Life) {
        let mut remembered = locked(&self.remembered);
        // An unopened channel may open in the next block, and anybody can name any number of them.
        if life == Life::Unknown {
            remembered.remove(&id);
            return;
        }
        if remembered.len() >= self.limits.chain_entries && !remembered.contains_key(&id) {
            let memory = self.limits.chain_memory;
            remembered.retain(|_, entry| entry.read.elapsed() <= memory);
            if remembered.len() >= self.limits.chain_entries {
                remembered.clear();
            }
        }
        remembered.insert(
            id,
            Remembered {
                life,
                read: Instant::now(),
            },
        );
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

fn deposits(life: Life) -> Result<u128, NotLive> {
    match life {
        Life::Live { deposits } => Ok(deposits),
        Life::Unknown => Err(NotLive::Unknown),
        Life::Settled => Err(NotLive::Settled),
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

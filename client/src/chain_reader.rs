//! Reading everything that concerns one account from a hub, as of one head.

use crate::{ChainUpdate, ChannelOnChain, Config, Head};
use futures::future::try_join_all;
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};
use thunder_channel::{Address, ChannelId, ChannelKey, Epoch};
use thunder_ethereum::{
    At, Block, BlockRange, Chain, ChainError, ChannelEvent, ClockMode, Hub, HubChannel, HubEvent, Provider,
};

/// Blocks per log query: what most nodes allow.
const LOG_BLOCKS: u64 = 1_000;
/// Channels per log query: nodes limit how many topics a filter has.
const LOG_CHANNELS: usize = 100;
/// Questions asked of a node at once; more of them run into rate limits.
const AT_ONCE: usize = 8;
/// Channels from which on every event of the hub is asked for, instead of those of each hundred channels.
const ALL_LOGS_FROM: usize = 10 * LOG_CHANNELS;
/// Quiet channels that are asked about at each reading, in turn. Their events say when they change; this finds what a
/// reorganisation deeper than the search has taken away.
const QUIET_AT_ONCE: usize = 64;
/// Blocks that are searched again at each reading, besides the confirmations: a reorganisation may have changed them.
const RESCAN_BLOCKS: u64 = 16;

/// A channel whose state a reading has to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its key.
    pub key: ChannelKey,
    /// Its life.
    pub epoch: Epoch,
    /// How closely.
    pub attention: Attention,
}

/// How closely a channel's state is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// It was settled so deep that it cannot come back: its state is not asked for again.
    Finished,
    /// It is open, and was so at the configured depth: its state is asked for when something happens to it, and in turn.
    Quiet,
    /// Its state is asked for at every reading.
    Restless,
}

/// How far the chain has been searched. Handed back once what was found is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The head of the reading.
    pub head: Head,
}

/// One life of a channel, and how closely it is followed.
type Life = (ChannelKey, Epoch, Attention);

/// Reads the chain for one account. Remembers how far it has searched, and what the reading before has found.
pub struct ChainReader<P> {
    chain: Chain<P>,
    chain_id: u64,
    account: Address,
    confirmations: u64,
    deployment_block: u64,
    searched_to: Cell<u64>,
    mode: Cell<Option<ClockMode>>,
    /// The last reading and what it was asked for: while no block comes, it is still true.
    last: RefCell<Option<(Vec<Watched>, ChainUpdate)>>,
    /// Channels that something happened to in the blocks of the last reading. A reorganisation can take that back.
    moved: RefCell<BTreeSet<ChannelId>>,
    /// The quiet channel that was asked about last.
    turn: Cell<Option<ChannelId>>,
}

impl<P: Provider> ChainReader<P> {
    /// A reader over `provider` that has searched the chain up to block `searched_to` in earlier runs.
    pub fn new(provider: P, config: &Config, searched_to: u64) -> Self {
        Self {
            chain: Chain::new(provider, Hub::new(config.domain.hub)),
            chain_id: config.domain.chain_id,
            account: config.account,
            confirmations: config.confirmations,
            deployment_block: config.deployment_block,
            searched_to: Cell::new(searched_to),
            mode: Cell::new(None),
            last: RefCell::new(None),
            moved: RefCell::default(),
            turn: Cell::new(None),
        }
    }

    /// The hub and the node that this reads.
    pub const fn chain(&self) -> &Chain<P> {
        &self.chain
    }

    /// One consistent reading: the states are of one head and of one block at the configured depth.
    ///
    /// # Errors
    /// [`ChainError`] for not getting an answer, one that cannot be true, or a block that was replaced meanwhile.
    pub async fn read(&self, watched: &[Watched]) -> Result<(ChainUpdate, Cursor), ChainError> {
        let mode = self.mode().await?;
        let head = self.chain.latest_block().await?;
        if let Some(same) = self.unchanged(watched, &head) {
            return Ok(same);
        }
        let deep = self.deep_block(&head).await?;
        let at_head = BlockPoint {
            block: &head,
            deployed: self.is_deployed(&head),
        };
        let at_depth = BlockPoint {
            block: &deep,
            deployed: self.is_deployed(&deep),
        };
        let events_from = self.rescan_from(head.number);

        let opened = self.opened(events_from, &head).await?;
        let mut lives: BTreeMap<ChannelId, Life> = BTreeMap::new();
        for known in watched {
            lives.insert(
                known.key.id(known.epoch),
                (known.key, known.epoch, known.attention),
            );
        }
        // New ones in the order of the chain, after the known.
        let mut order: Vec<_> = lives.keys().copied().collect();
        for (id, key, epoch) in opened {
            if lives.insert(id, (key, epoch, Attention::Restless)).is_none() {
                order.push(id);
            }
        }
        let events = self.events(events_from, &head, &order, &lives).await?;
        let moved: BTreeSet<_> = events.iter().map(|event| event.channel).collect();
        let (asked, turn) = self.to_ask(&order, &lives, &moved);
        let now = self.states(&asked, at_head).await?;
        let confirmed = if deep.hash == head.hash {
            now.clone()
        } else {
            self.states(&asked, at_depth).await?
        };
        let channels = asked
            .iter()
            .zip(now)
            .zip(confirmed)
            .map(|((life, now), confirmed)| {
                let (key, epoch, _) = **life;
                let id = key.id(epoch);
                let paid_out = events.iter().rev().find_map(|event| match event.kind {
                    HubEvent::Settled { amounts } if event.channel == id => Some(amounts),
                    _ => None,
                });
                ChannelOnChain {
                    key,
                    epoch,
                    now,
                    confirmed,
                    paid_out,
                }
            });
        let channels = channels.collect();
        let cursor = Cursor {
            head: Head {
                number: head.number,
                hash: head.hash,
                timestamp: head.timestamp,
            },
        };
        let update = ChainUpdate {
            head: cursor.head,
            clock: self.clock(mode, at_head).await?,
            confirmed_clock: self.clock(mode, at_depth).await?,
            clock_mode: mode,
            channels,
            events,
            events_from,
        };
        // Logs are asked for by number: they are of this head only if it is still the head's place.
        self.chain.expect_block(head.number, head.hash).await?;
        *self.last.borrow_mut() = Some((watched.to_vec(), update.clone()));
        *self.moved.borrow_mut() = moved;
        self.turn.set(turn);
        Ok((update, cursor))
    }

    /// Whose states to ask for, in order, and which quiet channel's turn was the last: all that something happened to now or in the
    /// reading before, and some of those nothing happened to.
    fn to_ask<'a>(
        &self,
        order: &[ChannelId],
        lives: &'a BTreeMap<ChannelId, Life>,
        moved: &BTreeSet<ChannelId>,
    ) -> (Vec<&'a Life>, Option<ChannelId>) {
        let before = self.moved.borrow();
        let stirs = |id: &ChannelId, attention| {
            attention == Attention::Restless || moved.contains(id) || before.contains(id)
        };
        let quiet = |(id, life): &(&ChannelId, &Life)| life.2 == Attention::Quiet && !stirs(id, life.2);
        let place = |id| lives.range((Bound::Excluded(id), Bound::Unbounded));
        let after = self.turn.get().map_or_else(|| lives.range(..), place);
        let in_turn = after.chain(lives.iter()).filter(quiet).map(|(id, _)| *id);
        let mut turns = BTreeSet::new();
        let mut last = self.turn.get();
        for id in in_turn {
            if turns.len() >= QUIET_AT_ONCE || !turns.insert(id) {
                break;
            }
            last = Some(id);
        }
        let asked = order.iter().filter_map(|id| {
            let life = lives.get(id)?;
            let due = life.2 != Attention::Finished && (stirs(id, life.2) || turns.contains(id));
            due.then_some(life)
        });
        (asked.collect(), last)
    }

    /// The last reading, if it was of this head and about these channels.
    fn unchanged(&self, watched: &[Watched], head: &Block) -> Option<(ChainUpdate, Cursor)> {
        let last = self.last.borrow();
        let (_, update) = last
            .as_ref()
            .filter(|(about, update)| about == watched && update.head.hash == head.hash)?;
        Some((update.clone(), Cursor { head: update.head }))
    }

    /// What a reading found is stored: the next one begins where it ended, less what a reorganisation can change.
    pub fn advance(&self, cursor: &Cursor) {
        self.searched_to.set(cursor.head.number);
    }

    /// What the hub's clock counts; asked once, together with the chain's id: a node of another chain answers nothing useful.
    async fn mode(&self) -> Result<ClockMode, ChainError> {
        if let Some(mode) = self.mode.get() {
            return Ok(mode);
        }
        let found = self.chain.chain_id().await?;
        if found != self.chain_id {
            return Err(ChainError::WrongChain {
                expected: self.chain_id,
                found,
            });
        }
        let mode = self.chain.clock_mode().await?;
        self.mode.set(Some(mode));
        Ok(mode)
    }

    /// The newest block that counts as confirmed.
    async fn deep_block(&self, head: &Block) -> Result<Block, ChainError> {
        if self.confirmations == 0 {
            return Ok(*head);
        }
        let number = head.number.saturating_sub(self.confirmations);
        let block = self.chain.block(number).await?;
        block.ok_or_else(|| ChainError::Malformed(format!("block {number} is missing below the head")))
    }

    const fn is_deployed(&self, block: &Block) -> bool {
        block.number >= self.deployment_block
    }

    fn rescan_from(&self, head: u64) -> u64 {
        let overlap = self.confirmations.saturating_add(RESCAN_BLOCKS);
        self.searched_to
            .get()
            .min(head)
            .saturating_sub(overlap)
            .max(self.deployment_block)
    }

    fn ranges(from: u64, to: u64) -> impl Iterator<Item = BlockRange> {
        let step = usize::try_from(LOG_BLOCKS).unwrap_or(usize::MAX);
        (from..=to).step_by(step).map(move |from| BlockRange {
            from,
            to: to.min(from + LOG_BLOCKS - 1),
        })
    }

    /// The channels of the account that were opened from a block on, in the order of the chain.
    async fn opened(
        &self,
        from: u64,
        head: &Block,
    ) -> Result<Vec<(ChannelId, ChannelKey, Epoch)>, ChainError> {
        let mut opened = Vec::new();
        for range in Self::ranges(from, head.number) {
            let [as_alice, as_bob] = self.chain.hub.opened_logs(range, self.account);
            let mut events = self.chain.channel_events(&as_alice).await?;
            events.extend(self.chain.channel_events(&as_bob).await?);
            events.sort_by_key(|event| (event.block, event.log_index));
            for event in events {
                on_this_chain(&event, head)?;
                if let HubEvent::Opened { key, epoch, .. } = event.kind {
                    opened.push((event.channel, key, epoch));
                }
            }
        }
        Ok(opened)
    }

    /// What happened to these channels from a block on.
    async fn events(
        &self,
        from: u64,
        head: &Block,
        channels: &[ChannelId],
        lives: &BTreeMap<ChannelId, Life>,
    ) -> Result<Vec<ChannelEvent>, ChainError> {
        let mut events = Vec::new();
        let all = channels.len() >= ALL_LOGS_FROM;
        for range in Self::ranges(from, head.number).filter(|_| all) {
            let of_all = self.chain.channel_events(&self.chain.hub.all_logs(range)).await?;
            events.extend(
                of_all
                    .into_iter()
                    .filter(|event| lives.contains_key(&event.channel)),
            );
        }
        let some = if all { &[] } else { channels };
        for ids in some.chunks(LOG_CHANNELS) {
            for range in Self::ranges(from, head.number) {
                events.extend(
                    self.chain
                        .channel_events(&self.chain.hub.channel_logs(range, ids))
                        .await?,
                );
            }
        }
        for event in &events {
            on_this_chain(event, head)?;
        }
        events.sort_by_key(|event| (event.block, event.log_index));
        Ok(events)
    }

    async fn states(&self, lives: &[&Life], point: BlockPoint<'_>) -> Result<Vec<HubChannel>, ChainError> {
        if !point.deployed {
            return Ok(vec![HubChannel::Empty; lives.len()]);
        }
        let mut states = Vec::with_capacity(lives.len());
        for some in lives.chunks(AT_ONCE) {
            let asked = some
                .iter()
                .map(|(key, _, _)| self.chain.hub_channel(key, At::Hash(point.block.hash)));
            states.extend(try_join_all(asked).await?);
        }
        Ok(states)
    }

    async fn clock(&self, mode: ClockMode, point: BlockPoint<'_>) -> Result<u64, ChainError> {
        if point.deployed {
            return self.chain.clock(At::Hash(point.block.hash)).await;
        }
        Ok(match mode {
            ClockMode::Blocks => point.block.number,
            ClockMode::Seconds => point.block.timestamp,
        })
    }
}

/// A block, and whether the hub was there already.
#[derive(Clone, Copy)]
struct BlockPoint<'a> {
    block: &'a Block,
    deployed: bool,
}

fn on_this_chain(event: &ChannelEvent, head: &Block) -> Result<(), ChainError> {
    let replaced = event.block > head.number || (event.block == head.number && event.block_hash != head.hash);
    if replaced {
        Err(ChainError::Reorganised { number: event.block })
    } else {
        Ok(())
    }
}

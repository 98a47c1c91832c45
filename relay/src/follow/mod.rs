//! Follows what happens at the hub: every block once, reorganisations taken back, through whichever node answers.
//!
//! The chain is believed as it is now: a close counts at once, because answering it cannot wait. What must not be undone, such as
//! forgetting a settled channel's claims, waits for the blocks that the operator asks for.

mod checkpoint;
mod lookout;
mod nodes;
mod tracker;

pub use checkpoint::CheckpointFile;
pub use lookout::{Lookout, LookoutHandle};
pub use nodes::{Handed, Identity, Nodes, OneNode};
pub use tracker::{Checkpoint, Close, Mark, Phases, Tracker};

use crate::{
    Limits,
    counters::{Count, Counters},
};
use std::{collections::BTreeSet, sync::Arc};
use thunder_channel::{Bytes32, ChannelId};
use thunder_ethereum::{Block, BlockRange, ChainError, Hub, RpcErrorKind, query};

/// Reads the hub's events, block by block.
pub struct Follower {
    nodes: Arc<Nodes>,
    hub: Hub,
    tracker: Tracker,
    log_blocks: u64,
    counters: Arc<Counters>,
    // What was not told yet: it outlives a pass that failed half-way.
    touched: BTreeSet<ChannelId>,
    reorganised: bool,
}

/// What a pass found.
#[derive(Clone, Debug)]
pub struct News {
    /// The newest block.
    pub head: Block,
    /// The channels that something happened to.
    pub touched: BTreeSet<ChannelId>,
    /// Whether blocks that were read before are gone, and with them what was believed of any channel.
    pub reorganised: bool,
}

impl Follower {
    /// Follows the hub from where the tracker is.
    #[must_use]
    pub fn new(
        nodes: Arc<Nodes>,
        hub: Hub,
        tracker: Tracker,
        limits: &Limits,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            nodes,
            hub,
            tracker,
            log_blocks: limits.log_blocks.max(1),
            counters,
            touched: BTreeSet::new(),
            reorganised: false,
        }
    }

    /// The channels on their way out, and how far the chain was read.
    #[must_use]
    pub const fn tracker(&self) -> &Tracker {
        &self.tracker
    }

    /// A settled channel needs no more attention.
    pub fn forget(&mut self, channel: ChannelId) {
        self.tracker.forget(channel);
    }

    /// Reads up to the newest block, at the foremost node that can show everything. What was read before an error, or before
    /// this was dropped, stays read.
    ///
    /// # Errors
    /// The last node's [`ChainError`], if none could.
    pub async fn pass(&mut self) -> Result<News, ChainError> {
        let mut failure = ChainError::Malformed("no node answers".into());
        let found = self.nodes.survey().await;
        let all_answer = found.len() == self.nodes.named();
        for (node, head) in found {
            // A chain that got shorter is believed if nobody is missing who may know better: a node that is behind would make
            // the watchtower take back what it has just sent.
            let tip = self.tracker.tip().map_or(0, |tip| tip.number);
            if head.number < tip && !all_answer {
                failure = ChainError::Malformed(format!(
                    "the nodes that answer are behind: block {} after {tip} was read",
                    head.number
                ));
                continue;
            }
            match self.read(&node, &head).await {
                Ok(()) => {
                    return Ok(News {
                        head,
                        touched: std::mem::take(&mut self.touched),
                        reorganised: std::mem::take(&mut self.reorganised),
                    });
                }
                Err(error) => {
                    // A chain that moves while it is read is nobody's fault.
                    if !matches!(error, ChainError::Reorganised { .. }) {
                        self.nodes.failed_pass(&node, &error);
                    }
                    failure = error;
                }
            }
        }
        Err(failure)
    }

    async fn read(&mut self, node: &OneNode, head: &Block) -> Result<(), ChainError> {
        self.leave_what_is_gone(node, head).await?;
        let mut step = self.log_blocks;
        while self.tracker.next() <= head.number {
            let from = self.tracker.next();
            let to = head.number.min(from.saturating_add(step - 1));
            match self.read_range(node, BlockRange { from, to }, head).await {
                Ok(()) => (),
                // Too many logs, or too much to search: nodes say so in any words.
                Err(error) if step > 1 && to > from && may_be_too_much(&error) => {
                    step = (to - from).div_ceil(2);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes back what the node's chain does not have.
    async fn leave_what_is_gone(&mut self, node: &OneNode, head: &Block) -> Result<(), ChainError> {
        let Some(tip) = self.tracker.tip() else {
            return Ok(());
        };
        if (tip.number, tip.hash) == (head.number, head.hash)
            || (tip.number + 1, tip.hash) == (head.number, head.parent)
        {
            return Ok(());
        }
        let marks: Vec<_> = self.tracker.marks().collect();
        let mut ancestor = None;
        for mark in marks {
            if hash_at(node, mark.number, head).await? == Some(mark.hash) {
                ancestor = Some(mark);
                break;
            }
        }
        if ancestor == Some(tip) {
            return Ok(());
        }
        self.counters.add(Count::Reorganised);
        tracing::warn!(
            from = tip.number,
            back_to = ancestor.map(|mark| mark.number),
            "the chain was reorganised"
        );
        self.reorganised = true;
        self.tracker.roll_back(ancestor);
        Ok(())
    }

    async fn read_range(
        &mut self,
        node: &OneNode,
        range: BlockRange,
        head: &Block,
    ) -> Result<(), ChainError> {
        let gone = ChainError::Reorganised { number: range.to };
        let hash = hash_at(node, range.to, head).await?.ok_or_else(|| gone.clone())?;
        let logs = node.ask(query::logs(&self.hub.all_logs(range))).await?;
        let events = self.hub.channel_events(&logs)?;
        // The logs came after the hash: had the chain changed in between, they could be another one's.
        let block = node.ask(query::block_at(range.to)).await?;
        if block.map(|block| block.hash) != Some(hash) {
            return Err(gone);
        }
        let number = range.to;
        self.touched
            .extend(self.tracker.advance(Mark { number, hash }, events));
        Ok(())
    }
}

async fn hash_at(node: &OneNode, number: u64, head: &Block) -> Result<Option<Bytes32>, ChainError> {
    if number > head.number {
        return Ok(None);
    }
    if number == head.number {
        return Ok(Some(head.hash));
    }
    Ok(node.ask(query::block_at(number)).await?.map(|block| block.hash))
}

fn may_be_too_much(error: &ChainError) -> bool {
    match error {
        ChainError::Rpc(error) => error.kind != RpcErrorKind::Unreachable,
        ChainError::Malformed(_) => true,
        ChainError::Reverted(_) | ChainError::Reorganised { .. } | ChainError::WrongChain { .. } => false,
    }
}

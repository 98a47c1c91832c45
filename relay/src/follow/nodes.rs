//! The chain through several nodes: the foremost one is asked, and the next one where it does not answer.
//!
//! A node is used only after it has shown that it is on the right chain. What several honest but unreliable nodes can do to
//! each other ends here; a node that makes up a chain of its own is believed, as any single node would be.

use crate::{
    Limits,
    counters::{Count, Counters},
};
use anyhow::{Context, bail};
use futures::future::join_all;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use thunder_channel::{Address, Bytes32};
use thunder_ethereum::{
    Block, ChainError, HttpProvider, Query, query,
    sending::{self, SendRefusal, SignedTransaction},
};

/// The nodes, in the operator's order.
pub struct Nodes {
    nodes: Vec<Node>,
    hub: Address,
    identity: Identity,
    stale_blocks: u64,
    reachable: AtomicBool,
    counters: Arc<Counters>,
}

/// What the chain at the endpoints turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The hash of block 0.
    pub genesis: Bytes32,
}

struct Node {
    /// Its place in the operator's list, from 1. Addresses of nodes hold passwords and are not logged.
    number: usize,
    provider: HttpProvider,
    standing: Mutex<Standing>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    /// Whether it showed that it is on the right chain.
    proven: bool,
    /// Whether it failed to answer last time.
    failed: bool,
    /// The newest block it showed.
    head: u64,
}

/// One node for one pass over the chain: what is read together comes from one place.
#[derive(Clone, Debug)]
pub struct OneNode {
    index: usize,
    provider: HttpProvider,
}

/// What became of handing a transaction in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// At least one node has it.
    Taken,
    /// No node took it; the reason that says most.
    Refused(SendRefusal),
}

impl Nodes {
    /// Connects to those that can be reached, and checks that this is the chain that the hub is on. One is enough; the others
    /// are tried again later.
    ///
    /// # Errors
    /// In words for the operator: none is reached, one is on another chain, or there is no contract at the hub's address.
    pub async fn connect(
        urls: &[String],
        hub: Address,
        chain_id: u64,
        limits: &Limits,
        counters: Arc<Counters>,
    ) -> anyhow::Result<Self> {
        let mut nodes = Vec::new();
        for (index, url) in urls.iter().enumerate() {
            let provider = HttpProvider::new(url)
                .with_context(|| format!("the RPC endpoint {url} is not usable"))?
                .with_timeout(limits.chain_answer);
            nodes.push(Node {
                number: index + 1,
                provider,
                standing: Mutex::default(),
            });
        }
        let mut identity = None;
        let mut failure = None;
        for (node, url) in nodes.iter().zip(urls) {
            match identify(&node.provider, hub).await {
                Ok(found) => {
                    check(&found, hub, chain_id, url)?;
                    let first = *identity.get_or_insert(found.identity);
                    if first != found.identity {
                        bail!("the chains at the RPC endpoints began with different blocks ({url})");
                    }
                    node.note(|standing| standing.proven = true);
                }
                Err(error) => {
                    tracing::warn!(node = node.number, %error, "a node cannot be reached yet");
                    node.note(|standing| standing.failed = true);
                    failure.get_or_insert((error, url));
                }
            }
        }
        let Some(identity) = identity else {
            match failure {
                Some((error, url)) => {
                    return Err(error)
                        .with_context(|| format!("the chain cannot be reached at {url}; is it running?"));
                }
                None => bail!("no RPC endpoint was given; name one with --rpc"),
            }
        };
        Ok(Self {
            nodes,
            hub,
            identity,
            stale_blocks: limits.stale_blocks,
            reachable: AtomicBool::new(true),
            counters,
        })
    }

    /// Which chain this is.
    #[must_use]
    pub const fn identity(&self) -> Identity {
        self.identity
    }

    /// Whether the last question was answered by any node.
    #[must_use]
    pub fn reachable(&self) -> bool {
        self.reachable.load(Ordering::Relaxed)
    }

    /// Asks the best node, and the others in turn where it fails. A contract's refusal is an answer.
    ///
    /// # Errors
    /// The first node's error if none answers.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl Fn() -> Query<T> + Send + Sync,
    ) -> Result<T, ChainError> {
        let mut failure = None;
        for index in self.order() {
            let node = &self.nodes[index];
            match node.provider.ask(question()).await {
                Ok(answer) => {
                    self.reachable.store(true, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(error @ ChainError::Reverted(_)) => return Err(error),
                Err(error) => {
                    self.failed(index, &error);
                    failure.get_or_insert(error);
                }
            }
        }
        self.reachable.store(false, Ordering::Relaxed);
        Err(failure.unwrap_or_else(|| ChainError::Malformed("no node is on the right chain".into())))
    }

    /// How many nodes the operator named.
    #[must_use]
    pub fn named(&self) -> usize {
        self.nodes.len()
    }

    /// Asks every node for its newest block, and gives the foremost nodes first.
    pub async fn survey(&self) -> Vec<(OneNode, Block)> {
        let answers = join_all(self.nodes.iter().map(|node| self.greet(node))).await;
        let foremost = answers.iter().flatten().map(|block| block.number).max();
        self.reachable.store(foremost.is_some(), Ordering::Relaxed);
        let mut found = Vec::new();
        for (index, block) in answers.into_iter().enumerate() {
            let Some(block) = block else { continue };
            if foremost.is_some_and(|foremost| block.number + self.stale_blocks < foremost) {
                self.counters.add(Count::NodeStale);
                tracing::warn!(
                    node = self.nodes[index].number,
                    block = block.number,
                    ?foremost,
                    "a node is behind"
                );
            }
            let provider = self.nodes[index].provider.clone();
            found.push((OneNode { index, provider }, block));
        }
        // Stable, so that among equals the operator's order decides.
        found.sort_by_key(|(_, block)| std::cmp::Reverse(block.number));
        found
    }

    /// Notes that a pass over this node failed.
    pub fn failed_pass(&self, node: &OneNode, error: &ChainError) {
        self.failed(node.index, error);
    }

    /// Hands a transaction to every node: each is a road to a block's maker.
    pub async fn hand_in(&self, transaction: &SignedTransaction) -> Handed {
        let proven = self.nodes.iter().filter(|node| node.standing().proven);
        let answers = join_all(proven.map(|node| node.provider.ask(sending::send_raw(transaction)))).await;
        let mut said = None;
        for answer in answers {
            let refusal = match answer {
                Ok(_) => return Handed::Taken,
                Err(ChainError::Rpc(error)) => SendRefusal::of(&error),
                Err(_) => SendRefusal::Other,
            };
            match refusal {
                SendRefusal::AlreadyKnown => return Handed::Taken,
                SendRefusal::Other => (),
                told => said = Some(told),
            }
        }
        Handed::Refused(said.unwrap_or(SendRefusal::Other))
    }

    /// The indexes of proven nodes: those that answer before those that failed, the foremost before the stale ones.
    fn order(&self) -> Vec<usize> {
        let standings: Vec<_> = self.nodes.iter().map(Node::standing).collect();
        let foremost = standings
            .iter()
            .filter(|node| !node.failed)
            .map(|node| node.head)
            .max();
        let stale =
            |node: &Standing| foremost.is_some_and(|foremost| node.head + self.stale_blocks < foremost);
        let mut order: Vec<_> = (0..standings.len())
            .filter(|index| standings[*index].proven)
            .collect();
        order.sort_by_key(|index| {
            let node = &standings[*index];
            (node.failed, stale(node), *index)
        });
        order
    }

    /// The node's newest block, if it answers and is on the right chain.
    async fn greet(&self, node: &Node) -> Option<Block> {
        if !node.standing().proven && !self.prove(node).await {
            return None;
        }
        match node.provider.ask(query::latest_block()).await {
            Ok(block) => {
                node.note(|standing| {
                    standing.failed = false;
                    standing.head = block.number;
                });
                Some(block)
            }
            Err(error) => {
                self.failed(node.number - 1, &error);
                None
            }
        }
    }

    async fn prove(&self, node: &Node) -> bool {
        let proven = match identify(&node.provider, self.hub).await {
            Ok(found) => found.identity == self.identity && found.has_hub,
            Err(error) => {
                self.failed(node.number - 1, &error);
                return false;
            }
        };
        if proven {
            node.note(|standing| standing.proven = true);
        } else {
            self.counters.add(Count::NodeFailed);
            tracing::warn!(node = node.number, "a node is on another chain and is not used");
        }
        proven
    }

    fn failed(&self, index: usize, error: &ChainError) {
        let node = &self.nodes[index];
        self.counters.add(Count::NodeFailed);
        if !node.standing().failed {
            tracing::warn!(node = node.number, %error, "a node failed");
        }
        node.note(|standing| standing.failed = true);
    }
}

impl OneNode {
    /// Asks this node alone.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn ask<T: 'static>(&self, question: Query<T>) -> Result<T, ChainError> {
        self.provider.ask(question).await
    }
}

impl Node {
    fn standing(&self) -> Standing {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

struct Found {
    identity: Identity,
    has_hub: bool,
}

async fn identify(provider: &HttpProvider, hub: Address) -> Result<Found, ChainError> {
    let chain_id = provider.ask(query::chain_id()).await?;
    let genesis = provider
        .ask(query::block_at(0))
        .await?
        .ok_or_else(|| ChainError::Malformed("the chain does not show its first block".into()))?
        .hash;
    let has_hub = !provider.ask(query::code(hub)).await?.is_empty();
    let identity = Identity { chain_id, genesis };
    Ok(Found { identity, has_hub })
}

fn check(found: &Found, hub: Address, chain_id: u64, url: &str) -> anyhow::Result<()> {
    if found.identity.chain_id != chain_id {
        bail!(
            "the chain at {url} has id {}, but the address book is for chain {chain_id}",
            found.identity.chain_id
        );
    }
    if !found.has_hub {
        bail!(
            "there is no contract at the hub's address {hub:#x} on chain {chain_id}; was the chain started anew without deploying?"
        );
    }
    Ok(())
}

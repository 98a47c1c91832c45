//! The model of the hub on a chain that can be reorganised.

use super::calldata::read;
use std::collections::HashMap;
use thunder_channel::{
    Address, ChannelKey, Domain, Epoch, HubRefusal, ModelHub, Money, Sent, Told, keccak256,
};
use thunder_client::{ChainUpdate, ChannelOnChain, Head};
use thunder_ethereum::{Call, ChannelEvent, ClockMode, HubChannel, HubEvent};

/// Blocks whose events are told again at each reading.
const TOLD_AGAIN: u64 = 30;

#[derive(Clone)]
struct Block {
    hub: ModelHub,
    paid_out: PaidOut,
    events: Vec<ChannelEvent>,
    fork: u8,
}

/// What everybody was paid out in all. Everybody has the money it pays, and nobody refuses any.
#[derive(Clone, Default)]
struct PaidOut(HashMap<Address, u128>);

impl Money for PaidOut {
    fn pull(&mut self, _: Address, _: Address, _: u128) -> bool {
        true
    }

    fn push(&mut self, _: Address, to: Address, units: u128) -> bool {
        *self.0.entry(to).or_default() += units;
        true
    }
}

/// The chain: a block per transaction.
pub struct ModelChain {
    domain: Domain,
    blocks: Vec<Block>,
    fork: u8,
    /// Every life that was ever opened, also where a reorganisation took that back.
    opened: Vec<(ChannelKey, Epoch)>,
}

impl ModelChain {
    pub fn new(domain: Domain) -> Self {
        let genesis = Block {
            hub: ModelHub::new(domain),
            paid_out: PaidOut::default(),
            events: Vec::new(),
            fork: 0,
        };
        Self {
            domain,
            blocks: vec![genesis; 2],
            fork: 0,
            opened: Vec::new(),
        }
    }

    pub fn number(&self) -> u64 {
        self.blocks.len() as u64 - 1
    }

    fn head(&self) -> &Block {
        self.blocks.last().unwrap()
    }

    pub fn state(&self, key: &ChannelKey) -> HubChannel {
        self.head().hub.channel(key)
    }

    pub fn paid_out(&self, account: Address) -> u128 {
        self.head().paid_out.0.get(&account).copied().unwrap_or(0)
    }

    pub fn events(&self) -> Vec<HubEvent> {
        self.blocks
            .iter()
            .flat_map(|block| &block.events)
            .map(|event| event.kind)
            .collect()
    }

    pub fn mine(&mut self, blocks: u64) {
        for _ in 0..blocks {
            let next = Block {
                events: Vec::new(),
                fork: self.fork,
                ..self.head().clone()
            };
            self.blocks.push(next);
        }
    }

    /// The last `depth` blocks are replaced by as many empty ones and one more.
    pub fn reorganise(&mut self, depth: u64) {
        let depth = depth.min(self.number() - 1);
        self.blocks
            .truncate(self.blocks.len() - usize::try_from(depth).unwrap());
        self.fork += 1;
        self.mine(depth + 1);
    }

    /// Mines a transaction in a block of its own. A refused one changes nothing but the number of blocks.
    pub fn transact(&mut self, from: Address, call: &Call) -> Result<(), HubRefusal> {
        assert_eq!(call.to, self.domain.hub);
        self.mine(1);
        let number = self.number();
        let sent = Sent {
            caller: from,
            value: call.value,
            clock: number,
        };
        let block = self.blocks.last_mut().unwrap();
        let told = block.hub.apply(&read(call), &sent, &mut block.paid_out)?;
        let events = told.into_iter().filter_map(|told| match told {
            Told::Channel { channel, event } => Some((channel, event)),
            Told::Held { .. } | Told::Collected { .. } => None,
        });
        let events = (0..)
            .zip(events)
            .map(|(log_index, (channel, kind))| ChannelEvent {
                channel,
                block: number,
                block_hash: Default::default(),
                log_index,
                transaction: Default::default(),
                kind,
            });
        block.events = events.collect();
        for event in &block.events {
            if let HubEvent::Opened { key, epoch, .. } = event.kind
                && !self.opened.contains(&(key, epoch))
            {
                self.opened.push((key, epoch));
            }
        }
        Ok(())
    }

    /// What an account reads.
    pub fn update(&self, account: Address, confirmations: u64) -> ChainUpdate {
        let deep = self.number().saturating_sub(confirmations);
        let at = |number: u64| &self.blocks[usize::try_from(number).unwrap()];
        let from = self.number().saturating_sub(TOLD_AGAIN);
        let mut channels = Vec::new();
        for &(key, epoch) in &self.opened {
            if key.side_of(account).is_some() {
                channels.push(ChannelOnChain {
                    key,
                    epoch,
                    now: self.head().hub.channel(&key),
                    confirmed: at(deep).hub.channel(&key),
                    paid_out: None,
                });
            }
        }
        let events = (from..=self.number())
            .flat_map(|number| at(number).events.clone())
            .collect();
        let head = [self.number().to_be_bytes().as_slice(), &[self.head().fork]].concat();
        ChainUpdate {
            head: Head {
                number: self.number(),
                hash: keccak256(&head).into(),
                timestamp: 1_000 + self.number(),
            },
            clock: self.number(),
            confirmed_clock: deep,
            clock_mode: ClockMode::Blocks,
            channels,
            events,
            events_from: from,
        }
    }
}

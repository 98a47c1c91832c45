//! A model of the hub on a chain that can be reorganised. A test double: the real one is in contracts/.

use super::calldata::{HubCall, read};
use std::collections::HashMap;
use thunder_channel::{
    Address, Amount, ChannelKey, Domain, Funding, PerSide, Policy, Side, SignedSettlement, SignedWithdrawal,
    Totals, Withdrawal, balance_of, keccak256,
};
use thunder_client::{ChainUpdate, ChannelOnChain, Head};
use thunder_ethereum::{Call, ChannelEvent, ClockMode, HubChannel, HubEvent};

/// Blocks whose events are told again at each reading.
const TOLD_AGAIN: u64 = 30;

#[derive(Clone, Default)]
struct Block {
    channels: HashMap<ChannelKey, HubChannel>,
    /// What everybody was paid out in all.
    paid_out: HashMap<Address, u128>,
    events: Vec<ChannelEvent>,
    fork: u8,
}

/// The chain: a block per transaction.
pub struct ModelHub {
    domain: Domain,
    blocks: Vec<Block>,
    fork: u8,
}

impl ModelHub {
    pub fn new(domain: Domain) -> Self {
        Self {
            domain,
            blocks: vec![Block::default(); 2],
            fork: 0,
        }
    }

    pub fn number(&self) -> u64 {
        self.blocks.len() as u64 - 1
    }

    fn head(&self) -> &Block {
        self.blocks.last().unwrap()
    }

    pub fn state(&self, key: &ChannelKey) -> HubChannel {
        self.head()
            .channels
            .get(key)
            .copied()
            .unwrap_or(HubChannel::Empty)
    }

    pub fn paid_out(&self, account: Address) -> u128 {
        self.head().paid_out.get(&account).copied().unwrap_or(0)
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
    pub fn transact(&mut self, from: Address, call: &Call) -> Result<(), &'static str> {
        assert_eq!(call.to, self.domain.hub);
        self.mine(1);
        let mut block = self.blocks.pop().unwrap();
        let result = Execution {
            domain: self.domain,
            clock: self.blocks.len() as u64,
            from,
            block: &mut block,
        }
        .call(&read(call));
        if result.is_err() {
            block = Block {
                events: Vec::new(),
                fork: self.fork,
                ..self.head().clone()
            };
        }
        self.blocks.push(block);
        result
    }

    /// What an account reads.
    pub fn update(&self, account: Address, confirmations: u64) -> ChainUpdate {
        let deep = self.number().saturating_sub(confirmations);
        let at = |number: u64| &self.blocks[usize::try_from(number).unwrap()];
        let from = self.number().saturating_sub(TOLD_AGAIN);
        let mut channels = Vec::new();
        for event in self.blocks.iter().flat_map(|block| &block.events) {
            if let HubEvent::Opened { key, epoch, .. } = event.kind
                && key.side_of(account).is_some()
            {
                let state = |block: &Block| block.channels.get(&key).copied().unwrap_or(HubChannel::Empty);
                channels.push(ChannelOnChain {
                    key,
                    epoch,
                    now: state(self.head()),
                    confirmed: state(at(deep)),
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

struct Execution<'a> {
    domain: Domain,
    clock: u64,
    from: Address,
    block: &'a mut Block,
}

impl Execution<'_> {
    fn call(mut self, call: &HubCall) -> Result<(), &'static str> {
        match call {
            HubCall::Open { key, amount } => self.open(key, *amount),
            HubCall::Deposit {
                key,
                epoch,
                side,
                amount,
            } => self.deposit(key, *epoch, *side, *amount),
            HubCall::Withdraw {
                key,
                epoch,
                side,
                total,
                expiry,
                auths,
            } => {
                let mut funding = self.open_funding(key, *epoch)?;
                let to = key.address(*side);
                let withdrawal = Withdrawal {
                    channel: key.id(*epoch),
                    to,
                    total: *total,
                    expiry: *expiry,
                };
                for by in Side::BOTH {
                    let signed = SignedWithdrawal {
                        withdrawal,
                        authorization: auths[by],
                    };
                    signed
                        .verify(by, key, *epoch, &self.domain)
                        .map_err(|_| "bad signature")?;
                }
                let rise = total
                    .checked_sub(funding.withdrawn[*side])
                    .filter(|rise| !rise.is_zero());
                let rise = rise.ok_or("not higher")?;
                if rise > funding.pot() || self.clock > *expiry {
                    return Err("above pot or expired");
                }
                funding.withdrawn[*side] = *total;
                self.pay(to, rise);
                self.set(
                    key,
                    HubChannel::Open {
                        epoch: *epoch,
                        funding,
                    },
                );
                self.tell(
                    key,
                    *epoch,
                    HubEvent::Withdrawn {
                        side: *side,
                        amount: rise,
                        total: *total,
                    },
                );
                Ok(())
            }
            HubCall::Close {
                key,
                epoch,
                paid,
                received,
                deadline,
            } => {
                let funding = self.open_funding(key, *epoch)?;
                let closer = key.side_of(self.from).ok_or("not a side")?;
                if self.clock > *deadline {
                    return Err("expired");
                }
                let mut totals = Totals::default();
                totals[closer] = *paid;
                if let Some(claim) = received {
                    if claim.verify(key, *epoch, &self.domain) != Ok(closer.other()) {
                        return Err("bad signature");
                    }
                    totals[closer.other()] = claim.claim.total;
                }
                let closes_at = self.clock + u64::from(key.finalization_period);
                self.set(
                    key,
                    HubChannel::Closing {
                        epoch: *epoch,
                        funding,
                        totals,
                        closer,
                        closes_at,
                    },
                );
                self.tell(
                    key,
                    *epoch,
                    HubEvent::Closing {
                        closer,
                        totals,
                        closes_at,
                    },
                );
                Ok(())
            }
            HubCall::Claim { key, epoch, claim } => {
                let (funding, mut totals, closer, closes_at) = self.closing(key, *epoch)?;
                let payer = claim
                    .verify(key, *epoch, &self.domain)
                    .map_err(|_| "bad signature")?;
                if self.clock >= closes_at || claim.claim.total <= totals[payer] {
                    return Err("too late or not higher");
                }
                if key.policy == Policy::Forfeit && payer == closer {
                    self.tell(
                        key,
                        *epoch,
                        HubEvent::Forfeited {
                            closer,
                            total: claim.claim.total,
                        },
                    );
                    let pot = funding.pot();
                    let amounts = PerSide::from_fn(|side| if side == closer { Amount::ZERO } else { pot });
                    self.end(key, *epoch, amounts);
                    return Ok(());
                }
                totals[payer] = claim.claim.total;
                self.set(
                    key,
                    HubChannel::Closing {
                        epoch: *epoch,
                        funding,
                        totals,
                        closer,
                        closes_at,
                    },
                );
                self.tell(
                    key,
                    *epoch,
                    HubEvent::Claimed {
                        payer,
                        total: claim.claim.total,
                    },
                );
                Ok(())
            }
            HubCall::Settle { key, epoch } => {
                let (funding, totals, _, closes_at) = self.closing(key, *epoch)?;
                if self.clock < closes_at {
                    return Err("too early");
                }
                self.end(
                    key,
                    *epoch,
                    PerSide::from_fn(|side| balance_of(side, &funding, &totals)),
                );
                Ok(())
            }
            HubCall::Accept { key, epoch, totals } => {
                let (funding, recorded, closer, closes_at) = self.closing(key, *epoch)?;
                if recorded != *totals
                    || self.clock >= closes_at
                    || key.side_of(self.from) != Some(closer.other())
                {
                    return Err("not acceptable");
                }
                self.end(
                    key,
                    *epoch,
                    PerSide::from_fn(|side| balance_of(side, &funding, totals)),
                );
                Ok(())
            }
            HubCall::SettleTogether {
                key,
                epoch,
                settlement,
                auths,
            } => {
                let funding = self.open_funding(key, *epoch)?;
                for by in Side::BOTH {
                    let signed = SignedSettlement {
                        settlement: *settlement,
                        authorization: auths[by],
                    };
                    signed
                        .verify(by, key, *epoch, &self.domain)
                        .map_err(|_| "bad signature")?;
                }
                if self.clock > settlement.expiry {
                    return Err("expired");
                }
                let totals = PerSide {
                    alice: settlement.alice_total,
                    bob: settlement.bob_total,
                };
                self.end(
                    key,
                    *epoch,
                    PerSide::from_fn(|side| balance_of(side, &funding, &totals)),
                );
                Ok(())
            }
            HubCall::Collect => Err("nothing owed"),
        }
    }

    fn open(&mut self, key: &ChannelKey, amount: Amount) -> Result<(), &'static str> {
        if self.from != key.alice || key.check(self.domain.hub).is_err() {
            return Err("not alice, or a bad key");
        }
        let epoch = match self.state(key) {
            HubChannel::Empty => 0,
            HubChannel::Settled { epoch } => epoch + 1,
            _ => return Err("wrong phase"),
        };
        let mut funding = Funding::default();
        funding.deposit.alice = amount;
        self.set(key, HubChannel::Open { epoch, funding });
        self.tell(
            key,
            epoch,
            HubEvent::Opened {
                key: *key,
                epoch,
                amount,
            },
        );
        Ok(())
    }

    fn deposit(
        &mut self,
        key: &ChannelKey,
        epoch: u32,
        side: Side,
        amount: Amount,
    ) -> Result<(), &'static str> {
        let mut funding = self.open_funding(key, epoch)?;
        let total = funding.deposit[side].checked_add(amount).ok_or("too large")?;
        funding.deposit[side] = total;
        self.set(key, HubChannel::Open { epoch, funding });
        self.tell(key, epoch, HubEvent::Deposited { side, amount, total });
        Ok(())
    }

    fn state(&self, key: &ChannelKey) -> HubChannel {
        self.block.channels.get(key).copied().unwrap_or(HubChannel::Empty)
    }

    fn open_funding(&self, key: &ChannelKey, epoch: u32) -> Result<Funding, &'static str> {
        match self.state(key) {
            HubChannel::Open {
                epoch: current,
                funding,
            } if current == epoch => Ok(funding),
            _ => Err("not open"),
        }
    }

    fn closing(&self, key: &ChannelKey, epoch: u32) -> Result<(Funding, Totals, Side, u64), &'static str> {
        match self.state(key) {
            HubChannel::Closing {
                epoch: current,
                funding,
                totals,
                closer,
                closes_at,
            } if current == epoch => Ok((funding, totals, closer, closes_at)),
            _ => Err("not closing"),
        }
    }

    fn set(&mut self, key: &ChannelKey, state: HubChannel) {
        self.block.channels.insert(*key, state);
    }

    fn pay(&mut self, to: Address, amount: Amount) {
        *self.block.paid_out.entry(to).or_default() += amount.units();
    }

    fn end(&mut self, key: &ChannelKey, epoch: u32, amounts: PerSide<Amount>) {
        for side in Side::BOTH {
            self.pay(key.address(side), amounts[side]);
        }
        self.set(key, HubChannel::Settled { epoch });
        self.tell(key, epoch, HubEvent::Settled { amounts });
    }

    fn tell(&mut self, key: &ChannelKey, epoch: u32, kind: HubEvent) {
        let log_index = self.block.events.len() as u64;
        self.block.events.push(ChannelEvent {
            channel: key.id(epoch),
            block: self.clock,
            block_hash: Default::default(),
            log_index,
            transaction: Default::default(),
            kind,
        });
    }
}

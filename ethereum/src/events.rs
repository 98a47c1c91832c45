//! What the hub tells in its logs.

use crate::{
    ChainError, Hub, Log,
    abi::{Words, topic},
};
use ethers_core::types::U256;
use thunder_channel::{Address, Bytes32, ChannelId, ChannelKey, HubEvent, PerSide, Policy, Totals};

/// Signatures of the hub's events, from which their topics are computed. A test compares them with the compiled hub.
pub mod signatures {
    /// A channel was opened.
    pub const OPENED: &str =
        "Opened(bytes32,address,address,address,address,address,uint32,uint8,uint64,uint32,uint96)";
    /// A deposit grew.
    pub const DEPOSITED: &str = "Deposited(bytes32,uint8,uint96,uint96)";
    /// A side took money out.
    pub const WITHDRAWN: &str = "Withdrawn(bytes32,uint8,uint96,uint96)";
    /// A side closed.
    pub const CLOSING: &str = "Closing(bytes32,uint8,uint96,uint96,uint64)";
    /// A higher claim was shown.
    pub const CLAIMED: &str = "Claimed(bytes32,uint8,uint96)";
    /// A forfeiting closer was shown to have lied.
    pub const FORFEITED: &str = "Forfeited(bytes32,uint8,uint96)";
    /// The channel was paid out.
    pub const SETTLED: &str = "Settled(bytes32,uint96,uint96)";
    /// A payout could not be pushed.
    pub const PAYOUT_HELD: &str = "PayoutHeld(address,address,uint256)";
    /// A held payout was collected.
    pub const COLLECTED: &str = "Collected(address,address,uint256)";
}
use signatures as s;

/// Something that happened to one channel, and where in the chain's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelEvent {
    /// The channel and life.
    pub channel: ChannelId,
    /// Number of the block.
    pub block: u64,
    /// Hash of the block; another hash at this number means that the chain was reorganised.
    pub block_hash: Bytes32,
    /// Place among the block's logs.
    pub log_index: u64,
    /// The transaction that did it.
    pub transaction: Bytes32,
    /// What happened.
    pub kind: HubEvent,
}

/// A payout that could not be pushed, or its later collection. It belongs to an account, not to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutEvent {
    /// The token; the zero address is ether.
    pub token: Address,
    /// Whose money.
    pub account: Address,
    /// How much, in the token's smallest unit.
    pub amount: U256,
    /// Whether it was held or collected.
    pub kind: PayoutKind,
    /// Number of the block.
    pub block: u64,
    /// Hash of the block.
    pub block_hash: Bytes32,
    /// Place among the block's logs.
    pub log_index: u64,
    /// The transaction that did it.
    pub transaction: Bytes32,
}

/// What happened to a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutKind {
    /// It waits for `collect`.
    Held,
    /// It was collected.
    Collected,
}

/// One log of the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubLog {
    /// About a channel.
    Channel(ChannelEvent),
    /// About a held payout.
    Payout(PayoutEvent),
}

/// Which blocks to look through, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockRange {
    /// The first block.
    pub from: u64,
    /// The last block.
    pub to: u64,
}

/// What `eth_getLogs` is asked for. Each topic is any of a list, or anything at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter {
    /// Who emitted the log.
    pub address: Address,
    /// Where to look.
    pub range: BlockRange,
    /// By position.
    pub topics: Vec<Option<Vec<Bytes32>>>,
}

impl Hub {
    /// All logs of the hub.
    #[must_use]
    pub fn all_logs(&self, range: BlockRange) -> LogFilter {
        self.filter(range, Vec::new())
    }

    /// The logs of these channels. Nodes limit how many topics a filter has; a hundred are safe.
    #[must_use]
    pub fn channel_logs(&self, range: BlockRange, channels: &[ChannelId]) -> LogFilter {
        let ids = channels.iter().map(|channel| channel.0).collect();
        self.filter(range, vec![None, Some(ids)])
    }

    /// The channels that `account` opened or that were opened with it: two filters, as alice and as bob.
    #[must_use]
    pub fn opened_logs(&self, range: BlockRange, account: Address) -> [LogFilter; 2] {
        let opened = Some(vec![topic(s::OPENED)]);
        let account = Some(vec![account.into()]);
        [
            self.filter(range, vec![opened.clone(), None, account.clone()]),
            self.filter(range, vec![opened, None, None, account]),
        ]
    }

    /// The payouts of `account` that were held or collected.
    #[must_use]
    pub fn payout_logs(&self, range: BlockRange, account: Address) -> LogFilter {
        let kinds = Some(vec![topic(s::PAYOUT_HELD), topic(s::COLLECTED)]);
        self.filter(range, vec![kinds, None, Some(vec![account.into()])])
    }

    /// Reads one log of the hub.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for a log of another contract, an unknown event, or an event that contradicts itself.
    pub fn read_log(&self, log: &Log) -> Result<HubLog, ChainError> {
        if log.address != self.address {
            return Err(ChainError::malformed("a log is not the hub's"));
        }
        let head = *log
            .topics
            .first()
            .ok_or_else(|| ChainError::malformed("a log has no topics"))?;
        let mut data = Words::new("a log of the hub", &log.data);
        for (kind, signature) in [
            (PayoutKind::Held, s::PAYOUT_HELD),
            (PayoutKind::Collected, s::COLLECTED),
        ] {
            if head == topic(signature) {
                return read_payout(log, kind).map(HubLog::Payout);
            }
        }
        let kind = if head == topic(s::OPENED) {
            read_opened(log)?
        } else if head == topic(s::DEPOSITED) {
            HubEvent::Deposited {
                side: data.side()?,
                amount: data.amount()?,
                total: data.amount()?,
            }
        } else if head == topic(s::WITHDRAWN) {
            HubEvent::Withdrawn {
                side: data.side()?,
                amount: data.amount()?,
                total: data.amount()?,
            }
        } else if head == topic(s::CLOSING) {
            HubEvent::Closing {
                closer: data.side()?,
                totals: Totals {
                    alice: data.amount()?,
                    bob: data.amount()?,
                },
                closes_at: data.u64()?,
            }
        } else if head == topic(s::CLAIMED) {
            HubEvent::Claimed {
                payer: data.side()?,
                total: data.amount()?,
            }
        } else if head == topic(s::FORFEITED) {
            HubEvent::Forfeited {
                closer: data.side()?,
                total: data.amount()?,
            }
        } else if head == topic(s::SETTLED) {
            HubEvent::Settled {
                amounts: PerSide {
                    alice: data.amount()?,
                    bob: data.amount()?,
                },
            }
        } else {
            return Err(ChainError::malformed(
                "a log of the hub is of a kind that is not known here",
            ));
        };
        // An opening checks its own topics and end.
        let opened = matches!(kind, HubEvent::Opened { .. });
        let channel = match log.topics[..] {
            [_, channel] if !opened => channel,
            [_, channel, _, _] if opened => channel,
            _ => return Err(ChainError::malformed("a log of the hub has missing topics")),
        };
        if !opened {
            data.end()?;
        }
        Ok(HubLog::Channel(ChannelEvent {
            channel: ChannelId(channel),
            block: log.block,
            block_hash: log.block_hash,
            log_index: log.log_index,
            transaction: log.transaction,
            kind,
        }))
    }

    /// Reads the events of channels among these logs of the hub, in order; payouts are left out.
    ///
    /// # Errors
    /// As [`read_log`](Self::read_log), at the first log that cannot be read.
    pub fn channel_events(&self, logs: &[Log]) -> Result<Vec<ChannelEvent>, ChainError> {
        let mut events = Vec::new();
        for log in logs {
            if let HubLog::Channel(event) = self.read_log(log)? {
                events.push(event);
            }
        }
        events.sort_by_key(|event| (event.block, event.log_index));
        Ok(events)
    }

    fn filter(&self, range: BlockRange, topics: Vec<Option<Vec<Bytes32>>>) -> LogFilter {
        LogFilter {
            address: self.address,
            range,
            topics,
        }
    }
}

impl LogFilter {
    /// Whether a log is one of those asked for. Nodes are not believed.
    #[must_use]
    pub fn matches(&self, log: &Log) -> bool {
        let topics_match = self.topics.iter().enumerate().all(|(index, wanted)| {
            wanted
                .as_ref()
                .is_none_or(|wanted| log.topics.get(index).is_some_and(|topic| wanted.contains(topic)))
        });
        log.address == self.address && (self.range.from..=self.range.to).contains(&log.block) && topics_match
    }
}

fn read_opened(log: &Log) -> Result<HubEvent, ChainError> {
    let [_, id, alice, bob] = log.topics[..] else {
        return Err(ChainError::malformed("a log of the hub has missing topics"));
    };
    let mut words = Words::new("the opening of a channel", &log.data);
    let key = ChannelKey {
        alice: Words::new("alice", &alice.0).address()?,
        alice_signer: words.address()?,
        bob: Words::new("bob", &bob.0).address()?,
        bob_signer: words.address()?,
        token: words.address()?,
        finalization_period: words.u32()?,
        policy: Policy::from_index(words.u8()?).ok_or_else(|| words.out_of_range())?,
        salt: words.u64()?,
    };
    let epoch = words.u32()?;
    let amount = words.amount()?;
    words.end()?;
    if key.id(epoch).0 != id {
        return Err(ChainError::malformed(
            "the opening of a channel contradicts itself",
        ));
    }
    Ok(HubEvent::Opened { key, epoch, amount })
}

fn read_payout(log: &Log, kind: PayoutKind) -> Result<PayoutEvent, ChainError> {
    let [_, token, account] = log.topics[..] else {
        return Err(ChainError::malformed("a log of the hub has missing topics"));
    };
    let mut words = Words::new("a log of the hub", &log.data);
    let amount = words.uint256()?;
    words.end()?;
    Ok(PayoutEvent {
        token: Words::new("a token", &token.0).address()?,
        account: Words::new("an account", &account.0).address()?,
        amount,
        kind,
        block: log.block,
        block_hash: log.block_hash,
        log_index: log.log_index,
        transaction: log.transaction,
    })
}

//! What happened, in words.

use thunder_api::{HistoryEntry, HistoryKind};
use thunder_channel::{Address, Amount, ChannelId, metering::SessionId};

use super::channel::handle;
use super::money::Tokens;
use super::time::Clock;
use super::{count, plain, table, time};

/// What it takes to spell amounts and deadlines of any channel.
pub struct Spelling<'a> {
    /// The money that the node knows.
    pub tokens: &'a Tokens,
    /// The hub's clock.
    pub clock: Clock,
    /// A channel's token, if the channel is known.
    pub token_of: &'a dyn Fn(ChannelId) -> Option<Address>,
    /// A session's token, if the session is known.
    pub token_of_session: &'a dyn Fn(SessionId) -> Option<Address>,
}

impl Spelling<'_> {
    /// An amount in a channel; in smallest units where the channel is not known.
    #[must_use]
    pub fn money(&self, amount: Amount, channel: ChannelId) -> String {
        (self.token_of)(channel).map_or_else(
            || format!("{amount} units"),
            |token| self.tokens.money(amount, token),
        )
    }
}

/// A line for each entry. One of a kind that only a newer daemon knows comes as it is.
#[must_use]
pub fn list(entries: &[Result<HistoryEntry, String>], spelling: &Spelling<'_>) -> String {
    if entries.is_empty() {
        return "nothing has happened yet".to_owned();
    }
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| match entry {
            Ok(entry) => vec![time::at(entry.at), handle(entry.channel), line(entry, spelling)],
            Err(json) => vec![plain(json)],
        })
        .collect();
    table(&rows)
}

fn line(entry: &HistoryEntry, spelling: &Spelling<'_>) -> String {
    let mut text = what(entry, spelling);
    for memo in &entry.memos {
        text = format!("{text} · {}", plain(memo));
    }
    text
}

fn what(entry: &HistoryEntry, spelling: &Spelling<'_>) -> String {
    let money = |amount: &Amount| spelling.money(*amount, entry.channel);
    let who = |by_me: &bool| if *by_me { "this node" } else { "the other side" };
    match &entry.kind {
        HistoryKind::Paid { amount, payments, .. } => format!("paid {}{}", money(amount), several(*payments)),
        HistoryKind::Received { amount, payments, .. } => {
            format!("was paid {}{}", money(amount), several(*payments))
        }
        HistoryKind::Opened { amount, block } => format!("opened with {} in block {block}", money(amount)),
        HistoryKind::Deposited { by_me, amount, block } => {
            format!("{} put in {} in block {block}", who(by_me), money(amount))
        }
        HistoryKind::Withdrawn { by_me, amount, block } => {
            format!("{} took out {} in block {block}", who(by_me), money(amount))
        }
        HistoryKind::Closing {
            by_me,
            closes_at,
            block,
        } => format!(
            "{} closed in block {block}; to be settled from {}",
            who(by_me),
            spelling.clock.moment(*closes_at)
        ),
        HistoryKind::Claimed {
            paid_by_me,
            total,
            block,
        } => format!(
            "the hub was shown in block {block} that {} had paid {} in all",
            who(paid_by_me),
            money(total)
        ),
        HistoryKind::Forfeited { by_me, block } => {
            format!(
                "{} had closed falsely and lost everything in block {block}",
                who(by_me)
            )
        }
        HistoryKind::Settled { payout, block } => format!(
            "settled in block {block}: {} for this node, {} for the other",
            money(&payout.mine),
            money(&payout.theirs)
        ),
    }
}

fn several(payments: u64) -> String {
    match usize::try_from(payments) {
        Ok(0 | 1) => String::new(),
        Ok(payments) => format!(" in {}", count(payments, "payment")),
        Err(_) => " in many payments".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{channel, thd, tokens};
    use thunder_api::{Owned, Phase};

    fn entry(kind: HistoryKind) -> Result<HistoryEntry, String> {
        Ok(HistoryEntry {
            at: 951_782_400_000,
            channel: channel("aaaa1111", Phase::Open).id,
            kind,
            memos: vec!["tea".to_owned()],
        })
    }

    fn say(entry: Result<HistoryEntry, String>) -> String {
        let token = channel("aaaa1111", Phase::Open).token;
        let known = tokens();
        let spelling = Spelling {
            tokens: &known,
            clock: Clock::Blocks,
            token_of: &|_| Some(token),
            token_of_session: &|_| None,
        };
        list(&[entry], &spelling)
    }

    #[test]
    fn a_line_has_time_channel_and_memo() {
        let paid = HistoryKind::Paid {
            amount: thd(5),
            total: thd(5),
            payments: 1,
        };
        assert_eq!(
            say(entry(paid)),
            "2000-02-29 00:00:00 UTC  0xaaaa1111  paid 5 THD · tea"
        );
    }

    #[test]
    fn every_kind_has_words() {
        let owned = Owned {
            mine: thd(95),
            theirs: thd(5),
        };
        for (kind, words) in [
            (
                HistoryKind::Received {
                    amount: thd(5),
                    total: thd(5),
                    payments: 3,
                },
                "was paid 5 THD in 3 payments",
            ),
            (
                HistoryKind::Opened {
                    amount: thd(1),
                    block: 7,
                },
                "opened with 1 THD in block 7",
            ),
            (
                HistoryKind::Closing {
                    by_me: false,
                    closes_at: 124,
                    block: 100,
                },
                "the other side closed in block 100; to be settled from block 124",
            ),
            (
                HistoryKind::Claimed {
                    paid_by_me: true,
                    total: thd(5),
                    block: 101,
                },
                "that this node had paid 5 THD in all",
            ),
            (
                HistoryKind::Forfeited {
                    by_me: false,
                    block: 101,
                },
                "the other side had closed falsely",
            ),
            (
                HistoryKind::Settled {
                    payout: owned,
                    block: 130,
                },
                "settled in block 130: 95 THD for this node, 5 THD for the other",
            ),
        ] {
            let said = say(entry(kind));
            assert!(said.contains(words), "{words} in {said}");
        }
    }

    #[test]
    fn a_newer_daemons_kind_comes_as_it_is() {
        assert_eq!(say(Err(r#"{"kind":"new"}"#.to_owned())), r#"{"kind":"new"}"#);
    }
}

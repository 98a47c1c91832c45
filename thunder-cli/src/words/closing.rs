//! Opening, closing and withdrawing in words.

use thunder_api::{Channel, Closed, Owned, Phase, Sent, Withdrawn};

use super::channel::handle;
use super::money::Tokens;
use super::time::Clock;
use super::{Style, plain, short_address};

/// A channel that was opened.
#[must_use]
pub fn opened(sent: &Sent, tokens: &Tokens, style: Style) -> String {
    let channel = &sent.channel;
    let what = format!(
        "{} {} with {} · {} put in",
        style.good("opened"),
        handle(channel.id),
        short_address(channel.counterparty),
        tokens.money(channel.deposit.mine, channel.token)
    );
    with_transaction(&what, sent.transaction.as_deref(), channel)
}

/// Money that was put in.
#[must_use]
pub fn deposited(sent: &Sent, tokens: &Tokens, style: Style) -> String {
    let channel = &sent.channel;
    let what = format!(
        "{} into {} · {} put in by this node in all",
        style.good("deposited"),
        handle(channel.id),
        tokens.money(channel.deposit.mine, channel.token)
    );
    with_transaction(&what, sent.transaction.as_deref(), channel)
}

/// A claim that was shown to the hub, if there was one to show.
#[must_use]
pub fn challenged(sent: &Sent, tokens: &Tokens, style: Style) -> String {
    let channel = &sent.channel;
    let what = match sent.transaction {
        Some(_) => style.good("the hub was shown the higher claim"),
        None => "nothing to show: the hub knows the highest claims already".to_owned(),
    };
    let what = match &channel.phase {
        Phase::Closing { payout, .. } => format!("{what} · {}", shares(payout, channel, tokens)),
        _ => what,
    };
    with_transaction(&what, sent.transaction.as_deref(), channel)
}

/// What a close came to.
#[must_use]
pub fn closed(closed: &Closed, tokens: &Tokens, clock: Clock, style: Style) -> String {
    let channel = &closed.channel;
    let what = match &channel.phase {
        Phase::Settled { payout: Some(payout) } => {
            format!(
                "{} · {}",
                style.good("closed together, and paid out"),
                shares(payout, channel, tokens)
            )
        }
        _ if closed.together => style.good("closed together, and paid out"),
        Phase::Closing {
            closes_at, payout, ..
        } => format!(
            "closed alone · {}, from {} if nobody shows more",
            shares(payout, channel, tokens),
            clock.moment(*closes_at)
        ),
        _ => "the close was sent".to_owned(),
    };
    with_transaction(&what, closed.transaction.as_deref(), channel)
}

/// What a withdrawal came to.
#[must_use]
pub fn withdrawn(withdrawn: &Withdrawn, tokens: &Tokens, style: Style) -> String {
    let channel = &withdrawn.channel;
    let what = match &channel.phase {
        Phase::Settled { payout: Some(payout) } => shares(payout, channel, tokens),
        Phase::Settled { payout: None } => handle(channel.id),
        _ => format!("{}, but it is not settled yet", handle(channel.id)),
    };
    let mut text = format!("{} · {what}", style.good("withdrawn"));
    for transaction in &withdrawn.transactions {
        text = format!("{text}\ntransaction {}", plain(transaction));
    }
    format!("{text}\nnext: {}", plain(&channel.next))
}

/// How far the finalization period is, while one waits for it.
#[must_use]
pub fn progress(phase: &Phase, clock: Clock, development: bool) -> String {
    let Phase::Closing {
        closes_at,
        clock: now,
        ..
    } = *phase
    else {
        return format!("the channel is {}", super::channel::phase_name(phase));
    };
    let left = closes_at.saturating_sub(now);
    // There, blocks come with transactions only.
    let mine = if development {
        "; a development chain has to be told to mine"
    } else {
        ""
    };
    format!(
        "waiting for {}: {} to go{mine}",
        clock.moment(closes_at),
        clock.span(left)
    )
}

fn shares(payout: &Owned, channel: &Channel, tokens: &Tokens) -> String {
    let money = |amount| tokens.money(amount, channel.token);
    format!(
        "{} for this node, {} for {}",
        money(payout.mine),
        money(payout.theirs),
        short_address(channel.counterparty)
    )
}

fn with_transaction(what: &str, transaction: Option<&str>, channel: &Channel) -> String {
    let transaction = transaction.map_or_else(String::new, |hash| format!("\ntransaction {}", plain(hash)));
    format!("{what}{transaction}\nnext: {}", plain(&channel.next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{channel, thd, tokens};

    const SHARES: Owned = Owned {
        mine: thunder_channel::Amount::ZERO,
        theirs: thunder_channel::Amount::ZERO,
    };

    fn closing() -> Phase {
        Phase::Closing {
            by_me: true,
            closes_at: 124,
            clock: 118,
            payout: Owned {
                mine: thd(95),
                theirs: thd(5),
            },
        }
    }

    fn settled() -> Phase {
        Phase::Settled {
            payout: Some(Owned {
                mine: thd(95),
                theirs: thd(5),
            }),
        }
    }

    fn sent(phase: Phase, transaction: Option<&str>) -> Sent {
        Sent {
            transaction: transaction.map(str::to_owned),
            channel: channel("aaaa1111", phase),
        }
    }

    #[test]
    fn what_was_mined_names_its_transaction_and_what_comes_next() {
        assert_eq!(
            opened(&sent(Phase::Open, Some("0xff")), &tokens(), Style::PLAIN),
            "opened 0xaaaa1111 with 0x3C44…93BC · 100 THD put in\ntransaction 0xff\nnext: pay"
        );
        assert_eq!(
            deposited(&sent(Phase::Open, Some("0xff")), &tokens(), Style::PLAIN),
            "deposited into 0xaaaa1111 · 100 THD put in by this node in all\ntransaction 0xff\nnext: pay"
        );
    }

    #[test]
    fn a_challenge_shows_something_or_says_that_it_need_not() {
        let text = challenged(&sent(closing(), Some("0xff")), &tokens(), Style::PLAIN);
        assert!(
            text.starts_with("the hub was shown the higher claim · 95 THD for this node"),
            "{text}"
        );
        let text = challenged(&sent(closing(), None), &tokens(), Style::PLAIN);
        assert!(
            text.starts_with("nothing to show") && !text.contains("transaction"),
            "{text}"
        );
    }

    #[test]
    fn a_close_is_together_or_alone() {
        let say = |together, phase| {
            let outcome = Closed {
                together,
                transaction: None,
                channel: channel("aaaa1111", phase),
            };
            closed(&outcome, &tokens(), Clock::Blocks, Style::PLAIN)
        };
        assert_eq!(
            say(true, settled()),
            "closed together, and paid out · 95 THD for this node, 5 THD for 0x3C44…93BC\nnext: pay"
        );
        assert_eq!(
            say(false, closing()),
            "closed alone · 95 THD for this node, 5 THD for 0x3C44…93BC, from block 124 if nobody shows more\nnext: pay"
        );
        assert!(say(false, Phase::CloseSent { deadline: 9 }).starts_with("the close was sent\n"));
    }

    #[test]
    fn a_withdrawal_lists_its_transactions() {
        let outcome = Withdrawn {
            transactions: vec!["0x01".to_owned(), "0x02".to_owned()],
            channel: channel("aaaa1111", settled()),
        };
        assert_eq!(
            withdrawn(&outcome, &tokens(), Style::PLAIN),
            "withdrawn · 95 THD for this node, 5 THD for 0x3C44…93BC\ntransaction 0x01\ntransaction 0x02\nnext: pay"
        );
    }

    #[test]
    fn waiting_counts_down() {
        assert_eq!(
            progress(&closing(), Clock::Blocks, false),
            "waiting for block 124: 6 blocks to go"
        );
        assert!(progress(&closing(), Clock::Blocks, true).ends_with("has to be told to mine"));
        assert_eq!(
            progress(&Phase::Settled { payout: Some(SHARES) }, Clock::Blocks, true),
            "the channel is settled"
        );
    }
}

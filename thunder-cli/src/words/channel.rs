//! Channels in words.

use std::fmt::Display;

use thunder_api::{Channel, Owned, Phase, Proposal};
use thunder_channel::{Address, Policy, checksummed};

use super::money::Tokens;
use super::time::Clock;
use super::{Style, plain, short_address, table};

/// As much of an id as it takes to name a channel or a session: `0x1234abcd`.
#[must_use]
pub fn handle(id: impl Display) -> String {
    id.to_string().chars().take("0x".len() + 8).collect()
}

/// Where it stands, in a word or two.
#[must_use]
pub fn phase_name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Opening => "opening",
        Phase::Open => "open",
        Phase::CloseSent { .. } => "close sent",
        Phase::Closing { closes_at, clock, .. } if clock >= closes_at => "ready to withdraw",
        Phase::Closing { .. } => "closing",
        Phase::Settled { .. } => "settled",
    }
}

/// A row for each channel, below their names.
#[must_use]
pub fn list(channels: &[Channel], tokens: &Tokens, style: Style) -> String {
    if channels.is_empty() {
        return "no channels".to_owned();
    }
    let head = ["channel", "with", "state", "mine", "theirs", "other side"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(channels.iter().map(|channel| row(channel, tokens)));
    let mut text = table(&rows);
    for channel in channels {
        for words in [&channel.alarm, &channel.fault].into_iter().flatten() {
            let line = format!("{}: {}", handle(channel.id), plain(words));
            text = format!("{text}\n{}", style.alarming(&line));
        }
    }
    text
}

fn row(channel: &Channel, tokens: &Tokens) -> Vec<String> {
    let online = if channel.counterparty_online {
        "online"
    } else {
        "away"
    };
    let state = match phase_name(&channel.phase) {
        "open" if !channel.joined => "not joined",
        name => name,
    };
    vec![
        handle(channel.id),
        short_address(channel.counterparty),
        state.to_owned(),
        tokens.money(channel.balance.mine, channel.token),
        tokens.money(channel.balance.theirs, channel.token),
        online.to_owned(),
    ]
}

/// Everything about a channel.
#[must_use]
pub fn whole(channel: &Channel, tokens: &Tokens, clock: Clock, style: Style) -> String {
    let money = |amount| tokens.money(amount, channel.token);
    let both = |owned: Owned| format!("{} mine, {} theirs", money(owned.mine), money(owned.theirs));
    let opened = if channel.opened_here {
        "opened here"
    } else {
        "opened there"
    };
    let online = if channel.counterparty_online {
        "online"
    } else {
        "away"
    };
    let mut rows: Vec<[String; 2]> = vec![
        ["channel".to_owned(), channel.id.to_string()],
        [
            "with".to_owned(),
            format!("{} ({online})", checksummed(channel.counterparty)),
        ],
        ["state".to_owned(), phase(&channel.phase, clock, both)],
        ["balance".to_owned(), both(channel.balance)],
        [
            "can pay".to_owned(),
            format!(
                "{}; can be paid {}",
                money(channel.spendable),
                money(channel.receivable)
            ),
        ],
        ["guaranteed".to_owned(), money(channel.guaranteed)],
        ["put in".to_owned(), both(channel.deposit)],
        ["paid".to_owned(), both(channel.paid)],
        [
            "terms".to_owned(),
            format!(
                "{}, {}, {opened}",
                policy(channel.policy),
                period(channel.period, clock)
            ),
        ],
    ];
    if let Some(waiting) = &channel.proposal {
        rows.push([
            "waiting".to_owned(),
            proposal(waiting, channel.token, tokens, clock),
        ]);
    }
    if !channel.joined {
        let why = channel.fault.as_deref().unwrap_or("this node has not joined it");
        rows.push(["not joined".to_owned(), style.alarming(&plain(why))]);
    }
    if let Some(alarm) = &channel.alarm {
        rows.push(["alarm".to_owned(), style.alarming(&plain(alarm))]);
    }
    rows.push(["next".to_owned(), plain(&channel.next)]);
    table(&rows)
}

/// Where it stands, with its deadline.
#[must_use]
pub fn phase(phase: &Phase, clock: Clock, both: impl Fn(Owned) -> String) -> String {
    match *phase {
        Phase::Opening | Phase::Open => phase_name(phase).to_owned(),
        Phase::CloseSent { deadline } => {
            format!(
                "a close was sent; if it is not mined by {}, payments go on",
                clock.moment(deadline)
            )
        }
        Phase::Closing {
            by_me,
            closes_at,
            clock: now,
            payout,
        } => {
            let who = if by_me {
                "closed by this node"
            } else {
                "closed by the other side"
            };
            let when = match closes_at.saturating_sub(now) {
                0 => "the period is over".to_owned(),
                left => format!("{} to go, until {}", clock.span(left), clock.moment(closes_at)),
            };
            format!("{who}; {when}; as the hub has it: {}", both(payout))
        }
        Phase::Settled { payout: Some(payout) } => format!("settled: {}", both(payout)),
        Phase::Settled { payout: None } => phase_name(phase).to_owned(),
    }
}

fn proposal(proposal: &Proposal, token: Address, tokens: &Tokens, clock: Clock) -> String {
    let money = |amount| tokens.money(amount, token);
    let who = |by_me: bool| {
        if by_me {
            "this node proposed"
        } else {
            "the other side proposes"
        }
    };
    match *proposal {
        Proposal::Settlement {
            by_me,
            payout,
            expiry,
        } => format!(
            "{} to end it together, {} for this node and {} for the other, until {}",
            who(by_me),
            money(payout.mine),
            money(payout.theirs),
            clock.moment(expiry)
        ),
        Proposal::Withdrawal {
            by_me,
            amount,
            expiry,
        } => {
            format!(
                "{} to take out {}, until {}",
                who(by_me),
                money(amount),
                clock.moment(expiry)
            )
        }
    }
}

fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Forfeit => "a false close forfeits everything",
        Policy::Refute => "a false close is corrected",
    }
}

fn period(period: u32, clock: Clock) -> String {
    format!("{} to answer a close", clock.span(u64::from(period)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{BOB, channel, thd, tokens};

    const CLOSING: Phase = Phase::Closing {
        by_me: false,
        closes_at: 124,
        clock: 118,
        payout: Owned {
            mine: thunder_channel::Amount::ZERO,
            theirs: thunder_channel::Amount::ZERO,
        },
    };

    fn closing_at(clock: u64) -> Phase {
        Phase::Closing {
            by_me: true,
            closes_at: 124,
            clock,
            payout: Owned {
                mine: thd(95),
                theirs: thd(5),
            },
        }
    }

    #[test]
    fn the_list_is_a_table() {
        let mut offered = channel("bbbb1111", Phase::Open);
        offered.joined = false;
        offered.alarm = Some("look\u{1b}".to_owned());
        let text = list(&[channel("aaaa1111", CLOSING), offered], &tokens(), Style::PLAIN);
        assert_eq!(
            text,
            "channel     with         state       mine    theirs  other side\n\
             0xaaaa1111  0x3C44…93BC  closing     95 THD  5 THD   online\n\
             0xbbbb1111  0x3C44…93BC  not joined  95 THD  5 THD   online\n\
             0xbbbb1111: look\u{fffd}"
        );
        assert_eq!(list(&[], &tokens(), Style::PLAIN), "no channels");
    }

    #[test]
    fn the_whole_names_id_and_account_in_full() {
        let text = whole(
            &channel("aaaa1111", Phase::Open),
            &tokens(),
            Clock::Blocks,
            Style::PLAIN,
        );
        for words in [
            &format!("channel     0xaaaa1111{}", "0".repeat(56)),
            BOB,
            "state       open",
            "balance     95 THD mine, 5 THD theirs",
            "can pay     95 THD; can be paid 5 THD",
            "a false close forfeits everything, 24 blocks to answer a close, opened here",
            "next        pay",
        ] {
            assert!(text.contains(words), "{words} in\n{text}");
        }
        assert!(!text.contains("not joined"));
    }

    #[test]
    fn a_fault_and_a_proposal_are_shown() {
        let mut faulty = channel("aaaa1111", Phase::Open);
        (faulty.joined, faulty.fault) = (false, Some("an unknown token".to_owned()));
        faulty.proposal = Some(Proposal::Withdrawal {
            by_me: false,
            amount: thd(3),
            expiry: 200,
        });
        let text = whole(&faulty, &tokens(), Clock::Blocks, Style::PLAIN);
        assert!(text.contains("not joined  an unknown token"), "{text}");
        assert!(
            text.contains("the other side proposes to take out 3 THD, until block 200"),
            "{text}"
        );
    }

    #[test]
    fn deadlines_are_counted_down() {
        let say = |clock| phase(&closing_at(clock), Clock::Blocks, |_| "all".to_owned());
        assert_eq!(
            say(118),
            "closed by this node; 6 blocks to go, until block 124; as the hub has it: all"
        );
        assert_eq!(
            say(124),
            "closed by this node; the period is over; as the hub has it: all"
        );
        assert_eq!(say(999), say(124));
        assert_eq!(
            (phase_name(&closing_at(123)), phase_name(&closing_at(124))),
            ("closing", "ready to withdraw")
        );
    }
}

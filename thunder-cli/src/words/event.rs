//! What happens, in words.

use thunder_api::{ContractState, Event, EventKind, SessionState};
use thunder_channel::{Amount, ChannelId, metering::SessionId};

use super::channel::handle;
use super::history::Spelling;
use super::{Style, account, plain, short_address, time};

/// One line.
#[must_use]
pub fn line(event: &Event, spelling: &Spelling<'_>, style: Style) -> String {
    format!("{}  {}", time::at(event.at), what(&event.kind, spelling, style))
}

/// The channel that it is about.
#[must_use]
pub fn channel(event: &Event) -> Option<ChannelId> {
    match event.kind {
        EventKind::Paid { channel, .. }
        | EventKind::Received { channel, .. }
        | EventKind::Requested { channel, .. }
        | EventKind::Offered { channel, .. }
        | EventKind::Phase { channel, .. }
        | EventKind::LowBalance { channel, .. } => Some(channel),
        EventKind::Transaction { .. }
        | EventKind::Peer { .. }
        | EventKind::Warning { .. }
        | EventKind::Contract { .. }
        | EventKind::Session { .. }
        | EventKind::SessionLow { .. }
        | EventKind::Distrusted { .. }
        | EventKind::Account { .. } => None,
    }
}

/// The session whose money it is about.
#[must_use]
pub const fn session(event: &Event) -> Option<SessionId> {
    match event.kind {
        EventKind::SessionLow { session, .. } => Some(session),
        _ => None,
    }
}

fn what(kind: &EventKind, spelling: &Spelling<'_>, style: Style) -> String {
    let money = |amount: &Amount, channel: &ChannelId| spelling.money(*amount, *channel);
    match kind {
        EventKind::Paid { channel, amount } => {
            format!("paid {} in {}", money(amount, channel), handle(*channel))
        }
        EventKind::Received { channel, amount } => style.good(&format!(
            "was paid {} in {}",
            money(amount, channel),
            handle(*channel)
        )),
        EventKind::Requested { channel, amount } => {
            format!(
                "the other side asks for {} in {}",
                money(amount, channel),
                handle(*channel)
            )
        }
        EventKind::Offered { channel, by } => format!(
            "{} opened {} with this node",
            short_address(*by),
            handle(*channel)
        ),
        EventKind::Phase { channel, phase } => {
            format!("{} is {}", handle(*channel), plain(&phase.replace('_', " ")))
        }
        EventKind::Transaction {
            purpose,
            state,
            hash,
            words,
        } => {
            let hash = hash
                .as_deref()
                .map_or_else(String::new, |hash| format!(" {}", plain(hash)));
            let words = words
                .as_deref()
                .map_or_else(String::new, |words| format!(": {}", plain(words)));
            let line = format!(
                "transaction to {}{hash} {}{words}",
                plain(&purpose.replace('_', " ")),
                plain(state)
            );
            if state == "failed" { style.bad(&line) } else { line }
        }
        EventKind::Peer { account, connected } => {
            let link = if *connected { "connected" } else { "gone" };
            format!("node {} {link}", short_address(*account))
        }
        EventKind::Contract { id, state } => format!("contract {} is {}", plain(id), state_name(*state)),
        EventKind::LowBalance {
            contract,
            channel,
            left,
        } => style.alarming(&format!(
            "only {} left under contract {}",
            money(left, channel),
            plain(contract)
        )),
        EventKind::Distrusted { account, by, proved } => {
            let (whom, by) = (short_address(*account), short_address(*by));
            if *proved {
                style.alarming(&format!("{whom} has signed its own guilt: {by} shows it"))
            } else {
                format!("{by} distrusts {whom}")
            }
        }
        EventKind::Session { session, state } => {
            format!("session {} is {}", handle(session), session_state(*state))
        }
        EventKind::SessionLow { session, left } => {
            let money = (spelling.token_of_session)(*session).map_or_else(
                || format!("{left} units"),
                |token| spelling.tokens.money(*left, token),
            );
            style.alarming(&format!("only {money} left in session {}", handle(session)))
        }
        EventKind::Account {
            with,
            token,
            news,
            amount,
        } => account::happened(*with, *news, &spelling.tokens.money(*amount, *token), style),
        EventKind::Warning { words } => style.alarming(&format!("warning: {}", plain(words))),
    }
}

const fn session_state(state: SessionState) -> &'static str {
    match state {
        SessionState::Agreed => "agreed on, and waits for its deposit",
        SessionState::Active => "active: bytes may pass",
        SessionState::Closing => "closing",
        SessionState::Ended => "over",
        SessionState::Void => "void: its deposit never came",
    }
}

const fn state_name(state: ContractState) -> &'static str {
    match state {
        ContractState::Proposed => "proposed",
        ContractState::Declined => "declined",
        ContractState::Accepted => "accepted",
        ContractState::Active => "active",
        ContractState::FreeTier => "on its free tier",
        ContractState::Ended => "over",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{self, BOB, THD, thd, tokens};
    use crate::words::time::Clock;
    use thunder_api::{AccountNews, Phase};

    fn say(kind: EventKind) -> String {
        let one = fixtures::channel("aaaa1111", Phase::Open);
        let metered = fixtures::session("dddd1111");
        let known = tokens();
        let spelling = Spelling {
            tokens: &known,
            clock: Clock::Blocks,
            token_of: &|id| (id == one.id).then_some(one.token),
            token_of_session: &|id| (id == metered.id).then_some(metered.tariff.token),
        };
        let event = Event {
            number: 1,
            at: 951_782_400_000,
            kind,
        };
        line(&event, &spelling, Style::PLAIN)
    }

    #[test]
    fn every_kind_is_a_line() {
        let channel = fixtures::channel("aaaa1111", Phase::Open).id;
        let amount = thd(5);
        for (kind, words) in [
            (EventKind::Paid { channel, amount }, "paid 5 THD in 0xaaaa1111"),
            (
                EventKind::Received { channel, amount },
                "was paid 5 THD in 0xaaaa1111",
            ),
            (
                EventKind::Requested { channel, amount },
                "the other side asks for 5 THD in 0xaaaa1111",
            ),
            (
                EventKind::Offered {
                    channel,
                    by: BOB.parse().unwrap(),
                },
                "0x3C44…93BC opened 0xaaaa1111 with this node",
            ),
            (
                EventKind::Phase {
                    channel,
                    phase: "close_sent".to_owned(),
                },
                "0xaaaa1111 is close sent",
            ),
            (
                EventKind::Transaction {
                    purpose: "settle_together".to_owned(),
                    state: "failed".to_owned(),
                    hash: Some("0xff".to_owned()),
                    words: Some("no gas\u{1b}".to_owned()),
                },
                "transaction to settle together 0xff failed: no gas\u{fffd}",
            ),
            (
                EventKind::Peer {
                    account: BOB.parse().unwrap(),
                    connected: false,
                },
                "node 0x3C44…93BC gone",
            ),
            (
                EventKind::Contract {
                    id: "c0ffee".to_owned(),
                    state: ContractState::FreeTier,
                },
                "contract c0ffee is on its free tier",
            ),
            (
                EventKind::LowBalance {
                    contract: "c0ffee".to_owned(),
                    channel,
                    left: amount,
                },
                "only 5 THD left under contract c0ffee",
            ),
            (
                EventKind::Session {
                    session: fixtures::session("dddd1111").id,
                    state: SessionState::Ended,
                },
                "session 0xdddd1111 is over",
            ),
            (
                EventKind::SessionLow {
                    session: fixtures::session("dddd1111").id,
                    left: amount,
                },
                "only 5 THD left in session 0xdddd1111",
            ),
            (
                EventKind::SessionLow {
                    session: fixtures::session("eeee1111").id,
                    left: Amount::ZERO,
                },
                "only 0 units left in session 0xeeee1111",
            ),
            (
                EventKind::Warning {
                    words: "look".to_owned(),
                },
                "warning: look",
            ),
            (
                EventKind::Account {
                    with: BOB.parse().unwrap(),
                    token: THD.parse().unwrap(),
                    news: AccountNews::Stopped,
                    amount,
                },
                "0x3C44…93BC owes 5 THD: service stops until it pays",
            ),
        ] {
            assert_eq!(say(kind), format!("2000-02-29 00:00:00 UTC  {words}"));
        }
    }

    #[test]
    fn an_unknown_channels_amount_is_in_units() {
        let channel = fixtures::channel("bbbb1111", Phase::Open).id;
        let kind = EventKind::Paid {
            channel,
            amount: thd(5),
        };
        assert!(say(kind).ends_with("paid 5000000000000000000 units in 0xbbbb1111"));
    }
}

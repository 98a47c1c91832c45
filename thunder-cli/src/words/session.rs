//! Metered sessions in words.

use thunder_api::{Role, Route, Session, SessionEnd, SessionEvidence, SessionState};
use thunder_channel::{Amount, checksummed};

use super::channel::handle;
use super::money::Tokens;
use super::size::{difference, parts_per_million, size};
use super::time::Clock;
use super::{Style, count, plain, short_address, table, time, traffic};

/// Where it stands, in a word.
#[must_use]
pub const fn state_name(state: SessionState) -> &'static str {
    match state {
        SessionState::Agreed => "agreed",
        SessionState::Active => "active",
        SessionState::Closing => "closing",
        SessionState::Ended => "ended",
        SessionState::Void => "void",
    }
}

/// What of the deposit is not charged.
#[must_use]
pub fn left(session: &Session) -> Amount {
    session.deposit.saturating_sub(session.charged)
}

/// `2 streams`.
#[must_use]
pub fn streams(session: &Session) -> String {
    count(usize::try_from(session.streams).unwrap_or(usize::MAX), "stream")
}

/// A row for each session, and one for each route below them.
#[must_use]
pub fn list(sessions: &[Session], routes: &[Route], tokens: &Tokens, style: Style) -> String {
    if sessions.is_empty() {
        return "no sessions".to_owned();
    }
    let head = ["session", "as", "with", "state", "counted", "charged", "deposit"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(sessions.iter().map(|session| row(session, tokens)));
    let mut text = table(&rows);
    for session in sessions.iter().filter(|session| wants_a_look(session)) {
        for words in trouble(session) {
            let line = format!("{}: {words}", handle(session.id));
            text = format!("{text}\n{}", style.alarming(&line));
        }
    }
    if !routes.is_empty() {
        text = format!("{text}\n\n{}", traffic::routes(routes, sessions));
    }
    text
}

fn row(session: &Session, tokens: &Tokens) -> [String; 7] {
    let money = |amount| tokens.money(amount, session.tariff.token);
    [
        handle(session.id),
        role_name(session.role).to_owned(),
        who(session, short_address(session.with)),
        state_name(session.state).to_owned(),
        size(session.counted),
        money(session.charged),
        money(session.deposit),
    ]
}

/// The other side: a node's account, or a page and its wallet's.
fn who(session: &Session, account: String) -> String {
    if session.page {
        format!("page of {account}")
    } else {
        account
    }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Provider => "provider",
    }
}

/// What is past is told when the session itself is looked at.
const fn wants_a_look(session: &Session) -> bool {
    session.accused || !matches!(session.state, SessionState::Ended | SessionState::Void)
}

/// What is wrong with it, or why it stands as it does.
#[must_use]
pub fn trouble(session: &Session) -> Vec<String> {
    let accused = session
        .accused
        .then(|| "the other node has signed its own guilt: nothing passes any more".to_owned());
    accused
        .into_iter()
        .chain(session.words.as_deref().map(plain))
        .collect()
}

/// Everything about a session.
#[must_use]
pub fn whole(
    session: &Session,
    evidence: &SessionEvidence,
    tokens: &Tokens,
    clock: Clock,
    style: Style,
) -> String {
    let tariff = &session.tariff;
    let served = match session.role {
        Role::Client => "which serves this node",
        Role::Provider => "which this node serves",
    };
    let mut rows = vec![
        ["session", &session.id.to_string()],
        [
            "with",
            &format!("{}, {served}", who(session, checksummed(session.with))),
        ],
        [
            "state",
            &format!(
                "{}, {} now; agreed on at {}",
                state_name(session.state),
                streams(session),
                time::at(session.since)
            ),
        ],
        ["counted", &counted(session)],
        ["difference", &apart(session)],
        [
            "proven",
            &format!(
                "{} bytes by the client's statements, {} by the provider's",
                session.proven.client, session.proven.provider
            ),
        ],
        ["money", &money(session, tokens)],
        ["price", &traffic::price(tariff, tokens)],
        [
            "at risk",
            &format!(
                "a unit of {}{} for either side",
                size(tariff.unit),
                traffic::unit_cost(tariff, tokens)
            ),
        ],
        ["period", &clock.span(u64::from(tariff.finalization_period))],
        ["evidence", &format!("{}; --evidence prints it", pairs(evidence))],
    ]
    .into_iter()
    .map(|row| row.map(str::to_owned))
    .collect::<Vec<_>>();
    let words = trouble(session).into_iter();
    rows.extend(words.map(|words| ["note".to_owned(), style.alarming(&words)]));
    table(&rows)
}

fn counted(session: &Session) -> String {
    let mine = format!("{} bytes here ({})", session.counted, size(session.counted));
    match session.theirs {
        Some(theirs) => format!("{mine}, {theirs} there"),
        None => format!("{mine}; nothing was said there yet"),
    }
}

fn apart(session: &Session) -> String {
    let Some(theirs) = session.theirs else {
        return "not known".to_owned();
    };
    format!(
        "{}, {} ppm; {} ppm may be lost on the way",
        difference(session.counted, theirs),
        parts_per_million(session.counted, theirs),
        session.tariff.tolerance
    )
}

fn money(session: &Session, tokens: &Tokens) -> String {
    let money = |amount| tokens.money(amount, session.tariff.token);
    format!(
        "{} charged, {} of it paid, {} burnt; {} left of {}",
        money(session.charged),
        money(session.paid),
        money(session.charged.saturating_sub(session.paid)),
        money(left(session)),
        money(session.deposit)
    )
}

fn pairs(evidence: &SessionEvidence) -> String {
    let pairs = format!("{} of statements", count(evidence.pairs.len(), "pair"));
    if evidence.accusation.is_some() {
        format!("{pairs}, and what the other node has signed against itself")
    } else {
        pairs
    }
}

/// More was deposited.
#[must_use]
pub fn deposited(session: &Session, added: Amount, tokens: &Tokens, style: Style) -> String {
    let money = |amount| tokens.money(amount, session.tariff.token);
    format!(
        "{} {} into {}",
        style.good("deposited"),
        money(added),
        handle(session.id)
    )
}

/// How sessions came to their ends.
#[must_use]
pub fn ends(ends: &[SessionEnd], tokens: &Tokens, caller: &str, style: Style) -> String {
    let ends: Vec<_> = ends.iter().map(|one| end(one, tokens, caller, style)).collect();
    ends.join("\n")
}

/// How a session came to its end, and what it cost.
#[must_use]
pub fn end(end: &SessionEnd, tokens: &Tokens, caller: &str, style: Style) -> String {
    let session = &end.session;
    let money = |amount| tokens.money(amount, session.tariff.token);
    let with = format!("{} with {}", handle(session.id), short_address(session.with));
    let burnt = session.charged.saturating_sub(session.paid);
    let burnt = if burnt.is_zero() {
        String::new()
    } else {
        format!(", {} burnt", money(burnt))
    };
    let back = match session.role {
        Role::Client => "given back",
        Role::Provider => "given back to the client",
    };
    let sums = format!(
        "{} · {} charged, {} paid{burnt}, {} {back}",
        size(session.counted),
        money(session.charged),
        money(session.paid),
        money(left(session))
    );
    match session.state {
        SessionState::Ended => {
            let how = if end.together {
                style.good("ended together:")
            } else {
                style.alarming("ended:")
            };
            format!("{how} {with} · {sums}")
        }
        SessionState::Void => format!("{} {with} · the deposit never came", style.alarming("void:")),
        SessionState::Closing => format!(
            "{} {with}{}\n{} · by what is proven; it is settled by itself after the period\nnext: {caller} session show {}",
            style.alarming("closed alone:"),
            because(session),
            sums,
            handle(session.id)
        ),
        SessionState::Agreed | SessionState::Active => format!(
            "{} {with}{}\nnext: {caller} session end {}",
            style.bad("not ended:"),
            because(session),
            handle(session.id)
        ),
    }
}

fn because(session: &Session) -> String {
    let words = trouble(session).into_iter();
    // How it was closed is said before.
    words
        .map(|words| format!(" · {}", words.strip_prefix("closed alone: ").unwrap_or(&words)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{BOB, session, thd, tokens};

    fn said(session: Session, together: bool) -> String {
        end(
            &SessionEnd { session, together },
            &tokens(),
            "thunder-cli",
            Style::PLAIN,
        )
    }

    #[test]
    fn the_list_is_a_table_with_the_routes_below() {
        let one = session("aaaa1111");
        let route = Route {
            port: 1_080,
            sessions: vec![one.id],
            streams: 2,
        };
        let mut served = session("bbbb1111");
        (served.role, served.words) = (Role::Provider, Some("look\u{1b}".to_owned()));
        let mut over = served.clone();
        over.state = SessionState::Ended;
        assert_eq!(
            list(&[one, served, over], &[route], &tokens(), Style::PLAIN),
            "session     as        with         state   counted  charged   deposit\n\
             0xaaaa1111  client    0x3C44…93BC  active  50.0 MB  0.49 THD  1 THD\n\
             0xbbbb1111  provider  0x3C44…93BC  active  50.0 MB  0.49 THD  1 THD\n\
             0xbbbb1111  provider  0x3C44…93BC  ended   50.0 MB  0.49 THD  1 THD\n\
             0xbbbb1111: look\u{fffd}\n\
             \n\
             socks port  streams  through\n\
             1080        2        0x3C44…93BC"
        );
        assert_eq!(list(&[], &[], &tokens(), Style::PLAIN), "no sessions");
    }

    #[test]
    fn the_whole_has_both_counts_and_the_money() {
        let mut one = session("aaaa1111");
        one.accused = true;
        let nothing = SessionEvidence {
            pairs: Vec::new(),
            accusation: None,
        };
        let text = whole(&one, &nothing, &tokens(), Clock::Blocks, Style::PLAIN);
        for words in [
            &format!("with        {BOB}, which serves this node"),
            "active, 2 streams now; agreed on at 2000-02-29 00:00:00 UTC",
            "counted     50000312 bytes here (50.0 MB), 49000312 there",
            "difference  -1.0 MB, 20000 ppm; 10000 ppm may be lost on the way",
            "proven      49000000 bytes by the client's statements, 49000312 by the provider's",
            "money       0.49 THD charged, 0.48 THD of it paid, 0.01 THD burnt; 0.51 THD left of 1 THD",
            "a unit of 1.0 MB (0.01 THD) for either side",
            "0 pairs of statements; --evidence",
            "note        the other node has signed",
        ] {
            assert!(text.contains(words), "{words} in\n{text}");
        }
        (one.page, one.role) = (true, Role::Provider);
        let text = whole(&one, &nothing, &tokens(), Clock::Blocks, Style::PLAIN);
        let served = format!("with        page of {BOB}, which this node serves");
        assert!(text.contains(&served), "{text}");
        one.theirs = None;
        let text = whole(&one, &nothing, &tokens(), Clock::Blocks, Style::PLAIN);
        assert!(text.contains("difference  not known"), "{text}");
    }

    #[test]
    fn an_end_says_what_it_cost() {
        let mut one = session("aaaa1111");
        one.state = SessionState::Ended;
        assert_eq!(
            said(one.clone(), true),
            "ended together: 0xaaaa1111 with 0x3C44…93BC · 50.0 MB · 0.49 THD charged, 0.48 THD paid, 0.01 THD burnt, 0.51 THD given back"
        );
        (one.paid, one.role) = (one.charged, Role::Provider);
        assert!(said(one.clone(), true).ends_with("0.49 THD paid, 0.51 THD given back to the client"));
        (one.state, one.words) = (
            SessionState::Closing,
            Some("closed alone: it was silent".to_owned()),
        );
        let alone = said(one.clone(), false);
        assert!(
            alone
                .starts_with("closed alone: 0xaaaa1111 with 0x3C44…93BC · it was silent\n50.0 MB · 0.49 THD"),
            "{alone}"
        );
        one.state = SessionState::Active;
        assert!(said(one, false).ends_with("\nnext: thunder-cli session end 0xaaaa1111"));
    }

    #[test]
    fn a_deposit_is_named() {
        assert_eq!(
            deposited(&session("aaaa1111"), thd(2), &tokens(), Style::PLAIN),
            "deposited 2 THD into 0xaaaa1111"
        );
    }
}

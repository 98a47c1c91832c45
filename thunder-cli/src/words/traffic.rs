//! What traffic costs, and the way that it takes, in words.

use thunder_api::{Route, Session, Tariff, WhenLow, cost};
use thunder_channel::{Address, Amount, checksummed};

use super::meter::Plan;
use super::money::Tokens;
use super::size::size;
use super::time::Clock;
use super::{Style, short_address, table};

/// Everything that a provider asks.
#[must_use]
pub fn tariff(provider: Address, tariff: &Tariff, tokens: &Tokens, clock: Clock, style: Style) -> String {
    let tolerance = format!(
        "{}.{:02} %",
        tariff.tolerance / 10_000,
        tariff.tolerance / 100 % 100
    );
    let rows = [
        ["price", &price(tariff, tokens)],
        [
            "unit",
            &format!(
                "{}{} pass on trust at most: what either side can lose",
                size(tariff.unit),
                unit_cost(tariff, tokens)
            ),
        ],
        [
            "tolerance",
            &format!("{tolerance} of the bytes may be lost on the way"),
        ],
        [
            "period",
            &format!(
                "{} to show later statements, where one side closes alone",
                clock.span(u64::from(tariff.finalization_period))
            ),
        ],
    ];
    let rows = rows.map(|row| row.map(str::to_owned));
    format!("{} asks\n{}", style.strong(&checksummed(provider)), table(&rows))
}

/// `0.01 THD for 1 MB, sent and received together`.
#[must_use]
pub fn price(tariff: &Tariff, tokens: &Tokens) -> String {
    format!(
        "{} for 1 MB, sent and received together",
        tokens.money(tariff.price, tariff.token)
    )
}

/// What a unit costs, in brackets.
#[must_use]
pub fn unit_cost(tariff: &Tariff, tokens: &Tokens) -> String {
    cost(tariff.price, tariff.unit).map_or_else(String::new, |cost| {
        format!(" ({})", tokens.money(cost, tariff.token))
    })
}

/// What is about to be deposited with each provider.
#[must_use]
pub fn stake(first: Amount, plan: Plan, token: Address, tokens: &Tokens) -> String {
    let more = match plan.when_low {
        _ if first >= plan.limit => "no more than that".to_owned(),
        WhenLow::TopUp => format!(
            "as much again when a quarter is left, {} at most",
            tokens.money(plan.limit, token)
        ),
        WhenLow::Stop => format!("{} at most, if you add to it", tokens.money(plan.limit, token)),
    };
    format!("deposit    {}; {more}\n", tokens.money(first, token))
}

/// A route that is open, and how to go through it.
#[must_use]
pub fn opened(route: &Route, sessions: &[Session], tokens: &Tokens, style: Style) -> String {
    let deposits = sessions.first().map_or_else(String::new, |first| {
        tokens.money(first.deposit, first.tariff.token)
    });
    let each = if sessions.len() > 1 { " with each" } else { "" };
    let port = route.port;
    format!(
        "{} SOCKS5 at 127.0.0.1:{port} through {} · {deposits} deposited{each}\ntry: curl --proxy socks5h://127.0.0.1:{port} https://example.org",
        style.good("open:"),
        through(route, sessions),
    )
}

/// The providers of a route, in their order.
#[must_use]
pub fn through(route: &Route, sessions: &[Session]) -> String {
    let hops = route.sessions.iter().map(|id| {
        let session = sessions.iter().find(|session| session.id == *id);
        session.map_or_else(
            || super::channel::handle(id),
            |session| short_address(session.with),
        )
    });
    hops.collect::<Vec<_>>().join(", then ")
}

/// A row for each route.
#[must_use]
pub fn routes(routes: &[Route], sessions: &[Session]) -> String {
    let mut rows = vec![["socks port", "streams", "through"].map(str::to_owned)];
    rows.extend(routes.iter().map(|route| {
        [
            route.port.to_string(),
            route.streams.to_string(),
            through(route, sessions),
        ]
    }));
    table(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{BOB, THD, session, thd, tokens};

    fn route() -> (Route, [Session; 2]) {
        let sessions = ["aaaa1111", "bbbb1111"].map(session);
        let route = Route {
            port: 40_217,
            sessions: sessions.iter().map(|session| session.id).collect(),
            streams: 3,
        };
        (route, sessions)
    }

    #[test]
    fn a_tariff_says_what_can_be_lost() {
        let one = session("aaaa1111").tariff;
        assert_eq!(
            tariff(BOB.parse().unwrap(), &one, &tokens(), Clock::Blocks, Style::PLAIN),
            format!(
                "{BOB} asks\n\
                 price      0.01 THD for 1 MB, sent and received together\n\
                 unit       1.0 MB (0.01 THD) pass on trust at most: what either side can lose\n\
                 tolerance  1.00 % of the bytes may be lost on the way\n\
                 period     24 blocks to show later statements, where one side closes alone"
            )
        );
    }

    #[test]
    fn a_stake_says_what_it_can_come_to() {
        let say = |when_low, limit| {
            let plan = Plan { when_low, limit };
            stake(thd(1), plan, THD.parse().unwrap(), &tokens())
        };
        for (when_low, limit, words) in [
            (WhenLow::Stop, thd(1), "1 THD; no more than that"),
            (WhenLow::Stop, thd(2), "1 THD; 2 THD at most, if you add to it"),
            (
                WhenLow::TopUp,
                thd(2),
                "1 THD; as much again when a quarter is left, 2 THD at most",
            ),
        ] {
            assert_eq!(say(when_low, limit), format!("deposit    {words}\n"));
        }
    }

    #[test]
    fn a_route_says_how_to_go_through_it() {
        let (route, sessions) = route();
        assert_eq!(
            opened(&route, &sessions, &tokens(), Style::PLAIN),
            "open: SOCKS5 at 127.0.0.1:40217 through 0x3C44…93BC, then 0x3C44…93BC · 1 THD deposited with each\n\
             try: curl --proxy socks5h://127.0.0.1:40217 https://example.org"
        );
        assert_eq!(
            routes(&[route], &sessions[..1]),
            "socks port  streams  through\n\
             40217       3        0x3C44…93BC, then 0xbbbb1111"
        );
    }
}

//! Sessions as they run: what is drawn again and again.

use thunder_api::{Session, SessionState, WhenLow};
use thunder_channel::Amount;

use super::money::Tokens;
use super::size::{difference, size};
use super::{Style, plain, session, short_address, time};

/// A session and how fast bytes pass now, in bytes a second.
pub type Reading = (Session, u64);

const HEAD: [&str; 8] = [
    "with",
    "counted here",
    "there",
    "difference",
    "charged",
    "left",
    "rate",
    "streams",
];

/// What the columns have at least, so that they do not move while numbers grow.
const WIDTHS: [usize; 8] = [11, 12, 8, 10, 10, 10, 10, 7];

/// A row for each session, the numbers below each other.
#[must_use]
pub fn table(readings: &[Reading], tokens: &Tokens, style: Style) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(readings.iter().map(|reading| row(reading, tokens)));
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths = WIDTHS
        .into_iter()
        .enumerate()
        .map(|(column, least)| least.max(width(column)));
    let widths: Vec<usize> = widths.collect();
    let lines = rows.iter().enumerate().map(|(place, row)| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:>width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        if place == 0 { style.strong(&line) } else { line }
    });
    let mut text = lines.collect::<Vec<_>>().join("\n");
    for words in readings.iter().flat_map(|(one, _)| session::trouble(one)) {
        text = format!("{text}\n{}", style.alarming(&words));
    }
    text
}

fn row((one, rate): &Reading, tokens: &Tokens) -> [String; 8] {
    let (charged, left) = money(one, tokens);
    [
        short_address(one.with),
        size(one.counted),
        one.theirs.map_or_else(|| "…".to_owned(), size),
        one.theirs
            .map_or_else(String::new, |theirs| difference(one.counted, theirs)),
        charged,
        left,
        speed(one, *rate),
        one.streams.to_string(),
    ]
}

/// One line for each session, with the time, for where nothing can be drawn over.
#[must_use]
pub fn lines(readings: &[Reading], now: u64, tokens: &Tokens) -> String {
    let lines = readings.iter().map(|(one, rate)| {
        let there = one.theirs.map_or_else(
            || "nothing said there yet".to_owned(),
            |theirs| format!("{} there ({})", size(theirs), difference(one.counted, theirs)),
        );
        let (charged, left) = money(one, tokens);
        let words: String = session::trouble(one)
            .into_iter()
            .map(|words| format!(" · {words}"))
            .collect();
        format!(
            "{}  {}  {} here, {there} · {charged} charged, {left} left · {} · {}{words}",
            time::at(now),
            short_address(one.with),
            size(one.counted),
            speed(one, *rate),
            session::streams(one)
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn speed(one: &Session, rate: u64) -> String {
    match one.state {
        SessionState::Active => format!("{}/s", size(rate)),
        state => session::state_name(state).to_owned(),
    }
}

/// Charged and left to the hundredth part of a megabyte's price, so that the numbers do not dance: finer steps are for the end.
fn money(one: &Session, tokens: &Tokens) -> (String, String) {
    let mut grain: u128 = 1;
    while grain <= one.tariff.price.units() / 1_000 {
        grain *= 10;
    }
    let up = |amount: Amount| amount.units().div_ceil(grain).saturating_mul(grain);
    let down = |amount: Amount| amount.units() / grain * grain;
    let say = |units| tokens.even(Amount::new(units).unwrap_or(Amount::MAX), one.tariff.token, grain);
    (say(up(one.charged)), say(down(session::left(one))))
}

/// What a deposit may come to, and what the node does about it by itself.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// When little is left.
    pub when_low: WhenLow,
    /// In all.
    pub limit: Amount,
}

/// That little is left of a deposit.
#[must_use]
pub fn low(one: &Session, left: Amount, plan: Plan, tokens: &Tokens, caller: &str, style: Style) -> String {
    let next = if one.deposit >= plan.limit {
        "that is the limit: traffic stops where the deposit ends".to_owned()
    } else if plan.when_low == WhenLow::TopUp {
        "the node deposits more".to_owned()
    } else {
        let id = super::channel::handle(one.id);
        format!("more: {caller} session deposit {id} <amount>")
    };
    let line = format!(
        "only {} left with {}",
        tokens.money(left, one.tariff.token),
        short_address(one.with)
    );
    format!("{} · {next}", style.alarming(&line))
}

/// That the daemon does not answer just now.
#[must_use]
pub fn silent(why: &str, style: Style) -> String {
    style.alarming(&format!("{}; still trying", plain(why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{thd, tokens, units};

    fn reading(counted: u64, charged: &str) -> Reading {
        let mut one = crate::words::fixtures::session("aaaa1111");
        (one.counted, one.theirs) = (counted, Some(counted.saturating_sub(1_000_000)));
        (one.charged, one.deposit) = (units(charged), thd(2));
        (one, 3_200_000)
    }

    #[test]
    fn numbers_stand_below_each_other_and_do_not_dance() {
        let mut second = reading(50_000_312, "490000000000000000");
        second.0.state = SessionState::Closing;
        second.0.words = Some("look".to_owned());
        assert_eq!(
            table(
                &[reading(1_500_000, "5000000000000001"), second],
                &tokens(),
                Style::PLAIN
            ),
            "       with  counted here     there  difference     charged        left        rate  streams\n\
             0x3C44…93BC        1.5 MB  500.0 kB     -1.0 MB  0.0051 THD  1.9949 THD    3.2 MB/s        2\n\
             0x3C44…93BC       50.0 MB   49.0 MB     -1.0 MB  0.4900 THD  1.5100 THD     closing        2\n\
             look"
        );
    }

    #[test]
    fn a_line_has_its_time() {
        let mut one = reading(1_500_000, "5000000000000001");
        assert_eq!(
            lines(std::slice::from_ref(&one), 951_782_400_000, &tokens()),
            "2000-02-29 00:00:00 UTC  0x3C44…93BC  1.5 MB here, 500.0 kB there (-1.0 MB) · 0.0051 THD charged, 1.9949 THD left · 3.2 MB/s · 2 streams"
        );
        one.0.theirs = None;
        assert!(lines(&[one], 0, &tokens()).contains("nothing said there yet"));
    }

    #[test]
    fn little_money_says_what_to_do() {
        let (one, _) = reading(0, "0");
        let say = |when_low, limit| {
            let plan = Plan { when_low, limit };
            low(&one, thd(1), plan, &tokens(), "thunder-cli", Style::PLAIN)
        };
        let little = "only 1 THD left with 0x3C44…93BC";
        assert_eq!(
            say(WhenLow::Stop, thd(3)),
            format!("{little} · more: thunder-cli session deposit 0xaaaa1111 <amount>")
        );
        assert_eq!(
            say(WhenLow::TopUp, thd(3)),
            format!("{little} · the node deposits more")
        );
        assert!(say(WhenLow::TopUp, thd(2)).contains("that is the limit"));
    }
}

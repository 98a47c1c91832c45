//! Who owned what over time, drawn back from now: the history may have lost its beginning, the present is known.

use thunder_channel::{Amount, PerSide, Side};
use thunder_client::{EntryKind, History};

/// From this moment on, until the next point, this is who owned what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Milliseconds since 1970.
    pub at: u64,
    /// Who owned what.
    pub balances: PerSide<Amount>,
}

/// A plot in its own units: [`WIDTH`] wide, [`HEIGHT`] high, from the first point to the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    /// Where everything is.
    pub all: String,
    /// Where the holder's part of it is.
    pub yours: String,
    /// The most that was in the channel.
    pub most: Amount,
    /// The first and the last moment.
    pub span: (u64, u64),
    /// The holder's least and most.
    pub range: (Amount, Amount),
}

/// The width of a plot.
pub const WIDTH: u64 = 1000;
/// The height of a plot.
pub const HEIGHT: u64 = 240;
/// The room behind the last change, as a part of the time before it: one in so many.
const ROOM: u128 = 12;
/// A line of more steps than this is no clearer.
const MOST_STEPS: usize = 400;

/// The newest points of a history, oldest first, where `now` is what both own after it: no more than a plot draws.
#[must_use]
pub fn points(entries: &History, now: PerSide<Amount>) -> Vec<Point> {
    let mut balances = now;
    let mut points = Vec::new();
    for entry in entries.iter().rev() {
        if points.len() >= MOST_STEPS {
            break;
        }
        // What is paid out is not in the channel any more; what it was just before is what was paid out.
        if let EntryKind::Settled { paid_out, .. } = &entry.kind {
            balances = *paid_out;
            continue;
        }
        let Some(before) = before(&entry.kind, balances) else {
            break;
        };
        if before != balances {
            points.push(Point {
                at: entry.at,
                balances,
            });
        }
        balances = before;
    }
    points.reverse();
    points
}

/// Who owned what before this; `None` if it cannot have been.
fn before(kind: &EntryKind, after: PerSide<Amount>) -> Option<PerSide<Amount>> {
    let mut before = after;
    let less = |amount: &mut Amount, by: Amount| {
        *amount = amount.checked_sub(by)?;
        Some(())
    };
    let more = |amount: &mut Amount, by: Amount| {
        *amount = amount.checked_add(by)?;
        Some(())
    };
    match kind {
        EntryKind::Paid { by, amount, .. } => {
            less(&mut before[by.other()], *amount)?;
            more(&mut before[*by], *amount)?;
        }
        EntryKind::Opened { amount, .. } => less(&mut before[Side::Alice], *amount)?,
        EntryKind::Deposited { side, amount, .. } => less(&mut before[*side], *amount)?,
        EntryKind::Withdrawn { side, amount, .. } => more(&mut before[*side], *amount)?,
        EntryKind::Closing { .. }
        | EntryKind::Claimed { .. }
        | EntryKind::Forfeited { .. }
        | EntryKind::Settled { .. } => (),
    }
    Some(before)
}

impl Plot {
    /// Draws points as the holder sees them; `None` where there is no line to draw.
    #[must_use]
    pub fn of(points: &[Point], holder: Side) -> Option<Self> {
        let (first, last) = (points.first()?, points.last()?);
        let sum = |point: &Point| {
            let PerSide { alice, bob } = point.balances;
            alice.checked_add(bob).unwrap_or(Amount::MAX)
        };
        let most = points.iter().map(sum).max()?;
        if last.at <= first.at || most.is_zero() {
            return None;
        }
        let yours = |point: &Point| point.balances[holder];
        // What was last has to be seen, too: some room is left for it.
        let time = u128::from(last.at - first.at);
        let across = |at: u64| scaled(u128::from(at - first.at), time + time.div_ceil(ROOM), WIDTH);
        let up = |amount: Amount| HEIGHT - scaled(amount.units(), most.units(), HEIGHT);
        let area = |height: &dyn Fn(&Point) -> Amount| {
            let mut path = format!("M0 {HEIGHT}");
            for point in points {
                path.push_str(&format!("H{}V{}", across(point.at), up(height(point))));
            }
            path.push_str(&format!("H{WIDTH}V{HEIGHT}Z"));
            path
        };
        Some(Self {
            all: area(&sum),
            yours: area(&yours),
            most,
            span: (first.at, last.at),
            range: (points.iter().map(yours).min()?, points.iter().map(yours).max()?),
        })
    }
}

/// `part` of `whole` in `units`, rounded down. Amounts are below 2^96 and units below 2^10, so nothing overflows.
fn scaled(part: u128, whole: u128, units: u64) -> u64 {
    let share = part * u128::from(units) / whole;
    u64::try_from(share).unwrap_or(units).min(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_client::Entry;

    fn amount(units: u128) -> Amount {
        Amount::new(units).unwrap()
    }

    fn both(alice: u128, bob: u128) -> PerSide<Amount> {
        PerSide {
            alice: amount(alice),
            bob: amount(bob),
        }
    }

    fn paid(at: u64, by: Side, units: u128) -> Entry {
        Entry::new(
            at,
            EntryKind::Paid {
                by,
                amount: amount(units),
                total: amount(units),
                nonce: "1".to_owned(),
                payments: 1,
            },
        )
    }

    fn life() -> Vec<Entry> {
        vec![
            Entry::new(
                10,
                EntryKind::Opened {
                    block: 1,
                    amount: amount(100),
                },
            ),
            paid(20, Side::Alice, 30),
            Entry::new(
                30,
                EntryKind::Deposited {
                    side: Side::Bob,
                    amount: amount(10),
                    block: 2,
                },
            ),
            paid(40, Side::Bob, 5),
            Entry::new(
                50,
                EntryKind::Withdrawn {
                    side: Side::Alice,
                    amount: amount(25),
                    block: 3,
                },
            ),
        ]
    }

    fn history(entries: &[Entry]) -> History {
        entries.iter().cloned().collect()
    }

    fn seen(points: &[Point]) -> Vec<(u64, u128, u128)> {
        let of = |point: &Point| (point.at, point.balances.alice.units(), point.balances.bob.units());
        points.iter().map(of).collect()
    }

    #[test]
    fn the_past_follows_from_the_present() {
        let mut entries = life();
        let expected = [
            (10, 100, 0),
            (20, 70, 30),
            (30, 70, 40),
            (40, 75, 35),
            (50, 50, 35),
        ];
        assert_eq!(seen(&points(&history(&entries), both(50, 35))), expected);
        // Its beginning is lost: the rest is the same.
        assert_eq!(
            seen(&points(&history(&entries[2..]), both(50, 35))),
            expected[2..]
        );
        // Settled: what was paid out is what was there.
        entries.push(Entry::new(
            60,
            EntryKind::Settled {
                paid_out: both(50, 35),
                block: 4,
            },
        ));
        assert_eq!(seen(&points(&history(&entries), PerSide::default())), expected);
    }

    #[test]
    fn of_a_long_history_the_newest_are_drawn() {
        let by = |at: u64| {
            if at.is_multiple_of(2) {
                Side::Alice
            } else {
                Side::Bob
            }
        };
        let entries: Vec<_> = (0..10_000).map(|at| paid(at, by(at), 1)).collect();
        let points = points(&history(&entries), both(50, 50));
        assert_eq!((points.len(), points[0].at), (MOST_STEPS, 9_600));
        assert_eq!(points.last().unwrap().at, 9_999);
    }

    #[test]
    fn a_past_that_cannot_have_been_is_not_drawn() {
        // A deposit that does not count yet is in the history, but not in the balance.
        let entries = [paid(10, Side::Alice, 5), paid(20, Side::Alice, 50)];
        assert_eq!(seen(&points(&history(&entries), both(1, 20))), []);
    }

    #[test]
    fn a_plot_is_as_wide_as_its_time_and_as_high_as_the_most() {
        let plot = Plot::of(&points(&history(&life()), both(50, 35)), Side::Alice).unwrap();
        assert_eq!((plot.most, plot.span), (amount(110), (10, 50)));
        assert_eq!(plot.range, (amount(50), amount(100)));
        assert_eq!(plot.all, "M0 240H0V22H227V22H454V0H681V0H909V55H1000V240Z");
        assert_eq!(plot.yours, "M0 240H0V22H227V88H454V88H681V77H909V131H1000V240Z");
    }

    #[test]
    fn nothing_is_drawn_of_a_moment() {
        assert_eq!(Plot::of(&[], Side::Alice), None);
        let one = points(&history(&life()[..1]), both(100, 0));
        assert_eq!(Plot::of(&one, Side::Alice), None);
    }

    #[test]
    fn the_largest_amounts_and_times_fit() {
        let most = Amount::MAX;
        let points = [
            Point {
                at: 0,
                balances: PerSide {
                    alice: most,
                    bob: Amount::ZERO,
                },
            },
            Point {
                at: u64::MAX,
                balances: PerSide {
                    alice: Amount::ZERO,
                    bob: most,
                },
            },
        ];
        let plot = Plot::of(&points, Side::Bob).unwrap();
        assert_eq!(plot.yours, "M0 240H0V240H923V0H1000V240Z");
    }
}

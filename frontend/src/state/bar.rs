//! The bar of who owns what, as data: its parts one after the other, and where each begins and ends. They always add up.

use thunder_channel::{Address, Amount};
use thunder_client::{ChannelView, PhaseView};

/// The bar's width in its own units; a part is exact to a thousandth.
pub const WIDTH: u128 = 1000;

/// What a part of the bar is, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The holder's.
    Yours,
    /// What the holder takes out, from its signature until it is gone.
    YoursLeaving,
    /// A deposit of the holder's that is not deep enough to count.
    YoursArriving,
    /// What the holder has signed and the other side has not said that it saw. It is the other side's.
    Unseen,
    /// The other side's.
    Theirs,
    /// A deposit of the other side's that is not deep enough to count.
    TheirsArriving,
    /// What the other side takes out, from the holder's signature until it is gone.
    TheirsLeaving,
}

/// A part that has something in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What it is.
    pub part: Part,
    /// How much.
    pub amount: Amount,
    /// Where it begins, in thousandths of the bar.
    pub from: u128,
    /// How wide it is, in thousandths of the bar; nothing where it is too small to be seen.
    pub width: u128,
}

/// The bar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    segments: Vec<Segment>,
}

impl Bar {
    /// Of what two own, with nothing under way.
    #[must_use]
    pub fn of_two(yours: Amount, theirs: Amount) -> Self {
        Self::of_parts([(Part::Yours, yours), (Part::Theirs, theirs)])
    }

    /// Of a channel.
    #[must_use]
    pub fn of(view: &ChannelView) -> Self {
        let (you, they) = (view.holder, view.holder.other());
        let (yours, theirs) = (view.balances[you], view.balances[they]);
        // From the close on what each would get is all there is: the hub has counted deposits and withdrawals.
        if matches!(view.phase, PhaseView::Closing { .. } | PhaseView::Settled { .. }) {
            return Self::of_two(yours, theirs);
        }
        let unseen = unseen(view).min(theirs);
        Self::of_parts([
            (Part::Yours, yours),
            (Part::YoursLeaving, view.on_hold[you]),
            (Part::YoursArriving, view.unconfirmed[you]),
            (Part::Unseen, unseen),
            (Part::Theirs, theirs.saturating_sub(unseen)),
            (Part::TheirsArriving, view.unconfirmed[they]),
            (Part::TheirsLeaving, view.on_hold[they]),
        ])
    }

    fn of_parts<const N: usize>(parts: [(Part, Amount); N]) -> Self {
        // Amounts are below 2^96: neither sums of a few nor their products leave u128.
        let all: u128 = parts.iter().map(|(_, amount)| amount.units()).sum();
        let mut before = 0;
        let mut segments = Vec::new();
        for (part, amount) in parts.into_iter().filter(|(_, amount)| !amount.is_zero()) {
            let place = |units: u128| (units * WIDTH).checked_div(all).unwrap_or_default();
            // Each ends where the next begins, so nothing is lost by rounding.
            let from = place(before);
            before += amount.units();
            let width = place(before) - from;
            segments.push(Segment {
                part,
                amount,
                from,
                width,
            });
        }
        Self { segments }
    }

    /// Its parts from the holder's end to the other side's.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// What is neither simply the holder's nor simply the other side's.
    pub fn between(&self) -> impl Iterator<Item = &Segment> {
        let plain = |part| matches!(part, Part::Yours | Part::Theirs);
        self.segments.iter().filter(move |segment| !plain(segment.part))
    }

    /// Whether there is nothing to share.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Where the holder's ends and the other side's begins, in thousandths. Half where there is nothing to share.
    #[must_use]
    pub fn split(&self) -> u128 {
        if self.is_empty() {
            return WIDTH / 2;
        }
        let theirs = self.segments.iter().find(|segment| segment.part >= Part::Unseen);
        theirs.map_or(WIDTH, |segment| segment.from)
    }
}

/// What the holder has signed and the other side has not said that it saw. Nothing where it is not to be expected to say so: who signs
/// by its wallet is asked by no window for that.
fn unseen(view: &ChannelView) -> Amount {
    let they = view.holder.other();
    let by_wallet = signer_is_wallet(view.key.address(they), view.key.signer(they));
    if by_wallet && view.seen.is_zero() {
        return Amount::ZERO;
    }
    view.totals[view.holder].saturating_sub(view.seen)
}

fn signer_is_wallet(account: Address, signer: Address) -> bool {
    account == signer
}

/// Whether payments wait for the other side to come.
#[must_use]
pub const fn is_away(view: &ChannelView) -> bool {
    matches!(view.phase, PhaseView::Open) && view.joined && !view.peer_online
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::standing::tests::{units, view};
    use thunder_channel::{PerSide, Side};
    use thunder_client::Proposal;

    fn parts(bar: &Bar) -> Vec<(Part, u128, u128)> {
        bar.segments()
            .iter()
            .map(|segment| (segment.part, segment.from, segment.width))
            .collect()
    }

    fn sum(bar: &Bar) -> u128 {
        bar.segments().iter().map(|segment| segment.amount.units()).sum()
    }

    #[test]
    fn the_split_is_exact_at_the_ends() {
        let split = |yours, theirs| {
            let amount = |units| Amount::new(units).unwrap();
            Bar::of_two(amount(yours), amount(theirs)).split()
        };
        assert_eq!(split(80, 20), 800);
        assert_eq!(split(0, 1), 0);
        assert_eq!(split(1, 0), 1000);
        assert_eq!(split(0, 0), 500);
        assert_eq!(Bar::of_two(Amount::MAX, Amount::MAX).split(), 500);
    }

    #[test]
    fn what_was_not_seen_is_theirs_and_marked() {
        let paid = ChannelView {
            seen: units(15),
            ..view()
        };
        let bar = Bar::of(&paid);
        assert_eq!(
            parts(&bar),
            [
                (Part::Yours, 0, 800),
                (Part::Unseen, 800, 50),
                (Part::Theirs, 850, 150)
            ]
        );
        assert_eq!(bar.split(), 800);
        assert_eq!(
            bar.between().map(|segment| segment.amount).collect::<Vec<_>>(),
            [units(5)]
        );
        assert_eq!(Bar::of(&view()).between().count(), 0, "all was seen");
        // They have paid it back already: no more is theirs than they own.
        let back = ChannelView {
            seen: units(0),
            balances: PerSide {
                alice: units(97),
                bob: units(3),
            },
            ..view()
        };
        assert_eq!(
            parts(&Bar::of(&back)),
            [(Part::Yours, 0, 970), (Part::Unseen, 970, 30)]
        );
        // A wallet is never asked to say that it saw something.
        let mut silent = ChannelView {
            seen: units(0),
            ..view()
        };
        silent.key.bob_signer = silent.key.bob;
        assert_eq!(Bar::of(&silent).between().count(), 0);
        silent.seen = units(1);
        assert_eq!(Bar::of(&silent).between().count(), 1, "its payment key may speak");
    }

    #[test]
    fn deposits_and_withdrawals_on_their_way_are_beside_the_balances() {
        let moving = ChannelView {
            unconfirmed: PerSide {
                alice: units(30),
                bob: units(50),
            },
            on_hold: PerSide {
                alice: units(20),
                bob: Amount::ZERO,
            },
            ..view()
        };
        let bar = Bar::of(&moving);
        assert_eq!(
            parts(&bar),
            [
                (Part::Yours, 0, 400),
                (Part::YoursLeaving, 400, 100),
                (Part::YoursArriving, 500, 150),
                (Part::Theirs, 650, 100),
                (Part::TheirsArriving, 750, 250)
            ]
        );
        assert_eq!(bar.split(), 650);
        assert_eq!(sum(&bar), units(200).units());
        // What they only wish to take out is in their balance still.
        let wished = ChannelView {
            proposal: Some(Proposal::Withdrawal {
                by: Side::Bob,
                amount: units(10),
                expiry: 5,
                declined: false,
            }),
            ..view()
        };
        assert_eq!(Bar::of(&wished).between().count(), 0);
        let mut agreed = wished;
        agreed.on_hold.bob = units(10);
        let sent = Bar::of(&agreed);
        assert_eq!(
            sent.between().map(|segment| segment.part).collect::<Vec<_>>(),
            [Part::TheirsLeaving]
        );
    }

    #[test]
    fn after_a_close_there_are_two_parts() {
        let zero = PerSide::default();
        let closing = ChannelView {
            phase: PhaseView::Closing {
                closer: Side::Bob,
                closes_at: 9,
                clock: 1,
                recorded: zero,
                payout: zero,
            },
            seen: units(0),
            unconfirmed: view().balances,
            ..view()
        };
        assert_eq!(Bar::of(&closing), Bar::of_two(units(80), units(20)));
        assert!(!is_away(&ChannelView {
            peer_online: false,
            ..closing
        }));
        assert!(is_away(&ChannelView {
            peer_online: false,
            ..view()
        }));
        assert!(!is_away(&view()));
    }

    /// All ways in which seven amounts can be nothing, next to nothing, odd, or all there can be.
    #[test]
    fn the_parts_always_add_up() {
        let amounts =
            [0, 1, 333_333_333_333_333_333_333, Amount::MAX.units()].map(|units| Amount::new(units).unwrap());
        let pick = |number: usize, place: u32| amounts[number / 4_usize.pow(place) % 4];
        for number in 0..4_usize.pow(6) {
            let amount = |place| pick(number, place);
            let shown = ChannelView {
                balances: PerSide {
                    alice: amount(0),
                    bob: amount(1),
                },
                unconfirmed: PerSide {
                    alice: amount(2),
                    bob: amount(3),
                },
                totals: PerSide {
                    alice: amount(4),
                    bob: amount(5),
                },
                seen: amount(5),
                // Whatever else is proposed meanwhile.
                on_hold: if number % 2 == 0 {
                    PerSide {
                        alice: amount(4),
                        bob: Amount::ZERO,
                    }
                } else {
                    PerSide {
                        alice: Amount::ZERO,
                        bob: amount(4),
                    }
                },
                ..view()
            };
            let bar = Bar::of(&shown);
            let expected: u128 = [0, 1, 2, 3, 4].map(|place| amount(place).units()).iter().sum();
            assert_eq!(sum(&bar), expected, "{shown:?}");
            let mut end = 0;
            for segment in bar.segments() {
                assert_eq!(segment.from, end, "no gap and no overlap");
                end += segment.width;
            }
            assert_eq!(end, if expected == 0 { 0 } else { WIDTH });
            assert!(bar.segments().is_sorted_by_key(|segment| segment.part));
            let split = bar.split();
            assert!(
                bar.segments()
                    .iter()
                    .all(|segment| segment.part >= Part::Unseen || segment.from + segment.width <= split)
            );
        }
    }
}

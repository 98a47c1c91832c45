//! The show: which round is played, what both windows reported last, and how far the tour is.

use super::{Line, Report, Tour, tour::Press};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use thunder_channel::{Amount, Bytes32, ChannelId, PerSide, Side};
use yew::Reducible;

/// What both windows reported last, and what was seen before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The reports.
    pub windows: PerSide<Report>,
    /// Alice's first payment in the channel. A window keeps the highest total only, so the page remembers the one that a
    /// cheat goes back to.
    first: Option<(ChannelId, Amount)>,
}

impl Scene {
    /// The channel as a side sees it.
    #[must_use]
    pub fn line(&self, side: Side) -> Option<&Line> {
        self.windows[side].player.as_ref()?.line.as_ref()
    }

    /// A total that Alice has gone beyond; `None` if she has paid nothing.
    #[must_use]
    pub fn old_total(&self) -> Option<Amount> {
        let line = self.line(Side::Alice)?;
        let paid = line.paid.alice;
        let first = self.first.filter(|(channel, _)| *channel == line.channel);
        match first {
            _ if paid.is_zero() => None,
            Some((_, first)) if first < paid => Some(first),
            _ => Some(Amount::ZERO),
        }
    }

    /// Whether Bob's connections are cut.
    #[must_use]
    pub fn bob_sleeps(&self) -> bool {
        let bob = self.windows.bob.player.as_ref();
        bob.is_some_and(|bob| bob.asleep)
    }

    /// The newest block that either has read.
    #[must_use]
    pub fn block(&self) -> Option<u64> {
        let block = |side| self.windows[side].player.as_ref()?.block;
        Side::BOTH.into_iter().filter_map(block).max()
    }

    fn hear(&mut self, side: Side, report: Report) {
        self.windows[side] = report;
        let Some(line) = self.line(Side::Alice) else {
            return;
        };
        let (channel, paid) = (line.channel, line.paid.alice);
        if !paid.is_zero() && self.first.is_none_or(|(known, _)| known != channel) {
            self.first = Some((channel, paid));
        }
    }
}

/// Everything that the presenter's page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// Which round, once one is found that nobody has played.
    pub round: Option<u32>,
    /// The windows.
    pub scene: Scene,
    /// The tour.
    pub tour: Tour,
}

/// What changes it.
#[derive(Clone, Debug)]
pub enum News {
    /// A round begins, or goes on after a reload.
    Begin(Kept),
    /// A window reported.
    Heard(Side, Report),
    /// The tour moves without anything being done.
    Turn(Press),
}

impl Reducible for Show {
    type Action = News;

    fn reduce(self: Rc<Self>, action: News) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            News::Begin(kept) => {
                next = Self {
                    round: Some(kept.round),
                    scene: Scene {
                        first: kept.first,
                        ..Scene::default()
                    },
                    tour: kept.tour,
                };
            }
            News::Heard(side, report) => {
                next.scene.hear(side, report);
                next.tour = next.tour.seeing(&next.scene);
            }
            News::Turn(press) => next.tour = next.tour.turned(press),
        }
        // Windows report every second: what is the same is not drawn again.
        if next == *self { self } else { Rc::new(next) }
    }
}

/// What a reload of the presenter's page keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Which chain: a fresh one knows nothing of the round.
    pub genesis: Bytes32,
    /// The round.
    pub round: u32,
    /// How far its tour is.
    pub tour: Tour,
    /// What a cheat goes back to.
    first: Option<(ChannelId, Amount)>,
}

impl Kept {
    /// A round that begins.
    #[must_use]
    pub fn fresh(genesis: Bytes32, round: u32) -> Self {
        Self {
            genesis,
            round,
            tour: Tour::default(),
            first: None,
        }
    }

    /// What is to be kept of a show.
    #[must_use]
    pub fn of(show: &Show, genesis: Bytes32) -> Option<Self> {
        let (tour, first) = (show.tour, show.scene.first);
        show.round.map(|round| Self {
            genesis,
            round,
            tour,
            first,
        })
    }

    /// Reads what was kept, if it is of this chain.
    #[must_use]
    pub fn parse(text: &str, genesis: Bytes32) -> Option<Self> {
        let kept: Self = serde_json::from_str(text).ok()?;
        (kept.genesis == genesis && kept.tour.is_possible()).then_some(kept)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::state::demo::{LineStage, Part, Player, thd};

    /// The channel after both have paid so much, in whole THD.
    pub fn line(alice: u128, bob: u128) -> Line {
        Line {
            channel: ChannelId(Bytes32::repeat_byte(1)),
            stage: LineStage::Open,
            joined: true,
            paid: PerSide {
                alice: thd(alice),
                bob: thd(bob),
            },
            balances: PerSide {
                alice: thd(100 + bob - alice),
                bob: thd(alice - bob),
            },
            relayed: true,
            alarmed: false,
        }
    }

    pub fn playing(side: Side, line: Option<Line>) -> Report {
        Report {
            trouble: None,
            player: Some(Box::new(Player {
                account: Part::of(side, 0).address(),
                invite: format!("with={side:?}"),
                asleep: false,
                online: true,
                block: Some(5),
                purse: Some(thd(1_000)),
                line,
            })),
        }
    }

    pub fn on_stage(line: Option<Line>) -> Scene {
        let mut scene = Scene::default();
        for side in Side::BOTH {
            scene.hear(side, playing(side, line.clone()));
        }
        scene
    }

    pub fn heard(scene: &Scene, side: Side, line: Line) -> Scene {
        let mut next = scene.clone();
        next.hear(side, playing(side, Some(line)));
        next
    }

    #[test]
    fn the_first_payment_is_remembered_for_each_channel() {
        let scene = heard(&on_stage(None), Side::Alice, line(20, 0));
        let later = heard(&scene, Side::Alice, line(40, 0));
        assert_eq!(later.old_total(), Some(thd(20)));
        // What Bob believes changes nothing: it is Alice who closes.
        assert_eq!(heard(&later, Side::Bob, line(90, 0)).old_total(), Some(thd(20)));
        let other = Line {
            channel: ChannelId(Bytes32::repeat_byte(2)),
            ..line(0, 0)
        };
        let next = heard(&later, Side::Alice, other.clone());
        assert_eq!(next.old_total(), None);
        let paid = Line {
            paid: line(7, 0).paid,
            ..other
        };
        assert_eq!(heard(&next, Side::Alice, paid).old_total(), Some(thd(0)));
    }

    #[test]
    fn a_new_round_forgets_the_last_one() {
        let genesis = Bytes32::repeat_byte(3);
        let show = Rc::new(Show::default()).reduce(News::Begin(Kept::fresh(genesis, 1)));
        let show = show.reduce(News::Heard(Side::Alice, playing(Side::Alice, Some(line(20, 0)))));
        assert_eq!(show.scene.block(), Some(5));
        let same = show
            .clone()
            .reduce(News::Heard(Side::Alice, playing(Side::Alice, Some(line(20, 0)))));
        assert!(Rc::ptr_eq(&same, &show));
        let fresh = show.reduce(News::Begin(Kept::fresh(genesis, 2)));
        assert_eq!((fresh.round, fresh.scene.clone()), (Some(2), Scene::default()));
        assert!(!fresh.scene.bob_sleeps());
    }

    #[test]
    fn only_this_chains_round_goes_on_after_a_reload() {
        let genesis = Bytes32::repeat_byte(3);
        let begun = Rc::new(Show::default()).reduce(News::Begin(Kept::fresh(genesis, 4)));
        let paid = begun.reduce(News::Heard(Side::Alice, playing(Side::Alice, Some(line(20, 0)))));
        let kept = Kept::of(&paid, genesis).unwrap();
        let again = Rc::new(Show::default()).reduce(News::Begin(kept));
        let later = heard(&again.scene, Side::Alice, line(40, 0));
        assert_eq!(later.old_total(), Some(thd(20)), "the first payment is kept");
        assert_eq!(Kept::of(&Show::default(), genesis), None);
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(Kept::parse(&text, genesis), Some(kept));
        assert_eq!(Kept::parse(&text, Bytes32::repeat_byte(4)), None);
        assert_eq!(
            Kept::parse(&text.replace("\"done\":0", "\"done\":99"), genesis),
            None
        );
        assert_eq!(Kept::parse("", genesis), None);
    }
}

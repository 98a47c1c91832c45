//! The tour: twelve steps, each a sentence, something to do, and how the windows show that it was done. However it came
//! about, by an arrow, by a control or by hand in a window, a step is done once that is seen.

use super::{Act, Arrow, LineStage, Scene, deposit, purse, thd};
use crate::words::say;
use serde::{Deserialize, Serialize};
use thunder_channel::{Amount, Side};

/// One step.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What the audience reads.
    pub sentence: fn() -> &'static str,
    /// The name of what is done.
    pub action: fn() -> &'static str,
    /// What is done.
    pub act: Act,
    /// Whether it is seen to be done.
    pub done: fn(&Scene) -> bool,
}

/// Alice's totals on the way: her first payment, after the burst, and what she pays a sleeping Bob.
const FIRST: Amount = thd(20);
const AFTER_BURST: Amount = thd(25);
const IN_HIS_SLEEP: Amount = thd(40);
/// What Bob pays back.
const BACK: Amount = thd(5);
/// How many payments the burst is.
const BURST: u32 = 20;

/// The tour, in order.
pub const STEPS: [Step; 12] = [
    Step {
        sentence: say::tour_fund,
        action: say::act_fund,
        act: Act::Fund,
        done: |scene| Side::BOTH.into_iter().all(|side| is_funded(scene, side)),
    },
    Step {
        sentence: say::tour_open,
        action: say::act_open,
        act: Act::Open,
        done: |scene| scene.line(Side::Alice).is_some_and(super::Line::has_opened),
    },
    Step {
        sentence: say::tour_join,
        action: say::act_join,
        act: Act::Join,
        done: |scene| scene.line(Side::Bob).is_some_and(|line| line.joined),
    },
    Step {
        sentence: say::tour_pay,
        action: say::act_pay,
        act: Act::Pay {
            by: Side::Alice,
            total: FIRST,
            times: 1,
        },
        done: |scene| both_see(scene, Side::Alice, FIRST),
    },
    Step {
        sentence: say::tour_back,
        action: say::act_back,
        act: Act::Pay {
            by: Side::Bob,
            total: BACK,
            times: 1,
        },
        done: |scene| both_see(scene, Side::Bob, BACK),
    },
    Step {
        sentence: say::tour_burst,
        action: say::act_burst,
        act: Act::Pay {
            by: Side::Alice,
            total: AFTER_BURST,
            times: BURST,
        },
        done: |scene| both_see(scene, Side::Alice, AFTER_BURST),
    },
    Step {
        sentence: say::tour_sleep,
        action: say::act_sleep,
        act: Act::Sleep,
        done: Scene::bob_sleeps,
    },
    Step {
        sentence: say::tour_meanwhile,
        action: say::act_meanwhile,
        act: Act::Pay {
            by: Side::Alice,
            total: IN_HIS_SLEEP,
            times: 1,
        },
        done: |scene| {
            let line = scene.line(Side::Alice);
            line.is_some_and(|line| line.paid.alice >= IN_HIS_SLEEP && line.relayed)
        },
    },
    Step {
        sentence: say::tour_cheat,
        action: say::act_cheat,
        act: Act::Cheat,
        done: |scene| scene.line(Side::Alice).is_some_and(super::Line::is_ending),
    },
    Step {
        sentence: say::tour_wake,
        action: say::act_wake,
        act: Act::Wake,
        done: |scene| {
            let line = scene.line(Side::Bob);
            !scene.bob_sleeps() && line.is_some_and(|line| line.alarmed || is_corrected(scene, Side::Bob))
        },
    },
    Step {
        sentence: say::tour_claim,
        action: say::act_claim,
        act: Act::Claim,
        done: |scene| Side::BOTH.into_iter().all(|side| is_corrected(scene, side)),
    },
    Step {
        sentence: say::tour_settle,
        action: say::act_settle,
        act: Act::Settle,
        done: |scene| {
            let settled = |side| {
                scene
                    .line(side)
                    .is_some_and(|line| line.stage == LineStage::Settled)
            };
            Side::BOTH.into_iter().all(settled)
        },
    },
];

/// Who has paid has been funded before.
fn is_funded(scene: &Scene, side: Side) -> bool {
    let enough = match side {
        Side::Alice => deposit(),
        Side::Bob => purse(),
    };
    let player = scene.windows[side].player.as_ref();
    player.is_some_and(|player| player.purse.is_some_and(|purse| purse >= enough))
}

fn both_see(scene: &Scene, payer: Side, total: Amount) -> bool {
    let sees = |side| scene.line(side).is_some_and(|line| line.paid[payer] >= total);
    Side::BOTH.into_iter().all(sees)
}

/// Whether the hub has all that Alice has paid.
fn is_corrected(scene: &Scene, side: Side) -> bool {
    let paid = scene.line(Side::Alice).map(|line| line.paid.alice);
    match scene.line(side).map(|line| line.stage) {
        Some(LineStage::Closing { recorded, .. }) => paid.is_some_and(|paid| recorded.alice >= paid),
        Some(LineStage::Settled) => true,
        _ => false,
    }
}

/// How far the tour is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tour {
    /// The step that is shown.
    pub at: usize,
    /// How many steps have been done.
    pub done: usize,
}

/// What pressing an arrow comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Show another step.
    Turn(Arrow),
    /// Do what the shown step does.
    Do(Act),
    /// Nothing: there is nothing before the first step and after the last.
    Nothing,
}

impl Tour {
    /// The step that is shown.
    #[must_use]
    pub fn step(&self) -> Step {
        STEPS[self.at.min(STEPS.len() - 1)]
    }

    /// Whether the shown step has been done.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.at < self.done
    }

    /// Whether all of it has been done.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.done == STEPS.len()
    }

    /// What an arrow does now: right does what the step does, then goes on; left goes back to read.
    #[must_use]
    pub fn press(&self, arrow: Arrow) -> Press {
        match arrow {
            Arrow::Left if self.at > 0 => Press::Turn(Arrow::Left),
            Arrow::Right if !self.is_done() => Press::Do(self.step().act),
            Arrow::Right if self.at + 1 < STEPS.len() => Press::Turn(Arrow::Right),
            _ => Press::Nothing,
        }
    }

    /// The tour after an arrow that only turns the page.
    #[must_use]
    pub fn turned(self, press: Press) -> Self {
        match press {
            Press::Turn(arrow) if self.press(arrow) == press => Self {
                at: match arrow {
                    Arrow::Left => self.at - 1,
                    Arrow::Right => self.at + 1,
                },
                ..self
            },
            _ => self,
        }
    }

    /// The tour after a look at the windows: steps that are seen to be done, one after the other.
    #[must_use]
    pub fn seeing(mut self, scene: &Scene) -> Self {
        while STEPS.get(self.done).is_some_and(|step| (step.done)(scene)) {
            self.done += 1;
        }
        self
    }

    /// Whether a tour can be there.
    #[must_use]
    pub const fn is_possible(&self) -> bool {
        self.at < STEPS.len() && self.done <= STEPS.len() && self.at <= self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::demo::{Line, Report, jobs, show::tests::*};
    use thunder_channel::PerSide;

    fn with(mut report: Report, change: impl FnOnce(&mut super::super::Player)) -> Report {
        change(report.player.as_mut().unwrap());
        report
    }

    fn scene(alice: Line, bob: Line, asleep: bool) -> Scene {
        let mut scene = on_stage(None);
        scene.windows = PerSide {
            alice: playing(Side::Alice, Some(alice)),
            bob: with(playing(Side::Bob, Some(bob)), |bob| bob.asleep = asleep),
        };
        scene
    }

    fn closing(paid: u128, recorded: u128, alarmed: bool) -> Line {
        Line {
            stage: LineStage::Closing {
                left: 99,
                recorded: line(recorded, 5).paid,
            },
            alarmed,
            ..line(paid, 5)
        }
    }

    /// What the windows report after each step.
    fn story() -> Vec<Scene> {
        let poor = |side| with(playing(side, None), |player| player.purse = Some(thd(0)));
        let mut start = Scene::default();
        start.windows = PerSide {
            alice: poor(Side::Alice),
            bob: poor(Side::Bob),
        };
        let offered = Line {
            joined: false,
            ..line(0, 0)
        };
        let settled = Line {
            stage: LineStage::Settled,
            ..line(40, 5)
        };
        vec![
            start,
            on_stage(None),
            scene(line(0, 0), offered, false),
            scene(line(0, 0), line(0, 0), false),
            scene(line(20, 0), line(20, 0), false),
            scene(line(20, 5), line(20, 5), false),
            scene(line(25, 5), line(25, 5), false),
            scene(line(25, 5), line(25, 5), true),
            scene(line(40, 5), line(25, 5), true),
            scene(closing(40, 20, false), line(25, 5), true),
            scene(closing(40, 20, false), closing(40, 20, true), false),
            scene(closing(40, 40, false), closing(40, 40, false), false),
            scene(settled.clone(), settled, false),
        ]
    }

    #[test]
    fn each_step_is_done_by_what_is_seen_and_by_nothing_before() {
        let story = story();
        assert_eq!(story.len(), STEPS.len() + 1);
        let mut tour = Tour::default();
        for (step, scene) in story.iter().enumerate() {
            tour = tour.seeing(scene);
            assert_eq!(tour.done, step, "after {step} steps");
        }
        assert!(tour.is_over());
    }

    #[test]
    fn right_does_then_goes_on_and_left_only_reads() {
        let story = story();
        let mut tour = Tour::default();
        for (step, scene) in STEPS.iter().zip(&story) {
            let act = match tour.press(Arrow::Right) {
                Press::Do(act) => act,
                other => panic!("{other:?}"),
            };
            assert_eq!(act, step.act);
            if !matches!(act, Act::Cheat) {
                assert!(jobs(act, scene).is_ok(), "{act:?}: {:?}", jobs(act, scene));
            }
            // Until it is seen to be done the step stays.
            assert_eq!(tour.turned(Press::Turn(Arrow::Right)), tour);
            tour = tour.seeing(&story[tour.done + 1]);
            assert!(tour.is_done());
            tour = tour.turned(tour.press(Arrow::Right));
        }
        assert_eq!((tour.at, tour.press(Arrow::Right)), (11, Press::Nothing));
        for at in (0..11).rev() {
            tour = tour.turned(tour.press(Arrow::Left));
            assert_eq!((tour.at, tour.done), (at, 12));
        }
        assert_eq!(tour.press(Arrow::Left), Press::Nothing);
        assert_eq!(tour.press(Arrow::Right), Press::Turn(Arrow::Right));
    }

    #[test]
    fn what_was_done_by_hand_is_done_and_what_was_done_stays_done() {
        let story = story();
        let tour = Tour::default().seeing(&story[1]).seeing(&story[8]);
        assert_eq!((tour.at, tour.done), (0, 8));
        let back = tour.seeing(&story[0]);
        assert_eq!(back.done, tour.done);
        let tour = Tour { at: 2, done: 2 }.seeing(&story[6]);
        assert_eq!(tour.done, 6, "paid by hand");
    }

    #[test]
    fn the_steps_are_short_enough_to_be_read_aloud() {
        for locale in [crate::words::Locale::PLAIN, crate::words::GERMAN] {
            locale.adopt();
            for step in STEPS {
                let (sentence, action) = ((step.sentence)(), (step.action)());
                let length = sentence.chars().count();
                assert!(length <= 125 && sentence.ends_with('.'), "{sentence}: {length}");
                assert!(action.chars().count() <= 20, "{action}");
            }
        }
        assert!(Tour { at: 3, done: 2 } != Tour::default() && !Tour { at: 3, done: 2 }.is_possible());
    }
}

//! What the presenter can have done, and what that takes of the two windows and of the chain.

use super::{Cue, LineStage, Player, Scene, deposit};
use crate::words::say;
use thunder_channel::{Address, Amount, ChannelId, Side};

/// Something that a control or a step of the tour does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Give both ether for gas and THD.
    Fund,
    /// Alice opens a channel with Bob.
    Open,
    /// Bob takes it as his own.
    Join,
    /// A side pays what is missing to a total.
    Pay {
        /// Who.
        by: Side,
        /// The total.
        total: Amount,
        /// In how many payments.
        times: u32,
    },
    /// Cut Bob's connections.
    Sleep,
    /// Connect him again.
    Wake,
    /// Alice closes with an old total.
    Cheat,
    /// Bob shows the hub her best claim.
    Claim,
    /// Mine blocks.
    Mine(u64),
    /// Mine what is left of the period; then Bob has both paid out.
    Settle,
}

/// One thing to do, after the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// A cue for a window.
    Tell(Side, Cue),
    /// The faucet, for an account.
    Fund(Address),
    /// Blocks.
    Mine(u64),
}

/// What an act takes now.
///
/// # Errors
/// Words for the presenter: what has to happen before.
pub fn jobs(act: Act, scene: &Scene) -> Result<Vec<Job>, String> {
    let tell = |side, cue| Ok(vec![Job::Tell(side, cue)]);
    match act {
        Act::Mine(blocks) => Ok(vec![Job::Mine(blocks)]),
        Act::Fund => Side::BOTH
            .into_iter()
            .map(|side| Ok(Job::Fund(player(scene, side)?.account)))
            .collect(),
        Act::Open => {
            let with = player(scene, Side::Bob)?.invite.clone();
            player(scene, Side::Alice)?;
            let amount = deposit();
            tell(Side::Alice, Cue::Open { with, amount })
        }
        Act::Sleep => player(scene, Side::Bob).and_then(|_| tell(Side::Bob, Cue::Sleep)),
        Act::Wake => player(scene, Side::Bob).and_then(|_| tell(Side::Bob, Cue::Wake)),
        Act::Join => {
            let channel = channel(scene, Side::Bob)?;
            tell(Side::Bob, Cue::Join { channel })
        }
        Act::Pay { by, total, times } => {
            let channel = channel(scene, by)?;
            let cue = Cue::PayUpTo {
                channel,
                total,
                times,
            };
            tell(by, cue)
        }
        Act::Cheat => {
            let channel = channel(scene, Side::Alice)?;
            let paid = scene.old_total().ok_or(say::no_old_total())?;
            tell(Side::Alice, Cue::Cheat { channel, paid })
        }
        Act::Claim => {
            let channel = channel(scene, Side::Bob)?;
            tell(Side::Bob, Cue::Claim { channel })
        }
        Act::Settle => {
            let channel = channel(scene, Side::Bob)?;
            let mut jobs = Vec::new();
            if let Some(left) = left(scene).filter(|left| *left > 0) {
                jobs.push(Job::Mine(left));
            }
            jobs.push(Job::Tell(Side::Bob, Cue::Settle { channel }));
            Ok(jobs)
        }
    }
}

fn player(scene: &Scene, side: Side) -> Result<&Player, String> {
    let name = match side {
        Side::Alice => "Alice",
        Side::Bob => "Bob",
    };
    let report = &scene.windows[side];
    report.player.as_deref().ok_or_else(|| match &report.trouble {
        Some(words) => say::window_cannot_play(name, words),
        None => say::window_starting(name),
    })
}

/// The channel between the two, once either has read of it: a window reads the chain before it carries out a cue.
fn channel(scene: &Scene, side: Side) -> Result<ChannelId, String> {
    player(scene, side)?;
    let line = scene.line(side).or_else(|| scene.line(side.other()));
    line.map(|line| line.channel)
        .ok_or_else(|| say::no_channel_yet().to_owned())
}

/// What is left of the period, as the window knows that has read further.
fn left(scene: &Scene) -> Option<u64> {
    let left = |side| match scene.line(side)?.stage {
        LineStage::Closing { left, .. } => Some(left),
        _ => None,
    };
    Side::BOTH.into_iter().filter_map(left).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::demo::{show::tests::*, thd};

    #[test]
    fn who_is_not_there_yet_is_named() {
        let refusal = |scene: &Scene, act| jobs(act, scene).unwrap_err();
        let mut scene = Scene::default();
        assert_eq!(refusal(&scene, Act::Sleep), "Bob's window is still starting");
        scene.windows.bob.trouble = Some("it is open in another window".to_owned());
        assert!(refusal(&scene, Act::Fund).starts_with("Alice's window is still"));
        assert!(refusal(&scene, Act::Sleep).ends_with("it is open in another window"));
        assert!(refusal(&on_stage(None), Act::Join).contains("no channel"));
        assert_eq!(jobs(Act::Mine(100), &scene), Ok(vec![Job::Mine(100)]));
        // Bob is cued as soon as Alice knows the channel.
        let opened = heard(&on_stage(None), Side::Alice, line(0, 0));
        let channel = line(0, 0).channel;
        assert_eq!(
            jobs(Act::Join, &opened),
            Ok(vec![Job::Tell(Side::Bob, Cue::Join { channel })])
        );
    }

    #[test]
    fn funding_is_for_both_and_opening_is_with_bob() {
        let scene = on_stage(None);
        let accounts = Side::BOTH.map(|side| scene.windows[side].player.as_ref().unwrap().account);
        assert_eq!(jobs(Act::Fund, &scene), Ok(accounts.map(Job::Fund).to_vec()));
        let with = scene.windows.bob.player.as_ref().unwrap().invite.clone();
        let amount = thd(100);
        assert_eq!(
            jobs(Act::Open, &scene),
            Ok(vec![Job::Tell(Side::Alice, Cue::Open { with, amount })])
        );
    }

    #[test]
    fn a_cheat_needs_an_old_total() {
        let mut scene = on_stage(Some(line(0, 0)));
        assert!(jobs(Act::Cheat, &scene).unwrap_err().contains("paid nothing"));
        let cheat = |scene: &Scene| match jobs(Act::Cheat, scene).as_deref() {
            Ok([Job::Tell(Side::Alice, Cue::Cheat { paid, .. })]) => *paid,
            other => panic!("{other:?}"),
        };
        scene = heard(&scene, Side::Alice, line(20, 0));
        assert_eq!(cheat(&scene), thd(0));
        scene = heard(&scene, Side::Alice, line(25, 5));
        scene = heard(&scene, Side::Alice, line(40, 5));
        assert_eq!(cheat(&scene), thd(20));
    }

    #[test]
    fn settling_mines_what_is_left_and_no_more() {
        let closing = |left| {
            let mut line = line(40, 5);
            line.stage = LineStage::Closing {
                left,
                recorded: line.paid,
            };
            line
        };
        let scene = on_stage(Some(closing(99)));
        let ahead = heard(&scene, Side::Bob, closing(7));
        let channel = line(40, 5).channel;
        let settle = Job::Tell(Side::Bob, Cue::Settle { channel });
        assert_eq!(jobs(Act::Settle, &ahead), Ok(vec![Job::Mine(7), settle.clone()]));
        let over = heard(&ahead, Side::Bob, closing(0));
        assert_eq!(jobs(Act::Settle, &over), Ok(vec![settle]));
    }
}

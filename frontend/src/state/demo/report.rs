//! How it stands in one of the two windows: the little of the client's views that the tour and the strip look at.

use crate::{
    state::{session::Stage, snapshot::Snapshot},
    words::say,
};
use serde::{Deserialize, Serialize};
use thunder_channel::{Address, Amount, ChannelId, PerSide};
use thunder_client::{Alarm, ChannelView, Delivery, PhaseView};

/// How it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Why nobody plays there, in words; said once it is not only starting.
    pub trouble: Option<String>,
    /// Who plays.
    pub player: Option<Box<Player>>,
}

/// A window that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    /// The account.
    pub account: Address,
    /// What others open a channel with: the part of a link behind `#`.
    pub invite: String,
    /// Whether its connections are cut.
    pub asleep: bool,
    /// Whether the relay knows it.
    pub online: bool,
    /// The newest block that was read.
    pub block: Option<u64>,
    /// THD outside channels, if that was read.
    pub purse: Option<Amount>,
    /// The channel with the other window.
    pub line: Option<Line>,
}

/// The channel between the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its id.
    pub channel: ChannelId,
    /// Where it stands.
    pub stage: LineStage,
    /// Whether this side took it as its own.
    pub joined: bool,
    /// What each side has paid the other, as far as this side credits it.
    pub paid: PerSide<Amount>,
    /// Who owns what.
    pub balances: PerSide<Amount>,
    /// Whether the relay has this side's last payment.
    pub relayed: bool,
    /// Whether this side is about to be cheated.
    pub alarmed: bool,
}

/// Where the channel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStage {
    /// Not on the chain yet.
    Opening,
    /// Payments flow.
    Open,
    /// A close is under way.
    CloseSent,
    /// The finalization period runs, or is over.
    Closing {
        /// What is left of it, in the hub's clock.
        left: u64,
        /// The totals that the hub has.
        recorded: PerSide<Amount>,
    },
    /// Paid out.
    Settled,
}

impl Report {
    /// The report of a window that is so far; `playing` tells of one that runs.
    #[must_use]
    pub fn of<D>(stage: &Stage<D>, playing: impl FnOnce(&D) -> Player) -> Self {
        let trouble = |words: &str| Self {
            trouble: Some(words.to_owned()),
            player: None,
        };
        match stage {
            Stage::Running(desk) => Self {
                trouble: None,
                player: Some(Box::new(playing(desk))),
            },
            Stage::Held { .. } | Stage::TakenOver { .. } => trouble(say::open_in_browser_elsewhere()),
            Stage::Broken { words } => trouble(words),
            Stage::Choosing { problem } | Stage::SetUp { problem, .. } if problem.is_some() => {
                trouble(problem.as_deref().unwrap_or_default())
            }
            Stage::Choosing { .. } | Stage::Accounts { .. } => trouble(say::no_wallet_there()),
            Stage::Starting | Stage::Asking { .. } | Stage::SetUp { .. } => Self::default(),
        }
    }
}

impl Player {
    /// What a running window reports. `other` plays the other side, `token` is THD.
    #[must_use]
    pub fn new(
        account: Address,
        invite: String,
        asleep: bool,
        snapshot: &Snapshot,
        other: Address,
        token: Address,
    ) -> Self {
        let with = |view: &&ChannelView| [view.key.alice, view.key.bob].contains(&other);
        Self {
            account,
            invite,
            asleep,
            online: snapshot.relay_online,
            block: snapshot.head.as_ref().map(|(head, _)| head.number),
            purse: snapshot.balance(token),
            line: snapshot.views.iter().find(with).map(Line::of),
        }
    }
}

impl Line {
    fn of(view: &ChannelView) -> Self {
        let stage = match view.phase {
            PhaseView::Opening => LineStage::Opening,
            PhaseView::Open => LineStage::Open,
            PhaseView::CloseSent { .. } => LineStage::CloseSent,
            PhaseView::Closing {
                closes_at,
                clock,
                recorded,
                ..
            } => LineStage::Closing {
                left: closes_at.saturating_sub(clock),
                recorded,
            },
            PhaseView::Settled { .. } => LineStage::Settled,
        };
        Self {
            channel: view.id,
            stage,
            joined: view.joined,
            paid: view.totals,
            balances: view.balances,
            relayed: view.delivery == Delivery::Relayed,
            alarmed: matches!(view.alarm, Some(Alarm::Understated { .. })),
        }
    }

    /// Whether it is or was open.
    #[must_use]
    pub fn has_opened(&self) -> bool {
        self.stage != LineStage::Opening
    }

    /// Whether a close was mined.
    #[must_use]
    pub const fn is_ending(&self) -> bool {
        matches!(self.stage, LineStage::Closing { .. } | LineStage::Settled)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::state::{demo::thd, standing::tests::view};
    use std::rc::Rc;
    use thunder_client::Head;

    #[test]
    fn the_newest_channel_with_the_other_window_is_reported() {
        let strangers = ChannelView {
            id: ChannelId(thunder_channel::Bytes32::repeat_byte(9)),
            key: thunder_channel::ChannelKey {
                bob: Address::repeat_byte(0xcc),
                ..view().key
            },
            ..view()
        };
        let token = Address::repeat_byte(5);
        let snapshot = Rc::new(Snapshot {
            views: vec![strangers, view()],
            head: Some((
                Head {
                    number: 12,
                    ..Head::default()
                },
                12,
            )),
            relay_online: true,
            wallet: vec![(token, Some(thd(900)))],
            ..Snapshot::default()
        });
        let player = |other| {
            Player::new(
                view().key.alice,
                "with=…".to_owned(),
                false,
                &snapshot,
                other,
                token,
            )
        };
        let found = player(view().key.bob);
        assert_eq!((found.block, found.purse), (Some(12), Some(thd(900))));
        let line = found.line.unwrap();
        assert_eq!((line.channel, line.paid), (view().id, view().totals));
        assert!(line.relayed && line.joined && line.has_opened() && !line.is_ending() && !line.alarmed);
        assert_eq!(player(Address::repeat_byte(0xdd)).line, None);
    }

    #[test]
    fn a_window_that_does_not_run_says_why() {
        let of = |stage: Stage<()>| Report::of(&stage, |()| panic!("nobody plays"));
        assert_eq!(of(Stage::Starting), Report::default());
        let choosing = |problem: Option<&str>| {
            let problem = problem.map(str::to_owned);
            of(Stage::Choosing { problem }).trouble.unwrap()
        };
        assert_eq!(choosing(Some("No.")), "No.");
        assert!(choosing(None).contains("no wallet"));
        let words = "The store is gone.".to_owned();
        assert_eq!(of(Stage::Broken { words: words.clone() }).trouble, Some(words));
    }

    #[test]
    fn what_is_left_of_the_period_is_counted_down_to_nothing() {
        let closing = |clock| {
            let phase = PhaseView::Closing {
                closer: thunder_channel::Side::Alice,
                closes_at: 110,
                clock,
                recorded: view().totals,
                payout: view().balances,
            };
            Line::of(&ChannelView { phase, ..view() })
        };
        let left = |clock| match closing(clock).stage {
            LineStage::Closing { left, .. } => left,
            _ => u64::MAX,
        };
        assert_eq!((left(100), left(110), left(200)), (10, 0, 0));
        assert!(closing(100).is_ending());
    }
}

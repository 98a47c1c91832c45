//! Channels that somebody opened with the holder and that the holder does not want to see on the list. The hub asks nobody before a
//! channel is opened and knows no answer to it, so this is kept in this browser and told to nobody; whoever opened the channel gets its
//! money back by closing it.

use std::rc::Rc;
use thunder_channel::{Address, Amount, Bytes32, ChannelId};
use thunder_client::{ChannelView, PhaseView};

/// How many are kept, as many as there can be channels: then the first that was hidden is on the list again.
pub const MAX_HIDDEN: usize = 1_000;

/// Which channels are hidden, in the order in which they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden(Rc<Vec<ChannelId>>);

/// What a person does to the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hiding {
    /// No longer shows it.
    Hide(ChannelId),
    /// Shows it again.
    Show(ChannelId),
}

impl Hidden {
    /// Reads what was stored. What is no channel is left out: losing one costs a press.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let stored: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        let ids = stored.iter().filter_map(|id| id.parse::<Bytes32>().ok());
        ids.fold(Self::default(), |hidden, id| {
            hidden.with(Hiding::Hide(ChannelId(id)))
        })
    }

    /// As it is stored.
    #[must_use]
    pub fn to_text(&self) -> String {
        let stored: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        // Texts always have a JSON form.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// After what a person did.
    #[must_use]
    pub fn with(&self, hiding: Hiding) -> Self {
        let (Hiding::Hide(id) | Hiding::Show(id)) = hiding;
        let mut ids: Vec<_> = self.0.iter().copied().filter(|hidden| *hidden != id).collect();
        if matches!(hiding, Hiding::Hide(_)) {
            ids.push(id);
        }
        ids.drain(..ids.len().saturating_sub(MAX_HIDDEN));
        Self(Rc::new(ids))
    }

    /// Whether a channel is off the list: hidden, and still nothing that could need its holder.
    #[must_use]
    pub fn hides(&self, view: &ChannelView) -> bool {
        self.0.contains(&view.id) && can_be_hidden(view)
    }
}

/// Under which name an account's are stored.
#[must_use]
pub fn name(account: Address) -> String {
    format!("thunder/hidden/{account:#x}")
}

/// Whether nothing is lost by not looking at a channel: the holder never took it as its own, nothing in it is the holder's or was paid to
/// it, and nothing in it waits for an answer. What only may be so counts as the holder's.
#[must_use]
pub fn can_be_hidden(view: &ChannelView) -> bool {
    let (you, they) = (view.holder, view.holder.other());
    let due = match view.phase {
        PhaseView::Opening | PhaseView::Open | PhaseView::CloseSent { .. } => Some(Amount::ZERO),
        PhaseView::Closing { payout, .. } => Some(payout[you]),
        PhaseView::Settled { paid_out } => paid_out.map(|paid_out| paid_out[you]),
    };
    let own = [
        view.balances[you],
        view.unconfirmed[you],
        view.deposits[you],
        view.totals[you],
        view.totals[they],
        view.guaranteed,
    ];
    !view.joined
        && view.alarm.is_none()
        && view.proposal.is_none()
        && view.waiting.is_none()
        && own.iter().all(|amount| amount.is_zero())
        && due.is_some_and(Amount::is_zero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{exhibits, standing::tests::units};
    use thunder_channel::{PerSide, Side};
    use thunder_client::{Alarm, Proposal, Waiting};

    fn id(byte: u8) -> ChannelId {
        ChannelId(Bytes32::repeat_byte(byte))
    }

    fn offered() -> ChannelView {
        exhibits::offered(Address::zero(), false)
    }

    fn only(holder: Side, amount: Amount) -> PerSide<Amount> {
        PerSide::from_fn(|side| if side == holder { amount } else { Amount::ZERO })
    }

    #[test]
    fn what_is_hidden_is_kept_until_it_is_shown_again() {
        let hidden = Hidden::default()
            .with(Hiding::Hide(id(1)))
            .with(Hiding::Hide(id(2)))
            .with(Hiding::Hide(id(1)));
        assert_eq!(*hidden.0, [id(2), id(1)]);
        assert_eq!(Hidden::parse(&hidden.to_text()), hidden);
        let shown = hidden.with(Hiding::Show(id(2)));
        assert_eq!(*shown.0, [id(1)]);
        assert_eq!(shown.with(Hiding::Show(id(2))), shown);
        let account = Address::repeat_byte(0xb1);
        assert_ne!(name(account), name(Address::repeat_byte(0xb2)));
    }

    #[test]
    fn what_cannot_be_read_hides_nothing() {
        for text in ["", "{}", "[1]", "[\"0x12\", \"x\", \"7K3D-9QXM\"]", "[\"\"]"] {
            assert_eq!(Hidden::parse(text), Hidden::default(), "{text}");
        }
        let mixed = format!("[\"x\", \"{}\"]", id(3));
        assert_eq!(*Hidden::parse(&mixed).0, [id(3)]);
    }

    #[test]
    fn there_is_a_bound_and_the_first_one_comes_back() {
        let many: Vec<_> = (0..=MAX_HIDDEN as u64)
            .map(|n| ChannelId(Bytes32::from_low_u64_be(n)).to_string())
            .collect();
        let hidden = Hidden::parse(&serde_json::to_string(&many).unwrap());
        assert_eq!(hidden.0.len(), MAX_HIDDEN);
        assert_eq!(hidden.0.first(), Some(&ChannelId(Bytes32::from_low_u64_be(1))));
    }

    #[test]
    fn an_offer_is_hidden_also_once_its_opener_closes_it() {
        let view = offered();
        let hidden = Hidden::default().with(Hiding::Hide(view.id));
        assert!(hidden.hides(&view) && !Hidden::default().hides(&view));
        assert!(hidden.hides(&exhibits::offered(Address::zero(), true)), "a fault");
        let theirs = only(view.holder.other(), units(5));
        let closing = PhaseView::Closing {
            closer: view.holder.other(),
            closes_at: 9,
            clock: 1,
            recorded: PerSide::default(),
            payout: theirs,
        };
        let over = PhaseView::Settled {
            paid_out: Some(theirs),
        };
        for phase in [PhaseView::Opening, closing, over] {
            assert!(hidden.hides(&ChannelView { phase, ..offered() }), "{phase:?}");
        }
    }

    #[test]
    fn what_may_need_its_holder_is_always_shown() {
        let (you, they) = (offered().holder, offered().holder.other());
        let some = units(1);
        let phase = |phase| ChannelView { phase, ..offered() };
        let shown = [
            ChannelView {
                joined: true,
                ..offered()
            },
            ChannelView {
                alarm: Some(Alarm::Unsure),
                ..offered()
            },
            ChannelView {
                alarm: Some(Alarm::Understated {
                    loss: some,
                    closes_at: 9,
                }),
                ..offered()
            },
            ChannelView {
                proposal: Some(Proposal::Withdrawal {
                    by: they,
                    amount: some,
                    expiry: 9,
                    declined: false,
                }),
                ..offered()
            },
            ChannelView {
                waiting: Some((some, Waiting::NotJoined)),
                ..offered()
            },
            ChannelView {
                balances: only(you, some),
                ..offered()
            },
            ChannelView {
                unconfirmed: only(you, some),
                ..offered()
            },
            ChannelView {
                deposits: only(you, some),
                ..offered()
            },
            ChannelView {
                totals: only(they, some),
                ..offered()
            },
            ChannelView {
                guaranteed: some,
                ..offered()
            },
            phase(PhaseView::Closing {
                closer: they,
                closes_at: 9,
                clock: 1,
                recorded: PerSide::default(),
                payout: only(you, some),
            }),
            phase(PhaseView::Settled {
                paid_out: Some(only(you, some)),
            }),
            phase(PhaseView::Settled { paid_out: None }),
        ];
        for view in shown {
            let hidden = Hidden::default().with(Hiding::Hide(view.id));
            assert!(!hidden.hides(&view), "{view:?}");
        }
    }
}

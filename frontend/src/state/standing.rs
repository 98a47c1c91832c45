//! How a channel stands, in the words and order that the screen uses. Numbers come from [`ChannelView`]; nothing is computed
//! here but what is left of a period.

use super::{
    config::{ClockMode, Token},
    names::Names,
    requests::unanswered,
};
use crate::words::{Thing, counted, money, say, ticks, ticks_about};
use thunder_channel::{Address, Side};
use thunder_client::{Alarm, ChannelView, Delivery, EntryKind, PhaseView, Proposal, Waiting};

/// Where a channel stands, for its chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not read from the chain deep enough.
    Opening,
    /// Somebody opened it with the holder.
    Offered,
    /// Payments flow.
    Open,
    /// A close waits to be mined.
    ClosingSoon,
    /// The finalization period runs.
    Closing,
    /// The period is over.
    Ready,
    /// Paid out.
    Settled,
}

impl Standing {
    /// Of a channel.
    #[must_use]
    pub const fn of(view: &ChannelView) -> Self {
        match view.phase {
            PhaseView::Opening => Self::Opening,
            PhaseView::Open if !view.joined => Self::Offered,
            PhaseView::Open => Self::Open,
            PhaseView::CloseSent { .. } => Self::ClosingSoon,
            PhaseView::Closing { closes_at, clock, .. } if clock >= closes_at => Self::Ready,
            PhaseView::Closing { .. } => Self::Closing,
            PhaseView::Settled { .. } => Self::Settled,
        }
    }

    /// On the chip.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Opening => say::opening(),
            Self::Offered => say::offered(),
            Self::Open => say::open(),
            Self::ClosingSoon => say::closing_soon(),
            Self::Closing => say::closing(),
            Self::Ready => say::ready_to_settle(),
            Self::Settled => say::settled(),
        }
    }

    /// Which of the stylesheet's chips.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Offered => "offered",
            Self::Open => "open",
            Self::ClosingSoon | Self::Closing => "closing",
            Self::Ready => "ready",
            Self::Settled => "settled",
        }
    }
}

/// The counterparty's address.
#[must_use]
pub const fn counterparty(view: &ChannelView) -> Address {
    view.key.address(view.holder.other())
}

/// `Channel with 0x3C44…93BC`, or the name that was given.
#[must_use]
pub fn title(view: &ChannelView, names: &Names) -> String {
    say::channel_with(&names.call(counterparty(view)))
}

/// Whether it means something to say what the holder gets if the counterparty vanishes now. While a close runs, its panel says what
/// each side gets and an alarm what is missing; what cannot be used, or is not on the chain, gives nothing.
#[must_use]
pub const fn has_guarantee(view: &ChannelView) -> bool {
    view.fault.is_none()
        && match view.phase {
            PhaseView::Opening => !view.guaranteed.is_zero(),
            PhaseView::Open | PhaseView::CloseSent { .. } => true,
            PhaseView::Closing { .. } | PhaseView::Settled { .. } => false,
        }
}

/// What the holder would lose, if the counterparty closes with less than it signed.
#[must_use]
pub const fn understated(view: &ChannelView) -> Option<(thunder_channel::Amount, u64)> {
    match view.alarm {
        Some(Alarm::Understated { loss, closes_at }) => Some((loss, closes_at)),
        _ => None,
    }
}

/// What the holder loses, because the period ended before its claim was shown.
#[must_use]
pub const fn missed(view: &ChannelView) -> Option<thunder_channel::Amount> {
    match view.alarm {
        Some(Alarm::Missed { loss }) => Some(loss),
        _ => None,
    }
}

/// Whether this copy of the channel may be old.
#[must_use]
pub const fn is_unsure(view: &ChannelView) -> bool {
    matches!(view.alarm, Some(Alarm::Unsure))
}

/// The document's title: an alarm comes first, so that it is seen in another tab.
#[must_use]
pub fn document_title(views: &[ChannelView], clock: ClockMode) -> String {
    let word = if views.iter().any(|view| understated(view).is_some()) {
        say::title_claim_now().to_owned()
    } else if views.iter().any(|view| foreign_settlement(view).is_some()) {
        say::end_together_question().to_owned()
    } else if views.iter().any(|view| foreign_withdrawal(view).is_some()) {
        say::let_them_take_out().to_owned()
    } else if views
        .iter()
        .any(|view| Standing::of(view) == Standing::Open && unanswered(view).next().is_some())
    {
        say::they_ask().to_owned()
    } else if let Some(left) = views.iter().filter_map(left).min() {
        match left {
            0 => say::ready_to_settle().to_owned(),
            _ => say::title_closing(&ticks(left, clock)),
        }
    } else {
        return "Thunder".to_owned();
    };
    format!("{word} · Thunder")
}

/// What is left of a closing channel's period, unless somebody else's is closing: never joined, and with nothing for the holder.
fn left(view: &ChannelView) -> Option<u64> {
    match view.phase {
        PhaseView::Closing {
            closes_at,
            clock,
            payout,
            ..
        } if view.joined || !payout[view.holder].is_zero() => Some(closes_at.saturating_sub(clock)),
        _ => None,
    }
}

/// The counterparty's offer to end the channel, with what each would get.
#[must_use]
pub fn foreign_settlement(
    view: &ChannelView,
) -> Option<(thunder_channel::PerSide<thunder_channel::Amount>, u64)> {
    match view.proposal {
        Some(Proposal::Settlement {
            by, payout, expiry, ..
        }) if by != view.holder => Some((payout, expiry)),
        _ => None,
    }
}

/// The holder's own offer to end the channel.
#[must_use]
pub fn own_settlement(view: &ChannelView, now: u64, clock: ClockMode) -> Option<Promise> {
    match view.proposal {
        Some(Proposal::Settlement {
            by, expiry, declined, ..
        }) if by == view.holder => Some(Promise::of_own(expiry, declined, now, clock)),
        _ => None,
    }
}

/// What the counterparty wants to take out, until when.
#[must_use]
pub fn foreign_withdrawal(view: &ChannelView) -> Option<(thunder_channel::Amount, u64)> {
    match view.proposal {
        Some(Proposal::Withdrawal {
            by, amount, expiry, ..
        }) if by != view.holder => Some((amount, expiry)),
        _ => None,
    }
}

/// What the holder has asked to take out.
#[must_use]
pub fn own_withdrawal(
    view: &ChannelView,
    now: u64,
    clock: ClockMode,
) -> Option<(thunder_channel::Amount, Promise)> {
    match view.proposal {
        Some(Proposal::Withdrawal {
            by,
            amount,
            expiry,
            declined,
        }) if by == view.holder => Some((amount, Promise::of_own(expiry, declined, now, clock))),
        _ => None,
    }
}

/// How much the holder has asked to take out.
#[must_use]
pub fn own_withdrawal_amount(view: &ChannelView) -> Option<thunder_channel::Amount> {
    match view.proposal {
        Some(Proposal::Withdrawal { by, amount, .. }) if by == view.holder => Some(amount),
        _ => None,
    }
}

/// How long an offer binds, for the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promise {
    /// For so long.
    Good(String),
    /// For so long, though the other side says that it will not take part.
    Declined(String),
    /// No longer, though the block after which it is forgotten may not be deep enough yet.
    Expired,
}

impl Promise {
    /// An offer that is good up to and with `expiry` of the hub's clock.
    #[must_use]
    pub fn until(expiry: u64, now: u64, clock: ClockMode) -> Self {
        if now > expiry {
            Self::Expired
        } else {
            Self::Good(until(expiry, now, clock))
        }
    }

    fn of_own(expiry: u64, declined: bool, now: u64, clock: ClockMode) -> Self {
        match Self::until(expiry, now, clock) {
            Self::Good(left) if declined => Self::Declined(left),
            promise => promise,
        }
    }
}

/// What is said of the holder's own offer to end the channel.
#[must_use]
pub fn own_settlement_words(promise: &Promise) -> String {
    match promise {
        Promise::Good(left) => say::you_proposed(left),
        Promise::Declined(left) => say::they_declined_end(left),
        Promise::Expired => say::own_offer_expired().to_owned(),
    }
}

/// How far the last payment has come, in the words of its entry in the history; `seen` is whether the other side says that it was shown it.
#[must_use]
pub fn delivery_words(delivery: Delivery, seen: bool) -> &'static str {
    match delivery {
        Delivery::Nothing => "",
        Delivery::Signing => say::delivery_signing(),
        Delivery::Stored => say::mark_stored(),
        Delivery::Relayed if seen => say::mark_seen(),
        Delivery::Relayed => say::mark_relayed(),
    }
}

/// Received money that does not count yet, and why.
#[must_use]
pub fn waiting_words(waiting: Waiting, amount: &str) -> String {
    match waiting {
        Waiting::Uncovered => say::waits_uncovered(amount),
        Waiting::ChainStale => say::waits_stale(amount),
        Waiting::Frozen => say::waits_frozen(amount),
        Waiting::NotJoined => say::waits_not_joined(amount),
    }
}

/// One line of a channel's history.
#[must_use]
pub fn entry_words(kind: &EntryKind, holder: Side, token: &Token) -> String {
    let money = |amount| money(amount, token);
    match kind {
        EntryKind::Paid {
            by, amount, payments, ..
        } => {
            let amount = money(*amount);
            let payments = (*payments > 1).then(|| counted(*payments, Thing::Payment));
            match (*by == holder, payments) {
                (true, None) => say::you_paid(&amount),
                (true, Some(payments)) => say::you_paid_in(&amount, &payments),
                (false, None) => say::you_received(&amount),
                (false, Some(payments)) => say::you_received_in(&amount, &payments),
            }
        }
        EntryKind::Opened { amount, .. } => say::opened_with(&money(*amount)),
        EntryKind::Deposited { side, amount, .. } if *side == holder => say::you_deposited(&money(*amount)),
        EntryKind::Deposited { amount, .. } => say::they_deposited(&money(*amount)),
        EntryKind::Withdrawn { side, amount, .. } if *side == holder => say::you_took_out(&money(*amount)),
        EntryKind::Withdrawn { amount, .. } => say::they_took_out(&money(*amount)),
        EntryKind::Closing { closer, .. } if *closer == holder => say::you_closed().to_owned(),
        EntryKind::Closing { .. } => say::they_closed().to_owned(),
        EntryKind::Claimed { payer, total, .. } if *payer == holder => say::shown_you_paid(&money(*total)),
        EntryKind::Claimed { total, .. } => say::shown_they_paid(&money(*total)),
        EntryKind::Forfeited { closer, .. } if *closer == holder => say::you_forfeited().to_owned(),
        EntryKind::Forfeited { .. } => say::they_forfeited().to_owned(),
        EntryKind::Settled { paid_out, .. } => {
            say::settled_with(&money(paid_out[holder]), &money(paid_out[holder.other()]))
        }
    }
}

/// Of a payment, which one of the payer's it was and what the payer had paid with it: what the claim says that was signed.
#[must_use]
pub fn entry_claim(kind: &EntryKind, token: &Token) -> Option<String> {
    match kind {
        EntryKind::Paid { nonce, total, .. } => Some(say::nonce_and_total(nonce, &money(*total, token))),
        _ => None,
    }
}

/// The block of an entry that happened on the chain.
#[must_use]
pub const fn entry_block(kind: &EntryKind) -> Option<u64> {
    match kind {
        EntryKind::Paid { .. } => None,
        EntryKind::Opened { block, .. }
        | EntryKind::Deposited { block, .. }
        | EntryKind::Withdrawn { block, .. }
        | EntryKind::Closing { block, .. }
        | EntryKind::Claimed { block, .. }
        | EntryKind::Forfeited { block, .. }
        | EntryKind::Settled { block, .. } => Some(*block),
    }
}

/// A point of the hub's clock, from now: `in 100 blocks (about 20 minutes)`.
#[must_use]
pub fn until(at: u64, now: u64, clock: ClockMode) -> String {
    ticks_about(at.saturating_sub(now), clock)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::state::exhibits;
    use thunder_channel::{Amount, Bytes32, ChannelId, ChannelKey, PerSide};
    use thunder_client::History;

    pub fn units(whole: u128) -> Amount {
        Amount::new(whole * 10u128.pow(18)).unwrap()
    }

    /// A channel in which alice, who looks, put in 100 and paid 20.
    pub fn view() -> ChannelView {
        let pair = |alice: u128, bob: u128| PerSide {
            alice: units(alice),
            bob: units(bob),
        };
        let open = exhibits::open(Address::zero());
        ChannelView {
            id: ChannelId(Bytes32::repeat_byte(1)),
            key: ChannelKey {
                bob: Address::repeat_byte(0xb1),
                bob_signer: Address::repeat_byte(0xb2),
                ..open.key
            },
            balances: pair(80, 20),
            spendable: units(80),
            receivable: units(20),
            deposits: pair(100, 0),
            totals: pair(20, 0),
            guaranteed: units(80),
            read: units(0),
            seen: units(20),
            entries: History::default(),
            ..open
        }
    }

    #[test]
    fn the_period_decides_between_closing_and_ready() {
        let closing = |clock| {
            let zero = PerSide {
                alice: Amount::ZERO,
                bob: Amount::ZERO,
            };
            let phase = PhaseView::Closing {
                closer: Side::Bob,
                closes_at: 110,
                clock,
                recorded: zero,
                payout: zero,
            };
            Standing::of(&ChannelView { phase, ..view() })
        };
        assert_eq!(closing(109), Standing::Closing);
        assert_eq!(closing(110), Standing::Ready);
        assert_eq!(
            Standing::of(&ChannelView {
                joined: false,
                ..view()
            }),
            Standing::Offered
        );
        assert_eq!(Standing::of(&view()).words(), "Open");
    }

    #[test]
    fn an_alarm_changes_the_documents_title() {
        let titled = |views: &[ChannelView]| document_title(views, ClockMode::Blocks);
        assert_eq!(titled(&[view()]), "Thunder");
        let alarmed = ChannelView {
            alarm: Some(Alarm::Understated {
                loss: units(3),
                closes_at: 9,
            }),
            ..view()
        };
        assert!(titled(&[view(), alarmed]).starts_with("⚠ Claim now"));
        let payout = view().balances;
        let proposed = |by| ChannelView {
            proposal: Some(Proposal::Settlement {
                by,
                payout,
                expiry: 5,
                declined: false,
            }),
            ..view()
        };
        assert!(titled(&[proposed(Side::Bob)]).starts_with("End together"));
        assert_eq!(titled(&[proposed(Side::Alice)]), "Thunder");
        let own = |view: &ChannelView| own_settlement(view, 3, ClockMode::Seconds);
        assert_eq!(
            own(&proposed(Side::Alice)),
            Some(Promise::Good("2 seconds".to_owned()))
        );
        assert_eq!(own(&proposed(Side::Bob)), None);
        let taking = |by| ChannelView {
            proposal: Some(Proposal::Withdrawal {
                by,
                amount: units(3),
                expiry: 5,
                declined: false,
            }),
            ..view()
        };
        assert!(titled(&[taking(Side::Bob)]).starts_with("Let them take"));
        assert_eq!(foreign_withdrawal(&taking(Side::Bob)), Some((units(3), 5)));
        let own = own_withdrawal(&taking(Side::Alice), 6, ClockMode::Seconds);
        assert_eq!(own, Some((units(3), Promise::Expired)));
        let asked = ChannelView {
            requests_to_me: vec![crate::state::requests::tests::request(
                1,
                thunder_client::RequestState::Open,
            )],
            ..view()
        };
        assert!(titled(&[asked]).starts_with("They ask to be paid"));
        assert_eq!(titled(&[taking(Side::Alice)]), "Thunder");
        let closing = |clock| ChannelView {
            phase: PhaseView::Closing {
                closer: Side::Bob,
                closes_at: 110,
                clock,
                recorded: payout,
                payout,
            },
            ..view()
        };
        assert_eq!(titled(&[view(), closing(10)]), "Closing: 100 blocks · Thunder");
        assert_eq!(titled(&[closing(10), closing(120)]), "Ready to settle · Thunder");
        // What was never joined and closes with nothing for the holder is somebody else's.
        let phase = PhaseView::Closing {
            closer: Side::Bob,
            closes_at: 110,
            clock: 10,
            recorded: PerSide::default(),
            payout: PerSide {
                alice: Amount::ZERO,
                ..payout
            },
        };
        let joined = |joined| ChannelView {
            joined,
            phase,
            ..view()
        };
        assert_eq!(titled(&[joined(false)]), "Thunder");
        assert_eq!(titled(&[joined(true)]), "Closing: 100 blocks · Thunder");
    }

    #[test]
    fn history_is_told_from_the_holders_side() {
        let token = Token::ether();
        let paid = |by, payments| EntryKind::Paid {
            by,
            amount: units(20),
            total: units(20),
            nonce: "1".to_owned(),
            payments,
        };
        assert_eq!(
            entry_words(&paid(Side::Alice, 1), Side::Alice, &token),
            "You paid 20 ETH"
        );
        assert_eq!(
            entry_words(&paid(Side::Alice, 1), Side::Bob, &token),
            "You received 20 ETH"
        );
        assert_eq!(
            entry_words(&paid(Side::Alice, 3), Side::Bob, &token),
            "You received 20 ETH in 3 payments"
        );
        let closing = EntryKind::Closing {
            closer: Side::Bob,
            closes_at: 9,
            block: 2,
        };
        assert_eq!(entry_words(&closing, Side::Alice, &token), "They closed");
        assert_eq!(entry_block(&closing), Some(2));
        let settled = EntryKind::Settled {
            paid_out: view().balances,
            block: 3,
        };
        assert_eq!(
            entry_words(&settled, Side::Bob, &token),
            "Settled: 20 ETH to you, 80 ETH to them"
        );
    }

    #[test]
    fn what_is_left_is_said_in_blocks_and_time() {
        assert_eq!(until(110, 10, ClockMode::Blocks), "100 blocks (about 20 minutes)");
        assert_eq!(until(5, 10, ClockMode::Seconds), "0 seconds");
        // The hub takes it at its expiry, and not after it.
        assert!(matches!(
            Promise::until(10, 10, ClockMode::Blocks),
            Promise::Good(_)
        ));
        assert_eq!(Promise::until(10, 11, ClockMode::Blocks), Promise::Expired);
        let own = |declined, now| Promise::of_own(10, declined, now, ClockMode::Seconds);
        assert_eq!(own(true, 8), Promise::Declined("2 seconds".to_owned()));
        assert_eq!(own(true, 11), Promise::Expired);
        assert!(
            own_settlement_words(&own(true, 8))
                .contains("declined to end together. Nothing is paid here for 2 seconds")
        );
        assert!(own_settlement_words(&own(false, 8)).contains("good for 2 seconds"));
    }
}

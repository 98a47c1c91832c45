//! What the payment key puts at risk: all of the holder's money that it can sign away, and how much of that this app pays by itself.
//!
//! Limits are this app's own: the hub does not know them, so whoever has the key is not held by them. They bound what happens in this
//! window only.

use super::config::Token;
use thunder_channel::Amount;
use thunder_client::{ChannelView, PhaseView, Signing, SpendingView};

/// Of one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Which.
    pub token: Token,
    /// What the key can sign away.
    pub at_risk: Amount,
    /// What the limits let this app pay of it today, where there is a limit for a day.
    pub today: Option<Amount>,
}

/// What is at risk, token by token, without those of which nothing is.
#[must_use]
pub fn exposures(tokens: &[Token], views: &[ChannelView], spending: &[SpendingView]) -> Vec<Exposure> {
    let of = |token: &Token| {
        let amounts = views
            .iter()
            .filter(|view| view.key.token == token.address)
            .map(at_risk);
        let at_risk = amounts.fold(Amount::ZERO, sum);
        let held = spending.iter().find(|held| held.token == token.address);
        let today = held.and_then(|held| {
            let left = held.limit.per_day?.saturating_sub(held.spent_today);
            Some(left.min(at_risk))
        });
        Exposure {
            token: token.clone(),
            at_risk,
            today,
        }
    };
    let all = tokens.iter().map(of);
    all.filter(|exposure| !exposure.at_risk.is_zero()).collect()
}

/// What the payment key can sign away in a channel. A claim counts until the period is over, and a deposit as soon as it is mined,
/// however deep.
fn at_risk(view: &ChannelView) -> Amount {
    if view.signing != Signing::PaymentKey {
        return Amount::ZERO;
    }
    let holder = view.holder;
    let own = view.balances[holder];
    match view.phase {
        // It is not the holder's channel by its terms, so nothing is reckoned: all that was put in is the most there can be.
        PhaseView::Opening | PhaseView::Open | PhaseView::CloseSent { .. } if view.fault.is_some() => {
            view.deposits[holder]
        }
        // What is on hold to be taken out is nothing to the hub before it is: a claim may take it.
        PhaseView::Opening | PhaseView::Open | PhaseView::CloseSent { .. } => {
            sum(sum(own, view.unconfirmed[holder]), view.on_hold[holder])
        }
        PhaseView::Closing { closes_at, clock, .. } if clock < closes_at => own,
        PhaseView::Closing { .. } | PhaseView::Settled { .. } => Amount::ZERO,
    }
}

fn sum(one: Amount, other: Amount) -> Amount {
    one.checked_add(other).unwrap_or(Amount::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        exhibits::{CLOSES_AT, NOW, closing, settled},
        standing::tests::{units, view},
    };
    use thunder_channel::{Address, PerSide, Side};
    use thunder_client::{SpendingLimit, TermsFault};

    /// Of ether, in which the made-up channel is.
    fn risk(views: &[ChannelView], spending: &[SpendingView]) -> Option<(Amount, Option<Amount>)> {
        let found = exposures(&[Token::ether()], views, spending);
        found.first().map(|found| (found.at_risk, found.today))
    }

    #[test]
    fn what_the_key_can_sign_away_is_counted_and_nothing_else() {
        let open = view();
        let at_risk = |views: &[ChannelView]| risk(views, &[]).map_or(Amount::ZERO, |(amount, _)| amount);
        assert_eq!(at_risk(&[]), Amount::ZERO);
        assert_eq!(at_risk(&[open.clone(), open.clone()]), units(160));
        let fresh = ChannelView {
            phase: PhaseView::Opening,
            balances: PerSide::default(),
            unconfirmed: PerSide {
                alice: units(30),
                bob: units(7),
            },
            ..open.clone()
        };
        assert_eq!(at_risk(&[open.clone(), fresh]), units(110));
        let mut held = open.clone();
        held.balances.alice = units(60);
        held.on_hold.alice = units(20);
        assert_eq!(at_risk(&[held]), units(80), "the hub knows of no hold");
        let strange = ChannelView {
            fault: Some(TermsFault::Token),
            balances: PerSide::default(),
            ..open.clone()
        };
        assert_eq!(at_risk(std::slice::from_ref(&strange)), strange.deposits.alice);
        for signing in [Signing::WalletOnly, Signing::WalletOrDelegate] {
            let asked = ChannelView {
                signing,
                ..open.clone()
            };
            assert_eq!(at_risk(&[asked]), Amount::ZERO);
        }
        let elsewhere = ChannelView {
            key: thunder_channel::ChannelKey {
                token: Address::repeat_byte(9),
                ..open.key
            },
            ..open
        };
        assert_eq!(at_risk(&[elsewhere]), Amount::ZERO);
    }

    #[test]
    fn a_closing_channel_is_at_risk_until_its_period_is_over() {
        let token = Address::zero();
        let at = |clock| risk(&[closing(token, Side::Bob, clock)], &[]).is_some();
        assert!(at(NOW) && at(CLOSES_AT - 1));
        assert!(!at(CLOSES_AT));
        assert_eq!(risk(&[settled(token, true)], &[]), None);
    }

    #[test]
    fn a_limit_bounds_this_app_and_no_thief() {
        let held = |per_day, spent| SpendingView {
            token: Address::zero(),
            limit: SpendingLimit {
                per_payment: Some(units(1)),
                per_day,
            },
            spent_today: units(spent),
        };
        let of = |per_day, spent| risk(&[view()], &[held(per_day, spent)]);
        assert_eq!(of(None, 0), Some((units(80), None)));
        assert_eq!(of(Some(units(50)), 20), Some((units(80), Some(units(30)))));
        assert_eq!(of(Some(units(50)), 60), Some((units(80), Some(Amount::ZERO))));
        assert_eq!(of(Some(units(500)), 0), Some((units(80), Some(units(80)))));
    }
}

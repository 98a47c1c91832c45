//! What to offer for gas, where nobody is asked. No I/O.
//!
//! The first offer leaves room for the base fee to double. An offer that is not taken is raised, never lowered, by an eighth at
//! least, which every node takes as a replacement; and faster as the end of the period comes near. The end is the budget.

use crate::sending::Fee;

/// The tip where no node suggests one, in wei: one gwei.
pub const DEFAULT_TIP: u128 = 1_000_000_000;

/// What gas costs now, in wei.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market {
    /// The newest block's base fee.
    pub base: u128,
    /// The tip that nodes suggest.
    pub tip: u128,
}

impl Market {
    /// A first offer. `urgency` is the quarter of the period, from 0.
    #[must_use]
    pub fn offer(&self, urgency: u32) -> Fee {
        let tip = self.tip.saturating_mul(1 << urgency.min(7));
        Fee {
            most: self.base.saturating_mul(2).saturating_add(tip),
            tip,
        }
    }

    /// An offer that takes the place of `last` at every node.
    #[must_use]
    pub fn raise(&self, last: Fee, urgency: u32) -> Fee {
        let (least, fresh) = (eighth_more(last), self.offer(urgency));
        Fee {
            most: least.most.max(fresh.most),
            tip: least.tip.max(fresh.tip),
        }
    }

    /// The offer, brought down to what `gas` may cost in all. Nothing if a block's maker would not take so little now.
    #[must_use]
    pub fn within(&self, offer: Fee, gas: u64, budget: u128) -> Option<Fee> {
        let most = offer.most.min(budget / u128::from(gas.max(1)));
        (most >= self.base.saturating_add(self.tip.min(offer.tip))).then_some(Fee {
            most,
            tip: offer.tip.min(most),
        })
    }

    /// An offer that is twice as high, brought down to the budget: against a transaction in the same place whose fee is not
    /// known. Nothing if that is no raise.
    #[must_use]
    pub fn outbid(&self, last: Fee, gas: u64, budget: u128) -> Option<Fee> {
        let doubled = Fee {
            most: last.most.saturating_mul(2),
            tip: last.tip.saturating_mul(2).max(1),
        };
        let most = doubled.most.min(budget / u128::from(gas.max(1)));
        let fee = Fee {
            most,
            tip: doubled.tip.min(most),
        };
        let least = eighth_more(last);
        (fee.most >= least.most && fee.tip >= least.tip).then_some(fee)
    }

    /// The raised offer, brought down to the budget; nothing if that is no longer a raise that nodes take.
    #[must_use]
    pub fn raise_within(&self, last: Fee, urgency: u32, gas: u64, budget: u128) -> Option<Fee> {
        let (least, raised) = (eighth_more(last), self.raise(last, urgency));
        let most = raised.most.min(budget / u128::from(gas.max(1)));
        let fee = Fee {
            most,
            tip: raised.tip.min(most),
        };
        (fee.most >= least.most && fee.tip >= least.tip).then_some(fee)
    }
}

/// Nodes ask for a tenth more, or an eighth, of both parts.
fn eighth_more(fee: Fee) -> Fee {
    let more = |wei: u128| wei.saturating_add(wei.div_ceil(8)).max(1);
    Fee {
        most: more(fee.most),
        tip: more(fee.tip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKET: Market = Market { base: 100, tip: 8 };

    #[test]
    fn an_offer_leaves_room_and_grows_with_the_urgency() {
        assert_eq!(MARKET.offer(0), Fee { most: 208, tip: 8 });
        assert_eq!(MARKET.offer(3), Fee { most: 264, tip: 64 });
    }

    #[test]
    fn raises_are_monotonic_and_never_below_an_eighth() {
        let mut fee = MARKET.offer(0);
        // The market falls meanwhile: the offer does not.
        let fallen = Market { base: 1, tip: 0 };
        for _ in 0..200 {
            let raised = fallen.raise(fee, 0);
            assert!(raised.most * 8 >= fee.most * 9 && raised.tip * 8 >= fee.tip * 9);
            fee = raised;
        }
        // It rises: the offer goes along.
        let risen = Market {
            base: fee.most,
            tip: fee.tip * 2,
        };
        assert_eq!(risen.raise(fee, 1), risen.offer(1));
        let end = Fee {
            most: u128::MAX,
            tip: u128::MAX,
        };
        assert_eq!(risen.raise(end, 3), end);
    }

    #[test]
    fn the_budget_is_the_end() {
        let offer = MARKET.offer(0);
        assert_eq!(MARKET.within(offer, 10, 2080), Some(offer));
        assert_eq!(MARKET.within(offer, 10, 1500), Some(Fee { most: 150, tip: 8 }));
        assert_eq!(MARKET.within(offer, 10, 1080), Some(Fee { most: 108, tip: 8 }));
        assert_eq!(MARKET.within(offer, 10, 1079), None);
        assert_eq!(MARKET.within(offer, 0, 0), None);
        assert_eq!(
            MARKET.raise_within(offer, 0, 10, 2340),
            Some(Fee { most: 234, tip: 9 })
        );
        assert_eq!(MARKET.raise_within(offer, 0, 10, 2339), None);
    }
}

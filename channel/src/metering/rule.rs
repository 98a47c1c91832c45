//! The rule by which a session is paid.
//!
//! For a client's count `a` and a provider's acknowledged count `b`, the client is charged price × `b`, the provider is paid
//! price × min(`a`, `b`), and the difference is burnt; all within the deposit. So what the client pays does not depend on
//! what it says itself, and the provider is paid no more than the client says.
//!
//! This holds within the tolerance too. A rule that gave the difference within it to one side would let that side lie by the
//! tolerance: if the provider were paid by `b` there, it would count a little high; if the client were charged by `a`, it
//! would count a little low. The tolerance says what a client acknowledges, when the two part, and what is evidence of a lie.

use super::{Counts, Terms};
use crate::Amount;

/// What becomes of a deposit. The three parts are the deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// What the client gets back.
    pub refund: Amount,
    /// What the provider gets.
    pub paid: Amount,
    /// What stays in the contract and is nobody's.
    pub burnt: Amount,
}

impl Shares {
    /// What the client loses.
    #[must_use]
    pub fn charged(&self) -> Amount {
        self.paid.checked_add(self.burnt).unwrap_or(Amount::MAX)
    }

    /// The deposit split by what is charged and, of that, paid; `None` where they do not fit into each other.
    #[must_use]
    pub fn of(deposit: Amount, charged: Amount, paid: Amount) -> Option<Self> {
        Some(Self {
            refund: deposit.checked_sub(charged)?,
            paid,
            burnt: charged.checked_sub(paid)?,
        })
    }
}

/// Splits a deposit by the counts that were shown.
#[must_use]
pub fn shares(terms: &Terms, deposit: Amount, counts: Counts) -> Shares {
    let charged = terms.cost_at_most(counts.provider).min(deposit);
    let paid = terms.cost_at_most(counts.client).min(charged);
    Shares {
        refund: deposit.saturating_sub(charged),
        paid,
        burnt: charged.saturating_sub(paid),
    }
}

/// Whether the client's count is short of the provider's by more than `tolerance` parts per million of it. The other way
/// around is no fault: what a client acknowledges is always older than its own count.
#[must_use]
pub fn is_beyond(counts: Counts, tolerance: u32) -> bool {
    let short = counts.provider.saturating_sub(counts.client);
    u128::from(short) * 1_000_000 > u128::from(counts.provider) * u128::from(tolerance)
}

// proptest does not build for the browser.
#[cfg(not(target_arch = "wasm32"))]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, metering::MEGABYTE};
    use proptest::prelude::*;

    fn terms(price: u128) -> Terms {
        Terms {
            token: Address::zero(),
            price: Amount::new(price).unwrap(),
            quantity: u64::MAX,
            unit: MEGABYTE,
            tolerance: 10_000,
            finalization_period: 1,
        }
    }

    #[test]
    fn what_a_lie_costs() {
        let deposit = Amount::new(30).unwrap();
        let split = |client, provider| {
            let counts = Counts {
                client: client * MEGABYTE,
                provider: provider * MEGABYTE,
            };
            let shares = shares(&terms(3), deposit, counts);
            [shares.refund, shares.paid, shares.burnt].map(Amount::units)
        };
        assert_eq!(split(4, 4), [18, 12, 0]);
        assert_eq!(split(1, 4), [18, 3, 9], "the client says less: it pays as much");
        assert_eq!(
            split(1, 5),
            [15, 3, 12],
            "the provider says more: it gets no more"
        );
        assert_eq!(split(9, 4), [18, 12, 0], "more than is acknowledged is not owed");
        assert_eq!(split(99, 99), [0, 30, 0], "the deposit is all there is");
    }

    #[test]
    fn the_tolerance_is_a_share_of_the_providers_count() {
        let beyond = |client, provider| is_beyond(Counts { client, provider }, 10_000);
        assert!(!beyond(990_000, 1_000_000) && beyond(989_999, 1_000_000));
        assert!(!beyond(u64::MAX, 0) && beyond(0, u64::MAX) && !beyond(0, 0));
        assert!(is_beyond(
            Counts {
                client: 9,
                provider: 10
            },
            99_999
        ));
        assert!(!is_beyond(
            Counts {
                client: 9,
                provider: 10
            },
            100_000
        ));
    }

    proptest! {
        /// For all counts: nothing is made or lost, no lie pays, and evidence only raises.
        #[test]
        fn no_lie_pays(
            price in 0..crate::MAX_AMOUNT, deposit in 0..=crate::MAX_AMOUNT,
            client: u64, provider: u64, lower: u64, higher: u64,
        ) {
            let (terms, deposit) = (terms(price), Amount::new(deposit).unwrap());
            let split = |client, provider| shares(&terms, deposit, Counts { client, provider });
            let honest = split(client, provider);
            let parts = honest.refund.units() + honest.paid.units() + honest.burnt.units();
            prop_assert_eq!(parts, deposit.units());
            prop_assert_eq!(split(lower, provider).charged(), honest.charged());
            prop_assert!(split(client, higher).paid <= split(client, u64::MAX).paid);
            prop_assert!(honest.paid <= terms.cost_at_most(client));
            let (more_a, more_b) = (client.max(lower), provider.max(higher));
            let raised = split(more_a, more_b);
            prop_assert!(raised.paid >= honest.paid && raised.charged() >= honest.charged());
            // Where the client is honest, a provider that counts more than there was gains nothing by it.
            let inflated = client.saturating_add(higher);
            prop_assert!(split(client, inflated).paid <= split(client, client).paid);
        }
    }
}

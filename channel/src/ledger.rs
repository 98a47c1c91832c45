//! The two counters that only grow, and everything that is computed from them.
//!
//! `balance(alice) = deposit(alice) − withdrawn(alice) − paid(alice→bob) + paid(bob→alice)`, bob mirrored (DESIGN.md, section 1).

use crate::{Amount, PerSide, Side};
use serde::{Deserialize, Serialize};

/// How much each side has paid the other in total.
pub type Totals = PerSide<Amount>;

/// What each side has put in and taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funding {
    /// Deposited so far.
    pub deposit: PerSide<Amount>,
    /// Taken out so far.
    pub withdrawn: PerSide<Amount>,
}

impl Funding {
    /// All deposits less all withdrawals: what the hub holds for the channel.
    #[must_use]
    pub fn pot(&self) -> Amount {
        Amount::clamped(self.of(Side::Alice) + self.of(Side::Bob))
    }

    /// A side's deposits less its withdrawals: negative once it took out what it was paid.
    fn of(&self, side: Side) -> i128 {
        signed(self.deposit[side]) - signed(self.withdrawn[side])
    }
}

/// What the hub pays a side at these totals: alice her balance clamped to the pot, bob the rest.
#[must_use]
pub fn balance_of(side: Side, funding: &Funding, totals: &Totals) -> Amount {
    let pot = funding.pot();
    let alice = funding.of(Side::Alice) - signed(totals.alice) + signed(totals.bob);
    let alice = Amount::clamped(alice).min(pot);
    match side {
        Side::Alice => alice,
        Side::Bob => pot.saturating_sub(alice),
    }
}

/// What one side, the holder, may believe and spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Whose view this is.
    pub holder: Side,
    /// Deposits that count (confirmed deep enough) and withdrawals that might count (the larger of the chain's and every
    /// unexpired signed total).
    pub funding: Funding,
    /// The highest total the holder has signed.
    pub paid: Amount,
    /// The highest total the counterparty has signed, covered or not.
    pub received: Amount,
}

impl Ledger {
    /// The part of the counterparty's total that it is covered for; the rest waits until the chain advances.
    #[must_use]
    pub fn credited(&self) -> Amount {
        let capacity = self.funding.of(self.holder.other()) + signed(self.paid);
        self.received.min(Amount::clamped(capacity))
    }

    /// What was received above what the counterparty is covered for. Not money yet.
    #[must_use]
    pub fn uncovered(&self) -> Amount {
        self.received.saturating_sub(self.credited())
    }

    /// What the holder owns.
    #[must_use]
    pub fn owned(&self) -> Amount {
        Amount::clamped(self.funding.of(self.holder) - signed(self.paid) + signed(self.credited()))
    }

    /// What the holder can pay now: what it owns, as long as the total can still be written down.
    #[must_use]
    pub fn spendable(&self) -> Amount {
        self.owned().min(Amount::MAX.saturating_sub(self.paid))
    }

    /// What the counterparty can pay the holder now, as far as the holder knows.
    #[must_use]
    pub fn receivable(&self) -> Amount {
        Amount::clamped(self.funding.of(self.holder.other()) + signed(self.paid) - signed(self.credited()))
    }

    /// Both sides' balances by what the holder may believe.
    #[must_use]
    pub fn balances(&self) -> PerSide<Amount> {
        PerSide::from_fn(|side| {
            if side == self.holder {
                self.owned()
            } else {
                self.receivable()
            }
        })
    }

    /// The totals by what the holder may believe.
    #[must_use]
    pub fn totals(&self) -> Totals {
        PerSide::from_fn(|side| {
            if side == self.holder {
                self.paid
            } else {
                self.credited()
            }
        })
    }

    /// The total to sign for paying `amount` more, or `None` above what is spendable.
    #[must_use]
    pub fn total_after(&self, amount: Amount) -> Option<Amount> {
        if amount > self.spendable() {
            None
        } else {
            self.paid.checked_add(amount)
        }
    }
}

fn signed(amount: Amount) -> i128 {
    // Amounts are below 2^96, so neither the conversion nor a sum of a few can leave i128.
    amount.units().cast_signed()
}

#[cfg(not(target_arch = "wasm32"))]
#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(units: u128) -> Amount {
        Amount::new(units).unwrap()
    }

    fn funding(alice: u128, bob: u128) -> Funding {
        Funding {
            deposit: PerSide {
                alice: amount(alice),
                bob: amount(bob),
            },
            ..Funding::default()
        }
    }

    #[test]
    fn the_table_of_the_design() {
        let funding = funding(400, 0);
        let rows = [
            (0, 0, 400, 0),
            (200, 0, 200, 200),
            (200, 100, 300, 100),
            (500, 100, 0, 400),
        ];
        for (paid, received, alice, bob) in rows {
            let totals = PerSide {
                alice: amount(paid),
                bob: amount(received),
            };
            assert_eq!(balance_of(Side::Alice, &funding, &totals), amount(alice));
            assert_eq!(balance_of(Side::Bob, &funding, &totals), amount(bob));
        }
    }

    #[test]
    fn a_payer_is_believed_only_up_to_what_it_is_covered_for() {
        let ledger = Ledger {
            holder: Side::Bob,
            funding: funding(100, 0),
            paid: Amount::ZERO,
            received: amount(130),
        };
        assert_eq!(ledger.credited(), amount(100));
        assert_eq!(ledger.uncovered(), amount(30));
        assert_eq!(ledger.spendable(), amount(100));
        let deeper = Ledger {
            funding: Funding {
                deposit: PerSide {
                    alice: amount(150),
                    bob: Amount::ZERO,
                },
                ..ledger.funding
            },
            ..ledger
        };
        assert_eq!(deeper.credited(), amount(130));
        assert_eq!(deeper.uncovered(), Amount::ZERO);
    }

    #[test]
    fn a_withdrawal_on_hold_lowers_what_can_be_paid() {
        let mut ledger = Ledger {
            holder: Side::Alice,
            funding: funding(100, 0),
            paid: amount(20),
            received: Amount::ZERO,
        };
        ledger.funding.withdrawn.alice = amount(30);
        assert_eq!(ledger.spendable(), amount(50));
        assert_eq!(ledger.total_after(amount(50)), Some(amount(70)));
        assert_eq!(ledger.total_after(amount(51)), None);
    }

    fn any_amount() -> impl Strategy<Value = Amount> {
        prop_oneof![
            0u128..1000,
            (crate::MAX_AMOUNT - 1000)..=crate::MAX_AMOUNT,
            0..=crate::MAX_AMOUNT
        ]
        .prop_map(|units| Amount::new(units).unwrap())
    }

    proptest! {
        #[test]
        fn the_hub_pays_out_exactly_the_pot(
            deposits in (0u128..=crate::MAX_AMOUNT / 2, 0u128..=crate::MAX_AMOUNT / 2),
            totals in (any_amount(), any_amount()),
        ) {
            let funding = funding(deposits.0, deposits.1);
            let totals = PerSide { alice: totals.0, bob: totals.1 };
            let paid = balance_of(Side::Alice, &funding, &totals).checked_add(balance_of(Side::Bob, &funding, &totals));
            prop_assert_eq!(paid, Some(funding.pot()));
        }

        #[test]
        fn nobody_believes_more_than_the_pot(
            deposits in (0u128..1 << 90, 0u128..1 << 90),
            received in any_amount(),
            share in 0u128..=100,
        ) {
            let funding = funding(deposits.0, deposits.1);
            let mut ledger = Ledger { holder: Side::Alice, funding, paid: Amount::ZERO, received };
            let spent = amount(ledger.spendable().units() / 100 * share);
            ledger.paid = ledger.total_after(spent).unwrap();
            let balances = ledger.balances();
            prop_assert_eq!(balances.alice.checked_add(balances.bob), Some(funding.pot()));
            prop_assert_eq!(balances.alice, balance_of(Side::Alice, &funding, &ledger.totals()));
        }
    }
}

//! One account's arithmetic. Everything in it only grows, and what is owed is a difference; so what is lost, repeated or comes late does
//! no harm.

use serde::{Deserialize, Serialize};
use thunder_api::{Owned, Triggers};
use thunder_channel::{Amount, ChannelId, MAX_AMOUNT};

/// Nothing on either side.
pub const NOTHING: Owned = Owned {
    mine: Amount::ZERO,
    theirs: Amount::ZERO,
};

/// What this node knows of an account with another one, apart from what the channel's claims say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The channel that it is paid in.
    pub channel: ChannelId,
    /// As the operator set them.
    pub triggers: Triggers,
    /// What each side has served; the other side's as far as it is believed.
    pub served: Owned,
    /// What the other side says that it has served.
    pub claimed: Amount,
    /// What each side's debt fell by in swaps.
    pub netted: Owned,
    /// What was paid in channels that are settled.
    pub carried: Owned,
    /// What the other side is ready to owe, if it said so.
    pub their_limit: Option<Amount>,
    /// The other side serves no more before it is paid.
    pub demanded: bool,
    /// What had been paid, both ways, when service last stopped unpaid: trust grows from there.
    pub distrusted_at: u128,
    /// Service stopped at this moment with this debt; nothing was paid since.
    pub stopped: Option<(u64, Amount)>,
}

/// Why nothing was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBooked {
    /// So much was booked already.
    Falls(Amount),
    /// The other side's debt would be above this.
    Above(Amount),
}

impl Book {
    /// An account in which nothing has happened.
    pub const fn new(channel: ChannelId, triggers: Triggers) -> Self {
        Self {
            channel,
            triggers,
            served: NOTHING,
            claimed: Amount::ZERO,
            netted: NOTHING,
            carried: NOTHING,
            their_limit: None,
            demanded: false,
            distrusted_at: 0,
            stopped: None,
        }
    }

    /// What each side has paid in all, with what its present channel says.
    pub fn paid(&self, totals: Owned) -> Owned {
        Owned {
            mine: sum([self.carried.mine, totals.mine]),
            theirs: sum([self.carried.theirs, totals.theirs]),
        }
    }

    /// What each side owes. `totals` are those of the present channel.
    pub fn owes(&self, totals: Owned) -> Owned {
        self.owed_if(self.served, totals)
    }

    fn owed_if(&self, served: Owned, totals: Owned) -> Owned {
        let paid = self.paid(totals);
        let given = served.mine.units() + paid.mine.units() + self.netted.mine.units();
        let got = served.theirs.units() + paid.theirs.units() + self.netted.theirs.units();
        let amount = |units: u128| Amount::new(units.min(MAX_AMOUNT)).unwrap_or(Amount::MAX);
        Owned {
            mine: amount(got.saturating_sub(given)),
            theirs: amount(given.saturating_sub(got)),
        }
    }

    /// What each side may owe as far as this node is concerned: what was set, and what trust adds.
    pub fn limit(&self, totals: Owned) -> Amount {
        let set = self.triggers.disconnect_threshold;
        let Some(trust) = self.triggers.trust else {
            return set;
        };
        let settled = self.settled(totals).saturating_sub(self.distrusted_at);
        let added =
            settled / 100 * u128::from(trust.percent) + settled % 100 * u128::from(trust.percent) / 100;
        let widened = set.units().saturating_add(added).min(trust.most.units());
        Amount::new(widened).unwrap_or(Amount::MAX).max(set)
    }

    /// What was paid, both ways.
    pub fn settled(&self, totals: Owned) -> u128 {
        let paid = self.paid(totals);
        paid.mine.units() + paid.theirs.units()
    }

    /// Up to which debt the other side is served.
    pub fn threshold(&self, totals: Owned) -> Amount {
        let limit = self.limit(totals);
        self.their_limit.map_or(limit, |theirs| theirs.min(limit))
    }

    /// What can still be booked.
    pub fn room(&self, totals: Owned) -> Amount {
        let owes = self.owes(totals);
        let room = sum([self.threshold(totals), owes.mine]);
        room.saturating_sub(owes.theirs)
    }

    /// Books what this node has served in all.
    ///
    /// # Errors
    /// [`NotBooked`]
    pub fn serve(&mut self, total: Amount, totals: Owned) -> Result<(), NotBooked> {
        let Some(more) = total.checked_sub(self.served.mine) else {
            return Err(NotBooked::Falls(self.served.mine));
        };
        if more > self.room(totals) {
            return Err(NotBooked::Above(self.threshold(totals)));
        }
        self.served.mine = total;
        Ok(())
    }

    /// Believes what the other side says it has served if that leaves this node's debt within its limit: all of it, or nothing. A part
    /// would be paid, and then another part.
    pub fn believe(&mut self, totals: Owned) {
        let served = Owned {
            theirs: self.claimed.max(self.served.theirs),
            ..self.served
        };
        if self.owed_if(served, totals).mine <= self.limit(totals) {
            self.served = served;
        }
    }

    /// What the other side has booked and is not believed.
    pub fn disputed(&self) -> Amount {
        self.claimed.saturating_sub(self.served.theirs)
    }

    /// What this node has to pay by now. `held` is about to be swapped. Where the other side lets less be owed than is paid here at once,
    /// it stops, and says so.
    pub fn due(&self, totals: Owned, held: Amount) -> Amount {
        let debt = self.owes(totals).mine.saturating_sub(held);
        if self.demanded || debt > self.triggers.payment_threshold {
            debt
        } else {
            Amount::ZERO
        }
    }

    /// What can be swapped of the debts: of this node's and of the other one's. `signed` may have been swapped already. What is not
    /// known to be swapped or not stays within the payment threshold: so much can at most move from one debtor to another.
    pub fn nettable(&self, totals: Owned, signed: Owned) -> Owned {
        if self.triggers.net_above.is_none() {
            return NOTHING;
        }
        let owes = self.owes(totals);
        let free = |owed: Amount, signed: Amount| {
            let most = self.triggers.payment_threshold.min(owed);
            most.saturating_sub(signed)
        };
        Owned {
            mine: free(owes.mine, signed.mine),
            theirs: free(owes.theirs, signed.theirs),
        }
    }
}

/// The sum, or the most an amount can be.
fn sum<const N: usize>(amounts: [Amount; N]) -> Amount {
    amounts.into_iter().fold(Amount::ZERO, |sum, amount| {
        sum.checked_add(amount).unwrap_or(Amount::MAX)
    })
}

/// Whether triggers make sense.
///
/// # Errors
/// In words for the operator.
pub fn check(triggers: &Triggers) -> Result<(), &'static str> {
    let Triggers {
        payment_threshold: payment,
        disconnect_threshold: disconnect,
        ..
    } = triggers;
    if payment.is_zero() {
        return Err("the payment threshold is nothing: then every unit would be a payment");
    }
    if payment >= disconnect {
        return Err(
            "the payment threshold has to be below the disconnect threshold: otherwise service stops before anything is paid",
        );
    }
    if let Some(trust) = triggers.trust {
        if !(1..=100).contains(&trust.percent) {
            return Err("trust grows by 1 to 100 percent of what was paid");
        }
        if trust.most < *disconnect {
            return Err("trust widens the disconnect threshold: its most cannot be below");
        }
    }
    if triggers.net_above.is_some_and(|above| above >= *payment) {
        return Err(
            "debts are swapped before they are paid: the netting threshold has to be below the payment threshold",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use thunder_api::Trust;

    fn amount(units: u128) -> Amount {
        Amount::new(units).unwrap()
    }

    fn paid(mine: u128, theirs: u128) -> Owned {
        Owned {
            mine: amount(mine),
            theirs: amount(theirs),
        }
    }

    fn triggers() -> Triggers {
        Triggers {
            payment_threshold: amount(10),
            disconnect_threshold: amount(20),
            trust: None,
            net_above: None,
        }
    }

    fn book() -> Book {
        Book::new(ChannelId(Default::default()), triggers())
    }

    #[test]
    fn below_the_payment_threshold_nothing_is_due_and_above_it_everything() {
        let mut book = book();
        for (claimed, due) in [(10, 0), (11, 11), (20, 20)] {
            book.claimed = amount(claimed);
            book.believe(NOTHING);
            assert_eq!(book.due(NOTHING, Amount::ZERO), amount(due), "{claimed}");
        }
        assert_eq!(
            book.due(NOTHING, amount(10)),
            Amount::ZERO,
            "half of it is being swapped"
        );
        assert_eq!(book.due(paid(20, 0), Amount::ZERO), Amount::ZERO);
        assert_eq!(book.due(paid(17, 0), Amount::ZERO), Amount::ZERO);
        book.demanded = true;
        assert_eq!(
            book.due(paid(17, 0), Amount::ZERO),
            amount(3),
            "the other side would stop before"
        );
    }

    #[test]
    fn service_stops_at_the_threshold_and_what_is_served_back_counts() {
        let mut book = book();
        book.serve(amount(20), NOTHING).unwrap();
        assert_eq!(book.serve(amount(21), NOTHING), Err(NotBooked::Above(amount(20))));
        assert_eq!(book.serve(amount(19), NOTHING), Err(NotBooked::Falls(amount(20))));
        book.claimed = amount(30);
        book.believe(NOTHING);
        assert_eq!(book.owes(NOTHING), paid(10, 0));
        assert_eq!(book.room(NOTHING), amount(30));
        book.their_limit = Some(amount(5));
        assert_eq!(book.room(NOTHING), amount(15), "no more than it is ready to owe");
    }

    #[test]
    fn what_is_too_much_is_not_believed_in_part() {
        let mut book = book();
        book.claimed = amount(1_000);
        book.believe(NOTHING);
        assert_eq!((book.owes(NOTHING), book.disputed()), (NOTHING, amount(1_000)));
        book.triggers.disconnect_threshold = amount(1_000);
        book.believe(NOTHING);
        assert_eq!(book.disputed(), Amount::ZERO, "the operator allows it");
    }

    #[test]
    fn trust_grows_with_what_was_paid_and_falls_back() {
        let mut book = book();
        let most = amount(25);
        book.triggers.trust = Some(Trust { percent: 10, most });
        assert_eq!(book.limit(NOTHING), amount(20));
        assert_eq!(book.limit(paid(10, 10)), amount(22));
        assert_eq!(book.limit(paid(0, 1_000)), most);
        book.distrusted_at = 1_000;
        assert_eq!(book.limit(paid(0, 1_000)), amount(20));
    }

    #[test]
    fn an_account_goes_on_in_another_channel() {
        let mut book = book();
        book.claimed = amount(15);
        book.believe(NOTHING);
        book.carried = paid(12, 0);
        assert_eq!(book.owes(NOTHING), paid(3, 0));
    }

    #[test]
    fn triggers_that_make_no_sense_are_refused() {
        assert!(check(&triggers()).is_ok());
        let bad = |change: fn(&mut Triggers)| {
            let mut bad = triggers();
            change(&mut bad);
            check(&bad).is_err()
        };
        assert!(bad(|bad| bad.payment_threshold = Amount::ZERO));
        assert!(bad(|bad| bad.payment_threshold = amount(20)));
        assert!(bad(|bad| bad.net_above = Some(amount(10))));
        for (percent, most) in [(0, 30), (101, 30), (5, 19)] {
            let mut wrong = triggers();
            wrong.trust = Some(Trust {
                percent,
                most: amount(most),
            });
            assert!(check(&wrong).is_err());
        }
    }
}

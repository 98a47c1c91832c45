//! What the payment key may pay by itself: a limit per payment and per day for each token, set by the person.
//!
//! The wallet's own signatures are not limited: each of them is asked for in the wallet's window.

use super::Turn;
use crate::{Refusal, SpendingLimit, SpendingView};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thunder_channel::{Address, Amount};

/// Where it is stored.
pub const SPENDING: &str = "spending";

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Limits and what was spent today, by token. There are as many as tokens are accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    tokens: BTreeMap<Address, OfToken>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfToken {
    limit: SpendingLimit,
    /// Days since 1970, by this host's clock.
    day: u64,
    spent: Amount,
}

impl OfToken {
    /// What was spent on the day of `now_ms`. A clock that was set back begins no new day.
    fn spent(&self, now_ms: u64) -> Amount {
        if now_ms / DAY_MS > self.day {
            Amount::ZERO
        } else {
            self.spent
        }
    }
}

impl Spending {
    /// With what is spent by paying `amount` now.
    ///
    /// # Errors
    /// The limit that it would exceed.
    fn after(&self, token: Address, amount: Amount, now_ms: u64) -> Result<Self, Refusal> {
        // Counted without limits too: one that is set later holds for the whole day.
        let of = self.tokens.get(&token).copied().unwrap_or_default();
        if let Some(limit) = of.limit.per_payment.filter(|limit| amount > *limit) {
            return Err(Refusal::AbovePaymentLimit { limit });
        }
        let before = of.spent(now_ms);
        let spent = before.checked_add(amount).unwrap_or(Amount::MAX);
        if let Some(limit) = of.limit.per_day.filter(|limit| spent > *limit) {
            let left = limit.saturating_sub(before);
            return Err(Refusal::AboveDayLimit { limit, left });
        }
        let mut next = self.clone();
        let day = of.day.max(now_ms / DAY_MS);
        next.tokens.insert(token, OfToken { day, spent, ..of });
        Ok(next)
    }

    /// What a screen may show.
    pub fn views(&self, now_ms: u64) -> Vec<SpendingView> {
        let view = |(token, of): (&Address, &OfToken)| SpendingView {
            token: *token,
            limit: of.limit,
            spent_today: of.spent(now_ms),
        };
        self.tokens.iter().map(view).collect()
    }
}

impl Turn {
    /// Sets what the payment key may pay of a token. What was spent today stays spent.
    pub fn limit_spending(&mut self, token: Address, limit: SpendingLimit) -> Result<(), Refusal> {
        if !self.next.config.tokens.contains(&token) {
            return Err(Refusal::NotAccepted(crate::TermsFault::Token));
        }
        let mut spending = self.next.spending.clone();
        spending.tokens.entry(token).or_default().limit = limit;
        self.keep_spending(spending);
        Ok(())
    }

    /// Counts a payment that the payment key is about to sign, if the limits let it.
    pub fn spend(&mut self, token: Address, amount: Amount) -> Result<(), Refusal> {
        let spending = self.next.spending.after(token, amount, self.now_ms)?;
        self.keep_spending(spending);
        Ok(())
    }

    fn keep_spending(&mut self, spending: Spending) {
        if self.next.spending != spending {
            self.writes.push(crate::Write::Put {
                key: SPENDING.to_owned(),
                value: super::json(&spending),
            });
            self.next.spending = spending;
        }
    }
}

//! What who pays decides: which terms it takes, what a demand asks for, that a limit holds, and when the next bytes are due.

use crate::{
    BINDING, Commitment, PaymentPayload, PaymentRequired, Per, SCHEME, Terms, X402_VERSION, cost, to_header,
};
use thiserror::Error;
use thunder_channel::{Address, Amount, ChannelId, SignedClaim};

/// Demands that are met for one request: one, and a few in case others pay and are served in the same channel meanwhile.
pub const DEMANDS: u32 = 8;

impl PaymentRequired {
    /// The terms that can be met in a channel of this chain and hub.
    #[must_use]
    pub fn terms_in(&self, chain_id: u64, hub: Address) -> Option<&Terms> {
        let network = format!("eip155:{chain_id}");
        let fits = |terms: &&Terms| {
            let ours = terms.scheme == SCHEME && terms.extra.binding == BINDING;
            ours && terms.network == network && terms.extra.hub == hub
        };
        self.accepts.iter().find(fits)
    }
}

/// More would be paid than may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this would be above the limit")]
pub struct AboveLimit;

/// One fetch, as it is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    terms: Terms,
    channel: ChannelId,
    limit: Amount,
    claim: Option<SignedClaim>,
    paid: Amount,
    payments: u32,
}

impl Bill {
    /// By these terms, in this channel, of which `claim` is the payer's best.
    #[must_use]
    pub const fn new(terms: Terms, channel: ChannelId, limit: Amount, claim: Option<SignedClaim>) -> Self {
        Self {
            terms,
            channel,
            limit,
            claim,
            paid: Amount::ZERO,
            payments: 0,
        }
    }

    /// By which terms.
    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// In which channel.
    #[must_use]
    pub const fn channel(&self) -> ChannelId {
        self.channel
    }

    /// What may be paid in all.
    #[must_use]
    pub const fn limit(&self) -> Amount {
        self.limit
    }

    /// What was paid.
    #[must_use]
    pub const fn paid(&self) -> Amount {
        self.paid
    }

    /// In how many payments.
    #[must_use]
    pub const fn payments(&self) -> u32 {
        self.payments
    }

    /// What has to be there before anything is served, by the terms. `None` if no channel could hold it.
    #[must_use]
    pub fn first(&self) -> Option<Amount> {
        let extra = &self.terms.extra;
        match extra.per {
            Per::Request => Some(extra.price),
            Per::Megabyte => cost(extra.price, extra.unit_bytes.unwrap_or_default()),
        }
    }

    /// What a further demand says is missing. `None` if it is not for the same price to the same payee, or for nothing.
    #[must_use]
    pub fn missing(&self, demand: &PaymentRequired) -> Option<Amount> {
        let same = |terms: &&Terms| {
            let name = |terms: &Terms| {
                (
                    terms.scheme.clone(),
                    terms.network.clone(),
                    terms.asset,
                    terms.pay_to,
                )
            };
            name(terms) == name(&self.terms) && terms.extra == self.terms.extra
        };
        let amount = demand.accepts.iter().find(same)?.amount;
        (!amount.is_zero()).then_some(amount)
    }

    /// Whether so much more may be paid.
    ///
    /// # Errors
    /// [`AboveLimit`]
    pub fn allow(&self, amount: Amount) -> Result<(), AboveLimit> {
        let paid = self.paid.checked_add(amount);
        paid.filter(|paid| *paid <= self.limit)
            .map(drop)
            .ok_or(AboveLimit)
    }

    /// So much more was paid, by this claim.
    pub fn add(&mut self, amount: Amount, claim: Option<SignedClaim>) {
        self.paid = self.paid.checked_add(amount).unwrap_or(Amount::MAX);
        self.payments = self.payments.saturating_add(1);
        self.claim = claim;
    }

    /// The header [`crate::PAYMENT_SIGNATURE`], with the best claim.
    #[must_use]
    pub fn header(&self) -> String {
        let payload = PaymentPayload {
            x402_version: X402_VERSION,
            accepted: self.terms.clone(),
            payload: Commitment {
                channel: self.channel,
                claim: self.claim,
            },
        };
        to_header(&payload)
    }

    /// Where bytes have a price: what is paid of an answer of this length when it begins.
    #[must_use]
    pub fn metered(&self, length: Option<u64>) -> Option<Metered> {
        let unit = self.terms.extra.unit_bytes.filter(|unit| *unit > 0)?;
        let paid = length.map_or(unit, |length| length.min(unit));
        (self.terms.extra.per == Per::Megabyte).then_some(Metered {
            price: self.terms.extra.price,
            unit,
            paid,
            length,
        })
    }
}

/// Bytes that are paid for, a unit ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metered {
    price: Amount,
    unit: u64,
    paid: u64,
    length: Option<u64>,
}

impl Metered {
    /// What to pay now that so many bytes have come: to be asked until it says nothing.
    pub fn due(&mut self, bytes: u64) -> Option<Amount> {
        let next = self.length.map_or(self.unit, |length| {
            length.saturating_sub(self.paid).min(self.unit)
        });
        if next == 0 || bytes.saturating_add(self.unit / 2) <= self.paid {
            return None;
        }
        let amount = cost(self.price, next)?;
        self.paid += next;
        Some(amount)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{PAYMENT_SIGNATURE, Resource, TermsExtra, from_header};
    use thunder_channel::Bytes32;

    fn amount(units: u128) -> Amount {
        Amount::new(units).unwrap()
    }

    fn terms(per: Per) -> Terms {
        Terms {
            scheme: SCHEME.to_owned(),
            network: "eip155:31337".to_owned(),
            amount: amount(3),
            asset: Address::repeat_byte(1),
            pay_to: Address::repeat_byte(2),
            max_timeout_seconds: 60,
            extra: TermsExtra {
                binding: BINDING.to_owned(),
                hub: Address::repeat_byte(3),
                price: amount(10),
                per,
                unit_bytes: (per == Per::Megabyte).then_some(100_000),
            },
        }
    }

    fn demand(accepts: Vec<Terms>) -> PaymentRequired {
        PaymentRequired {
            x402_version: X402_VERSION,
            error: String::new(),
            resource: Resource {
                url: "/".to_owned(),
                description: String::new(),
                mime_type: String::new(),
            },
            accepts,
        }
    }

    fn bill(per: Per, limit: u128) -> Bill {
        Bill::new(
            terms(per),
            ChannelId(Bytes32::repeat_byte(4)),
            amount(limit),
            None,
        )
    }

    #[test]
    fn only_terms_of_this_chain_and_hub_are_taken() {
        let ours = terms(Per::Request);
        let demanded = |terms: Terms| demand(vec![terms]);
        let hub = ours.extra.hub;
        assert_eq!(demanded(ours.clone()).terms_in(31337, hub), Some(&ours));
        assert_eq!(demanded(ours.clone()).terms_in(1, hub), None);
        assert_eq!(demanded(ours.clone()).terms_in(31337, Address::zero()), None);
        let mut other = ours.clone();
        other.scheme = "exact".to_owned();
        assert_eq!(demanded(other.clone()).terms_in(31337, hub), None);
        assert_eq!(
            demand(vec![other, ours.clone()]).terms_in(31337, hub),
            Some(&ours)
        );
    }

    #[test]
    fn what_is_missing_is_by_the_same_terms_only() {
        let bill = bill(Per::Request, 10);
        assert_eq!(bill.missing(&demand(vec![terms(Per::Request)])), Some(amount(3)));
        let changes: [fn(&mut Terms); 5] = [
            |terms| terms.extra.price = amount(11),
            |terms| terms.pay_to = Address::repeat_byte(9),
            |terms| terms.asset = Address::zero(),
            |terms| terms.extra.hub = Address::zero(),
            |terms| terms.amount = Amount::ZERO,
        ];
        for change in changes {
            let mut changed = terms(Per::Request);
            change(&mut changed);
            assert_eq!(bill.missing(&demand(vec![changed])), None);
        }
        assert_eq!(bill.missing(&demand(Vec::new())), None);
        assert_eq!(bill.first(), Some(amount(10)));
        assert_eq!(self::bill(Per::Megabyte, 10).first(), Some(amount(1)));
    }

    #[test]
    fn nothing_above_the_limit_is_allowed() {
        let mut bill = bill(Per::Request, 10);
        assert_eq!(bill.allow(amount(11)), Err(AboveLimit));
        assert_eq!(bill.allow(amount(10)), Ok(()));
        bill.add(amount(7), None);
        assert_eq!(bill.allow(amount(4)), Err(AboveLimit));
        assert_eq!(bill.allow(Amount::MAX), Err(AboveLimit));
        assert_eq!(bill.allow(amount(3)), Ok(()));
        assert_eq!((bill.paid(), bill.payments()), (amount(7), 1));
        let payload: PaymentPayload = from_header(&bill.header()).unwrap();
        assert_eq!(payload.payload.channel, bill.channel());
        assert!(!PAYMENT_SIGNATURE.is_empty());
    }

    #[test]
    fn bytes_are_paid_a_unit_ahead_and_none_that_do_not_come() {
        let megabyte = bill(Per::Megabyte, 100);
        let paid = |length: Option<u64>, came: &[u64]| {
            let mut metered = megabyte.metered(length).unwrap();
            let mut amounts = Vec::new();
            for bytes in came {
                while let Some(amount) = metered.due(*bytes) {
                    amounts.push(amount.units());
                }
            }
            amounts
        };
        assert_eq!(paid(Some(250_000), &[0, 50_000]), Vec::<u128>::new());
        assert_eq!(paid(Some(250_000), &[50_001, 150_001, 250_000]), [1, 1]);
        assert_eq!(paid(Some(90_000), &[90_000]), Vec::<u128>::new());
        assert_eq!(paid(None, &[240_000]), [1, 1]);
        assert_eq!(bill(Per::Request, 100).metered(None), None);
    }
}

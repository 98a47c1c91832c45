//! Payments that were asked for by a reference, so that asking again pays nothing more.
//!
//! A reference is written in the same step as its payment: either both are durable or neither is.

use super::json;
use crate::{StoreError, Write};
use serde::{Deserialize, Serialize};
use std::{fmt, rc::Rc, sync::Arc};
use thiserror::Error;
use thunder_channel::{Amount, ChannelId, Claim, keccak256};

/// Keys of the records.
const PAID: &str = "paid/";
/// Records; which one a reference is in follows from its hash, so a payment rewrites one of them.
const SHELVES: u16 = 1_024;
/// References in one record; above it the oldest gives way. Together some 10,000 are remembered, and the last few thousand for sure:
/// days for a person, and far longer than a program waits before it asks again.
const SHELF: usize = 16;

/// What a caller names a payment by: 1 to 64 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaymentReference(Arc<str>);

/// A text that names no payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a payment's key is 1 to 64 letters, digits or signs, without spaces")]
pub struct BadReference;

impl PaymentReference {
    /// Reads one.
    ///
    /// # Errors
    /// [`BadReference`]
    pub fn parse(text: &str) -> Result<Self, BadReference> {
        let good = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        good.then(|| Self(text.into())).ok_or(BadReference)
    }

    fn shelf(&self) -> u16 {
        let [high, low, ..] = keccak256(self.0.as_bytes());
        u16::from_be_bytes([high, low]) % SHELVES
    }
}

impl fmt::Display for PaymentReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PaymentReference {
    type Error = BadReference;
    fn try_from(text: String) -> Result<Self, BadReference> {
        Self::parse(&text)
    }
}

impl From<PaymentReference> for String {
    fn from(reference: PaymentReference) -> Self {
        reference.0.as_ref().to_owned()
    }
}

/// What was paid by a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidOnce {
    /// In which channel.
    pub channel: ChannelId,
    /// How much.
    pub amount: Amount,
    /// The payer's total with it.
    pub total: Amount,
    /// When, in milliseconds since 1970.
    pub at: u64,
}

impl PaidOnce {
    pub(super) const fn by(claim: &Claim, amount: Amount, at: u64) -> Self {
        Self {
            channel: claim.channel,
            amount,
            total: claim.total,
            at,
        }
    }
}

/// The references of one record, oldest first.
pub type Shelf = Vec<(PaymentReference, PaidOnce)>;

/// What was paid by references. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct PaidLog(Rc<Vec<Rc<Shelf>>>);

impl PaidLog {
    /// Reads a record back, with its number; `None` for another kind of record.
    pub fn read(key: &str, value: &str) -> Option<Result<(u16, Shelf), StoreError>> {
        let number = key.strip_prefix(PAID)?;
        let read = || {
            let number: u16 = number.parse().ok().filter(|number| *number < SHELVES)?;
            let shelf: Shelf = serde_json::from_str(value).ok()?;
            let fits = shelf.len() <= SHELF && shelf.iter().all(|(reference, _)| reference.shelf() == number);
            fits.then_some((number, shelf))
        };
        Some(read().ok_or_else(|| StoreError::Corrupt { key: key.to_owned() }))
    }

    /// Takes in a record that was read.
    pub fn put(&mut self, number: u16, shelf: Shelf) {
        *self.shelf_mut(number) = shelf;
    }

    /// What was paid by a reference.
    pub fn get(&self, reference: &PaymentReference) -> Option<PaidOnce> {
        let shelf = self.0.get(usize::from(reference.shelf()))?;
        let (_, paid) = shelf.iter().find(|(known, _)| known == reference)?;
        Some(*paid)
    }

    /// Remembers a payment, and says what to write.
    pub fn insert(&mut self, reference: PaymentReference, paid: PaidOnce) -> Write {
        let number = reference.shelf();
        let shelf = self.shelf_mut(number);
        if shelf.len() == SHELF {
            shelf.remove(0);
        }
        shelf.push((reference, paid));
        Write::Put {
            key: format!("{PAID}{number}"),
            value: json(shelf),
        }
    }

    fn shelf_mut(&mut self, number: u16) -> &mut Shelf {
        let shelves = Rc::make_mut(&mut self.0);
        if shelves.is_empty() {
            shelves.resize_with(usize::from(SHELVES), Rc::default);
        }
        Rc::make_mut(&mut shelves[usize::from(number)])
    }
}

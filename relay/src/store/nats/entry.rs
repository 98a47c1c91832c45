//! The value of one key: everything that is kept of a channel, in as few bytes as is easy, because every claim writes all of it.
//!
//! Pure: what a write makes of an entry is decided here, and the rest of this store only carries it.

use crate::store::{
    Best, Kept, Outcome, Said, Slot, StoreError, Write,
    slot::{Held, Verdict, family_of, judge},
};
use std::collections::VecDeque;
use thunder_channel::{
    Address, Amount, Authorization, ChannelId, ChannelKey, Claim, Epoch, Nonce, PerSide, Policy, Side,
    Signature, SignedClaim,
    wire::{MAX_HISTORY, MAX_MESSAGES, Message, Recorded},
};

/// The first byte. An entry of a higher version is refused, never overwritten.
const VERSION: u8 = 1;

/// Everything that is kept of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    key: ChannelKey,
    epoch: Epoch,
    claims: PerSide<Option<Best>>,
    history: PerSide<VecDeque<Recorded>>,
    /// The place of the newest message.
    said: u64,
    messages: Vec<Stored>,
}

/// A message as text, so that a relay that does not know its kind keeps what a newer one stored.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stored {
    place: u64,
    side: Side,
    /// Its slot's name.
    kind: String,
    body: String,
}

impl Entry {
    /// An empty entry.
    pub fn new(key: &ChannelKey, epoch: Epoch) -> Self {
        Self {
            key: *key,
            epoch,
            claims: PerSide::default(),
            history: PerSide::default(),
            said: 0,
            messages: Vec::new(),
        }
    }

    /// What the entry of a write's channel begins as.
    pub fn for_write(write: &Write) -> Self {
        match write {
            Write::Claim { key, epoch, .. } | Write::Message { key, epoch, .. } => Self::new(key, *epoch),
        }
    }

    /// The newest of everything: an entry whose newest is the same is the same.
    pub fn newest(&self) -> (PerSide<Option<(Amount, Nonce)>>, u64) {
        let rank = |best: Best| (best.claim.claim.total, best.claim.claim.nonce);
        (self.claims.map(|best| best.map(rank)), self.said)
    }

    /// Takes a write in.
    pub fn apply(&mut self, write: &Write) -> Result<Outcome, StoreError> {
        match write {
            Write::Claim { payer, claim, at, .. } => Ok(self.put_claim(*payer, claim, *at)),
            Write::Message {
                side, message, at, ..
            } => self.put_message(*side, message, *at),
        }
    }

    fn put_claim(&mut self, payer: Side, claim: &SignedClaim, at: u64) -> Outcome {
        let rank = |claim: &SignedClaim| (claim.claim.total, claim.claim.nonce);
        if let Some(best) = self.claims[payer] {
            if rank(&best.claim) == rank(claim) {
                return Outcome::Repeated;
            }
            if !claim.supersedes(&best.claim) {
                return Outcome::NotHigher(Box::new(best));
            }
        }
        self.claims[payer] = Some(Best { claim: *claim, at });
        let history = &mut self.history[payer];
        if history.len() >= MAX_HISTORY {
            history.pop_front();
        }
        history.push_back(Recorded {
            total: claim.claim.total,
            nonce: claim.claim.nonce,
            at,
        });
        Outcome::Stored
    }

    fn put_message(&mut self, side: Side, message: &Message, at: u64) -> Result<Outcome, StoreError> {
        let slot = Slot::of(message)
            .ok_or_else(|| StoreError::Failed("a message of an unknown kind is not kept".into()))?;
        let body = serde_json::to_string(message).map_err(|error| StoreError::Failed(error.to_string()))?;
        let of_family = |stored: &&Stored| stored.side == side && family_of(&stored.kind) == slot.family();
        let held: Vec<_> = self.messages.iter().filter(of_family).map(Stored::held).collect();
        match judge(&slot, message, &body, at, &held) {
            Verdict::Repeated(place) => Ok(Outcome::Said(place)),
            Verdict::Outdated => Ok(Outcome::Outdated),
            Verdict::Keep { instead_of } => {
                self.messages.retain(|stored| !instead_of.contains(&stored.place));
                self.push_message(side, slot.name().to_owned(), body);
                Ok(Outcome::Said(self.said))
            }
        }
    }

    fn push_message(&mut self, side: Side, kind: String, body: String) {
        // Only where a newer relay keeps kinds beside those that this one knows.
        if self.messages.len() >= MAX_MESSAGES {
            self.messages.remove(0);
        }
        self.said += 1;
        self.messages.push(Stored {
            place: self.said,
            side,
            kind,
            body,
        });
    }

    /// What followers are shown.
    pub fn kept(self) -> Kept {
        let known = |stored: Stored| {
            let message = serde_json::from_str(&stored.body).ok()?;
            Slot::of(&message)?;
            Some(Said {
                place: stored.place,
                side: stored.side,
                message,
            })
        };
        Kept {
            life: Some((self.key, self.epoch)),
            claims: self.claims,
            history: self.history.map(Vec::from),
            messages: self.messages.into_iter().filter_map(known).collect(),
        }
    }

    /// The bytes of the entry.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        let key = &self.key;
        for address in [key.alice, key.alice_signer, key.bob, key.bob_signer, key.token] {
            out.extend_from_slice(address.as_bytes());
        }
        put(&mut out, key.finalization_period);
        out.push(key.policy.index());
        out.extend_from_slice(&key.salt.to_be_bytes());
        put(&mut out, self.epoch);
        for side in Side::BOTH {
            put_best(&mut out, self.claims[side].as_ref());
            put_history(&mut out, &self.history[side]);
        }
        put(&mut out, self.said);
        put_length(&mut out, self.messages.len());
        for stored in &self.messages {
            put(&mut out, stored.place);
            out.push(stored.side.index());
            for text in [&stored.kind, &stored.body] {
                put_length(&mut out, text.len());
                out.extend_from_slice(text.as_bytes());
            }
        }
        out
    }

    /// Reads the entry of a channel.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`]: it was written by something else, by a newer relay, or for another channel.
    pub fn decode(channel: ChannelId, bytes: &[u8]) -> Result<Self, StoreError> {
        let mut input = Input(bytes);
        match input.byte()? {
            VERSION => (),
            newer => {
                return Err(StoreError::Corrupt(format!(
                    "an entry has version {newer}, and this relay knows {VERSION}; is a newer one running?"
                )));
            }
        }
        let entry = input.entry(channel)?;
        if input.0.is_empty() {
            Ok(entry)
        } else {
            Err(unreadable())
        }
    }
}

impl Stored {
    fn held(&self) -> Held<'_> {
        Held {
            place: self.place,
            slot: &self.kind,
            body: &self.body,
        }
    }
}

fn put_best(out: &mut Vec<u8>, best: Option<&Best>) {
    let Some(Best { claim, at }) = best else {
        out.push(0);
        return;
    };
    let Authorization {
        signature,
        delegation,
    } = &claim.authorization;
    out.push(if delegation.is_some() { 2 } else { 1 });
    put(out, claim.claim.total.units());
    put(out, claim.claim.nonce);
    out.extend_from_slice(&signature.to_bytes());
    if let Some(delegation) = delegation {
        out.extend_from_slice(&delegation.to_bytes());
    }
    put(out, *at);
}

/// Each total, nonce and date as the difference from the one before: three bytes or so instead of thirty. Totals only grow;
/// the others wrap around.
fn put_history(out: &mut Vec<u8>, history: &VecDeque<Recorded>) {
    put_length(out, history.len());
    let (mut total, mut nonce, mut at) = (0, 0, 0);
    for record in history {
        put(out, record.total.units().wrapping_sub(total));
        put(out, zigzag(record.nonce.wrapping_sub(nonce)));
        put(out, zigzag(record.at.wrapping_sub(at)));
        (total, nonce, at) = (record.total.units(), record.nonce, record.at);
    }
}

/// Small numbers of either sign, as wrapped differences, become small numbers.
const fn zigzag(difference: u64) -> u64 {
    let signed = difference.cast_signed();
    ((signed << 1) ^ (signed >> 63)).cast_unsigned()
}

const fn unzigzag(number: u64) -> u64 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}

/// Seven bits a byte, lowest first; the highest bit says that more follow.
fn put(out: &mut Vec<u8>, number: impl Into<u128>) {
    let mut rest: u128 = number.into();
    loop {
        let [low, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    // No machine has lengths above 64 bits.
    put(out, length as u64);
}

fn unreadable() -> StoreError {
    StoreError::Corrupt("an entry is not of the relay's format".into())
}

struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or_else(unreadable)?;
        self.0 = rest;
        Ok(*bytes)
    }

    fn byte(&mut self) -> Result<u8, StoreError> {
        let [byte] = self.take()?;
        Ok(byte)
    }

    fn number(&mut self) -> Result<u128, StoreError> {
        let mut number = 0_u128;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                return Err(unreadable());
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(unreadable())
    }

    fn small<T: TryFrom<u128>>(&mut self) -> Result<T, StoreError> {
        T::try_from(self.number()?).map_err(|_| unreadable())
    }

    fn text(&mut self) -> Result<String, StoreError> {
        let length = self.small::<usize>()?;
        let (text, rest) = self.0.split_at_checked(length).ok_or_else(unreadable)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| unreadable())
    }

    fn address(&mut self) -> Result<Address, StoreError> {
        Ok(Address::from(self.take::<20>()?))
    }

    fn signature(&mut self) -> Result<Signature, StoreError> {
        Signature::from_bytes(&self.take()?).map_err(|_| unreadable())
    }

    fn amount(&mut self) -> Result<Amount, StoreError> {
        Amount::new(self.number()?).map_err(|_| unreadable())
    }

    fn side(&mut self) -> Result<Side, StoreError> {
        Side::from_index(self.byte()?).ok_or_else(unreadable)
    }

    fn entry(&mut self, channel: ChannelId) -> Result<Entry, StoreError> {
        let key = ChannelKey {
            alice: self.address()?,
            alice_signer: self.address()?,
            bob: self.address()?,
            bob_signer: self.address()?,
            token: self.address()?,
            finalization_period: self.small()?,
            policy: Policy::from_index(self.byte()?).ok_or_else(unreadable)?,
            salt: u64::from_be_bytes(self.take()?),
        };
        let mut entry = Entry::new(&key, self.small()?);
        if key.id(entry.epoch) != channel {
            return Err(unreadable());
        }
        for side in Side::BOTH {
            entry.claims[side] = self.best(channel, key.address(side.other()))?;
            entry.history[side] = self.history()?;
        }
        entry.said = self.small()?;
        let messages = self.small::<usize>()?;
        for _ in 0..messages {
            entry.messages.push(Stored {
                place: self.small()?,
                side: self.side()?,
                kind: self.text()?,
                body: self.text()?,
            });
        }
        Ok(entry)
    }

    fn best(&mut self, channel: ChannelId, to: Address) -> Result<Option<Best>, StoreError> {
        let delegated = match self.byte()? {
            0 => return Ok(None),
            1 => false,
            2 => true,
            _ => return Err(unreadable()),
        };
        let claim = Claim {
            channel,
            to,
            total: self.amount()?,
            nonce: self.small()?,
        };
        let signature = self.signature()?;
        let delegation = if delegated { Some(self.signature()?) } else { None };
        let authorization = Authorization {
            signature,
            delegation,
        };
        let claim = SignedClaim { claim, authorization };
        Ok(Some(Best {
            claim,
            at: self.small()?,
        }))
    }

    fn history(&mut self) -> Result<VecDeque<Recorded>, StoreError> {
        let length = self.small::<usize>()?;
        let mut history = VecDeque::new();
        let (mut total, mut nonce, mut at): (u128, Nonce, u64) = (0, 0, 0);
        for _ in 0..length {
            total = total.wrapping_add(self.number()?);
            nonce = nonce.wrapping_add(unzigzag(self.small()?));
            at = at.wrapping_add(unzigzag(self.small()?));
            history.push_back(Recorded {
                total: Amount::new(total).map_err(|_| unreadable())?,
                nonce,
                at,
            });
        }
        Ok(history)
    }
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;

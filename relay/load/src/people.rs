//! Who takes part: pairs of sides with keys of their own, their channels, and what they will say, signed ahead of time.

use anyhow::{Context, Result};
use std::{num::NonZeroUsize, sync::Arc, thread};
use thunder_channel::{
    Address, Amount, Authorization, ChannelKey, Claim, Domain, Policy, Settlement, Side, Signature,
    SignedClaim, SignedSettlement, SigningKey, TypedMessage,
    wire::{ClientFrame, Message},
};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Pairs of connections at most: beyond it a pair has several channels, as a shop's daemon has. Ten thousand channels on two
/// connections each would be more files than a process may open here, and more connections than a relay takes.
pub const PAIRS: usize = 1000;
/// What Alice puts into each channel, in wei: above every total that is signed here.
pub const DEPOSIT: u128 = 1_000_000_000;

/// A channel that is open on the chain.
#[derive(Clone, Copy, Debug)]
pub struct Channel {
    /// Its place among all.
    pub number: usize,
    /// Its key.
    pub key: ChannelKey,
}

impl Channel {
    /// The pair that it belongs to.
    #[must_use]
    pub const fn pair(&self) -> usize {
        self.number % PAIRS
    }
}

/// The payment key of a side of a pair. The chain it is used on lasts minutes.
///
/// # Errors
/// Never for numbers that fit.
pub fn signing_key(side: Side, pair: usize) -> Result<SigningKey> {
    let mut secret = [0; 32];
    secret[0] = 1 + side.index();
    secret[24..].copy_from_slice(&u64::try_from(pair)?.to_be_bytes());
    Ok(SigningKey::from_bytes(&secret)?)
}

/// So many channels, to be opened by these accounts in turn.
///
/// # Errors
/// Never for numbers that fit.
pub fn channels(count: usize, openers: &[Address]) -> Result<Vec<Channel>> {
    (0..count)
        .map(|number| {
            let pair = number % PAIRS;
            let bob = signing_key(Side::Bob, pair)?.address();
            let key = ChannelKey {
                alice: *openers
                    .get(number % openers.len().max(1))
                    .context("nobody opens")?,
                alice_signer: signing_key(Side::Alice, pair)?.address(),
                bob,
                bob_signer: bob,
                token: Address::zero(),
                finalization_period: 10,
                policy: Policy::Refute,
                salt: u64::try_from(number)?,
            };
            Ok(Channel { number, key })
        })
        .collect()
}

/// What is said in each channel, one after the other: the first has the number 1.
pub type Script = Arc<Vec<Vec<Utf8Bytes>>>;

/// What one says in a channel with a number that rises.
pub type Line = fn(&ChannelKey, &SigningKey, &Domain, u64) -> Result<ClientFrame>;

/// Alice's claim: its nonce and total are the number.
///
/// # Errors
/// Never for numbers that fit.
pub fn claim(key: &ChannelKey, signer: &SigningKey, domain: &Domain, number: u64) -> Result<ClientFrame> {
    let claim = Claim {
        channel: key.id(0),
        to: key.bob,
        total: Amount::new(number.into())?,
        nonce: number,
    };
    let authorization = Authorization::direct(signer.sign(&claim.digest(domain)));
    Ok(ClientFrame::Claim(SignedClaim { claim, authorization }))
}

/// A small message: Alice's consent to a settlement, which differs from the one before in its expiry only.
///
/// # Errors
/// Never for numbers that fit.
pub fn message(key: &ChannelKey, signer: &SigningKey, domain: &Domain, number: u64) -> Result<ClientFrame> {
    let settlement = Settlement {
        channel: key.id(0),
        alice_total: Amount::default(),
        bob_total: Amount::default(),
        expiry: number,
    };
    let authorization = Authorization::direct(signer.sign(&settlement.digest(domain)));
    Ok(ClientFrame::Message {
        channel: key.id(0),
        message: Message::Settlement(SignedSettlement {
            settlement,
            authorization,
        }),
    })
}

/// What looks like a claim and is none, for who does not check: all have one signature.
///
/// # Errors
/// Never for numbers that fit.
pub fn unsigned(
    key: &ChannelKey,
    _signer: &SigningKey,
    _domain: &Domain,
    number: u64,
) -> Result<ClientFrame> {
    let mut signature = [1; 65];
    signature[64] = 27;
    let claim = Claim {
        channel: key.id(0),
        to: key.bob,
        total: Amount::new(number.into())?,
        nonce: number,
    };
    let authorization = Authorization::direct(Signature::from_bytes(&signature)?);
    Ok(ClientFrame::Claim(SignedClaim { claim, authorization }))
}

/// Writes so many lines for each channel, on every core: nothing is signed while the relay is measured.
///
/// # Errors
/// Never for numbers that fit.
pub fn script(channels: &[Channel], domain: &Domain, lines: usize, line: Line) -> Result<Script> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    // In slices of a channel's lines, so that a single channel's script is written on every core, too.
    let part = lines.div_ceil(cores).max(1);
    let slice = |core: usize| -> Result<Vec<Vec<Utf8Bytes>>> {
        let numbers = core * part + 1..=((core + 1) * part).min(lines);
        let of_channel = |channel: &Channel| {
            let signer = signing_key(Side::Alice, channel.pair())?;
            let text = |number| {
                Ok(line(&channel.key, &signer, domain, u64::try_from(number)?)?
                    .to_text()
                    .into())
            };
            numbers.clone().map(text).collect::<Result<_>>()
        };
        channels.iter().map(of_channel).collect()
    };
    thread::scope(|scope| {
        let slice = &slice;
        let hands: Vec<_> = (0..cores).map(|core| scope.spawn(move || slice(core))).collect();
        let mut script = vec![Vec::with_capacity(lines); channels.len()];
        for hand in hands {
            let slice = hand.join().ok().context("signing failed")??;
            for (all, more) in script.iter_mut().zip(slice) {
                all.extend(more);
            }
        }
        Ok(Arc::new(script))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_channel::wire::RelayFrame;

    #[test]
    fn a_script_is_in_order_and_what_the_relay_accepts() {
        let domain = Domain {
            chain_id: 31337,
            hub: Address::repeat_byte(9),
        };
        let channels = channels(PAIRS + 1, &[Address::repeat_byte(1), Address::repeat_byte(2)]).unwrap();
        assert_eq!(channels[0].key.bob, channels[PAIRS].key.bob);
        assert_ne!(channels[0].key.id(0), channels[PAIRS].key.id(0));
        let script = script(&channels[1..3], &domain, 5, claim).unwrap();
        for (Channel { key, .. }, lines) in channels[1..].iter().zip(script.iter()) {
            assert_eq!(lines.len(), 5);
            for (number, line) in (1..).zip(lines) {
                let ClientFrame::Claim(claim) = ClientFrame::parse(line).unwrap() else {
                    unreachable!("only claims were asked for")
                };
                assert_eq!(
                    (claim.claim.nonce, claim.verify(key, 0, &domain)),
                    (number, Ok(Side::Alice))
                );
            }
        }
        // What the relay hands on of a message has the shape that is looked for in it.
        let ClientFrame::Message { channel, message } = message(
            &channels[0].key,
            &signing_key(Side::Alice, 0).unwrap(),
            &domain,
            7,
        )
        .unwrap() else {
            unreachable!("only messages are asked for")
        };
        let text = RelayFrame::Message { channel, message }.to_text();
        let heard = crate::socket::Heard::parse(&text);
        assert_eq!(heard.unwrap().number().unwrap(), 7);
    }
}

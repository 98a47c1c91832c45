//! Signatures as the hub wants them, and in every way wrong.

use crate::{cast::Cast, dice::Dice};
use thunder_channel::{
    Authorization, ChannelId, ChannelKey, Delegation, Digest, Domain, Epoch, Policy, Side, Signature,
    SigningKey, TypedMessage,
};

/// A statement, as it would read in some channel at some hub.
pub trait Statement: Fn(ChannelId, &Domain) -> Digest {}
impl<F: Fn(ChannelId, &Domain) -> Digest> Statement for F {}

/// Signs statements about one life of one key.
pub struct Signing<'a> {
    pub dice: &'a mut Dice,
    pub cast: &'a Cast,
    pub key: &'a ChannelKey,
    pub epoch: Epoch,
}

impl Signing<'_> {
    /// `side`'s authorization of the statement: right nine times in ten.
    pub fn authorize(&mut self, side: Side, statement: &impl Statement) -> Authorization {
        let digest = statement(self.key.id(self.epoch), &self.cast.place.domain);
        let (signer, deputy) = (&self.cast.signers[side], &self.cast.deputies[side]);
        let delegated = |signature, delegation| Authorization {
            signature,
            delegation: Some(delegation),
        };
        // Rarer where it is refused, so that forfeit channels get somewhere.
        let by_deputy = if self.key.policy == Policy::Forfeit { 4 } else { 24 };
        match self.dice.below(100) {
            roll if roll < by_deputy => delegated(
                deputy.sign(&digest),
                self.delegation(signer, deputy, self.key, self.epoch),
            ),
            // A delegation beside the signer's own signature is not looked at.
            by if by < by_deputy + 2 => delegated(signer.sign(&digest), no_key()),
            by if by < 90 => Authorization::direct(signer.sign(&digest)),
            _ => self.wrong(side, statement),
        }
    }

    fn wrong(&mut self, side: Side, statement: &impl Statement) -> Authorization {
        let (key, epoch, cast) = (self.key, self.epoch, self.cast);
        let (signer, deputy) = (&cast.signers[side], &cast.deputies[side]);
        let (other, their_deputy) = (&cast.signers[side.other()], &cast.deputies[side.other()]);
        let domain = &cast.place.domain;
        let digest = statement(key.id(epoch), domain);
        let by = |who: &SigningKey| who.sign(&digest);
        let direct = |signature| Authorization::direct(signature);
        let delegated = |signature, delegation| Authorization {
            signature,
            delegation: Some(delegation),
        };
        let sibling = ChannelKey {
            salt: key.salt.wrapping_sub(1),
            ..*key
        };
        let former = epoch.wrapping_sub(1);
        let elsewhere = Domain {
            chain_id: domain.chain_id + 1,
            ..*domain
        };
        match self.dice.below(16) {
            0 => direct(by(&cast.stranger)),
            1 => direct(by(other)),
            2 => direct(by(deputy)),
            3 => direct(no_key()),
            // Signed, but for another world, channel, or life.
            4 => direct(signer.sign(&statement(key.id(epoch), &elsewhere))),
            5 => direct(signer.sign(&statement(sibling.id(epoch), domain))),
            6 => direct(signer.sign(&statement(key.id(former), domain))),
            // A delegation by the other side, for another channel, for another life, for another hub or chain.
            7 => delegated(by(deputy), self.delegation(other, deputy, key, epoch)),
            8 => delegated(by(deputy), self.delegation(signer, deputy, &sibling, epoch)),
            9 => delegated(by(deputy), self.delegation(signer, deputy, key, former)),
            10 => delegated(by(deputy), delegation(signer, deputy, key.id(epoch), &elsewhere)),
            // To another key, by somebody who was delegated to, and by nobody.
            11 => delegated(by(&cast.stranger), self.delegation(signer, deputy, key, epoch)),
            12 => delegated(
                by(&cast.stranger),
                self.delegation(deputy, &cast.stranger, key, epoch),
            ),
            13 => delegated(by(deputy), no_key()),
            // The other side's, all in order but for the side.
            14 => delegated(by(their_deputy), self.delegation(other, their_deputy, key, epoch)),
            _ => delegated(no_key(), self.delegation(signer, deputy, key, epoch)),
        }
    }

    fn delegation(&self, by: &SigningKey, to: &SigningKey, key: &ChannelKey, epoch: Epoch) -> Signature {
        delegation(by, to, key.id(epoch), &self.cast.place.domain)
    }
}

fn delegation(by: &SigningKey, to: &SigningKey, channel: ChannelId, domain: &Domain) -> Signature {
    let key = to.address();
    by.sign(&Delegation { channel, key }.digest(domain))
}

/// In the form of a signature, and of no key: its r is no point's.
fn no_key() -> Signature {
    let mut bytes = [0; 65];
    bytes[63] = 1;
    bytes[64] = 27;
    Signature::from_bytes(&bytes).expect("it has the form of a signature")
}

//! What a participant is told once, from the host's own configuration.

use thunder_channel::ChannelKey;
use thunder_channel::{Address, Domain, Policy, Side, SigningKey};

use crate::TermsFault;

/// Who the participant is, in which world, and what it accepts. Never from a link or the relay.
#[derive(Clone, Debug)]
pub struct Config {
    /// The chain id and the hub.
    pub domain: Domain,
    /// The wallet account.
    pub account: Address,
    /// Signs claims without a wallet window.
    pub payment_key: SigningKey,
    /// Accepted tokens; zero is ether.
    pub tokens: Vec<Address>,
    /// How many blocks must follow before what raises a capacity counts; 0 on development chains.
    pub confirmations: u64,
    /// The first block that can hold events of the hub.
    pub deployment_block: u64,
    /// Whether this is a development chain.
    pub development: bool,
    /// The relay's origin as it was dialled, compared with the origin in its challenge.
    pub relay_origin: String,
    /// What the person accepts in a channel.
    pub accepted: Accepted,
}

/// What the person accepts in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The shortest finalization period, in the hub's clock.
    pub min_period: u32,
    /// The longest finalization period, in the hub's clock.
    pub max_period: u32,
    /// Whether forfeit channels are accepted.
    pub forfeit: bool,
    /// How many channels are kept. Anybody can open channels with the holder for the price of gas; above this, others' offers are
    /// counted and left out, while the holder's own still come in.
    pub channels: usize,
}

impl Config {
    /// Checks whose channel a key is: `side` is the holder's own in address and signer, and the terms are accepted.
    ///
    /// # Errors
    /// The first [`TermsFault`] found.
    pub fn check_terms(&self, key: &ChannelKey, side: Side) -> Result<(), TermsFault> {
        key.check(self.domain.hub)?;
        if !self.is_own_signer(key.signer(side)) {
            return Err(TermsFault::OtherSigner);
        }
        if !self.tokens.contains(&key.token) {
            return Err(TermsFault::Token);
        }
        let Accepted {
            min_period,
            max_period,
            forfeit,
            ..
        } = self.accepted;
        if !(min_period..=max_period).contains(&key.finalization_period) {
            return Err(TermsFault::Period {
                period: key.finalization_period,
                min: min_period,
                max: max_period,
            });
        }
        if key.policy == Policy::Forfeit && !forfeit {
            return Err(TermsFault::Forfeit);
        }
        Ok(())
    }

    /// Whether an address is the holder's wallet account or its payment key.
    #[must_use]
    pub fn is_own_signer(&self, signer: Address) -> bool {
        signer == self.account || signer == self.payment_key.address()
    }
}

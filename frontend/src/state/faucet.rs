//! Play money on a development chain: what an account lacks there, and what it is given. Elsewhere there is none to give.

use super::{
    config::{AppConfig, Token},
    demo::purse,
    snapshot::Snapshot,
};
use crate::words::{money, say};
use thunder_channel::Amount;

/// Less ether than this is as good as none: it pays for few transactions. A hundredth.
const LITTLE: u128 = 10_u128.pow(16);
/// Ten ether: gas for a long evening.
const ETHER: u128 = 10 * 10_u128.pow(18);

/// What an account is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// Ether for gas. What is given replaces what the account has, so only who has next to none is given any.
    pub ether: bool,
    /// The first token of the deployment.
    pub token: Option<Token>,
}

impl Gift {
    /// What an account needs of which it has none; nothing off development chains, or before its money was read.
    #[must_use]
    pub fn needed(config: &AppConfig, latest: &Snapshot) -> Option<Self> {
        if !config.is_development() {
            return None;
        }
        let ether = latest.balance(Token::ether().address)?.units() < LITTLE;
        // The last of the tokens is ether, which may be the only one.
        let first = config.tokens.first().filter(|token| !token.address.is_zero());
        let token = match first {
            Some(token) => latest.balance(token.address)?.is_zero().then(|| token.clone()),
            None => None,
        };
        (ether || token.is_some()).then_some(Self { ether, token })
    }

    /// What was given, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let ether = self.ether.then(|| money(ether(), &Token::ether()));
        let token = self.token.as_ref().map(|token| money(purse(), token));
        let given: Vec<_> = ether.into_iter().chain(token).collect();
        say::play_money_given(&given.join(", "))
    }
}

/// The ether that is given.
#[must_use]
pub const fn ether() -> Amount {
    match Amount::new(ETHER) {
        Ok(amount) => amount,
        Err(_) => Amount::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::config::tests::{EXAMPLE, example};
    use thunder_channel::Address;

    fn with(config: &AppConfig, thd: u128, ether: u128) -> Snapshot {
        let read = |token: &Token| {
            let units = if token.address.is_zero() { ether } else { thd };
            (token.address, Amount::new(units).ok())
        };
        Snapshot {
            wallet: config.tokens.iter().map(read).collect(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn who_has_nothing_is_given_what_is_missing_and_nothing_else() {
        let config = example();
        let needed = |thd, ether| {
            let gift = Gift::needed(&config, &with(&config, thd, ether));
            gift.map(|gift| (gift.ether, gift.token.is_some()))
        };
        assert_eq!(needed(0, 0), Some((true, true)));
        // What a rich account has is not replaced by less.
        assert_eq!(needed(0, 10_000 * ETHER), Some((false, true)));
        assert_eq!(needed(5, LITTLE - 1), Some((true, false)));
        assert_eq!(needed(5, LITTLE), None);
        assert_eq!(
            Gift::needed(&config, &Snapshot::default()),
            None,
            "nothing was read yet"
        );
    }

    #[test]
    fn there_is_no_play_money_off_development_chains() {
        for (from, to) in [("31337", "1"), ("\"development\":true", "\"development\":false")] {
            let config = AppConfig::parse(&EXAMPLE.replace(from, to)).unwrap();
            assert_eq!(Gift::needed(&config, &with(&config, 0, 0)), None, "{to}");
        }
    }

    #[test]
    fn where_ether_is_the_only_money_only_ether_is_given() {
        let mut config = example();
        config.tokens.retain(|token| token.address == Address::zero());
        let gift = Gift::needed(&config, &with(&config, 0, 0));
        assert_eq!(
            gift,
            Some(Gift {
                ether: true,
                token: None
            })
        );
    }

    #[test]
    fn what_was_given_is_said() {
        let config = example();
        let words = |thd, ether| Gift::needed(&config, &with(&config, thd, ether)).unwrap().words();
        assert_eq!(words(0, 0), "You were given play money: 10 ETH, 1,000 THD.");
        assert_eq!(words(0, ETHER), "You were given play money: 1,000 THD.");
    }
}

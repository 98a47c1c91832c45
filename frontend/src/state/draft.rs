//! What a person typed into a form, and what is wrong with it: decided before anything happens.

use super::{
    config::{AppConfig, Token},
    route::Route,
};
use crate::words::{Said, count, money, say, typed_amount};
use thunder_channel::{Address, Amount, ChannelKey, Invite, Joining, KeyFault, Policy};

/// The form that opens a channel, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDraft {
    /// An address or a link.
    pub counterparty: String,
    /// Which token; zero is ether.
    pub token: Address,
    /// The first deposit.
    pub deposit: String,
    /// The finalization period, in ticks of the hub's clock.
    pub period: String,
    /// What an understating closer loses.
    pub policy: Policy,
    /// Whether the wallet signs each payment instead of the payment key.
    pub by_wallet: bool,
}

/// What is wrong with it, field by field, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenFaults {
    /// About the counterparty.
    pub counterparty: Option<String>,
    /// About the deposit.
    pub deposit: Option<String>,
    /// About the period.
    pub period: Option<String>,
}

/// A form without fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenPlan {
    /// With whom.
    pub with: Invite,
    /// Which token.
    pub token: Address,
    /// The first deposit; may be nothing.
    pub amount: Amount,
    /// In ticks of the hub's clock.
    pub period: u32,
    /// The policy.
    pub policy: Policy,
    /// Whether the wallet signs each payment.
    pub by_wallet: bool,
}

impl OpenDraft {
    /// An empty form with the usual choices; `with` comes from a link.
    #[must_use]
    pub fn new(config: &AppConfig, with: Option<String>) -> Self {
        Self {
            counterparty: with.map_or_else(String::new, |link| {
                link.strip_prefix("with=").unwrap_or(&link).to_owned()
            }),
            token: config
                .tokens
                .first()
                .map_or_else(Address::zero, |token| token.address),
            deposit: String::new(),
            period: config.usual_period().to_string(),
            policy: Policy::Refute,
            by_wallet: false,
        }
    }

    /// Whether the rules are those that an empty form has.
    #[must_use]
    pub fn has_usual_rules(&self, config: &AppConfig) -> bool {
        let usual = Self::new(config, None);
        (&self.period, self.policy, self.by_wallet) == (&usual.period, usual.policy, usual.by_wallet)
    }

    /// Checks everything that can be checked without asking anybody. `balance` is what the wallet has of the chosen
    /// token, if that was read.
    ///
    /// # Errors
    /// [`OpenFaults`] with words for every wrong field.
    pub fn check(
        &self,
        config: &AppConfig,
        own: Address,
        balance: Option<Amount>,
    ) -> Result<OpenPlan, OpenFaults> {
        let with = counterparty(&self.counterparty, config, own);
        let token = config.token(self.token);
        let amount = typed_amount(&self.deposit, &token).and_then(|amount| match balance {
            Some(balance) if amount > balance => Err(say::wallet_has_at_most(&money(balance, &token))),
            _ => Ok(amount),
        });
        let period = period(&self.period, config);
        match (with, amount, period) {
            (Ok(with), Ok(amount), Ok(period)) => Ok(OpenPlan {
                with,
                token: self.token,
                amount,
                period,
                policy: self.policy,
                by_wallet: self.by_wallet,
            }),
            (with, amount, period) => Err(OpenFaults {
                counterparty: with.err(),
                deposit: amount.err(),
                period: period.err(),
            }),
        }
    }
}

impl OpenPlan {
    /// The key of the channel to open.
    ///
    /// # Errors
    /// [`KeyFault`] for what only the whole key shows, such as one signer for both sides.
    pub fn key(
        &self,
        own: Address,
        payment_key: Address,
        salt: u64,
        config: &AppConfig,
    ) -> Result<ChannelKey, KeyFault> {
        let key = ChannelKey {
            alice: own,
            alice_signer: if self.by_wallet { own } else { payment_key },
            bob: self.with.address,
            bob_signer: self.with.signer,
            token: self.token,
            finalization_period: self.period,
            policy: self.policy,
            salt,
        };
        key.check(config.domain.hub).map(|()| key)
    }
}

/// Reads an address or a link, and refuses one's own address.
fn counterparty(text: &str, config: &AppConfig, own: Address) -> Result<Invite, String> {
    if text.trim().is_empty() {
        return Err(say::enter_counterparty().to_owned());
    }
    let invite = Invite::parse(text).map_err(|error| match Joining::parse(text) {
        Ok(Joining::Channel(_)) => say::is_channel_link().to_owned(),
        _ if Route::pasted(text).is_some() => say::is_channel_link().to_owned(),
        _ => error.said(),
    })?;
    if invite.address == own || invite.signer == own {
        return Err(say::own_address().to_owned());
    }
    if invite.address == config.domain.hub || invite.signer == config.domain.hub {
        return Err(KeyFault::HubAsParty.said());
    }
    Ok(invite)
}

fn period(text: &str, config: &AppConfig) -> Result<u32, String> {
    let allowed = config.periods();
    match text.trim().parse::<u32>() {
        Ok(period) if allowed.contains(&period) => Ok(period),
        Ok(_) => Err(say::period_range(
            &count((*allowed.start()).into()),
            &count((*allowed.end()).into()),
        )),
        Err(_) => Err(say::period_whole().to_owned()),
    }
}

/// How often the wallet is asked to put an amount of this into a contract: a token has to be let be taken first.
#[must_use]
pub fn wallet_asks(token: &Token) -> &'static str {
    if token.address.is_zero() {
        say::wallet_asks_once()
    } else {
        say::wallet_asks_twice()
    }
}

/// What the wallet will show of a payment that it is to sign, while an amount is typed: it signs the total that is paid with it,
/// and wallets show it in the smallest unit.
#[must_use]
pub fn wallet_shows(text: &str, token: &Token, paid: Amount) -> Option<String> {
    let amount = typed_amount(text, token)
        .ok()
        .filter(|amount| !amount.is_zero())?;
    let total = paid.checked_add(amount)?;
    Some(say::wallet_will_show(
        &money(total, token),
        &total.units().to_string(),
    ))
}

/// Reads an amount above zero and at most `limit`; `above` says what is wrong with more.
///
/// # Errors
/// Words for the person.
pub fn amount_up_to(
    text: &str,
    token: &Token,
    limit: Option<Amount>,
    above: impl FnOnce(Amount) -> String,
) -> Result<Amount, String> {
    let amount = typed_amount(text, token)?;
    if amount.is_zero() {
        return Err(say::amount_above_zero().to_owned());
    }
    match limit {
        Some(limit) if amount > limit => Err(above(limit)),
        _ => Ok(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        config::tests::EXAMPLE,
        route::{channel_link, invite_link},
    };
    use thunder_channel::{Bytes32, ChannelId};

    const BOB: &str = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    fn config() -> AppConfig {
        AppConfig::parse(EXAMPLE).unwrap()
    }

    fn own() -> Address {
        Address::repeat_byte(0x70)
    }

    fn draft() -> OpenDraft {
        OpenDraft {
            deposit: "100".to_owned(),
            ..OpenDraft::new(&config(), Some(BOB.to_owned()))
        }
    }

    fn faults(draft: &OpenDraft, balance: Option<u128>) -> OpenFaults {
        let balance = balance.map(|units| Amount::new(units).unwrap());
        draft.check(&config(), own(), balance).unwrap_err()
    }

    #[test]
    fn what_the_wallet_will_show_is_the_total() {
        let paid = Amount::parse("11", 18).unwrap();
        let shows = |text| wallet_shows(text, &Token::ether(), paid);
        assert_eq!(
            shows("20").unwrap(),
            "It will show the total paid so far: 31 ETH, as 31000000000000000000."
        );
        for nothing_yet in ["", "0", "x"] {
            assert_eq!(shows(nothing_yet), None, "{nothing_yet}");
        }
        assert_eq!(wallet_shows("1", &Token::ether(), Amount::MAX), None);
    }

    #[test]
    fn a_good_form_gives_a_key() {
        let plan = draft().check(&config(), own(), None).unwrap();
        assert_eq!(plan.period, 100);
        assert_eq!(plan.amount, Amount::parse("100", 18).unwrap());
        let key = plan.key(own(), Address::repeat_byte(5), 7, &config()).unwrap();
        assert_eq!(key.alice_signer, Address::repeat_byte(5));
        assert_eq!(key.bob_signer, key.bob);
        let by_wallet = OpenPlan {
            by_wallet: true,
            ..plan
        };
        assert_eq!(
            by_wallet
                .key(own(), Address::repeat_byte(5), 7, &config())
                .unwrap()
                .alice_signer,
            own()
        );
        let same = OpenPlan {
            with: Invite {
                signer: Address::repeat_byte(5),
                ..plan.with
            },
            ..plan
        };
        assert_eq!(
            same.key(own(), Address::repeat_byte(5), 7, &config()),
            Err(KeyFault::SameSigners)
        );
    }

    #[test]
    fn a_link_names_address_and_signer() {
        let invite = Invite {
            address: Address::repeat_byte(3),
            signer: Address::repeat_byte(4),
        };
        let link = invite_link("http://localhost:8080", &invite);
        let pasted = OpenDraft {
            counterparty: link,
            ..draft()
        };
        assert_eq!(pasted.check(&config(), own(), None).unwrap().with, invite);
        // Who follows it finds the form filled with what it names, without the link's own word.
        let followed = OpenDraft {
            deposit: "100".to_owned(),
            ..OpenDraft::new(&config(), Some(invite.fragment()))
        };
        assert!(
            followed.counterparty.starts_with("0x"),
            "{}",
            followed.counterparty
        );
        assert_eq!(followed.check(&config(), own(), None).unwrap().with, invite);
    }

    #[test]
    fn every_wrong_counterparty_has_its_words() {
        let words = |text: &str| {
            let draft = OpenDraft {
                counterparty: text.to_owned(),
                ..draft()
            };
            faults(&draft, None).counterparty.unwrap()
        };
        assert!(words("").contains("enter the other person's address"));
        assert!(words("alice.eth").contains("not an address"));
        assert!(words("7K3D-9QXM").contains("not an address"));
        let channel = ChannelId(Bytes32::repeat_byte(7));
        assert!(words(&channel_link("http://localhost:8080", channel)).contains("under “Join”"));
        let asks = Route::Pay(channel, "?to=bob&amount=5".to_owned()).href();
        assert!(words(&format!("http://localhost:8080/{asks}")).contains("under “Join”"));
        assert!(words(&BOB[..40]).contains("not an address"));
        assert!(words(&BOB.replace('d', "D")).contains("typing mistake"));
        assert!(words(&format!("{:#x}", own())).contains("your own address"));
        assert!(words(&format!("{:#x}", config().domain.hub)).contains("hub"));
        assert!(words(&format!("0x{}", "0".repeat(40))).contains("zero address"));
    }

    #[test]
    fn every_wrong_deposit_has_its_words() {
        let words = |text: &str| {
            let draft = OpenDraft {
                deposit: text.to_owned(),
                ..draft()
            };
            faults(&draft, Some(50 * 10u128.pow(18))).deposit.unwrap()
        };
        assert_eq!(words(""), "enter an amount");
        assert!(words("-1").contains("negative"));
        assert!(words("ten").contains("digits"));
        assert!(words("0.0000000000000000001").contains("at most 18 digits"));
        assert!(words("51").contains("your wallet has 50 THD"));
        assert!(words("79228162515").contains("more than a channel can hold"));
    }

    #[test]
    fn every_wrong_period_has_its_words() {
        for (text, words) in [
            ("0", "from 1 to"),
            ("", "whole number"),
            ("1.5", "whole number"),
            ("4294967295", "from 1 to"),
            ("4294967296", "whole number"),
        ] {
            let draft = OpenDraft {
                period: text.to_owned(),
                ..draft()
            };
            assert!(faults(&draft, None).period.unwrap().contains(words), "{text}");
        }
    }

    #[test]
    fn payments_are_above_zero_and_within_the_limit() {
        let token = Token::ether();
        let limit = Amount::parse("2", 18).ok();
        let read = |text: &str| {
            amount_up_to(text, &token, limit, |limit| {
                format!("at most {}", money(limit, &token))
            })
        };
        assert_eq!(read("2"), Ok(limit.unwrap()));
        assert_eq!(read("2.1"), Err("at most 2 ETH".to_owned()));
        assert_eq!(read("0"), Err("enter an amount above zero".to_owned()));
        assert_eq!(read("-0.1"), Err("an amount cannot be negative".to_owned()));
        assert_eq!(
            amount_up_to("3", &token, None, |_| String::new()),
            Amount::parse("3", 18).map_err(|e| e.to_string())
        );
    }
}

//! What a transaction costs: the network's fee, as far as it can be told before a wallet asks.

use super::{act::Act, config::Token};
use thunder_channel::Amount;

/// The gas that an act uses with ether, and with a token: what `contracts/snapshots` keeps and `contracts/README.md` tells. Tokens are
/// deposited with a permit, which adds to every deposit what `openWithPermit` has over `open`. A claim
/// may have to show a delegation, and one that forfeits also pays out.
const fn gas(act: Act, forfeits: bool) -> (u64, u64) {
    match act {
        Act::Open => (52_010, 103_186),
        Act::Deposit => (32_482, 83_658),
        Act::Close => (61_329, 61_557),
        Act::Claim if forfeits => (48_322, 59_801),
        Act::Claim => (43_291, 43_543),
        Act::Accept => (49_620, 62_535),
        Act::Settle => (48_602, 61_517),
        Act::End => (59_601, 72_519),
        Act::Withdraw => (72_812, 84_291),
        Act::Collect => (31_618, 42_432),
    }
}

/// What the network takes now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fees {
    /// For a unit of gas, in wei.
    pub gas_price: u128,
    /// What it is paid in: the chain's own coin.
    pub coin: Token,
}

impl Fees {
    /// About what an act costs in a channel of ether or a token, a claim that may forfeit among them: two digits, rounded up.
    #[must_use]
    pub fn of(&self, act: Act, with_ether: bool, forfeits: bool) -> Amount {
        let (ether, token) = gas(act, forfeits);
        let gas = u128::from(if with_ether { ether } else { token });
        let fee = self.gas_price.saturating_mul(gas);
        let step = step(fee);
        let fee = fee.div_ceil(step).saturating_mul(step);
        Amount::new(fee).unwrap_or(Amount::MAX)
    }
}

/// Two digits of an amount, cut: beside a fee nobody is shown more than there is.
#[must_use]
pub fn roughly(amount: Amount) -> Amount {
    let units = amount.units();
    Amount::new(units - units % step(units)).unwrap_or(amount)
}

/// What the second digit of a number counts.
const fn step(number: u128) -> u128 {
    match number.checked_ilog10() {
        Some(digits) if digits > 1 => 10_u128.pow(digits - 1),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::money;

    /// What `forge` measured.
    const ETHER: &str = include_str!("../../../contracts/snapshots/ether.json");
    const ERC20: &str = include_str!("../../../contracts/snapshots/erc20.json");

    fn measured(group: &str, step: &str) -> u64 {
        let group: serde_json::Value = serde_json::from_str(group).unwrap();
        group[step].as_str().unwrap().parse().unwrap()
    }

    #[test]
    fn every_act_has_the_gas_that_was_measured() {
        for (act, forfeits, step) in [
            (Act::Open, false, "1 open"),
            (Act::Deposit, false, "2 deposit"),
            (Act::Close, false, "4 close"),
            (Act::Claim, false, "11 claim with delegation"),
            (Act::Claim, true, "12 claim that forfeits"),
            (Act::Accept, false, "7 accept"),
            (Act::Settle, false, "6 settle"),
            (Act::End, false, "3 settleTogether"),
            (Act::Withdraw, false, "9 withdraw"),
            (Act::Collect, false, "14 collect"),
        ] {
            let permit = measured(ERC20, "13 openWithPermit") - measured(ERC20, "1 open");
            let permit = if matches!(act, Act::Open | Act::Deposit) {
                permit
            } else {
                0
            };
            let found = (measured(ETHER, step), measured(ERC20, step) + permit);
            assert_eq!(gas(act, forfeits), found, "{act:?}");
        }
    }

    #[test]
    fn a_fee_is_said_in_two_digits_and_never_too_low() {
        let coin = Token::ether();
        let fee = |gas_price, act, with_ether| {
            let coin = coin.clone();
            money(
                Fees { gas_price, coin }.of(act, with_ether, false),
                &Token::ether(),
            )
        };
        // Two gwei; 0.00010402 and 0.000206372 ether.
        assert_eq!(fee(2_000_000_000, Act::Open, true), "0.00011 ETH");
        assert_eq!(fee(2_000_000_000, Act::Open, false), "0.00021 ETH");
        assert_eq!(fee(0, Act::Settle, true), "0 ETH");
        assert_eq!(fee(1, Act::Settle, true), "0.000000000000049 ETH");
        assert_eq!(
            Fees {
                gas_price: u128::MAX,
                coin: coin.clone()
            }
            .of(Act::Open, true, false),
            Amount::MAX
        );
    }

    #[test]
    fn what_there_is_is_cut() {
        let cut = |text: &str| roughly(Amount::parse(text, 18).unwrap()).display(18);
        assert_eq!(cut("0"), "0");
        assert_eq!(cut("0.000119999"), "0.00011");
        assert_eq!(cut("0.000000000000000007"), "0.000000000000000007");
        assert_eq!(cut("127"), "120");
    }
}

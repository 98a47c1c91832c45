//! What a transaction costs: the network's fee, as far as it can be told before a wallet asks.

use super::config::Token;
use thunder_channel::{Amount, Policy};

/// What is sent to the chain, and costs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Opening a channel with a deposit.
    Open,
    /// Depositing more.
    Deposit,
    /// Closing one-sidedly.
    Close,
    /// Showing a higher claim, in a channel of this policy.
    Claim(Policy),
    /// Accepting the other side's close.
    Accept,
    /// Settling after the period.
    Settle,
    /// Ending by agreement.
    End,
    /// Taking money out by agreement.
    TakeOut,
    /// Collecting what could not be pushed.
    Collect,
}

impl Act {
    /// The gas that it uses with ether, and with a token: what `contracts/snapshots` keeps and `contracts/README.md` tells.
    /// Tokens are deposited with a permit, which adds to every deposit what `openWithPermit` has over `open`.
    const fn gas(self) -> (u64, u64) {
        match self {
            Self::Open => (52_010, 103_186),
            Self::Deposit => (32_482, 83_658),
            Self::Close => (61_329, 61_557),
            Self::Claim(Policy::Refute) => (38_442, 38_682),
            Self::Claim(Policy::Forfeit) => (48_322, 59_801),
            Self::Accept => (49_620, 62_535),
            Self::Settle => (48_602, 61_517),
            Self::End => (59_601, 72_519),
            Self::TakeOut => (72_812, 84_291),
            Self::Collect => (31_618, 42_432),
        }
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
    /// About what an act costs: two digits, rounded up.
    #[must_use]
    pub fn of(&self, act: Act, with_ether: bool) -> Amount {
        let (ether, token) = act.gas();
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
        for (act, step) in [
            (Act::Open, "1 open"),
            (Act::Deposit, "2 deposit"),
            (Act::Close, "4 close"),
            (Act::Claim(Policy::Refute), "5 claim"),
            (Act::Claim(Policy::Forfeit), "12 claim that forfeits"),
            (Act::Accept, "7 accept"),
            (Act::Settle, "6 settle"),
            (Act::End, "3 settleTogether"),
            (Act::TakeOut, "9 withdraw"),
            (Act::Collect, "14 collect"),
        ] {
            let permit = measured(ERC20, "13 openWithPermit") - measured(ERC20, "1 open");
            let permit = if matches!(act, Act::Open | Act::Deposit) {
                permit
            } else {
                0
            };
            let gas = (measured(ETHER, step), measured(ERC20, step) + permit);
            assert_eq!(act.gas(), gas, "{act:?}");
        }
    }

    #[test]
    fn a_fee_is_said_in_two_digits_and_never_too_low() {
        let coin = Token::ether();
        let fee = |gas_price, act, with_ether| {
            let coin = coin.clone();
            money(Fees { gas_price, coin }.of(act, with_ether), &Token::ether())
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
            .of(Act::Open, true),
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

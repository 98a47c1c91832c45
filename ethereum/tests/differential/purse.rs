//! The money of a sequence's accounts, and how they and their token behave.

use crate::roles::{Mood, Role};
use thunder_channel::{Address, Money};

/// What every account of a sequence has at first, of ether and of tokens: a few of the largest deposits.
pub const FORTUNE: u128 = 1 << 98;
/// What every account lets the hub take at first.
pub const ALLOWANCE: u128 = 1 << 97;

/// One account's.
#[derive(Clone, Copy, Debug)]
pub struct Pocket {
    pub account: Address,
    pub ether: u128,
    pub tokens: u128,
    pub allowance: u128,
    pub takes_ether: Mood,
    pub paying_tokens: Mood,
    pub paid_tokens: Mood,
}

impl Pocket {
    /// `has_code`: a plain account starts without ether and can do nothing.
    pub const fn new(account: Address, has_code: bool) -> Self {
        Self {
            account,
            ether: if has_code { FORTUNE } else { 0 },
            tokens: FORTUNE,
            allowance: if has_code { ALLOWANCE } else { 0 },
            takes_ether: Mood::Accept,
            paying_tokens: Mood::Accept,
            paid_tokens: Mood::Accept,
        }
    }
}

/// All three's. There is one token in a sequence.
#[derive(Clone, Copy, Debug)]
pub struct Purse(pub [Pocket; 3]);

impl Purse {
    pub fn of(&self, role: Role) -> &Pocket {
        &self.0[role.place()]
    }

    pub fn of_mut(&mut self, role: Role) -> &mut Pocket {
        &mut self.0[role.place()]
    }

    fn pocket(&mut self, account: Address) -> &mut Pocket {
        let found = self.0.iter_mut().find(|pocket| pocket.account == account);
        found.expect("money moves between the hub and the accounts of the sequence only")
    }
}

impl Money for Purse {
    fn pull(&mut self, token: Address, from: Address, units: u128) -> bool {
        let pocket = self.pocket(from);
        if token.is_zero() {
            pocket.ether -= units;
            return true;
        }
        if pocket.allowance < units {
            return false;
        }
        let cost = match pocket.paying_tokens {
            Mood::Accept | Mood::ReturnNothing => units,
            // A fee on top is the payer's own affair: what arrives is the amount.
            Mood::MoveMore => units + 1,
            Mood::Revert
            | Mood::BurnGas
            | Mood::ReturnFalse
            | Mood::ReturnFalseButMove
            | Mood::MoveNothing
            | Mood::MoveLess => return false,
        };
        if pocket.tokens < cost {
            return false;
        }
        pocket.allowance -= units;
        pocket.tokens -= cost;
        true
    }

    fn push(&mut self, token: Address, to: Address, units: u128) -> bool {
        let pocket = self.pocket(to);
        if token.is_zero() {
            let takes = pocket.takes_ether == Mood::Accept;
            if takes {
                pocket.ether += units;
            }
            return takes;
        }
        let moves = matches!(pocket.paid_tokens, Mood::Accept | Mood::ReturnNothing);
        if moves {
            pocket.tokens += units;
        }
        moves
    }
}

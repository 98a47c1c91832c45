//! What one account does at a time, for the model and as the bytes that are sent.

pub use crate::roles::{Mood, Role};
use ethers_core::abi::{Token, encode};
use thunder_channel::{Amount, ChannelCall, HubCall, keccak256};
use thunder_ethereum::{Call, Hub, Permit};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A call of the hub with so much ether.
    Hub { call: HubCall, value: u128 },
    /// The same with a permit, which is good or not. Only opening and depositing take one, and no ether.
    WithPermit { call: HubCall, good: bool },
    /// Let the hub take so many tokens.
    Approve(u128),
    /// From now on take ether like this.
    TakeEther(Mood),
    /// From now on the token treats this account like this: when it pays into the hub, and when the hub pays it.
    TokenMoods { paying: Mood, paid: Mood },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    pub by: Role,
    pub deed: Deed,
}

/// The call of the hub that is sent for a model's call.
pub fn encoded(hub: Hub, call: &HubCall) -> Call {
    match call {
        HubCall::Collect { token, account } => hub.collect(*token, *account),
        HubCall::Channel { key, call } => match call {
            ChannelCall::Open { amount } => hub.open(key, *amount),
            ChannelCall::Deposit { epoch, side, amount } => hub.deposit(key, *epoch, *side, *amount),
            ChannelCall::Withdraw {
                epoch,
                side,
                total,
                expiry,
                authorizations,
            } => hub.withdraw(key, *epoch, *side, *total, *expiry, authorizations),
            ChannelCall::Close {
                epoch,
                paid,
                received,
                deadline,
            } => hub.close(key, *epoch, *paid, received.as_ref(), *deadline),
            ChannelCall::Claim { epoch, claim } => hub.claim(key, *epoch, claim),
            ChannelCall::Settle { epoch } => hub.settle(key, *epoch),
            ChannelCall::Accept { epoch, totals } => hub.accept(key, *epoch, totals),
            ChannelCall::SettleTogether {
                epoch,
                settlement,
                authorizations,
            } => hub.settle_together(key, *epoch, settlement, authorizations),
        },
    }
}

/// The same with a permit as the token of the stage takes them: one without a deadline is bad.
pub fn encoded_with_permit(hub: Hub, call: &HubCall, good: bool) -> Call {
    let permit = Permit {
        deadline: u64::from(good),
        v: 27,
        r: [1; 32],
        s: [2; 32],
    };
    let HubCall::Channel { key, call } = call else {
        unreachable!("collecting takes no permit")
    };
    match call {
        ChannelCall::Open { amount } => hub.open_with_permit(key, *amount, &permit),
        ChannelCall::Deposit { epoch, side, amount } => {
            hub.deposit_with_permit(key, *epoch, *side, *amount, &permit)
        }
        _ => unreachable!("only money that comes in takes a permit"),
    }
}

/// What a call puts in.
pub fn amount_of(call: &HubCall) -> Amount {
    match call {
        HubCall::Channel {
            call: ChannelCall::Open { amount } | ChannelCall::Deposit { amount, .. },
            ..
        } => *amount,
        _ => Amount::ZERO,
    }
}

/// The call data of a function of the stage's contracts.
pub fn call_data(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&keccak256(signature.as_bytes())[..4], &encode(arguments)].concat()
}

pub fn uint(number: impl Into<ethers_core::types::U256>) -> Token {
    Token::Uint(number.into())
}

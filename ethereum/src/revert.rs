//! Why a contract refused, in words: the hub's custom errors, the token's, and Solidity's own.

use crate::ChainError;
use crate::abi::{Words, read_text, selector};
use ethers_core::types::U256;
use thiserror::Error;
use thunder_channel::{HubRefusal, KeyFault, Phase};

/// Why a call was reverted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Revert {
    /// The hub refused.
    #[error(transparent)]
    Hub(HubRefusal),
    /// The sender owns less of the token.
    #[error("the account has too little of this token")]
    InsufficientBalance {
        /// What it has, in the token's smallest unit.
        balance: U256,
        /// What it would need.
        needed: U256,
    },
    /// The sender allowed less.
    #[error("the token's allowance is too low; approve the amount first")]
    InsufficientAllowance {
        /// What is allowed, in the token's smallest unit.
        allowance: U256,
        /// What it would need.
        needed: U256,
    },
    /// A contract's own words.
    #[error("the contract refused: {0}")]
    Message(String),
    /// An assertion, overflow or the like inside a contract (Solidity's panic codes).
    #[error("the contract failed (panic {0:#x})")]
    Panic(U256),
    /// A custom error that is none of the hub's or the token's.
    #[error("the contract refused for a reason that is not known here (0x{})", hex::encode(.0))]
    Unknown(Vec<u8>),
    /// No reason given: out of gas, no contract there, or a bare revert.
    #[error("the contract refused without saying why; is this the right network and contract?")]
    Empty,
}

impl Revert {
    /// Reads the bytes a call was reverted with.
    #[must_use]
    pub fn decode(data: &[u8]) -> Self {
        let Some((head, arguments)) = data.split_first_chunk() else {
            return if data.is_empty() {
                Self::Empty
            } else {
                Self::Unknown(data.to_vec())
            };
        };
        let known = hub_error(*head, arguments)
            .map(Self::Hub)
            .or_else(|| foreign_error(*head, arguments));
        known.unwrap_or_else(|| Self::Unknown(data.get(..MAX_KEPT).unwrap_or(data).to_vec()))
    }
}

/// How much of an unknown reason is kept, in bytes: enough to look it up.
const MAX_KEPT: usize = 68;

fn foreign_error(head: [u8; 4], arguments: &[u8]) -> Option<Revert> {
    let words = &mut Words::new("the reason", arguments);
    let is = |signature| head == selector(signature);
    if is("Error(string)") {
        return read_text("the reason", arguments).ok().map(Revert::Message);
    }
    if is("Panic(uint256)") {
        return words.uint256().ok().map(Revert::Panic);
    }
    // ERC-6093: the account that lacks it, what there is, what is needed.
    let (_, there, needed) = (words.word().ok()?, words.uint256().ok()?, words.uint256().ok()?);
    if is("ERC20InsufficientBalance(address,uint256,uint256)") {
        Some(Revert::InsufficientBalance {
            balance: there,
            needed,
        })
    } else if is("ERC20InsufficientAllowance(address,uint256,uint256)") {
        Some(Revert::InsufficientAllowance {
            allowance: there,
            needed,
        })
    } else {
        None
    }
}

fn hub_error(head: [u8; 4], arguments: &[u8]) -> Option<HubRefusal> {
    let index = ERRORS.iter().position(|signature| selector(signature) == head)?;
    let words = &mut Words::new("the reason", arguments);
    read_hub_error(ERRORS.get(index)?, words).ok()
}

fn read_hub_error(signature: &str, words: &mut Words<'_>) -> Result<HubRefusal, ChainError> {
    use HubRefusal as R;
    let name = signature.split('(').next().unwrap_or_default();
    Ok(match name {
        "Reentered" => R::Reentered,
        "OnlyHub" => R::OnlyHub,
        "WrongPhase" => R::WrongPhase(match words.u8()? {
            0 => Phase::Empty,
            1 => Phase::Open,
            2 => Phase::Closing,
            3 => Phase::Settled,
            _ => return Err(words.out_of_range()),
        }),
        "WrongEpoch" => R::WrongEpoch {
            current: words.u32()?,
        },
        "NoMoreEpochs" => R::NoMoreEpochs,
        "NotASide" => R::NotASide,
        "NotAlice" => R::NotAlice,
        "NotForCloser" => R::NotForCloser,
        "CloserCannotAccept" => R::CloserCannotAccept,
        "BadKey" => R::BadKey(match words.u8()? {
            0 => KeyFault::ZeroAddress,
            1 => KeyFault::SameSides,
            2 => KeyFault::SameSigners,
            3 => KeyFault::HubAsParty,
            4 => KeyFault::HubAsToken,
            5 => KeyFault::NoPeriod,
            _ => return Err(words.out_of_range()),
        }),
        "BadSignature" => R::BadSignature,
        "DelegationRefused" => R::DelegationRefused,
        "TotalNotHigher" => R::TotalNotHigher {
            recorded: words.amount()?,
        },
        "TotalsChanged" => R::TotalsChanged {
            alice_total: words.amount()?,
            bob_total: words.amount()?,
        },
        "Expired" => R::Expired { at: words.u64()? },
        "PeriodOver" => R::PeriodOver {
            closes_at: words.u64()?,
        },
        "PeriodRunning" => R::PeriodRunning {
            closes_at: words.u64()?,
        },
        "PeriodTooLong" => R::PeriodTooLong,
        "AmountMismatch" => R::AmountMismatch,
        "ZeroAmount" => R::ZeroAmount,
        "DepositTooLarge" => R::DepositTooLarge,
        "AbovePot" => R::AbovePot { pot: words.amount()? },
        "TokenTransferFailed" => R::TokenTransferFailed,
        "EtherTransferFailed" => R::EtherTransferFailed,
        "NotEnoughGas" => R::NotEnoughGas,
        "NothingOwed" => R::NothingOwed,
        _ => return Err(words.out_of_range()),
    })
}

/// Signatures of the hub's errors. A test compares them with the compiled hub.
pub const ERRORS: [&str; 26] = [
    "Reentered()",
    "OnlyHub()",
    "WrongPhase(uint8)",
    "WrongEpoch(uint32)",
    "NoMoreEpochs()",
    "NotASide()",
    "NotAlice()",
    "NotForCloser()",
    "CloserCannotAccept()",
    "BadKey(uint8)",
    "BadSignature()",
    "DelegationRefused()",
    "TotalNotHigher(uint96)",
    "TotalsChanged(uint96,uint96)",
    "Expired(uint64)",
    "PeriodOver(uint64)",
    "PeriodRunning(uint64)",
    "PeriodTooLong()",
    "AmountMismatch()",
    "ZeroAmount()",
    "DepositTooLarge()",
    "AbovePot(uint96)",
    "TokenTransferFailed()",
    "EtherTransferFailed()",
    "NotEnoughGas()",
    "NothingOwed()",
];

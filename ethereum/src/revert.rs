//! Why a contract refused, in words: the hub's custom errors, the token's, and Solidity's own.

use crate::ChainError;
use crate::abi::{Words, read_text, selector};
use ethers_core::types::U256;
use std::fmt;
use thiserror::Error;
use thunder_channel::{Amount, Epoch, KeyFault};

/// The phase that the hub says a channel is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Never opened.
    Empty,
    /// Open.
    Open,
    /// Closed by a side, not settled yet.
    Closing,
    /// Paid out.
    Settled,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "was never opened",
            Self::Open => "is open",
            Self::Closing => "is closing",
            Self::Settled => "is settled",
        })
    }
}

/// A custom error of the hub. The words say what the person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HubRefusal {
    /// Called from within a call of its own.
    #[error("the hub was called while it was paying out; try again")]
    Reentered,
    /// A function of the hub for itself.
    #[error("only the hub itself can make this call")]
    OnlyHub,
    /// The call has no meaning in this phase.
    #[error("this cannot be done now: the channel {0}")]
    WrongPhase(Phase),
    /// The call names another life of the key.
    #[error("this belongs to another life of the channel; it has been opened again since")]
    WrongEpoch {
        /// The key's current life.
        current: Epoch,
    },
    /// The key was opened too often.
    #[error("this channel was opened as often as the hub can count; create a new one")]
    NoMoreEpochs,
    /// The sender, or the recipient of a claim, is no side.
    #[error("this account is neither alice nor bob in this channel")]
    NotASide,
    /// Only alice opens.
    #[error("only alice can open this channel; switch the wallet to her account")]
    NotAlice,
    /// A close showed a claim that pays somebody else.
    #[error("the claim shown does not pay the side that closes")]
    NotForCloser,
    /// The closer tried to accept.
    #[error(
        "the side that closed cannot accept its own close; the other side can, or wait for the period to end"
    )]
    CloserCannotAccept,
    /// The key can never be a channel.
    #[error("this channel cannot be opened: {0}")]
    BadKey(KeyFault),
    /// A signature binds nobody.
    #[error("a signature is not by the side that has to sign")]
    BadSignature,
    /// Forfeit channels take no delegations.
    #[error("a forfeit channel takes no delegated signatures")]
    DelegationRefused,
    /// The hub knows this total or a higher one.
    #[error("the hub already knows a total that is as high")]
    TotalNotHigher {
        /// What it knows.
        recorded: Amount,
    },
    /// The totals on record are not the accepted ones.
    #[error("a claim changed the totals since they were read; look at them again")]
    TotalsChanged {
        /// What alice has paid, on record.
        alice_total: Amount,
        /// What bob has paid, on record.
        bob_total: Amount,
    },
    /// Past a deadline or expiry.
    #[error("this has expired; make it again")]
    Expired {
        /// The last moment of the hub's clock at which it counted.
        at: u64,
    },
    /// Too late for a claim.
    #[error("the finalization period is over; the channel can be settled")]
    PeriodOver {
        /// The moment of the hub's clock at which it ended.
        closes_at: u64,
    },
    /// Too early to settle.
    #[error("the finalization period still runs; settle when it is over")]
    PeriodRunning {
        /// The moment of the hub's clock at which it ends.
        closes_at: u64,
    },
    /// The clock cannot count to the end of the period.
    #[error("the finalization period is longer than the hub can count")]
    PeriodTooLong,
    /// Ether that does not fit.
    #[error("the ether sent is not the amount of the deposit")]
    AmountMismatch,
    /// A deposit of nothing.
    #[error("enter an amount above zero")]
    ZeroAmount,
    /// Above 96 bits.
    #[error("this is more than a channel can hold")]
    DepositTooLarge,
    /// A withdrawal above what is there.
    #[error("this is more than the channel holds")]
    AbovePot {
        /// What it holds.
        pot: Amount,
    },
    /// The token refused.
    #[error("the token refused the transfer; check the balance and the allowance for the hub")]
    TokenTransferFailed,
    /// The account refused ether.
    #[error("the account refused the ether")]
    EtherTransferFailed,
    /// Too little gas to pay out.
    #[error("the transaction has too little gas; send it with more")]
    NotEnoughGas,
    /// Nothing to collect.
    #[error("nothing is held for this account")]
    NothingOwed,
}

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
            3 | 4 => KeyFault::Hub,
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

//! What the contract of metered sessions tells in its logs, and why it refuses.

use crate::{
    ChainError, Log, MeteredSessions,
    abi::{Words, selector, topic},
};
use thunder_channel::{
    Address,
    metering::{
        Counts, Role, SessionEvent, SessionId, SessionKey, SessionPhase, SessionRefusal, SessionsTold,
        Shares, Terms, TermsFault,
    },
};

/// Signatures of the contract's events. A test compares them with the compiled contract.
pub const SESSION_EVENTS: [&str; 11] = [
    PROPOSED,
    "Accepted(bytes32)",
    "Declined(bytes32,uint96)",
    "ProposalWithdrawn(bytes32,uint96)",
    "ToppedUp(bytes32,uint96,uint96)",
    "Closing(bytes32,bool,uint64,uint64,uint64)",
    "Shown(bytes32,uint64,uint64)",
    "Settled(bytes32,uint96,uint96,uint96,bool)",
    "LimitSet(address,uint32)",
    "PayoutHeld(address,address,uint256)",
    "Collected(address,address,uint256)",
];
const PROPOSED: &str = "Proposed(bytes32,address,address,(address,address,address,address,address,uint96,uint64,uint64,uint32,uint32,uint64),uint32,uint96,uint64)";

/// Signatures of the contract's errors. A test compares them with the compiled contract.
pub const SESSION_ERRORS: [&str; 26] = [
    "Reentered()",
    "OnlySelf()",
    "WrongPhase(uint8)",
    "WrongEpoch(uint32)",
    "NoMoreEpochs()",
    "NotClient()",
    "NotProvider()",
    "NotASide()",
    "BadTerms(uint8)",
    "LimitReached(uint32)",
    "BadSignature()",
    "NothingHigher(uint64,uint64)",
    "Expired(uint64)",
    "ProposalStands(uint64)",
    "PeriodOver(uint64)",
    "PeriodRunning(uint64)",
    "PeriodTooLong()",
    "AmountMismatch()",
    "ZeroAmount()",
    "DepositTooSmall(uint96)",
    "DepositAbovePrice(uint96)",
    "BadAmounts(uint96)",
    "TokenTransferFailed()",
    "EtherTransferFailed()",
    "NotEnoughGas()",
    "NothingOwed()",
];

impl MeteredSessions {
    /// Reads one log of the contract.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for a log of another contract, an unknown event, or an event that contradicts itself.
    pub fn read_log(&self, log: &Log) -> Result<SessionsTold, ChainError> {
        let missing = || ChainError::malformed("a log of the sessions has missing topics");
        if log.address != self.address {
            return Err(ChainError::malformed("a log is not the contract's"));
        }
        let head = *log.topics.first().ok_or_else(missing)?;
        let signature = SESSION_EVENTS
            .iter()
            .find(|signature| topic(signature) == head)
            .ok_or_else(|| {
                ChainError::malformed("a log of the sessions is of a kind that is not known here")
            })?;
        let name = signature.split('(').next().unwrap_or_default();
        let mut data = Words::new("a log of the sessions", &log.data);
        let told = match (name, &log.topics[1..]) {
            ("PayoutHeld" | "Collected", [token, account]) => {
                let token = Words::new("a token", &token.0).address()?;
                let account = Words::new("an account", &account.0).address()?;
                let units = data.uint()?;
                if name == "PayoutHeld" {
                    SessionsTold::Held {
                        token,
                        account,
                        units,
                    }
                } else {
                    SessionsTold::Collected {
                        token,
                        account,
                        units,
                    }
                }
            }
            ("LimitSet", [provider]) => SessionsTold::LimitSet {
                provider: Words::new("a provider", &provider.0).address()?,
                limit: data.u32()?,
            },
            ("Proposed", [session, client, provider]) => {
                let client = Words::new("a client", &client.0).address()?;
                let provider = Words::new("a provider", &provider.0).address()?;
                let session = SessionId(*session);
                SessionsTold::Session {
                    session,
                    event: read_proposed(session, client, provider, &mut data)?,
                }
            }
            (_, [session]) => SessionsTold::Session {
                session: SessionId(*session),
                event: read_event(name, &mut data)?,
            },
            _ => return Err(missing()),
        };
        data.end()?;
        Ok(told)
    }

    /// Reads why the contract refused, from the bytes that a call was reverted with; `None` if these are no words of its own.
    #[must_use]
    pub fn read_refusal(&self, data: &[u8]) -> Option<SessionRefusal> {
        let (head, arguments) = data.split_first_chunk()?;
        let mut known = SESSION_ERRORS.iter();
        let signature = known.find(|signature| selector(signature) == *head)?;
        let name = signature.split('(').next()?;
        let mut words = Words::new("the reason", arguments);
        let refusal = read_refusal(name, &mut words).ok()?;
        words.end().ok()?;
        Some(refusal)
    }
}

fn read_proposed(
    session: SessionId,
    client: Address,
    provider: Address,
    data: &mut Words<'_>,
) -> Result<SessionEvent, ChainError> {
    let key = read_key(data)?;
    let (epoch, amount, accept_by) = (data.u32()?, data.amount()?, data.u64()?);
    if key.id(epoch) != session || (key.client, key.provider) != (client, provider) {
        return Err(ChainError::malformed(
            "the proposal of a session contradicts itself",
        ));
    }
    Ok(SessionEvent::Proposed {
        key,
        epoch,
        amount,
        accept_by,
    })
}

fn read_key(data: &mut Words<'_>) -> Result<SessionKey, ChainError> {
    let (client, client_signer) = (data.address()?, data.address()?);
    let (provider, provider_signer) = (data.address()?, data.address()?);
    let terms = Terms {
        token: data.address()?,
        price: data.amount()?,
        quantity: data.u64()?,
        unit: data.u64()?,
        tolerance: data.u32()?,
        finalization_period: data.u32()?,
    };
    Ok(SessionKey {
        client,
        client_signer,
        provider,
        provider_signer,
        terms,
        salt: data.u64()?,
    })
}

fn read_event(name: &str, data: &mut Words<'_>) -> Result<SessionEvent, ChainError> {
    Ok(match name {
        "Accepted" => SessionEvent::Accepted,
        "Declined" => SessionEvent::Declined {
            refund: data.amount()?,
        },
        "ProposalWithdrawn" => SessionEvent::ProposalWithdrawn {
            refund: data.amount()?,
        },
        "ToppedUp" => SessionEvent::ToppedUp {
            amount: data.amount()?,
            deposit: data.amount()?,
        },
        "Closing" => SessionEvent::Closing {
            closer: if read_bool(data)? {
                Role::Client
            } else {
                Role::Provider
            },
            counts: read_counts(data)?,
            closes_at: data.u64()?,
        },
        "Shown" => SessionEvent::Shown {
            counts: read_counts(data)?,
        },
        "Settled" => SessionEvent::Settled {
            shares: Shares {
                refund: data.amount()?,
                paid: data.amount()?,
                burnt: data.amount()?,
            },
            beyond_tolerance: read_bool(data)?,
        },
        _ => return Err(data.out_of_range()),
    })
}

fn read_refusal(name: &str, words: &mut Words<'_>) -> Result<SessionRefusal, ChainError> {
    use SessionRefusal as R;
    Ok(match name {
        "Reentered" => R::Reentered,
        "OnlySelf" => R::OnlySelf,
        "WrongPhase" => R::WrongPhase(match words.u8()? {
            0 => SessionPhase::Empty,
            1 => SessionPhase::Proposed,
            2 => SessionPhase::Active,
            3 => SessionPhase::Closing,
            4 => SessionPhase::Ended,
            _ => return Err(words.out_of_range()),
        }),
        "WrongEpoch" => R::WrongEpoch {
            current: words.u32()?,
        },
        "NoMoreEpochs" => R::NoMoreEpochs,
        "NotClient" => R::NotClient,
        "NotProvider" => R::NotProvider,
        "NotASide" => R::NotASide,
        "BadTerms" => R::BadTerms(read_fault(words)?),
        "LimitReached" => R::LimitReached { limit: words.u32()? },
        "BadSignature" => R::BadSignature,
        "NothingHigher" => R::NothingHigher {
            recorded: read_counts(words)?,
        },
        "Expired" => R::Expired { at: words.u64()? },
        "ProposalStands" => R::ProposalStands {
            accept_by: words.u64()?,
        },
        "PeriodOver" => R::PeriodOver {
            closes_at: words.u64()?,
        },
        "PeriodRunning" => R::PeriodRunning {
            closes_at: words.u64()?,
        },
        "PeriodTooLong" => R::PeriodTooLong,
        "AmountMismatch" => R::AmountMismatch,
        "ZeroAmount" => R::ZeroAmount,
        "DepositTooSmall" => R::DepositTooSmall {
            least: words.amount()?,
        },
        "DepositAbovePrice" => R::DepositAbovePrice {
            most: words.amount()?,
        },
        "BadAmounts" => R::BadAmounts {
            deposit: words.amount()?,
        },
        "TokenTransferFailed" => R::TokenTransferFailed,
        "EtherTransferFailed" => R::EtherTransferFailed,
        "NotEnoughGas" => R::NotEnoughGas,
        "NothingOwed" => R::NothingOwed,
        _ => return Err(words.out_of_range()),
    })
}

fn read_fault(words: &mut Words<'_>) -> Result<TermsFault, ChainError> {
    use TermsFault as F;
    let faults = [
        F::ZeroAddress,
        F::SameSides,
        F::SameSigners,
        F::ContractAsParty,
        F::ContractAsToken,
        F::ZeroPeriod,
        F::ZeroPrice,
        F::ZeroUnit,
        F::QuantityBelowUnit,
        F::ToleranceTooHigh,
        F::FreeUnit,
        F::PriceTooHigh,
    ];
    let index = usize::from(words.u8()?);
    faults.get(index).copied().ok_or_else(|| words.out_of_range())
}

fn read_counts(words: &mut Words<'_>) -> Result<Counts, ChainError> {
    Ok(Counts {
        client: words.u64()?,
        provider: words.u64()?,
    })
}

fn read_bool(words: &mut Words<'_>) -> Result<bool, ChainError> {
    match words.u8()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(words.out_of_range()),
    }
}

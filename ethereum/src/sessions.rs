//! The functions of the contract of metered sessions: what to send for each, and what its views answer. No I/O.

use crate::{
    Call, ChainError, Permit,
    abi::{Words, amount, uint},
};
use ethers_core::{abi::Token, types::U256};
use thunder_channel::{
    Address, Amount, Bytes32, Epoch, Signature,
    metering::{
        Capacity, Counts, Pair, SessionId, SessionKey, SessionSettlement, SessionState, SignedAcceptance,
    },
};

/// The ABI types of the interface's structs, for signatures.
macro_rules! key {
    () => {
        "(address,address,address,address,address,uint96,uint64,uint64,uint32,uint32,uint64)"
    };
}
macro_rules! pair {
    () => {
        "(uint64,uint64,bytes32,(bytes32,bytes32),(bytes32,bytes32))"
    };
}
macro_rules! acceptance {
    () => {
        "(uint64,(bytes32,bytes32))"
    };
}
macro_rules! permit {
    () => {
        "(uint256,uint8,bytes32,bytes32)"
    };
}

/// Signatures of the contract's functions, from which their selectors are computed. A test compares them with the compiled
/// contract.
pub mod session_functions {
    /// Proposes a session.
    pub const PROPOSE: &str = concat!("propose(", key!(), ",uint96,uint64)");
    /// Proposes a session with a permit.
    pub const PROPOSE_WITH_PERMIT: &str =
        concat!("proposeWithPermit(", key!(), ",uint96,uint64,", permit!(), ")");
    /// Proposes a session that its provider has accepted.
    pub const OPEN: &str = concat!("open(", key!(), ",uint96,", acceptance!(), ")");
    /// The same with a permit.
    pub const OPEN_WITH_PERMIT: &str = concat!(
        "openWithPermit(",
        key!(),
        ",uint96,",
        acceptance!(),
        ",",
        permit!(),
        ")"
    );
    /// Accepts a proposal.
    pub const ACCEPT: &str = concat!("accept(", key!(), ",uint32)");
    /// Declines a proposal.
    pub const DECLINE: &str = concat!("decline(", key!(), ",uint32)");
    /// Takes a proposal back.
    pub const WITHDRAW_PROPOSAL: &str = concat!("withdrawProposal(", key!(), ",uint32)");
    /// Adds to a deposit.
    pub const TOP_UP: &str = concat!("topUp(", key!(), ",uint32,uint96)");
    /// Adds to a deposit with a permit.
    pub const TOP_UP_WITH_PERMIT: &str =
        concat!("topUpWithPermit(", key!(), ",uint32,uint96,", permit!(), ")");
    /// Says how many active sessions a provider takes.
    pub const SET_LIMIT: &str = "setLimit(uint32)";
    /// Starts the finalization period.
    pub const CLOSE: &str = concat!("close(", key!(), ",uint32,", pair!(), ")");
    /// Shows a later pair.
    pub const SHOW: &str = concat!("show(", key!(), ",uint32,", pair!(), ")");
    /// Pays out after the period.
    pub const SETTLE: &str = concat!("settle(", key!(), ",uint32)");
    /// Pays out by agreement.
    pub const SETTLE_TOGETHER: &str = concat!(
        "settleTogether(",
        key!(),
        ",uint32,(uint96,uint96,uint64),(bytes32,bytes32)[2])"
    );
    /// Pays what is held.
    pub const COLLECT: &str = "collect(address,address)";
    /// What is held.
    pub const OWED: &str = "owed(address,address)";
    /// The id of the current life.
    pub const SESSION_ID: &str = concat!("sessionId(", key!(), ")");
    /// The state of the current life.
    pub const SESSION: &str = concat!("session(", key!(), ")");
    /// What a provider takes.
    pub const CAPACITY: &str = "capacity(address)";
    /// The digest of a count.
    pub const COUNT_HASH: &str = concat!("countHash(", key!(), ",uint32,uint64,bytes32)");
    /// The digest of an acceptance.
    pub const ACCEPTANCE_HASH: &str = concat!("acceptanceHash(", key!(), ",uint32,uint96,uint64)");
    /// The digest of a settlement.
    pub const SETTLEMENT_HASH: &str = concat!("settlementHash(", key!(), ",uint32,(uint96,uint96,uint64))");
    /// The clock's present value (ERC-6372).
    pub const CLOCK: &str = "clock()";
    /// What the clock counts (ERC-6372).
    pub const CLOCK_MODE: &str = "CLOCK_MODE()";
}
use session_functions as f;

/// The contract of metered sessions at an address. Its methods make calls and read answers; they reach for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MeteredSessions {
    /// The contract.
    pub address: Address,
}

impl MeteredSessions {
    /// The contract at `address`.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self { address }
    }

    /// Proposes the session with its deposit; to be sent by the client. In ether the amount goes with the call.
    #[must_use]
    pub fn propose(&self, key: &SessionKey, deposit: Amount, accept_by: u64) -> Call {
        let arguments = [session_key_token(key), amount(deposit), uint(accept_by)];
        self.paying(key, deposit, f::PROPOSE, &arguments)
    }

    /// Proposes a session of tokens with the client's permit for the deposit.
    #[must_use]
    pub fn propose_with_permit(
        &self,
        key: &SessionKey,
        deposit: Amount,
        accept_by: u64,
        permit: &Permit,
    ) -> Call {
        let key = session_key_token(key);
        let arguments = [key, amount(deposit), uint(accept_by), permit.token()];
        self.call(f::PROPOSE_WITH_PERMIT, &arguments)
    }

    /// Proposes a session that its provider has accepted; to be sent by the client.
    #[must_use]
    pub fn open(&self, key: &SessionKey, deposit: Amount, accepted: &SignedAcceptance) -> Call {
        let arguments = [
            session_key_token(key),
            amount(deposit),
            acceptance_token(accepted),
        ];
        self.paying(key, deposit, f::OPEN, &arguments)
    }

    /// The same in tokens with the client's permit for the deposit.
    #[must_use]
    pub fn open_with_permit(
        &self,
        key: &SessionKey,
        deposit: Amount,
        accepted: &SignedAcceptance,
        permit: &Permit,
    ) -> Call {
        let accepted = acceptance_token(accepted);
        let arguments = [session_key_token(key), amount(deposit), accepted, permit.token()];
        self.call(f::OPEN_WITH_PERMIT, &arguments)
    }

    /// Accepts the proposal; to be sent by the provider.
    #[must_use]
    pub fn accept(&self, key: &SessionKey, epoch: Epoch) -> Call {
        self.call(f::ACCEPT, &[session_key_token(key), uint(epoch)])
    }

    /// Declines the proposal; to be sent by the provider.
    #[must_use]
    pub fn decline(&self, key: &SessionKey, epoch: Epoch) -> Call {
        self.call(f::DECLINE, &[session_key_token(key), uint(epoch)])
    }

    /// Gives the client its deposit back once the proposal timed out. Anyone may send it.
    #[must_use]
    pub fn withdraw_proposal(&self, key: &SessionKey, epoch: Epoch) -> Call {
        self.call(f::WITHDRAW_PROPOSAL, &[session_key_token(key), uint(epoch)])
    }

    /// Adds `added` to the deposit; to be sent by the client.
    #[must_use]
    pub fn top_up(&self, key: &SessionKey, epoch: Epoch, added: Amount) -> Call {
        let arguments = [session_key_token(key), uint(epoch), amount(added)];
        self.paying(key, added, f::TOP_UP, &arguments)
    }

    /// Adds to a deposit of tokens with the client's permit for the amount.
    #[must_use]
    pub fn top_up_with_permit(&self, key: &SessionKey, epoch: Epoch, added: Amount, permit: &Permit) -> Call {
        let arguments = [session_key_token(key), uint(epoch), amount(added), permit.token()];
        self.call(f::TOP_UP_WITH_PERMIT, &arguments)
    }

    /// Says how many active sessions the sender takes as a provider.
    #[must_use]
    pub fn set_limit(&self, limit: u32) -> Call {
        self.call(f::SET_LIMIT, &[uint(limit)])
    }

    /// Starts the finalization period with the last pair, or with none; to be sent by a side.
    #[must_use]
    pub fn close(&self, key: &SessionKey, epoch: Epoch, pair: Option<&Pair>) -> Call {
        // Counts of zero say "no pair", and the contract then looks at nothing else of it.
        let nothing = || {
            let word = Token::FixedBytes(vec![0; 32]);
            let signature = Token::Tuple(vec![word.clone(), word.clone()]);
            Token::Tuple(vec![uint(0), uint(0), word, signature.clone(), signature])
        };
        let pair = pair.map_or_else(nothing, pair_token);
        self.call(f::CLOSE, &[session_key_token(key), uint(epoch), pair])
    }

    /// Shows a later pair before the period ends. Anyone may send it.
    #[must_use]
    pub fn show(&self, key: &SessionKey, epoch: Epoch, pair: &Pair) -> Call {
        self.call(f::SHOW, &[session_key_token(key), uint(epoch), pair_token(pair)])
    }

    /// Pays both sides by the rule after the period. Anyone may send it.
    #[must_use]
    pub fn settle(&self, key: &SessionKey, epoch: Epoch) -> Call {
        self.call(f::SETTLE, &[session_key_token(key), uint(epoch)])
    }

    /// Pays both sides what both signed, the client first. Anyone may send it.
    #[must_use]
    pub fn settle_together(
        &self,
        key: &SessionKey,
        epoch: Epoch,
        settlement: &SessionSettlement,
        signatures: &[Signature; 2],
    ) -> Call {
        let amounts = Token::Tuple(vec![
            amount(settlement.charged),
            amount(settlement.paid),
            uint(settlement.expiry),
        ]);
        let signatures = Token::FixedArray(signatures.iter().map(compact_token).collect());
        let arguments = [session_key_token(key), uint(epoch), amounts, signatures];
        self.call(f::SETTLE_TOGETHER, &arguments)
    }

    /// Pays `account` what could not be pushed to it. Anyone may send it.
    #[must_use]
    pub fn collect(&self, token: Address, account: Address) -> Call {
        self.call(f::COLLECT, &[Token::Address(token), Token::Address(account)])
    }

    /// Reads the state of the key's current life; answered by [`read_session`](Self::read_session).
    #[must_use]
    pub fn session(&self, key: &SessionKey) -> Call {
        self.call(f::SESSION, &[session_key_token(key)])
    }

    /// Reads the answer to [`session`](Self::session).
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for anything that the contract cannot have answered.
    pub fn read_session(&self, data: &[u8]) -> Result<SessionState, ChainError> {
        let mut words = Words::new("the state of the session", data);
        let (phase, epoch) = (words.u8()?, words.u32()?);
        let (deposit, accept_by) = (words.amount()?, words.u64()?);
        let counts = Counts {
            client: words.u64()?,
            provider: words.u64()?,
        };
        let closes_at = words.u64()?;
        let state = match phase {
            0 => SessionState::Empty,
            1 => SessionState::Proposed {
                epoch,
                deposit,
                accept_by,
            },
            2 => SessionState::Active { epoch, deposit },
            3 => SessionState::Closing {
                epoch,
                deposit,
                counts,
                closes_at,
            },
            4 => SessionState::Ended { epoch },
            _ => return Err(words.out_of_range()),
        };
        words.end()?;
        Ok(state)
    }

    /// Reads the id of the key's current life.
    #[must_use]
    pub fn session_id(&self, key: &SessionKey) -> Call {
        self.call(f::SESSION_ID, &[session_key_token(key)])
    }

    /// Reads the answer to [`session_id`](Self::session_id).
    ///
    /// # Errors
    /// [`ChainError::Malformed`] unless it is one word.
    pub fn read_session_id(&self, data: &[u8]) -> Result<SessionId, ChainError> {
        let mut words = Words::new("the id of the session", data);
        let word = words.word()?;
        words.end()?;
        Ok(SessionId(word.into()))
    }

    /// Reads how many sessions of a provider are active, and how many it takes.
    #[must_use]
    pub fn capacity(&self, provider: Address) -> Call {
        self.call(f::CAPACITY, &[Token::Address(provider)])
    }

    /// Reads the answer to [`capacity`](Self::capacity).
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for anything that the contract cannot have answered.
    pub fn read_capacity(&self, data: &[u8]) -> Result<Capacity, ChainError> {
        let mut words = Words::new("what the provider takes", data);
        let (active, limit) = (words.u32()?, words.u32()?);
        words.end()?;
        Ok(Capacity { active, limit })
    }

    /// Reads the digest that a statement's signature is checked against, which is what it is acknowledged by.
    #[must_use]
    pub fn count_hash(&self, key: &SessionKey, epoch: Epoch, count: u64, acknowledged: Bytes32) -> Call {
        let acknowledged = Token::FixedBytes(acknowledged.as_bytes().to_vec());
        let arguments = [session_key_token(key), uint(epoch), uint(count), acknowledged];
        self.call(f::COUNT_HASH, &arguments)
    }

    /// Reads what is held for `account` to collect.
    #[must_use]
    pub fn owed(&self, token: Address, account: Address) -> Call {
        self.call(f::OWED, &[Token::Address(token), Token::Address(account)])
    }

    /// Reads the answer to [`owed`](Self::owed), in the token's smallest unit.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for anything that the contract cannot have answered.
    pub fn read_owed(&self, data: &[u8]) -> Result<U256, ChainError> {
        let mut words = Words::new("the held amount", data);
        let owed = words.uint256()?;
        words.end()?;
        Ok(owed)
    }

    /// Reads the contract's clock; answered as the hub's is ([`crate::Hub::read_clock`]).
    #[must_use]
    pub fn clock(&self) -> Call {
        self.call(f::CLOCK, &[])
    }

    fn call(&self, signature: &str, arguments: &[Token]) -> Call {
        Call::free(self.address, signature, arguments)
    }

    fn paying(&self, key: &SessionKey, paid: Amount, signature: &str, arguments: &[Token]) -> Call {
        Call {
            value: if key.terms.token.is_zero() {
                paid.units()
            } else {
                0
            },
            ..self.call(signature, arguments)
        }
    }
}

fn session_key_token(key: &SessionKey) -> Token {
    let terms = &key.terms;
    Token::Tuple(vec![
        Token::Address(key.client),
        Token::Address(key.client_signer),
        Token::Address(key.provider),
        Token::Address(key.provider_signer),
        Token::Address(terms.token),
        amount(terms.price),
        uint(terms.quantity),
        uint(terms.unit),
        uint(terms.tolerance),
        uint(terms.finalization_period),
        uint(key.salt),
    ])
}

fn pair_token(pair: &Pair) -> Token {
    Token::Tuple(vec![
        uint(pair.client.count()),
        uint(pair.provider.count()),
        Token::FixedBytes(pair.provider.statement.acknowledged.as_bytes().to_vec()),
        compact_token(&pair.client.signature),
        compact_token(&pair.provider.signature),
    ])
}

fn acceptance_token(accepted: &SignedAcceptance) -> Token {
    Token::Tuple(vec![
        uint(accepted.acceptance.expiry),
        compact_token(&accepted.signature),
    ])
}

fn compact_token(signature: &Signature) -> Token {
    let (r, vs) = signature.compact();
    Token::Tuple([r, vs].map(|word| Token::FixedBytes(word.to_vec())).to_vec())
}

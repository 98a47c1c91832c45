//! The hub's functions: what to send for each, and what its views answer. No I/O.

use crate::{
    ChainError, Permit,
    abi::{Words, amount, auth_token, call_data, key_token, read_text, uint},
};
use ethers_core::{abi::Token, types::U256};
use thunder_channel::{
    Address, Amount, Authorization, ChannelId, ChannelKey, Claim, Epoch, Funding, HubChannel, PerSide,
    Settlement, Side, SignedClaim, Totals,
};

/// The ABI types of the interface's structs, for signatures.
macro_rules! key {
    () => {
        "(address,address,address,address,address,uint32,uint8,uint64)"
    };
}
macro_rules! auth {
    () => {
        "(bytes32,bytes32,bytes32,bytes32)"
    };
}
macro_rules! permit {
    () => {
        "(uint256,uint8,bytes32,bytes32)"
    };
}
macro_rules! claim {
    () => {
        "(address,uint96,uint64)"
    };
}

/// Signatures of the hub's functions, from which their selectors are computed. A test compares them with the compiled hub.
pub mod functions {
    /// Opens a channel.
    pub const OPEN: &str = concat!("open(", key!(), ",uint96)");
    /// Opens a channel with a permit.
    pub const OPEN_WITH_PERMIT: &str = concat!("openWithPermit(", key!(), ",uint96,", permit!(), ")");
    /// Adds to a deposit.
    pub const DEPOSIT: &str = concat!("deposit(", key!(), ",uint32,uint8,uint96)");
    /// Adds to a deposit with a permit.
    pub const DEPOSIT_WITH_PERMIT: &str = concat!(
        "depositWithPermit(",
        key!(),
        ",uint32,uint8,uint96,",
        permit!(),
        ")"
    );
    /// Takes money out.
    pub const WITHDRAW: &str = concat!(
        "withdraw(",
        key!(),
        ",uint32,uint8,uint96,uint64,",
        auth!(),
        "[2])"
    );
    /// Starts the finalization period.
    pub const CLOSE: &str = concat!(
        "close(",
        key!(),
        ",uint32,uint96,",
        claim!(),
        ",",
        auth!(),
        ",uint64)"
    );
    /// Shows a higher claim.
    pub const CLAIM: &str = concat!("claim(", key!(), ",uint32,", claim!(), ",", auth!(), ")");
    /// Pays out after the period.
    pub const SETTLE: &str = concat!("settle(", key!(), ",uint32)");
    /// Pays out before it.
    pub const ACCEPT: &str = concat!("accept(", key!(), ",uint32,uint96,uint96)");
    /// Pays out an open channel by agreement.
    pub const SETTLE_TOGETHER: &str = concat!(
        "settleTogether(",
        key!(),
        ",uint32,(uint96,uint96,uint64),",
        auth!(),
        "[2])"
    );
    /// Pays what is held.
    pub const COLLECT: &str = "collect(address,address)";
    /// What is held.
    pub const OWED: &str = "owed(address,address)";
    /// The id of the current life.
    pub const CHANNEL_ID: &str = concat!("channelId(", key!(), ")");
    /// The state of the current life.
    pub const CHANNEL: &str = concat!("channel(", key!(), ")");
    /// What each side would be paid.
    pub const BALANCES: &str = concat!("balances(", key!(), ")");
    /// The digest of a claim.
    pub const CLAIM_HASH: &str = concat!("claimHash(", key!(), ",uint32,", claim!(), ")");
    /// The digest of a withdrawal.
    pub const WITHDRAWAL_HASH: &str = concat!("withdrawalHash(", key!(), ",uint32,uint8,uint96,uint64)");
    /// The digest of a settlement.
    pub const SETTLEMENT_HASH: &str = concat!("settlementHash(", key!(), ",uint32,(uint96,uint96,uint64))");
    /// The digest of a delegation.
    pub const DELEGATION_HASH: &str = concat!("delegationHash(", key!(), ",uint32,address)");
    /// The clock's present value (ERC-6372).
    pub const CLOCK: &str = "clock()";
    /// What the clock counts (ERC-6372).
    pub const CLOCK_MODE: &str = "CLOCK_MODE()";
}
use functions as f;

/// A call to a contract: what a transaction or a reading carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The contract.
    pub to: Address,
    /// Selector and arguments.
    pub data: Vec<u8>,
    /// Ether that goes with it, in wei.
    pub value: u128,
}

impl Call {
    /// A call that carries no ether.
    #[must_use]
    pub(crate) fn free(to: Address, signature: &str, arguments: &[Token]) -> Self {
        Self {
            to,
            data: call_data(signature, arguments),
            value: 0,
        }
    }
}

/// What the hub's clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMode {
    /// Block numbers.
    Blocks,
    /// Seconds since 1970, as block timestamps say.
    Seconds,
}

impl ClockMode {
    /// Reads ERC-6372's `CLOCK_MODE`, as the hub and the address book spell it.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for a mode that the hub does not have.
    pub fn parse(text: &str) -> Result<Self, ChainError> {
        match text {
            "mode=blocknumber&from=default" => Ok(Self::Blocks),
            "mode=timestamp" => Ok(Self::Seconds),
            other => Err(ChainError::malformed(format!(
                "the hub's clock counts something unknown ({other:?})"
            ))),
        }
    }
}

/// The hub at an address. Its methods make calls and read answers; they reach for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hub {
    /// The contract.
    pub address: Address,
}

impl Hub {
    /// The hub at `address`.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self { address }
    }

    /// Opens the channel with alice's deposit; to be sent by alice. In ether the amount goes with the call.
    #[must_use]
    pub fn open(&self, key: &ChannelKey, deposit: Amount) -> Call {
        self.paying(key, deposit, f::OPEN, &[key_token(key), amount(deposit)])
    }

    /// Opens a channel of tokens with alice's permit for the deposit.
    #[must_use]
    pub fn open_with_permit(&self, key: &ChannelKey, deposit: Amount, permit: &Permit) -> Call {
        self.call(
            f::OPEN_WITH_PERMIT,
            &[key_token(key), amount(deposit), permit.token()],
        )
    }

    /// Adds `added` to a side's deposit; the sender pays.
    #[must_use]
    pub fn deposit(&self, key: &ChannelKey, epoch: Epoch, side: Side, added: Amount) -> Call {
        let arguments = [key_token(key), uint(epoch), uint(side.index()), amount(added)];
        self.paying(key, added, f::DEPOSIT, &arguments)
    }

    /// Adds to a side's deposit of tokens with the sender's permit for the amount.
    #[must_use]
    pub fn deposit_with_permit(
        &self,
        key: &ChannelKey,
        epoch: Epoch,
        side: Side,
        added: Amount,
        permit: &Permit,
    ) -> Call {
        let side = uint(side.index());
        let arguments = [key_token(key), uint(epoch), side, amount(added), permit.token()];
        self.call(f::DEPOSIT_WITH_PERMIT, &arguments)
    }

    /// Pays `side` money out of the open channel up to `total` since it opened, as both sides signed.
    #[must_use]
    pub fn withdraw(
        &self,
        key: &ChannelKey,
        epoch: Epoch,
        side: Side,
        total: Amount,
        expiry: u64,
        authorizations: &PerSide<Authorization>,
    ) -> Call {
        let arguments = [
            key_token(key),
            uint(epoch),
            uint(side.index()),
            amount(total),
            uint(expiry),
            both(authorizations),
        ];
        self.call(f::WITHDRAW, &arguments)
    }

    /// Starts the finalization period; to be sent by a side. `paid` is all it has paid, `received` its best claim, and
    /// `deadline` the last moment of the hub's clock at which this counts.
    #[must_use]
    pub fn close(
        &self,
        key: &ChannelKey,
        epoch: Epoch,
        paid: Amount,
        received: Option<&SignedClaim>,
        deadline: u64,
    ) -> Call {
        // A total of zero says "no claim", and the hub then looks at nothing else of it.
        let (claim, auth) = received.map_or_else(
            || {
                let nothing = Token::FixedBytes(vec![0; 32]);
                let auth = Token::Tuple(vec![nothing; 4]);
                (
                    Token::Tuple(vec![Token::Address(Address::zero()), uint(0), uint(0)]),
                    auth,
                )
            },
            |signed| (claim_token(&signed.claim), auth_token(&signed.authorization)),
        );
        let arguments = [
            key_token(key),
            uint(epoch),
            amount(paid),
            claim,
            auth,
            uint(deadline),
        ];
        self.call(f::CLOSE, &arguments)
    }

    /// Shows a higher claim before the period ends. Anyone may send it.
    #[must_use]
    pub fn claim(&self, key: &ChannelKey, epoch: Epoch, signed: &SignedClaim) -> Call {
        let (claim, auth) = (claim_token(&signed.claim), auth_token(&signed.authorization));
        self.call(f::CLAIM, &[key_token(key), uint(epoch), claim, auth])
    }

    /// Pays both sides out after the period. Anyone may send it.
    #[must_use]
    pub fn settle(&self, key: &ChannelKey, epoch: Epoch) -> Call {
        self.call(f::SETTLE, &[key_token(key), uint(epoch)])
    }

    /// Pays both sides out before the period ends; to be sent by the side that did not close.
    #[must_use]
    pub fn accept(&self, key: &ChannelKey, epoch: Epoch, totals: &Totals) -> Call {
        let arguments = [
            key_token(key),
            uint(epoch),
            amount(totals.alice),
            amount(totals.bob),
        ];
        self.call(f::ACCEPT, &arguments)
    }

    /// Pays both sides of an open channel out by the totals that both signed. Anyone may send it.
    #[must_use]
    pub fn settle_together(
        &self,
        key: &ChannelKey,
        epoch: Epoch,
        settlement: &Settlement,
        authorizations: &PerSide<Authorization>,
    ) -> Call {
        let arguments = [
            key_token(key),
            uint(epoch),
            settlement_token(settlement),
            both(authorizations),
        ];
        self.call(f::SETTLE_TOGETHER, &arguments)
    }

    /// Pays `account` what could not be pushed to it. Anyone may send it.
    #[must_use]
    pub fn collect(&self, token: Address, account: Address) -> Call {
        self.call(f::COLLECT, &[Token::Address(token), Token::Address(account)])
    }

    /// Reads the state of the key's current life; answered by [`read_channel`](Self::read_channel).
    #[must_use]
    pub fn channel(&self, key: &ChannelKey) -> Call {
        self.call(f::CHANNEL, &[key_token(key)])
    }

    /// Reads the answer to [`channel`](Self::channel).
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for anything that the hub cannot have answered.
    pub fn read_channel(&self, data: &[u8]) -> Result<HubChannel, ChainError> {
        let mut words = Words::new("the state of the channel", data);
        let phase = words.u8()?;
        let epoch = words.u32()?;
        let mut pair = || -> Result<PerSide<Amount>, ChainError> {
            let alice = words.amount()?;
            Ok(PerSide {
                alice,
                bob: words.amount()?,
            })
        };
        let funding = Funding {
            deposit: pair()?,
            withdrawn: pair()?,
        };
        let totals = pair()?;
        let closer = words.side()?;
        let closes_at = words.u64()?;
        let state = match phase {
            0 => HubChannel::Empty,
            1 => HubChannel::Open { epoch, funding },
            2 => HubChannel::Closing {
                epoch,
                funding,
                totals,
                closer,
                closes_at,
            },
            3 => HubChannel::Settled { epoch },
            _ => return Err(words.out_of_range()),
        };
        words.end()?;
        Ok(state)
    }

    /// Reads what each side would be paid by the totals on record.
    #[must_use]
    pub fn balances(&self, key: &ChannelKey) -> Call {
        self.call(f::BALANCES, &[key_token(key)])
    }

    /// Reads the answer to [`balances`](Self::balances).
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for anything that the hub cannot have answered.
    pub fn read_balances(&self, data: &[u8]) -> Result<PerSide<Amount>, ChainError> {
        let mut words = Words::new("the balances", data);
        let alice = words.amount()?;
        let bob = words.amount()?;
        words.end()?;
        Ok(PerSide { alice, bob })
    }

    /// Reads the id of the key's current life.
    #[must_use]
    pub fn channel_id(&self, key: &ChannelKey) -> Call {
        self.call(f::CHANNEL_ID, &[key_token(key)])
    }

    /// Reads the digest the hub checks a claim's signature against.
    #[must_use]
    pub fn claim_hash(&self, key: &ChannelKey, epoch: Epoch, claim: &Claim) -> Call {
        self.call(f::CLAIM_HASH, &[key_token(key), uint(epoch), claim_token(claim)])
    }

    /// Reads the digest the hub checks a withdrawal's signatures against.
    #[must_use]
    pub fn withdrawal_hash(
        &self,
        key: &ChannelKey,
        epoch: Epoch,
        side: Side,
        total: Amount,
        expiry: u64,
    ) -> Call {
        let side = uint(side.index());
        let arguments = [key_token(key), uint(epoch), side, amount(total), uint(expiry)];
        self.call(f::WITHDRAWAL_HASH, &arguments)
    }

    /// Reads the digest the hub checks a settlement's signatures against.
    #[must_use]
    pub fn settlement_hash(&self, key: &ChannelKey, epoch: Epoch, settlement: &Settlement) -> Call {
        let settlement = settlement_token(settlement);
        self.call(f::SETTLEMENT_HASH, &[key_token(key), uint(epoch), settlement])
    }

    /// Reads the digest the hub checks the delegation to `payment_key` against.
    #[must_use]
    pub fn delegation_hash(&self, key: &ChannelKey, epoch: Epoch, payment_key: Address) -> Call {
        let arguments = [key_token(key), uint(epoch), Token::Address(payment_key)];
        self.call(f::DELEGATION_HASH, &arguments)
    }

    /// Reads the answer to [`channel_id`](Self::channel_id).
    ///
    /// # Errors
    /// [`ChainError::Malformed`] unless it is one word.
    pub fn read_channel_id(&self, data: &[u8]) -> Result<ChannelId, ChainError> {
        self.read_word(data).map(|word| ChannelId(word.into()))
    }

    /// Reads the answer to one of the `…_hash` calls.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] unless it is one word.
    pub fn read_word(&self, data: &[u8]) -> Result<[u8; 32], ChainError> {
        let mut words = Words::new("the hash", data);
        let word = words.word()?;
        words.end()?;
        Ok(word)
    }

    /// Reads the hub's clock.
    #[must_use]
    pub fn clock(&self) -> Call {
        self.call(f::CLOCK, &[])
    }

    /// Reads the answer to [`clock`](Self::clock): blocks or seconds, by the clock mode.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for anything that the hub cannot have answered.
    pub fn read_clock(&self, data: &[u8]) -> Result<u64, ChainError> {
        let mut words = Words::new("the hub's clock", data);
        let clock = words.u64()?;
        words.end()?;
        Ok(clock)
    }

    /// Reads what the clock counts.
    #[must_use]
    pub fn clock_mode(&self) -> Call {
        self.call(f::CLOCK_MODE, &[])
    }

    /// Reads the answer to [`clock_mode`](Self::clock_mode).
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for a mode that the hub does not have.
    pub fn read_clock_mode(&self, data: &[u8]) -> Result<ClockMode, ChainError> {
        ClockMode::parse(&read_text("the hub's clock mode", data)?)
    }

    /// Reads what is held for `account` to collect.
    #[must_use]
    pub fn owed(&self, token: Address, account: Address) -> Call {
        self.call(f::OWED, &[Token::Address(token), Token::Address(account)])
    }

    /// Reads the answer to [`owed`](Self::owed), in the token's smallest unit. Held payouts add up, so this can be more
    /// than one channel holds.
    ///
    /// # Errors
    /// [`ChainError::Malformed`] for anything that the hub cannot have answered.
    pub fn read_owed(&self, data: &[u8]) -> Result<U256, ChainError> {
        let mut words = Words::new("the held amount", data);
        let owed = words.uint256()?;
        words.end()?;
        Ok(owed)
    }

    fn call(&self, signature: &str, arguments: &[Token]) -> Call {
        Call::free(self.address, signature, arguments)
    }

    fn paying(&self, key: &ChannelKey, paid: Amount, signature: &str, arguments: &[Token]) -> Call {
        Call {
            value: if key.is_ether() { paid.units() } else { 0 },
            ..self.call(signature, arguments)
        }
    }
}

fn claim_token(claim: &Claim) -> Token {
    Token::Tuple(vec![
        Token::Address(claim.to),
        amount(claim.total),
        uint(claim.nonce),
    ])
}

fn settlement_token(settlement: &Settlement) -> Token {
    Token::Tuple(vec![
        amount(settlement.alice_total),
        amount(settlement.bob_total),
        uint(settlement.expiry),
    ])
}

fn both(authorizations: &PerSide<Authorization>) -> Token {
    Token::FixedArray(Side::BOTH.map(|side| auth_token(&authorizations[side])).to_vec())
}

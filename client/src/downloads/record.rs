//! What is stored of a session, and what proves it to others.

use serde::{Deserialize, Serialize};
use thunder_channel::{
    Address, Amount, Domain, Epoch, Signature,
    metering::{
        Accusation, Counts, MeterState, Pair, Role, Session, SessionId, SessionKey, SessionSettlement,
        SignedAcceptance, shares,
    },
};
use thunder_ethereum::MeteredSessions;

/// A session as it is stored. Written before anything that depends on it is signed and sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The session.
    pub key: SessionKey,
    /// Its life.
    pub epoch: Epoch,
    /// The provider's origin, such as `wss://node.example:2080`.
    pub origin: String,
    /// What is deposited, as the chain said last; before that, what is to be.
    pub deposit: Amount,
    /// The provider's consent; none before it came.
    pub acceptance: Option<SignedAcceptance>,
    /// How far the session has come.
    pub phase: Phase,
    /// The counts and what proves them.
    pub meter: MeterState,
    /// Whether no bytes have passed since the meter was stored.
    pub at_rest: bool,
    /// Whether the file goes on by itself once there is a connection.
    pub going: bool,
    /// The file that is here, or a part of it.
    pub file: Option<Progress>,
    /// When it was agreed on, in milliseconds since 1970.
    pub since: u64,
    /// Taken from a backup: another browser may have counted on, so this one counts nothing, and only ends it.
    pub copy: bool,
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "name")]
pub enum Phase {
    /// The provider is being asked. Not stored.
    Proposed,
    /// The provider has agreed; the deposit has not been seen on the chain.
    Agreed,
    /// It runs.
    Active,
    /// An end by agreement is signed here.
    Settling {
        /// The end.
        settlement: SessionSettlement,
        /// By the client's signer.
        ours: Signature,
        /// By the provider's, once it agreed.
        theirs: Option<Signature>,
    },
    /// A side has closed it on the chain.
    Closing {
        /// The client's highest count shown there.
        client: u64,
        /// The provider's.
        provider: u64,
        /// The first moment of the contract's clock at which it can be settled.
        closes_at: u64,
    },
    /// It is paid out.
    Ended {
        /// What was charged and what the provider got of it, as far as the chain still tells.
        outcome: Option<Outcome>,
    },
    /// It never began, and cannot any more.
    Void,
}

/// What became of a deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What the client lost.
    pub charged: Amount,
    /// What the provider got of it; the rest is burnt.
    pub paid: Amount,
}

/// A file as far as it is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Its name in the offer.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// How many of its bytes are here.
    pub here: u64,
}

impl Progress {
    /// Whether all of it is here.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.here == self.length
    }
}

impl Record {
    /// The session, at a contract.
    #[must_use]
    pub const fn session(&self, domain: Domain) -> Session {
        Session {
            key: self.key,
            epoch: self.epoch,
            domain,
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.key.id(self.epoch)
    }

    /// Whether nothing is to be done about it any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. } | Phase::Void)
    }

    /// What the counts shown in a close come to, after the period.
    #[must_use]
    pub fn outcome_by(&self, client: u64, provider: u64) -> Outcome {
        let shares = shares(&self.key.terms, self.deposit, Counts { client, provider });
        Outcome {
            charged: shares.charged(),
            paid: shares.paid,
        }
    }
}

/// Everything that proves a side's money in a session, as a file that is of use without this app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionEvidence {
    /// The chain.
    pub chain_id: u64,
    /// The contract of sessions.
    pub contract: Address,
    /// The session's name.
    pub session: SessionId,
    /// Its parameters.
    pub key: SessionKey,
    /// Its life.
    pub epoch: Epoch,
    /// Whose evidence it is.
    pub holder: Role,
    /// The pairs of statements: none, one or two. The first is for a close.
    pub pairs: Vec<Pair>,
    /// What the provider has signed against itself, if anything.
    pub accusation: Option<Accusation>,
    /// Data of a transaction to the contract that closes the session with it, by the client's account.
    pub close: String,
    /// Data of a transaction that settles it after the period, by anybody.
    pub settle: String,
}

impl SessionEvidence {
    /// Of a session at a contract.
    #[must_use]
    pub fn of(session: &Session, pairs: Vec<Pair>, accusation: Option<Accusation>) -> Self {
        let contract = MeteredSessions::new(session.domain.hub);
        let data = |call: thunder_ethereum::Call| {
            let digits = call.data.iter().map(|byte| format!("{byte:02x}"));
            digits.fold("0x".to_owned(), |text, byte| text + &byte)
        };
        Self {
            chain_id: session.domain.chain_id,
            contract: session.domain.hub,
            session: session.id(),
            key: session.key,
            epoch: session.epoch,
            holder: Role::Client,
            close: data(contract.close(&session.key, session.epoch, pairs.first())),
            settle: data(contract.settle(&session.key, session.epoch)),
            pairs,
            accusation,
        }
    }
}

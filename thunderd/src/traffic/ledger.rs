//! The contract of sessions, read and written by this node.

use crate::{keystore::disk, node::Account, world::World};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use thunder_api::{Code, Problem};
use thunder_channel::{
    Address, Amount, Bytes32,
    metering::{Capacity, SessionEvent, SessionId, SessionKey, SessionState, SessionsTold},
};
use thunder_client::Replacing;
use thunder_ethereum::{
    At, BlockRange, Call, Chain, ChainError, HttpProvider, Hub, Log, LogFilter, MeteredSessions, Permit,
    Receipt, Revert, Token, sign_permit,
};

/// How often a receipt is asked for.
const RECEIPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a transaction may take to be mined: ten minutes, in questions.
const RECEIPT_QUESTIONS: u32 = 6_000;
/// How far back logs are asked for, in blocks: what most nodes allow.
const LATELY: u64 = 999;
/// How long a permit is good, in seconds. The transaction that uses it follows at once.
const PERMIT_S: u64 = 3_600;

/// The contract, and the chain that it is on.
#[derive(Clone)]
pub struct Ledger {
    /// Read as a hub is: only its address is asked for.
    chain: Chain<HttpProvider>,
    /// Its calls.
    pub contract: MeteredSessions,
}

impl Ledger {
    /// The contract of a world, if it has one.
    pub fn of(world: &World) -> Option<Self> {
        let address = world.sessions?;
        Some(Self {
            chain: Chain::new(world.provider.clone(), Hub::new(address)),
            contract: MeteredSessions::new(address),
        })
    }

    /// The newest block's number.
    pub async fn head(&self) -> Result<u64, Problem> {
        self.chain
            .block_number()
            .await
            .map_err(|error| self.problem(&error))
    }

    /// The contract's clock.
    pub async fn clock(&self) -> Result<u64, Problem> {
        self.chain
            .clock(At::Latest)
            .await
            .map_err(|error| self.problem(&error))
    }

    /// How a session stands.
    pub async fn state(&self, key: &SessionKey, at: At) -> Result<SessionState, Problem> {
        let read = async {
            let answer = self.chain.call(&self.contract.session(key), None, at).await?;
            self.contract.read_session(&answer)
        };
        read.await.map_err(|error| self.problem(&error))
    }

    /// How many sessions a provider takes.
    pub async fn capacity(&self, provider: Address) -> Result<Capacity, Problem> {
        let read = async {
            let call = self.contract.capacity(provider);
            let answer = self.chain.call(&call, None, At::Latest).await?;
            self.contract.read_capacity(&answer)
        };
        read.await.map_err(|error| self.problem(&error))
    }

    /// Sends a call and waits until it is mined.
    pub async fn transact(&self, account: &Account, call: &Call) -> Result<Receipt, Problem> {
        let sent = self.chain.send(&*account.wallet, call, account.address()).await;
        let sent = sent.map_err(|error| self.problem(&error))?;
        self.mined(account, sent).await
    }

    async fn mined(&self, account: &Account, sent: Bytes32) -> Result<Receipt, Problem> {
        for _ in 0..RECEIPT_QUESTIONS {
            for hash in account.wallet.hashes(sent).into_iter().rev() {
                // A chain that is away for a moment is asked again.
                if let Ok(Some(receipt)) = self.chain.receipt(hash).await {
                    return if receipt.succeeded {
                        Ok(receipt)
                    } else {
                        Err(Problem::new(
                            Code::Chain,
                            "the contract refused the transaction: what it was for has happened meanwhile, or cannot any more",
                        ))
                    };
                }
            }
            tokio::time::sleep(RECEIPT_PAUSE).await;
        }
        Err(Problem::new(
            Code::Chain,
            "the transaction was not mined in ten minutes",
        ))
    }

    /// Sends a call that takes tokens or ether from this account: by a permit where the token has them, else after an approval.
    /// `make` makes the call, with a permit or without.
    pub async fn pay_in(
        &self,
        account: &Account,
        token: Address,
        amount: Amount,
        make: impl Fn(Option<&Permit>) -> Call,
    ) -> Result<Receipt, Problem> {
        if token.is_zero() {
            return self.transact(account, &make(None)).await;
        }
        let failed = |error: ChainError| self.problem(&error);
        let (token, owner) = (Token::new(token), account.address());
        let held = self.chain.token_balance(token, owner).await.map_err(failed)?;
        if held < amount.units().into() {
            return Err(Problem::new(
                Code::InsufficientFunds,
                "the account holds too little of this token",
            ));
        }
        let allowed = self.chain.allowance(token, owner).await.map_err(failed)?;
        if allowed >= amount.units().into() {
            return self.transact(account, &make(None)).await;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let deadline = now.as_secs().saturating_add(PERMIT_S);
        let request = self.chain.permit_request(token, owner, amount, deadline).await;
        if let Some(request) = request.map_err(failed)? {
            let permit = sign_permit(&*account.wallet, &request)
                .await
                .map_err(|error| disk(&error.into()))?;
            return self.transact(account, &make(Some(&permit))).await;
        }
        let approve = token.approve(self.contract.address, amount);
        self.transact(account, &approve).await?;
        self.transact(account, &make(None)).await
    }

    /// What a receipt tells of how a session was settled: what was charged and paid.
    pub fn outcome(&self, receipt: &Receipt) -> Option<(Amount, Amount)> {
        receipt.logs.iter().find_map(|log| self.settled(log))
    }

    fn settled(&self, log: &Log) -> Option<(Amount, Amount)> {
        match self.contract.read_log(log).ok()? {
            SessionsTold::Session {
                event: SessionEvent::Settled { shares, .. },
                ..
            } => Some((shares.charged(), shares.paid)),
            _ => None,
        }
    }

    /// What was charged and paid in a session that ended lately, if the logs still tell.
    pub async fn outcome_of(
        &self,
        session: SessionId,
        head: u64,
    ) -> Result<Option<(Amount, Amount)>, Problem> {
        let filter = LogFilter {
            address: self.contract.address,
            range: BlockRange {
                from: head.saturating_sub(LATELY),
                to: head,
            },
            topics: vec![None, Some(vec![session.0])],
        };
        let logs = self.chain.logs(&filter).await;
        let logs = logs.map_err(|error| self.problem(&error))?;
        Ok(logs.iter().rev().find_map(|log| self.settled(log)))
    }

    /// A failure in the API's terms. Reasons of this contract are not the hub's.
    fn problem(&self, error: &ChainError) -> Problem {
        if let ChainError::Reverted(Revert::Unknown(data)) = error
            && let Some(refusal) = self.contract.read_refusal(data)
        {
            return Problem::new(
                Code::Chain,
                format!("the contract of sessions refuses: {refusal}"),
            );
        }
        Problem::new(Code::Chain, error.to_string())
    }
}

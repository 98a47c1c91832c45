//! Transactions: tried out before they are paid for, sent by the wallet, and watched through the app's own node.

use super::{Driver, reading::chain_refusal};
use crate::{ChainFault, Event, Progress, Pull, Refusal, TransactionPurpose, WalletRequest};
use thunder_channel::{Amount, Side};
use thunder_ethereum::{
    Call, ChainError, H256, Permit, PermitRequest, Receipt, RpcErrorKind, Token, WalletError, send,
    sign_permit,
};

/// How long to wait before the chain is asked for a receipt again, in milliseconds: short at first, since development
/// chains mine at once, then doubling up to this.
const RECEIPT_POLL_MS: u64 = 500;
const FIRST_RECEIPT_POLL_MS: u64 = 25;
/// How often it is asked before the person is told that it takes long: ten minutes.
const RECEIPT_POLLS: u32 = 1_200;
/// How many of those questions may fail in a row: a node that is away for a minute does not lose a transaction.
const RECEIPT_FAILURES: u32 = 120;
/// How long a permit is good, in seconds. The transaction that uses it follows at once.
const PERMIT_S: u64 = 3_600;
/// Gas on top of the node's estimate, as a divisor: a claim or deposit that comes in between makes some calls dearer.
const GAS_MARGIN: u64 = 4;

impl Driver {
    /// Sends a call through the wallet and waits until it is mined and read.
    pub(super) async fn transact(
        &self,
        call: Call,
        purpose: TransactionPurpose,
        pull: Option<Pull>,
    ) -> Result<H256, Refusal> {
        let result = self.send_and_wait(call, purpose, pull).await;
        if result.is_err() {
            self.told(Event::TransactionFailed(purpose)).await;
        }
        // So that what is shown next is what the transaction did.
        self.read_chain().await;
        self.ports.observer.progress(match &result {
            Ok(hash) => Progress::Mined { purpose, hash: *hash },
            Err(refusal) => Progress::Failed {
                purpose,
                why: refusal.clone(),
            },
        });
        result
    }

    async fn send_and_wait(
        &self,
        call: Call,
        purpose: TransactionPurpose,
        pull: Option<Pull>,
    ) -> Result<H256, Refusal> {
        let call = match pull {
            Some(pull) => self.with_pull(call, purpose, pull).await?,
            None => call,
        };
        let hash = self.send(&call, WalletRequest::Transaction(purpose)).await?;
        self.ports.observer.progress(Progress::Sent { purpose, hash });
        self.mined(hash).await
    }

    /// The form of a call that can pull its tokens: as it is if they are allowed already, else with a permit, else after an
    /// approval.
    async fn with_pull(&self, call: Call, purpose: TransactionPurpose, pull: Pull) -> Result<Call, Refusal> {
        let account = self.participant.borrow().config().account;
        let chain = self.reader.chain();
        let token = Token::new(pull.token);
        let balance = chain.token_balance(token, account).await.map_err(chain_refusal)?;
        if balance < pull.amount.units().into() {
            return Err(Refusal::Chain(ChainFault::TooLittle));
        }
        let allowed = chain.allowance(token, account).await.map_err(chain_refusal)?;
        if allowed >= pull.amount.units().into() {
            return Ok(call);
        }
        let deadline = (self.ports.clock.now_ms() / 1_000).saturating_add(PERMIT_S);
        let request = chain.permit_request(token, account, pull.amount, deadline).await;
        if let Some(request) = request.map_err(chain_refusal)?
            && let Some(permit) = self.permit(&request, purpose).await?
            && let Some(call) = self.permit_form(purpose, pull.amount, &permit)
        {
            return Ok(call);
        }
        let approve = token.approve(chain.hub.address, pull.amount);
        let hash = self.send(&approve, WalletRequest::Approval(purpose)).await?;
        self.mined(hash).await?;
        Ok(call)
    }

    /// The owner's permit; nothing if the wallet cannot sign one.
    async fn permit(
        &self,
        request: &PermitRequest,
        purpose: TransactionPurpose,
    ) -> Result<Option<Permit>, Refusal> {
        let signing = async {
            match sign_permit(&self.ports.wallet, request).await {
                Ok(permit) => Ok(Some(permit)),
                Err(WalletError::Rpc(error)) if error.kind == RpcErrorKind::UnsupportedMethod => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.ask_wallet(WalletRequest::Permit(purpose), signing).await
    }

    fn permit_form(&self, purpose: TransactionPurpose, amount: Amount, permit: &Permit) -> Option<Call> {
        let participant = self.participant.borrow();
        let hub = self.reader.chain().hub;
        match purpose {
            TransactionPurpose::Open { key, .. } => Some(hub.open_with_permit(&key, amount, permit)),
            TransactionPurpose::Deposit { channel, .. } => {
                let (key, epoch) = participant.key_of(channel)?;
                let side: Side = key.side_of(participant.config().account)?;
                Some(hub.deposit_with_permit(&key, epoch, side, amount, permit))
            }
            _ => None,
        }
    }

    /// Tries a call out, so that a refusal is explained before it is paid for, and has the wallet send it.
    async fn send(&self, call: &Call, request: WalletRequest) -> Result<H256, Refusal> {
        let (account, chain_id) = {
            let participant = self.participant.borrow();
            (participant.config().account, participant.config().domain.chain_id)
        };
        let chain = self.reader.chain();
        chain.simulate(call, account).await.map_err(chain_refusal)?;
        let gas = chain.estimate(call, account).await.map_err(chain_refusal)?;
        let gas = gas.saturating_add(gas / GAS_MARGIN);
        self.ask_wallet(
            request,
            send(&self.ports.wallet, chain_id, call, account, Some(gas)),
        )
        .await
    }

    /// Waits for the receipt, and says under which hash it was mined.
    async fn mined(&self, hash: H256) -> Result<H256, Refusal> {
        let mut failures = 0;
        let mut pause = FIRST_RECEIPT_POLL_MS;
        for _ in 0..RECEIPT_POLLS {
            match self.receipt(hash).await {
                Ok(Some((hash, receipt))) if receipt.succeeded => return Ok(hash),
                Ok(Some(_)) => {
                    return Err(Refusal::Chain(ChainFault::Refused));
                }
                Ok(None) => failures = 0,
                Err(error) => {
                    failures += 1;
                    if failures >= RECEIPT_FAILURES {
                        return Err(chain_refusal(error));
                    }
                }
            }
            self.ports.clock.sleep(pause).await;
            pause = (pause * 2).min(RECEIPT_POLL_MS);
        }
        Err(Refusal::Chain(ChainFault::NotMined(hash)))
    }

    /// The receipt of a transaction, or of what has replaced it.
    async fn receipt(&self, sent: H256) -> Result<Option<(H256, Receipt)>, ChainError> {
        let replacing = self.ports.replacing.as_ref();
        let hashes = replacing.map_or_else(|| vec![sent], |replacing| replacing.hashes(sent));
        // The newest is the likeliest.
        for hash in hashes.into_iter().rev() {
            if let Some(receipt) = self.reader.chain().receipt(hash).await? {
                return Ok(Some((hash, receipt)));
            }
        }
        Ok(None)
    }
}

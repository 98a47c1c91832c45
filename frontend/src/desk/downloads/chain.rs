//! The contract of sessions: deposits, ends, and what the chain says of each session.

use super::{Downloads, Run};
use crate::{
    adapters::clock::now_ms,
    state::{activity::Tone, config::ClockMode},
    words::{Said, money, say, sentence},
};
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;
use thunder_channel::{
    Amount, Bytes32,
    metering::{SessionEvent, SessionId, SessionsTold},
};
use thunder_client::downloads::{Link, Outcome, Phase};
use thunder_ethereum::{
    At, BlockRange, Call, ChainError, LogFilter, Permit, Revert, RpcErrorKind, Token as Erc20, WalletError,
    sign_permit,
};

/// How often the chain is read on a development chain, where blocks come on request, and elsewhere, in milliseconds.
const DEVELOPMENT_READING_MS: u32 = 1_000;
const READING_MS: u32 = 10_000;
/// How often a receipt is asked for, in milliseconds, and how many times: ten minutes.
const RECEIPT_PAUSE_MS: u32 = 250;
const RECEIPT_QUESTIONS: u32 = 2_400;
/// How long a permit is good, in seconds. The transaction that uses it follows at once.
const PERMIT_S: u64 = 3_600;
/// How far back logs are asked for, in blocks: what most nodes allow.
const LATELY: u64 = 999;
/// How long an end by agreement is good: ten minutes, and on chains that mine on demand at least so many units of the clock.
const SETTLING_S: u64 = 600;
const SETTLING_LEAST: u64 = 20;

impl Downloads {
    /// Deposits what was agreed on.
    ///
    /// # Errors
    /// Words for the person; the session then waits for its deposit still.
    pub async fn deposit(self: &Rc<Self>, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        let (key, deposit, accepted) = {
            let download = run.download.borrow();
            let record = download.record();
            (record.key, record.deposit, record.acceptance)
        };
        let accepted = accepted.ok_or_else(|| say::no_such_session().to_owned())?;
        let make = |permit: Option<&Permit>| match permit {
            Some(permit) => self.contract.open_with_permit(&key, deposit, &accepted, permit),
            None => self.contract.open(&key, deposit, &accepted),
        };
        self.pay_in(&run, deposit, &make).await?;
        let told = say::session_deposited(&money(deposit, &self.desk.config.token(key.terms.token)));
        self.desk.tell.emit((Tone::Good, told, None));
        Ok(())
    }

    /// Adds to a deposit.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn top_up(self: &Rc<Self>, id: SessionId, added: Amount) -> Result<(), String> {
        let run = self.run(id)?;
        let (key, epoch) = {
            let download = run.download.borrow();
            (download.record().key, download.record().epoch)
        };
        let make = |permit: Option<&Permit>| match permit {
            Some(permit) => self.contract.top_up_with_permit(&key, epoch, added, permit),
            None => self.contract.top_up(&key, epoch, added),
        };
        self.pay_in(&run, added, &make).await
    }

    /// Asks the provider to end together. Nothing opens a wallet's window.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn finish(self: &Rc<Self>, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        run.trouble.take();
        run.wanted.take();
        let clock = self.chain.clock(At::Latest).await;
        let clock = clock.map_err(|error| self.refusal(&error))?;
        let good_for = (SETTLING_S / self.desk.config.clock.seconds_per_tick()).max(SETTLING_LEAST);
        run.download.borrow_mut().finish(clock.saturating_add(good_for));
        self.keep_soon(&run);
        self.connect(&run);
        run.nudge();
        self.draw();
        Ok(())
    }

    /// Closes a session alone, by what is proven.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn close(self: &Rc<Self>, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        run.download.borrow_mut().stop();
        run.download.borrow_mut().leave_open();
        let call = {
            let download = run.download.borrow();
            let (record, evidence) = (download.record(), download.meter().evidence());
            self.contract.close(&record.key, record.epoch, evidence.first())
        };
        self.transact(&run, &call).await
    }

    /// Pays both sides out after the period.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn settle(self: &Rc<Self>, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        let call = {
            let download = run.download.borrow();
            self.contract
                .settle(&download.record().key, download.record().epoch)
        };
        self.transact(&run, &call).await
    }

    /// Hands an end in that both have signed, where the provider does not.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn hand_in(self: &Rc<Self>, id: SessionId) -> Result<(), String> {
        let run = self.run(id)?;
        let call = {
            let download = run.download.borrow();
            let record = download.record();
            let Phase::Settling {
                settlement,
                ours,
                theirs: Some(theirs),
            } = &record.phase
            else {
                return Err(say::no_such_session().to_owned());
            };
            let signatures = [*ours, *theirs];
            self.contract
                .settle_together(&record.key, record.epoch, settlement, &signatures)
        };
        self.transact(&run, &call).await
    }

    // --------------------------------------------------------------------------------------- transactions

    /// Sends a call that takes tokens or ether from the account: by a permit where the token has them, else after an approval.
    async fn pay_in(
        self: &Rc<Self>,
        run: &Rc<Run>,
        amount: Amount,
        make: &dyn Fn(Option<&Permit>) -> Call,
    ) -> Result<(), String> {
        if run.busy.replace(true) {
            return Err(say::wallet_is_asked().to_owned());
        }
        self.draw();
        let paid = self.pay(run, amount, make).await;
        self.done(run).await;
        paid
    }

    async fn pay(
        &self,
        run: &Run,
        amount: Amount,
        make: &dyn Fn(Option<&Permit>) -> Call,
    ) -> Result<(), String> {
        let token = run.download.borrow().record().key.terms.token;
        if token.is_zero() {
            return self.send(&make(None)).await;
        }
        let failed = |error: ChainError| self.refusal(&error);
        let (token, owner) = (Erc20::new(token), self.desk.seat.account);
        let held = self.chain.token_balance(token, owner).await.map_err(failed)?;
        if held < amount.units().into() {
            let known = self.desk.config.token(token.address);
            let held = Amount::new(u128::try_from(held).unwrap_or(u128::MAX)).unwrap_or(Amount::MAX);
            return Err(say::wallet_has_at_most(&money(held, &known)));
        }
        let allowed = self.chain.allowance(token, owner).await.map_err(failed)?;
        if allowed >= amount.units().into() {
            return self.send(&make(None)).await;
        }
        let deadline = (now_ms() / 1_000).saturating_add(PERMIT_S);
        let request = self.chain.permit_request(token, owner, amount, deadline).await;
        if let Some(request) = request.map_err(failed)? {
            match sign_permit(&*self.desk.wallet.provider, &request).await {
                Ok(permit) => return self.send(&make(Some(&permit))).await,
                // A wallet that signs no permits is asked for an approval.
                Err(WalletError::Rpc(error)) if error.kind == RpcErrorKind::UnsupportedMethod => (),
                Err(error) => return Err(error.said()),
            }
        }
        self.send(&token.approve(self.contract.address, amount)).await?;
        self.send(&make(None)).await
    }

    async fn transact(self: &Rc<Self>, run: &Rc<Run>, call: &Call) -> Result<(), String> {
        if run.busy.replace(true) {
            return Err(say::wallet_is_asked().to_owned());
        }
        self.draw();
        let sent = self.send(call).await;
        self.done(run).await;
        sent
    }

    async fn done(self: &Rc<Self>, run: &Rc<Run>) {
        // What is not read now is read in a moment.
        drop(self.read(run).await);
        run.busy.set(false);
        self.desk.read_now.emit(());
        self.draw();
    }

    /// Tries a call out, has the wallet send it, and waits until it is mined.
    async fn send(&self, call: &Call) -> Result<(), String> {
        let (wallet, account) = (&*self.desk.wallet.provider, self.desk.seat.account);
        let sent = self.chain.send(wallet, call, account).await;
        let sent = sent.map_err(|error| self.refusal(&error))?;
        self.mined(sent).await
    }

    async fn mined(&self, sent: Bytes32) -> Result<(), String> {
        for _ in 0..RECEIPT_QUESTIONS {
            // A chain that is away for a moment is asked again.
            if let Ok(Some(receipt)) = self.chain.receipt(sent).await {
                return if receipt.succeeded {
                    Ok(())
                } else {
                    Err(say::session_refused_by_chain().to_owned())
                };
            }
            TimeoutFuture::new(RECEIPT_PAUSE_MS).await;
        }
        Err(say::not_mined_in_time().to_owned())
    }

    /// A failure in words. Reasons of this contract are not the hub's.
    fn refusal(&self, error: &ChainError) -> String {
        if let ChainError::Reverted(Revert::Unknown(data)) = error
            && let Some(refusal) = self.contract.read_refusal(data)
        {
            return refusal.said();
        }
        error.said()
    }

    // -------------------------------------------------------------------------------------------- reading

    /// Looks at the chain now and then, for as long as there is a session that is not over.
    pub(super) async fn keep_reading(self: &Rc<Self>) {
        let pause = if self.desk.config.is_development() {
            DEVELOPMENT_READING_MS
        } else {
            READING_MS
        };
        loop {
            for run in self.all() {
                let over = {
                    let download = run.download.borrow();
                    let phase = download.record().phase;
                    matches!(
                        phase,
                        Phase::Proposed | Phase::Void | Phase::Ended { outcome: Some(_) }
                    )
                };
                if !over && let Err(words) = self.read(&run).await {
                    // The banner about the chain says so already; nothing is lost by waiting.
                    gloo::console::debug!(sentence(&words));
                }
            }
            TimeoutFuture::new(pause).await;
        }
    }

    async fn read(self: &Rc<Self>, run: &Rc<Run>) -> Result<(), String> {
        let (key, before) = {
            let download = run.download.borrow();
            (download.record().key, download.record().phase)
        };
        let read = async {
            let answer = self
                .chain
                .call(&self.contract.session(&key), None, At::Latest)
                .await?;
            Ok((
                self.contract.read_session(&answer)?,
                self.chain.clock(At::Latest).await?,
            ))
        };
        let (state, clock) = read.await.map_err(|error: ChainError| self.refusal(&error))?;
        // How long a period still runs is told in it.
        let ticked = run.clock.replace(clock) != clock;
        run.download.borrow_mut().read(state, clock);
        if run.download.borrow().link() == Link::SignedIn {
            // It may not have been deep enough before.
            run.download.borrow_mut().look_again();
        }
        let unread = run.download.borrow().record().phase == Phase::Ended { outcome: None };
        if unread && let Some(outcome) = self.outcome(run.id()).await {
            run.download.borrow_mut().ended(outcome);
        }
        let now = run.download.borrow().record().phase;
        if now != before || ticked {
            self.draw();
        }
        if now != before && now == Phase::Active {
            self.connect(run);
        }
        self.keep(run).await?;
        run.nudge();
        Ok(())
    }

    /// What was charged and paid in a session that ended lately, if the logs still tell.
    async fn outcome(&self, session: SessionId) -> Option<Outcome> {
        let head = self.chain.block_number().await.ok()?;
        let filter = LogFilter {
            address: self.contract.address,
            range: BlockRange {
                from: head.saturating_sub(LATELY),
                to: head,
            },
            topics: vec![None, Some(vec![session.0])],
        };
        let logs = self.chain.logs(&filter).await.ok()?;
        logs.iter()
            .rev()
            .find_map(|log| match self.contract.read_log(log).ok()? {
                SessionsTold::Session {
                    event: SessionEvent::Settled { shares, .. },
                    ..
                } => Some(Outcome {
                    charged: shares.charged(),
                    paid: shares.paid,
                }),
                _ => None,
            })
    }

    /// What the contract's clock counts.
    #[must_use]
    pub fn clock_mode(&self) -> ClockMode {
        self.desk.config.clock
    }
}

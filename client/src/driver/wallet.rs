//! Asking the wallet, which may refuse, answer for another account, or never answer.

use super::Driver;
use crate::{Effect, Event, Progress, Refusal, Statement, WalletFault, WalletRequest};
use futures::{FutureExt, channel::oneshot, pin_mut, select_biased};
use std::future::Future;
use thunder_channel::{ChannelId, Delegation, Reading, Signature};
use thunder_ethereum::sign_typed;

/// How long a wallet's window may stay open, in milliseconds. Some wallets reject after 140 seconds by themselves; one that
/// is silent for longer than this has lost the request.
const WALLET_TIMEOUT_MS: u64 = 300_000;

impl Driver {
    /// Stops waiting for the wallet, if it is being waited for. What its window still does is no longer looked at.
    pub fn stop_waiting_for_wallet(&self) {
        if let Some(give_up) = self.give_up.borrow_mut().take() {
            // Nobody listens any more if the wallet has answered just now.
            let _: Result<(), ()> = give_up.send(());
        }
    }

    /// Has the wallet sign a statement, and tells the participant what came of it.
    pub(super) async fn sign_by_wallet(&self, statement: Statement) -> Result<Vec<Effect>, Refusal> {
        let channel = statement.channel();
        let domain = self.participant.borrow().config().domain;
        let account = self.participant.borrow().config().account;
        let wallet = &self.ports.wallet;
        let signing = async {
            match &statement {
                Statement::Claim(claim) => sign_typed(wallet, account, claim, &domain).await,
                Statement::Settlement(settlement) => sign_typed(wallet, account, settlement, &domain).await,
                Statement::Withdrawal(withdrawal) => sign_typed(wallet, account, withdrawal, &domain).await,
                Statement::SettleForMe(request) => sign_typed(wallet, account, request, &domain).await,
                Statement::PaymentRequest(request) => sign_typed(wallet, account, request, &domain).await,
                Statement::Cancellation(cancellation) => {
                    sign_typed(wallet, account, cancellation, &domain).await
                }
            }
        };
        let signed = self
            .ask_wallet(WalletRequest::Statement(statement.clone()), signing)
            .await;
        let refusal = match signed {
            Ok(signature) => match self.step(Event::WalletSigned { channel, signature }).await {
                Ok(effects) => return Ok(effects),
                Err(refusal) => refusal,
            },
            Err(refusal) => refusal,
        };
        self.told(Event::WalletRefused { channel }).await;
        Err(refusal)
    }

    /// Has the wallet allow the payment key to sign in a channel.
    pub(super) async fn ask_delegation(&self, channel: ChannelId) -> Result<Signature, Refusal> {
        let (domain, account, key) = {
            let participant = self.participant.borrow();
            let config = participant.config();
            (config.domain, config.account, config.payment_key.address())
        };
        let delegation = Delegation { channel, key };
        let signing = sign_typed(&self.ports.wallet, account, &delegation, &domain);
        self.ask_wallet(WalletRequest::Delegation(channel), signing).await
    }

    /// Has the wallet allow the payment key to read in a channel.
    pub(super) async fn ask_reading(&self, channel: ChannelId) -> Result<Signature, Refusal> {
        let (domain, account, key) = {
            let participant = self.participant.borrow();
            let config = participant.config();
            (config.domain, config.account, config.payment_key.address())
        };
        let reading = Reading { channel, key };
        let signing = sign_typed(&self.ports.wallet, account, &reading, &domain);
        self.ask_wallet(WalletRequest::Reading(channel), signing).await
    }

    /// Waits for the wallet: one request at a time, not for ever, and no longer than the person wants.
    pub(super) async fn ask_wallet<T, E: Into<WalletFault>>(
        &self,
        request: WalletRequest,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Refusal> {
        let Some(_window) = self.wallet.try_lock() else {
            return Err(Refusal::WalletBusy);
        };
        let (give_up, given_up) = oneshot::channel();
        *self.give_up.borrow_mut() = Some(give_up);
        self.ports.observer.progress(Progress::AskingWallet(request));
        let clock = &self.ports.clock;
        let result = {
            let (answer, given_up) = (answer.fuse(), given_up.fuse());
            let too_late = clock.sleep(WALLET_TIMEOUT_MS).fuse();
            pin_mut!(answer, given_up, too_late);
            select_biased! {
                answer = answer => answer.map_err(|error| Refusal::Wallet(error.into())),
                _ = given_up => Err(Refusal::Wallet(WalletFault::GivenUp)),
                () = too_late => Err(Refusal::Wallet(WalletFault::Silent)),
            }
        };
        self.give_up.borrow_mut().take();
        self.ports.observer.progress(Progress::WalletDone);
        result
    }
}

//! Who signs for the holder, and what follows once it is signed.

use super::{
    channel::{Channel, Out, World},
    records::Pending,
};
use crate::{Effect, PaidOnce, Refusal, Signing, Statement, WalletFault};
use thunder_channel::{Authorization, Digest, Signature, TypedMessage};

impl Channel {
    /// Who signs the holder's statements.
    pub fn signing(&self, world: &World<'_>) -> Signing {
        if self.signer() == world.config.payment_key.address() {
            Signing::PaymentKey
        } else if self.is_forfeit() {
            Signing::WalletOnly
        } else if self.record.delegation.is_some() {
            Signing::PaymentKey
        } else {
            Signing::WalletOrDelegate
        }
    }

    /// Has a statement signed: at once by the payment key, or by the wallet, for which this is written down first.
    /// `agreeing` is for the second signature, which goes to the hub with the counterparty's.
    pub fn sign(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        statement: Statement,
        agreeing: bool,
    ) -> Result<(), Refusal> {
        if let Statement::Claim(claim) = &statement {
            self.record.last_nonce = claim.nonce;
        }
        if self.signing(world) == Signing::PaymentKey {
            let authorization = self.by_payment_key(world, &statement.digest(&world.config.domain));
            return self.signed(world, out, statement, authorization, agreeing);
        }
        self.record.pending = Some(Pending {
            statement: statement.clone(),
            agreeing,
            request: None,
            once: None,
        });
        out.effects.push(Effect::SignByWallet(statement));
        Ok(())
    }

    /// Signs a note, where the payment key may speak.
    pub fn authorize(&self, world: &World<'_>, note: &impl TypedMessage) -> Authorization {
        self.by_payment_key(world, &note.digest(&world.config.domain))
    }

    fn by_payment_key(&self, world: &World<'_>, digest: &Digest) -> Authorization {
        let key = &world.config.payment_key;
        let own = self.signer() == key.address();
        Authorization {
            signature: key.sign(digest),
            delegation: self.record.delegation.filter(|_| !own),
        }
    }

    /// The wallet's answer to what was asked last.
    pub fn wallet_signed(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        signature: Signature,
    ) -> Result<(), Refusal> {
        let Some(Pending {
            statement,
            agreeing,
            request,
            once,
        }) = self.record.pending.take()
        else {
            // An answer to a question that was given up: it never leaves this page.
            return Err(Refusal::Wallet(WalletFault::Late));
        };
        let digest = statement.digest(&world.config.domain);
        if signature.recover(&digest) != Ok(self.signer()) {
            return Err(Refusal::Wallet(WalletFault::OtherAccount));
        }
        // The world went on while the window was open.
        self.require_own(world)?;
        if let Statement::SettleForMe(_) = statement {
            self.require_closing()?;
            return self.signed(world, out, statement, Authorization::direct(signature), agreeing);
        }
        self.require_open(world)?;
        // A second signature under a settlement is as good while the first one, over the same totals, is out.
        let second =
            agreeing && matches!(statement, Statement::Settlement(_)) && self.record.closing.is_none();
        if !second && !statement.is_note() {
            self.require_free()?;
        }
        if let (Statement::Claim(claim), Some((reference, amount))) = (&statement, once) {
            out.paid = Some((reference, PaidOnce::by(claim, amount, world.now_ms)));
        }
        self.signed(world, out, statement, Authorization::direct(signature), agreeing)?;
        if let Some(number) = request {
            self.answered(number, self.paid());
        }
        Ok(())
    }

    fn signed(
        &mut self,
        world: &World<'_>,
        out: &mut Out,
        statement: Statement,
        authorization: Authorization,
        agreeing: bool,
    ) -> Result<(), Refusal> {
        match statement {
            Statement::Claim(claim) => self.claim_signed(world, out, claim, authorization),
            Statement::Settlement(settlement) => {
                self.settlement_signed(world, out, settlement, authorization, agreeing)
            }
            Statement::Withdrawal(withdrawal) => {
                self.withdrawal_signed(world, out, withdrawal, authorization, agreeing)
            }
            Statement::SettleForMe(request) => {
                self.settle_for_me_signed(out, request, authorization);
                Ok(())
            }
            Statement::PaymentRequest(request) => {
                self.request_signed(out, request, authorization);
                Ok(())
            }
            Statement::Cancellation(cancellation) => {
                self.cancellation_signed(out, cancellation, authorization);
                Ok(())
            }
        }
    }
}

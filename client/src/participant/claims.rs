//! Being paid: what is believed of a claim, and how much of it counts.

use super::channel::{Channel, Out, World};
use crate::{EntryKind, Notice};
use thunder_channel::{Amount, Ledger, SignedClaim};

impl Channel {
    /// A claim of either direction, from anywhere. Whatever does not prove itself, or is not better, changes nothing.
    /// `false` if it proves nothing.
    pub fn take_claim(&mut self, world: &World<'_>, out: &mut Out, signed: SignedClaim) -> bool {
        let known = [self.record.own, self.record.received];
        if known.contains(&Some(signed)) {
            return true;
        }
        match signed.verify(&self.record.key, self.record.epoch, &world.config.domain) {
            Ok(payer) if payer == self.holder => self.take_own(world, out, signed),
            Ok(_) => self.take_received(world, out, signed),
            Err(_) => return false,
        }
        true
    }

    /// Any valid higher claim is kept: it can be shown to the hub, covered or not.
    fn take_received(&mut self, world: &World<'_>, out: &mut Out, signed: SignedClaim) {
        if self.record.received.is_none_or(|best| signed.supersedes(&best)) {
            self.record.received = Some(signed);
            self.credit(world, out);
        }
    }

    /// Another store of the holder's, or an earlier state of this one, has paid more.
    fn take_own(&mut self, world: &World<'_>, out: &mut Out, signed: SignedClaim) {
        if self.record.own.is_none_or(|best| signed.supersedes(&best)) {
            let total = signed.claim.total;
            let higher = total > self.paid();
            let before = self.record.own.map_or(0, |own| own.claim.nonce);
            self.raise_own(world, signed, signed.claim.nonce.saturating_sub(before).max(1));
            self.credit(world, out);
            if higher {
                out.notify(Notice::OwnClaimAdopted {
                    channel: self.id,
                    total,
                });
            }
        }
    }

    /// Credits what the counterparty is covered for, if credit can be given now. What was credited is never taken back here:
    /// a reorganisation lowers what is shown, and the same claims count again once the chain has caught up.
    pub fn credit(&mut self, world: &World<'_>, out: &mut Out) {
        let may = self.record.joined
            && self.fault(world).is_none()
            && !self.is_frozen()
            && world.fresh().is_some()
            && self.record.now.is_open()
            && self.record.confirmed.is_open();
        let Some(best) = self.record.received.filter(|_| may) else {
            return;
        };
        let total = Ledger {
            received: best.claim.total,
            ..self.ledger()
        }
        .credited();
        let Some(amount) = total
            .checked_sub(self.record.credited)
            .filter(|rise| !rise.is_zero())
        else {
            return;
        };
        self.record.credited = total;
        let mut payments = 1;
        if total == best.claim.total {
            payments = best.claim.nonce.saturating_sub(self.record.credited_nonce).max(1);
            self.record.credited_nonce = best.claim.nonce;
        }
        let nonce = best.claim.nonce.to_string();
        self.tell(
            world,
            EntryKind::Paid {
                by: self.holder.other(),
                amount,
                total,
                nonce,
                payments,
            },
        );
        out.notify(Notice::Received {
            channel: self.id,
            amount,
        });
    }

    /// Received, but not money yet.
    pub fn waiting(&self) -> Amount {
        self.received().saturating_sub(self.ledger().credited())
    }
}

//! What the relay says, none of which is believed without its own proof, and what it has to be told.

use super::{
    Turn,
    channel::{Channel, Out, Subscription, World},
    limits, shortened,
};
use crate::Notice;
use std::rc::Rc;
use thunder_channel::{
    Address, ChannelId, Side, SignedClaim,
    wire::{ClientFrame, ErrorCode, MAX_MESSAGES, Message, RelayFrame, Snapshot},
};

impl Turn {
    pub fn relay_up(&mut self) {
        self.next.relay_up = true;
        self.next.relay_notices = 0;
        self.with_each(|channel, world, out| {
            channel.reconnect();
            channel.keep_subscribed(world, out);
        });
    }

    pub fn relay_down(&mut self) {
        self.next.relay_up = false;
        self.with_each(|channel, world, _| {
            // Where the counterparty listens itself, what it said stays said.
            if !channel.is_heard(world) {
                channel.disconnect();
            }
        });
    }

    /// A counterparty's own link came up or went down. Whoever else listens is asked again: what one has says nothing of the other.
    pub fn peer(&mut self, peer: Address, up: bool) {
        let peers = Rc::make_mut(&mut self.next.peers);
        if up {
            peers.insert(peer);
        } else {
            peers.remove(&peer);
        }
        self.with_each(|channel, world, out| {
            if channel.counterparty() != peer {
                return;
            }
            if channel.is_heard(world) {
                channel.reconnect();
                channel.keep_subscribed(world, out);
            } else {
                channel.disconnect();
            }
        });
    }

    /// The counterparty knows a channel by now. A question of an instant ago has crossed its own, and is being answered.
    pub fn peer_asks(&mut self, id: ChannelId) {
        self.about(id, |channel, world, out| {
            if let Subscription::Asked(at) = channel.link.subscription
                && world.now_ms.saturating_sub(at) >= limits::CROSSING_MS
            {
                channel.link.subscription = Subscription::Asked(0);
                channel.keep_subscribed(world, out);
            }
        });
    }

    pub fn relay(&mut self, frame: RelayFrame) {
        match frame {
            RelayFrame::Snapshot(snapshot) => {
                self.about(snapshot.channel, |c, w, o| c.snapshot(w, o, &snapshot));
            }
            RelayFrame::Claim { claim, .. } => self.about(claim.claim.channel, |channel, world, out| {
                if !channel.take_claim(world, out, claim) {
                    out.disbelieved
                        .push("the relay sent a claim that nobody in its channel has signed");
                }
            }),
            RelayFrame::Ack {
                channel,
                payer,
                nonce,
                total,
            } => self.about(channel, |channel, _, _| {
                if payer == channel.holder {
                    channel.link.acknowledged = Some((total, nonce));
                }
            }),
            RelayFrame::Message { channel, message } => self.about(channel, |channel, world, out| {
                channel.message(world, out, &message);
            }),
            RelayFrame::Presence {
                channel,
                side,
                online,
            } => self.about(channel, |channel, _, _| {
                if side != channel.holder {
                    channel.link.peer_online = online;
                }
            }),
            RelayFrame::Error { code, words, channel } => self.relay_error(code, &words, channel),
            // The driver answers challenges, its host hears notices; what a newer relay says is none of ours.
            RelayFrame::Challenge { .. }
            | RelayFrame::SignedIn { .. }
            | RelayFrame::Distrust(_)
            | RelayFrame::Unknown => (),
        }
    }

    /// Something about one channel, which has to be joined.
    fn about(&mut self, id: ChannelId, change: impl FnOnce(&mut Channel, &World<'_>, &mut Out)) {
        let done = self.with(id, |channel, world, out| {
            channel.require_own(world)?;
            change(channel, world, out);
            Ok(())
        });
        if done.is_err() {
            self.disbelieve("the relay spoke of a channel that was not asked about");
        }
    }

    fn relay_error(&mut self, code: ErrorCode, words: &str, channel: Option<ChannelId>) {
        if let Some(id) = channel {
            // Asked again later, which also shows what the relay has now.
            self.about(id, |channel, world, _| {
                channel.link.subscription = Subscription::Asked(world.now_ms);
            });
        }
        // A relay that reads the chain a little later, or has the same already, needs nobody's attention.
        if !matches!(code, ErrorCode::UnknownChannel | ErrorCode::NotHigher) {
            let words = shortened(words);
            self.relay_notice(Notice::RelayRefused { words });
        }
    }
}

impl Channel {
    /// Asks the relay for the channel, and says again what it has not acknowledged.
    pub fn keep_subscribed(&mut self, world: &World<'_>, out: &mut Out) {
        // Without a proof of who is reading, a relay could only refuse.
        if !self.is_heard(world) || !self.is_live(world) || !self.can_read(world) {
            return;
        }
        let waited = |since: u64| world.now_ms.saturating_sub(since) >= limits::RETRY_MS;
        match self.link.subscription {
            Subscription::Live => {
                let own = self.record.own.map(|own| (own.claim.total, own.claim.nonce));
                if own.is_some() && own > self.link.acknowledged && waited(self.link.sent_at) {
                    self.send_own(world, out);
                }
                self.send_read_mark(world, out);
            }
            Subscription::Asked(at) if !waited(at) => (),
            Subscription::Asked(_) | Subscription::None => {
                let known = self.say_known();
                self.link.subscription = Subscription::Asked(world.now_ms);
                out.send(ClientFrame::Subscribe {
                    key: self.record.key,
                    epoch: self.record.epoch,
                    delegation: self.record.delegation,
                    reading: self.record.reading,
                    known,
                });
            }
        }
    }

    /// The relay's copy: take what is better there, hand in what is better here.
    fn snapshot(&mut self, world: &World<'_>, out: &mut Out, snapshot: &Snapshot) {
        let mut honest = true;
        for payer in Side::BOTH {
            if let Some(signed) = snapshot.claims[payer] {
                let in_place = signed.claim.to == self.record.key.address(payer.other());
                honest &= in_place && self.take_claim(world, out, signed);
            }
        }
        if !honest {
            out.disbelieved
                .push("the relay's copy of a channel holds a claim that nobody has signed");
        }
        self.forget_heard(snapshot);
        for message in snapshot.messages.iter().take(MAX_MESSAGES) {
            self.message(world, out, message);
        }
        self.link.peer_online = snapshot.online[self.holder.other()];
        self.link.subscription = Subscription::Live;
        // A copy with a forged claim of ours says nothing about what we have signed.
        self.record.sure |= honest;

        let theirs = self.claims_in(snapshot);
        let better = |ours: Option<SignedClaim>, theirs: Option<SignedClaim>| {
            ours.filter(|ours| theirs.is_none_or(|theirs| ours.supersedes(&theirs)))
        };
        // Theirs first: what they paid back is what covers a total of ours.
        if let Some(received) = better(self.record.received, theirs[self.holder.other()]) {
            out.send(ClientFrame::Claim(received));
        }
        if better(self.record.own, theirs[self.holder]).is_some() {
            self.send_own(world, out);
        } else if honest {
            self.link.acknowledged = self.record.own.map(|own| (own.claim.total, own.claim.nonce));
        }
        let settlement = self.record.settlement.map(Message::Settlement);
        let withdrawal = self.record.withdrawal.map(Message::Withdrawal);
        let request = self.record.settle_for_me.map(Message::SettleForMe);
        for offer in settlement.into_iter().chain(withdrawal).chain(request) {
            if !snapshot.has(&offer) {
                self.send_message(out, offer);
            }
        }
        for note in self.lacking_notes(world, snapshot) {
            self.send_message(out, note);
        }
        self.link.marked = self.notes.read;
    }

    fn message(&mut self, world: &World<'_>, out: &mut Out, message: &Message) {
        let proves = match message {
            Message::Settlement(offer) => self.take_settlement(world, *offer),
            Message::Withdrawal(offer) => self.take_withdrawal(world, *offer),
            Message::SettleForMe(request) => self.take_settle_for_me(world, *request),
            Message::PaymentRequest(signed) => self.take_request(world, out, signed),
            Message::Cancellation(signed) => self.take_cancellation(world, signed),
            Message::Memo(signed) => self.take_memo(world, out, signed),
            Message::ReadMark(signed) => self.take_read_mark(world, out, signed),
            Message::Decline(signed) => self.take_decline(world, out, signed),
            Message::Unknown => true,
        };
        if proves {
            self.heard(message);
        } else {
            out.disbelieved
                .push("the relay sent a message that nobody in its channel has signed");
        }
    }
}

//! Coming back to the relay: what the holder has already is said with the question, so that only the rest is sent.

use super::channel::{Channel, Link, Subscription};
use std::rc::Rc;
use thunder_channel::{
    PerSide, Side, SignedClaim,
    wire::{Fingerprint, Known, MAX_MESSAGES, Message, Rank, Snapshot},
};

impl Channel {
    /// The connection to the relay begins anew: nothing is known of its copy, what it told stays heard. If it is the same
    /// connection still, an answer may be on its way.
    pub fn reconnect(&mut self) {
        let subscription = match self.link.subscription {
            Subscription::Asked(_) => Subscription::Asked(0),
            Subscription::None | Subscription::Live => Subscription::None,
        };
        self.link = Link {
            subscription,
            ..Link::default()
        };
    }

    /// The connection to the relay is gone, and with it every answer.
    pub fn disconnect(&mut self) {
        self.link = Link::default();
    }

    /// What to say is known in a subscription, which is remembered to make sense of the answer.
    ///
    /// A question that is asked again says nothing: then two answers can be under way, and which one comes is not known.
    pub fn say_known(&mut self) -> Option<Known> {
        let first = self.link.subscription == Subscription::None;
        let claims = PerSide::from_fn(|side| {
            let best = if side == self.holder {
                self.record.own
            } else {
                self.record.received
            };
            best.filter(|_| first)
        });
        self.link.asked_with = claims;
        let known = Known {
            claims: claims.map(|claim| claim.as_ref().map(Rank::from)),
            messages: self.heard.to_vec(),
        };
        (first && known != Known::default()).then_some(known)
    }

    /// The claims that the relay has, those that it left out as known included.
    pub fn claims_in(&self, snapshot: &Snapshot) -> PerSide<Option<SignedClaim>> {
        PerSide::from_fn(|side: Side| {
            let known = self.link.asked_with[side].filter(|_| snapshot.unchanged[side]);
            snapshot.claims[side].or(known)
        })
    }

    /// Remembers that a message came, if it is one that was taken in for good.
    ///
    /// Offers and read marks are not: what they are worth depends on claims that may come after them.
    pub fn heard(&mut self, message: &Message) {
        let for_good = matches!(
            message,
            Message::PaymentRequest(_) | Message::Cancellation(_) | Message::Memo(_)
        );
        if let Some(print) = message.fingerprint().filter(|_| for_good) {
            self.remember_heard(print);
        }
    }

    /// Forgets what the relay did not show again: it has given way there.
    pub fn forget_heard(&mut self, snapshot: &Snapshot) {
        self.heard = Rc::new(Vec::new());
        for print in snapshot.standing.iter().take(MAX_MESSAGES) {
            self.remember_heard(*print);
        }
    }

    fn remember_heard(&mut self, print: Fingerprint) {
        let heard = Rc::make_mut(&mut self.heard);
        if heard.contains(&print) {
            return;
        }
        heard.push(print);
        if heard.len() > MAX_MESSAGES {
            heard.remove(0);
        }
    }
}

//! Answering a counterparty that speaks on a link of its own, as a relay would: with what is stored here.

use super::{Participant, channel::Channel};
use thunder_channel::{
    Address, ChannelId, PerSide, Side, SignedClaim,
    wire::{Known, MAX_MESSAGES, Message, Snapshot},
};

impl Participant {
    /// A channel with `peer` that the holder takes part in.
    fn with_peer(&self, id: ChannelId, peer: Address) -> Option<&Channel> {
        let channel = self.channels.get(&id)?;
        (channel.counterparty() == peer && channel.require_own(&self.world(0)).is_ok()).then_some(channel)
    }

    /// Whether a peer may speak of a channel.
    pub(crate) fn shares(&self, id: ChannelId, peer: Address) -> bool {
        self.with_peer(id, peer).is_some()
    }

    /// A channel as it is stored here, for its other side: both best claims, and what the holder has said besides. `None` if it is
    /// no channel with `peer`.
    pub(crate) fn snapshot_for(
        &self,
        id: ChannelId,
        peer: Address,
        known: &Known,
        now_ms: u64,
    ) -> Option<Snapshot> {
        let channel = self.with_peer(id, peer)?;
        let record = &channel.record;
        let claims = PerSide::from_fn(|side: Side| {
            if side == channel.holder {
                record.own
            } else {
                record.received
            }
        });
        let offers = [
            record.settlement.map(Message::Settlement),
            record.withdrawal.map(Message::Withdrawal),
        ];
        let mut messages: Vec<_> = offers.into_iter().flatten().collect();
        messages.extend(channel.own_notes(&self.world(now_ms)));
        messages.truncate(MAX_MESSAGES);
        let snapshot = Snapshot {
            channel: id,
            claims,
            history: PerSide::default(),
            messages,
            online: PerSide {
                alice: true,
                bob: true,
            },
            unchanged: PerSide::default(),
            standing: Vec::new(),
        };
        let mut snapshot = snapshot.since(known);
        // What was heard from the peer need not be said by it again.
        snapshot.standing.extend(channel.heard.iter().copied());
        snapshot.standing.truncate(MAX_MESSAGES);
        Some(snapshot)
    }

    /// Whether a claim is stored here, or a better one of its payer.
    pub(crate) fn keeps(&self, signed: &SignedClaim) -> bool {
        self.channels.get(&signed.claim.channel).is_some_and(|channel| {
            let payee = channel.record.key.side_of(signed.claim.to);
            let best = match payee {
                Some(payee) if payee == channel.holder => channel.record.received,
                Some(_) => channel.record.own,
                None => None,
            };
            best.is_some_and(|best| best == *signed || best.supersedes(signed))
        })
    }
}

//! What a counterparty says on a link of its own, on which it has proved its account.

use super::Driver;
use crate::Event;
use thunder_channel::{
    Address, ChannelId,
    wire::{ClientFrame, ErrorCode, RelayFrame},
};

impl Driver {
    /// The counterparty `peer` can be spoken to directly from now on.
    pub async fn peer_up(&self, peer: Address) {
        self.told(Event::PeerUp(peer)).await;
    }

    /// It can no longer.
    pub async fn peer_down(&self, peer: Address) {
        self.told(Event::PeerDown(peer)).await;
    }

    /// What `peer` says, in the words of a relay's client, and what to answer in those of a relay. It may speak of its channels
    /// with the holder only, and nothing is believed without its own proof.
    pub async fn peer_says(&self, peer: Address, frame: ClientFrame) -> Option<RelayFrame> {
        let refuse = |code, words: &str, channel| RelayFrame::Error {
            code,
            words: words.to_owned(),
            channel: Some(channel),
        };
        let unknown = |channel| {
            refuse(
                ErrorCode::UnknownChannel,
                "the other side does not know this channel yet",
                channel,
            )
        };
        match frame {
            ClientFrame::Subscribe {
                key, epoch, known, ..
            } => {
                let id: ChannelId = key.id(epoch);
                let now = self.ports.clock.now_ms();
                let known = known.unwrap_or_default();
                let snapshot = self.participant.borrow().snapshot_for(id, peer, &known, now);
                if snapshot.is_some() {
                    self.told(Event::PeerAsks(id)).await;
                }
                Some(snapshot.map_or_else(
                    || unknown(id),
                    |snapshot| RelayFrame::Snapshot(Box::new(snapshot)),
                ))
            }
            ClientFrame::Claim(claim) => {
                let id = claim.claim.channel;
                if !self.shares(id, peer) {
                    return Some(unknown(id));
                }
                let at = self.ports.clock.now_ms();
                let heard = Event::Relay(Box::new(RelayFrame::Claim { claim, at }));
                if !self.told(heard).await {
                    return Some(refuse(
                        ErrorCode::Unavailable,
                        "the other side could not store it",
                        id,
                    ));
                }
                let participant = self.participant.borrow();
                if !participant.keeps(&claim) {
                    return Some(refuse(
                        ErrorCode::BadSignature,
                        "the other side did not take this claim",
                        id,
                    ));
                }
                let (key, _) = participant.key_of(id)?;
                Some(RelayFrame::Ack {
                    channel: id,
                    payer: key.side_of(claim.claim.to)?.other(),
                    nonce: claim.claim.nonce,
                    total: claim.claim.total,
                })
            }
            ClientFrame::Message { channel, message } => {
                if !self.shares(channel, peer) {
                    return Some(unknown(channel));
                }
                let heard = RelayFrame::Message { channel, message };
                self.told(Event::Relay(Box::new(heard))).await;
                None
            }
            // Nodes say of whom they know something in frames of their own.
            ClientFrame::SignIn { .. }
            | ClientFrame::Listen
            | ClientFrame::Distrust(_)
            | ClientFrame::Unknown => None,
        }
    }

    /// What `peer` answers. It is heard as a relay is, in its own channels.
    pub async fn peer_answers(&self, peer: Address, frame: RelayFrame) {
        let about = match &frame {
            RelayFrame::Snapshot(snapshot) => Some(snapshot.channel),
            RelayFrame::Claim { claim, .. } => Some(claim.claim.channel),
            RelayFrame::Ack { channel, .. }
            | RelayFrame::Message { channel, .. }
            | RelayFrame::Presence { channel, .. } => Some(*channel),
            RelayFrame::Error { channel, .. } => *channel,
            RelayFrame::Challenge { .. }
            | RelayFrame::SignedIn { .. }
            | RelayFrame::Distrust(_)
            | RelayFrame::Unknown => None,
        };
        if about.is_some_and(|channel| self.shares(channel, peer)) {
            self.told(Event::Relay(Box::new(frame))).await;
        }
    }

    fn shares(&self, channel: ChannelId, peer: Address) -> bool {
        self.participant.borrow().shares(channel, peer)
    }
}

//! Who hears what the participant says: the relay, and the counterparty itself where it is linked.

use crate::peer::PeerFrame;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::{Duration, Instant},
};
use thunder_channel::{
    Address, Amount, ChannelId, LinkEnd, Side, SignedClaim,
    wire::{ClientFrame, RelayFrame},
};
use thunder_client::RelayLink;
use tokio::sync::{Notify, mpsc};

/// Frames that may wait to be sent on one link. What does not fit is lost, and said again by the participant.
pub const MAX_WAITING: usize = 1_024;
/// Two links that came up within this were dialled by both ends at once.
const AT_ONCE: Duration = Duration::from_secs(5);

/// The links of one account.
pub struct Links {
    own: Address,
    relay: RefCell<Option<mpsc::Sender<String>>>,
    peers: RefCell<HashMap<Address, Linked>>,
    /// What subscriptions said of channels.
    asked: RefCell<HashMap<ChannelId, Asked>>,
    /// Up to which total the other node has what was paid.
    has: RefCell<HashMap<ChannelId, Amount>>,
    /// Something came further: an acknowledgement, or a link.
    pub moved: Notify,
    numbers: Cell<u64>,
}

/// What a subscription said of its channel.
#[derive(Clone, Copy)]
struct Asked {
    peer: Address,
    /// This node's side.
    side: Side,
    /// What this node had paid in all then, if it said so.
    known: Amount,
}

struct Linked {
    number: u64,
    frames: mpsc::Sender<PeerFrame>,
    dialled_by: Address,
    since: Instant,
}

impl Links {
    /// None yet.
    pub fn new(own: Address) -> Self {
        Self {
            own,
            relay: RefCell::default(),
            peers: RefCell::default(),
            asked: RefCell::default(),
            has: RefCell::default(),
            moved: Notify::new(),
            numbers: Cell::new(0),
        }
    }

    /// The relay's connection is up, or gone.
    pub fn set_relay(&self, frames: Option<mpsc::Sender<String>>) {
        self.relay.replace(frames);
    }

    /// A peer's link is up: gives its number. `None` if both ends dialled at once and the other link is the one that stays, which
    /// both ends see alike: the one that the lower account dialled.
    pub fn attach(&self, peer: Address, end: LinkEnd, frames: mpsc::Sender<PeerFrame>) -> Option<u64> {
        let dialled_by = match end {
            LinkEnd::Initiator => self.own,
            LinkEnd::Responder => peer,
        };
        let mut peers = self.peers.borrow_mut();
        if let Some(other) = peers.get(&peer)
            && other.since.elapsed() < AT_ONCE
            && other.dialled_by < dialled_by
        {
            return None;
        }
        let number = self.numbers.get() + 1;
        self.numbers.set(number);
        let linked = Linked {
            number,
            frames,
            dialled_by,
            since: Instant::now(),
        };
        // A former link ends when its sender is dropped.
        peers.insert(peer, linked);
        drop(peers);
        self.moved.notify_waiters();
        Some(number)
    }

    /// A peer's link is gone. `true` if it was the one in use.
    pub fn detach(&self, peer: Address, number: u64) -> bool {
        let mut peers = self.peers.borrow_mut();
        let in_use = peers.get(&peer).is_some_and(|linked| linked.number == number);
        if in_use {
            peers.remove(&peer);
        }
        in_use
    }

    /// Ends a peer's link.
    pub fn drop_peer(&self, peer: Address) {
        self.peers.borrow_mut().remove(&peer);
    }

    /// Ends every link.
    pub fn cut(&self) {
        self.peers.borrow_mut().clear();
        self.relay.take();
    }

    /// Whether a peer is linked.
    pub fn is_linked(&self, peer: Address) -> bool {
        self.peers.borrow().contains_key(&peer)
    }

    /// How many peers are linked.
    pub fn count(&self) -> usize {
        self.peers.borrow().len()
    }

    /// A peer answered: what it has from now on is remembered.
    pub fn note_answer(&self, frame: &RelayFrame) {
        let (channel, total) = match frame {
            RelayFrame::Ack { channel, total, .. } => (*channel, *total),
            RelayFrame::Snapshot(snapshot) => {
                let Some(asked) = self.asked.borrow().get(&snapshot.channel).copied() else {
                    return;
                };
                let shown = SignedClaim::total_of(snapshot.claims[asked.side].as_ref());
                let unchanged = snapshot.unchanged[asked.side].then_some(asked.known);
                (snapshot.channel, unchanged.unwrap_or(shown))
            }
            _ => return,
        };
        let mut has = self.has.borrow_mut();
        let known = has.entry(channel).or_insert(Amount::ZERO);
        *known = (*known).max(total);
    }

    /// Whether the other node has what was paid in a channel, up to this total.
    pub fn has(&self, channel: ChannelId, total: Amount) -> bool {
        self.has
            .borrow()
            .get(&channel)
            .is_some_and(|known| *known >= total)
    }

    /// Says something to a peer, if it is linked.
    pub fn say(&self, peer: Address, frame: PeerFrame) {
        if let Some(linked) = self.peers.borrow().get(&peer) {
            // Full or closing: the participant says it again.
            let _ = linked.frames.try_send(frame);
        }
    }
}

impl Links {
    /// Says something to the relay alone, if it is connected.
    pub fn tell_relay(&self, frame: &ClientFrame) {
        if let Some(relay) = &*self.relay.borrow() {
            // Full or closing: it is said again at the next connection.
            let _ = relay.try_send(frame.to_text());
        }
    }
}

impl RelayLink for Links {
    fn send(&self, frame: &ClientFrame) {
        let peer_of = |channel| self.asked.borrow().get(channel).map(|asked| asked.peer);
        let peer = match frame {
            ClientFrame::Subscribe {
                key, epoch, known, ..
            } => {
                let side = if key.alice == self.own {
                    Side::Alice
                } else {
                    Side::Bob
                };
                let rank = known.as_ref().and_then(|known| known.claims[side]);
                let asked = Asked {
                    peer: key.address(side.other()),
                    side,
                    known: rank.map_or(Amount::ZERO, |rank| rank.total),
                };
                self.asked.borrow_mut().insert(key.id(*epoch), asked);
                Some(asked.peer)
            }
            ClientFrame::Claim(claim) => peer_of(&claim.claim.channel),
            ClientFrame::Message { channel, .. } => peer_of(channel),
            ClientFrame::SignIn { .. }
            | ClientFrame::Listen
            | ClientFrame::Distrust(_)
            | ClientFrame::Unknown => None,
        };
        if let Some(peer) = peer {
            self.say(peer, PeerFrame::Say(Box::new(frame.clone())));
        }
        self.tell_relay(frame);
    }
}

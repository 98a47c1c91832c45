//! Who hears what the participant says: the relay, and the counterparty itself where it is linked.

use crate::peer::PeerFrame;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::{Duration, Instant},
};
use thunder_channel::{
    Address, Amount, ChannelId, LinkEnd,
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
    /// Which counterparty a channel is with, as subscriptions said.
    with: RefCell<HashMap<ChannelId, Address>>,
    /// Up to which total the other node has what was paid.
    has: RefCell<HashMap<ChannelId, Amount>>,
    /// Something came further: an acknowledgement, or a link.
    pub moved: Notify,
    numbers: Cell<u64>,
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
            with: RefCell::default(),
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
        if let RelayFrame::Ack { channel, total, .. } = frame {
            let mut has = self.has.borrow_mut();
            let known = has.entry(*channel).or_insert(Amount::ZERO);
            *known = (*known).max(*total);
        }
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

impl RelayLink for Links {
    fn send(&self, frame: &ClientFrame) {
        let peer = match frame {
            ClientFrame::Subscribe { key, epoch, .. } => {
                let peer = if key.alice == self.own { key.bob } else { key.alice };
                self.with.borrow_mut().insert(key.id(*epoch), peer);
                Some(peer)
            }
            ClientFrame::Claim(claim) => self.with.borrow().get(&claim.claim.channel).copied(),
            ClientFrame::Message { channel, .. } => self.with.borrow().get(channel).copied(),
            ClientFrame::SignIn { .. } | ClientFrame::Unknown => None,
        };
        if let Some(peer) = peer {
            self.say(peer, PeerFrame::Say(Box::new(frame.clone())));
        }
        if let Some(relay) = &*self.relay.borrow() {
            let _ = relay.try_send(frame.to_text());
        }
    }
}

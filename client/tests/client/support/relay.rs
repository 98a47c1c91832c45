//! A model of the relay: a register of verified best claims, and lists of frames that a test may lose, repeat or reorder.

use std::collections::VecDeque;
use thunder_channel::{
    ChannelKey, Domain, PerSide, Side, SignedClaim,
    wire::{ClientFrame, ErrorCode, MAX_MESSAGES, Message, RelayFrame, Snapshot},
};

/// The relay of one channel's two sides.
pub struct ModelRelay {
    domain: Domain,
    /// Survives restarts.
    pub best: PerSide<Option<SignedClaim>>,
    pub messages: Vec<(Side, Message)>,
    connected: PerSide<bool>,
    subscribed: PerSide<bool>,
    /// On the way to each side.
    pub outbox: PerSide<VecDeque<RelayFrame>>,
}

impl ModelRelay {
    pub fn new(domain: Domain) -> Self {
        Self {
            domain,
            best: PerSide::default(),
            messages: Vec::new(),
            connected: PerSide::default(),
            subscribed: PerSide::default(),
            outbox: PerSide::default(),
        }
    }

    pub fn connect(&mut self, side: Side) {
        self.connected[side] = true;
    }

    pub fn disconnect(&mut self, side: Side) {
        self.connected[side] = false;
        self.subscribed[side] = false;
        self.outbox[side].clear();
    }

    pub fn is_connected(&self, side: Side) -> bool {
        self.connected[side]
    }

    pub fn take(&mut self, side: Side) -> Vec<RelayFrame> {
        std::mem::take(&mut self.outbox[side]).into()
    }

    pub fn hear(&mut self, side: Side, frame: &ClientFrame, key: &ChannelKey) {
        // Everything travels as text.
        let frame = ClientFrame::parse(&frame.to_text()).unwrap();
        if !self.connected[side] {
            return;
        }
        match frame {
            ClientFrame::Subscribe {
                key: about, epoch, ..
            } => {
                assert_eq!((about, epoch), (*key, 0));
                self.subscribed[side] = true;
                let snapshot = RelayFrame::Snapshot(Box::new(self.snapshot(key)));
                self.say(side, &snapshot);
            }
            ClientFrame::Claim(claim) => self.claim(side, key, claim),
            ClientFrame::Message { channel, message } => {
                assert_eq!(channel, key.id(0));
                if self.subscribed[side] && !self.messages.contains(&(side, message.clone())) {
                    self.messages.push((side, message.clone()));
                    let other = side.other();
                    if self.subscribed[other] {
                        self.say(other, &RelayFrame::Message { channel, message });
                    }
                }
            }
            other => panic!("unexpected {other:?}"),
        }
    }

    fn claim(&mut self, side: Side, key: &ChannelKey, claim: SignedClaim) {
        let channel = key.id(0);
        let error = |code| RelayFrame::Error {
            code,
            words: String::new(),
            channel: Some(channel),
        };
        if !self.subscribed[side] {
            return self.say(side, &error(ErrorCode::NotSubscribed));
        }
        let payer = claim
            .verify(key, 0, &self.domain)
            .expect("an honest client sends what proves itself");
        if self.best[payer].is_some_and(|best| !claim.supersedes(&best) && best != claim) {
            return self.say(side, &error(ErrorCode::NotHigher));
        }
        self.best[payer] = Some(claim);
        let (nonce, total) = (claim.claim.nonce, claim.claim.total);
        self.say(
            side,
            &RelayFrame::Ack {
                channel,
                payer,
                nonce,
                total,
            },
        );
        let other = side.other();
        if self.subscribed[other] {
            self.say(other, &RelayFrame::Claim { claim, at: 0 });
        }
    }

    pub fn snapshot(&self, key: &ChannelKey) -> Snapshot {
        let newest = self.messages.iter().rev().take(MAX_MESSAGES).rev();
        Snapshot {
            channel: key.id(0),
            claims: self.best,
            history: PerSide::default(),
            messages: newest.map(|(_, message)| message.clone()).collect(),
            online: self.connected,
        }
    }

    fn say(&mut self, side: Side, frame: &RelayFrame) {
        // Everything travels as text.
        self.outbox[side].push_back(RelayFrame::parse(&frame.to_text()).unwrap());
    }
}

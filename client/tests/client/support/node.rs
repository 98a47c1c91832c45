//! A participant with a store, a wallet and a clock, driven by hand.

use super::{Person, hub::ModelChain};
use std::collections::BTreeMap;
use thunder_channel::{
    ChannelId, SignedClaim,
    wire::{ClientFrame, RelayFrame},
};
use thunder_client::{
    ChannelView, Command, Config, Effect, Event, Notice, Participant, Refusal, Statement, TransactionPurpose,
    Write,
};
use thunder_ethereum::Call;

/// One side's machine and everything around it.
pub struct Node {
    pub person: Person,
    pub config: Config,
    pub participant: Participant,
    /// What is durable.
    pub store: BTreeMap<String, String>,
    pub now_ms: u64,
    /// The store refuses to write.
    pub store_fails: bool,
    /// Said to the relay, in order.
    pub said: Vec<ClientFrame>,
    /// The wallet was asked to sign.
    pub to_sign: Vec<Statement>,
    /// The wallet was asked to send.
    pub to_send: Vec<(Call, TransactionPurpose)>,
    pub notices: Vec<Notice>,
    /// Every claim of its own that was ever said.
    pub own_said: Vec<SignedClaim>,
    /// Writes of the last step.
    pub last_writes: Vec<Write>,
}

impl Node {
    pub fn new(person: Person, config: Config) -> Self {
        let participant = Participant::new(config.clone(), &[]).unwrap();
        Self {
            person,
            config,
            participant,
            store: BTreeMap::new(),
            now_ms: 1_700_000_000_000,
            store_fails: false,
            said: Vec::new(),
            to_sign: Vec::new(),
            to_send: Vec::new(),
            notices: Vec::new(),
            own_said: Vec::new(),
            last_writes: Vec::new(),
        }
    }

    /// One step, as the driver does it.
    pub fn apply(&mut self, event: Event) -> Result<(), Refusal> {
        let effects = self.decide(event)?;
        for effect in effects {
            match effect {
                Effect::Send(frame) => {
                    self.check_stored_before_said(&frame);
                    self.said.push(*frame);
                }
                Effect::SignByWallet(statement) => self.to_sign.push(statement),
                Effect::Transact { call, purpose, .. } => self.to_send.push((call, purpose)),
                Effect::Notify(notice) => self.notices.push(notice),
            }
        }
        Ok(())
    }

    /// A step whose effects are lost: the page went away right after the store had it.
    pub fn apply_and_crash(&mut self, event: Event) {
        // A refused step has no writes to lose either.
        let _: Result<_, Refusal> = self.decide(event);
        self.crash();
    }

    fn decide(&mut self, event: Event) -> Result<Vec<Effect>, Refusal> {
        let step = self.participant.step(event, self.now_ms)?;
        if !step.writes.is_empty() {
            if self.store_fails {
                return Err(Refusal::Store(thunder_client::StoreError::Full));
            }
            for Write::Put { key, value } in &step.writes {
                self.store.insert(key.clone(), value.clone());
            }
        }
        self.last_writes = step.writes;
        self.participant = step.next;
        Ok(step.effects)
    }

    /// Everything but the store is lost.
    pub fn crash(&mut self) {
        let records: Vec<_> = self.store.clone().into_iter().collect();
        self.participant = Participant::new(self.config.clone(), &records).unwrap();
        self.said.clear();
        self.to_sign.clear();
        self.to_send.clear();
    }

    pub fn command(&mut self, command: Command) -> Result<(), Refusal> {
        self.apply(Event::Command(command))
    }

    pub fn read(&mut self, hub: &ModelChain) {
        let update = hub.update(self.person.account(), self.config.confirmations);
        // Only the store can fail here, which a test asks for itself.
        let _: Result<(), Refusal> = self.apply(Event::Chain(Box::new(update)));
    }

    pub fn relay_up(&mut self) {
        self.apply(Event::RelayUp).unwrap();
    }

    pub fn hear(&mut self, frame: RelayFrame) {
        let _: Result<(), Refusal> = self.apply(Event::Relay(Box::new(frame)));
    }

    /// The wallet signs everything that it was asked for.
    pub fn wallet_signs(&mut self) -> Result<(), Refusal> {
        for statement in std::mem::take(&mut self.to_sign) {
            let signature = self.person.wallet.sign(&statement.digest(&self.config.domain));
            self.apply(Event::WalletSigned {
                channel: statement.channel(),
                signature,
            })?;
        }
        Ok(())
    }

    pub fn view(&self, id: ChannelId) -> ChannelView {
        self.find(id).expect("the channel is shown")
    }

    pub fn find(&self, id: ChannelId) -> Option<ChannelView> {
        self.participant
            .views(self.now_ms)
            .into_iter()
            .find(|view| view.id == id)
    }

    /// The claim frames said since the last look, without removing them.
    pub fn claims_said(&self) -> Vec<SignedClaim> {
        let claim = |frame: &ClientFrame| match frame {
            ClientFrame::Claim(claim) => Some(*claim),
            _ => None,
        };
        self.said.iter().filter_map(claim).collect()
    }

    /// Review rule 1: nothing leaves before it is durable. And no two own claims share a nonce.
    fn check_stored_before_said(&mut self, frame: &ClientFrame) {
        let durable = |signature: String| self.store.values().any(|value| value.contains(&signature));
        match frame {
            ClientFrame::Claim(claim) => {
                assert!(
                    durable(claim.authorization.signature.to_string()),
                    "said before it was stored"
                );
                if claim.claim.to != self.config.account {
                    let clash = |other: &&SignedClaim| {
                        other.claim.nonce == claim.claim.nonce && other.claim.total != claim.claim.total
                    };
                    assert_eq!(self.own_said.iter().find(clash), None, "one nonce, two totals");
                    self.own_said.push(*claim);
                }
            }
            ClientFrame::Message { message, .. } => {
                use thunder_channel::wire::Message;
                let signature = match message {
                    Message::Settlement(signed) => signed.authorization.signature,
                    Message::Withdrawal(signed) => signed.authorization.signature,
                    Message::SettleForMe(signed) => signed.authorization.signature,
                    Message::PaymentRequest(signed) => signed.authorization.signature,
                    Message::Cancellation(signed) => signed.authorization.signature,
                    // Signed anew each time; what they say is what has to be there.
                    Message::Memo(signed) => {
                        let memo = serde_json::to_string(&signed.note).unwrap();
                        return assert!(durable(memo), "said before it was stored");
                    }
                    Message::ReadMark(signed) => {
                        let read = format!("\"read\":\"{}\"", signed.note.total);
                        return assert!(durable(read), "said before it was stored");
                    }
                    Message::Decline(signed) => {
                        let declined = format!("{:#x}", signed.note.statement);
                        return assert!(durable(declined), "said before it was stored");
                    }
                    Message::Unknown => panic!("nothing of an unknown kind is said"),
                };
                assert!(durable(signature.to_string()), "said before it was stored");
            }
            _ => (),
        }
    }

    /// The highest total of its own that ever left.
    pub fn highest_said(&self) -> u128 {
        self.own_said
            .iter()
            .map(|claim| claim.claim.total.units())
            .max()
            .unwrap_or(0)
    }
}

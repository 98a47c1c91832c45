//! Two people in one world, for the tests.

pub mod calldata;
pub mod claims;
pub mod hub;
pub mod node;
pub mod ports;
pub mod relay;

use hub::ModelChain;
use node::Node;
use thunder_channel::{
    Address, Amount, ChannelId, ChannelKey, Domain, Policy, Reading, Side, SigningKey, TypedMessage,
};
use thunder_client::{Accepted, Command, Config};

pub const PERIOD: u32 = 100;

pub fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap()
}

pub fn domain() -> Domain {
    Domain {
        chain_id: 31337,
        hub: Address::repeat_byte(0xab),
    }
}

pub fn token() -> Address {
    Address::repeat_byte(0x70)
}

/// A person: a wallet and a payment key.
#[derive(Clone)]
pub struct Person {
    pub wallet: SigningKey,
    pub payment: SigningKey,
}

impl Person {
    pub fn new(seed: u8) -> Self {
        Self {
            wallet: SigningKey::from_bytes(&[seed; 32]).unwrap(),
            payment: SigningKey::from_bytes(&[seed + 100; 32]).unwrap(),
        }
    }

    pub fn account(&self) -> Address {
        self.wallet.address()
    }

    pub fn config(&self) -> Config {
        Config {
            domain: domain(),
            account: self.account(),
            payment_key: self.payment.clone(),
            tokens: vec![Address::zero(), token()],
            confirmations: 0,
            deployment_block: 1,
            development: true,
            relay_origin: "http://localhost:8080".into(),
            accepted: Accepted {
                min_period: 10,
                max_period: 1_000,
                forfeit: true,
                channels: 100,
            },
        }
    }
}

pub fn alice() -> Person {
    Person::new(1)
}

pub fn bob() -> Person {
    Person::new(2)
}

/// A key between the two, both with their payment keys.
pub fn key() -> ChannelKey {
    ChannelKey {
        alice: alice().account(),
        alice_signer: alice().payment.address(),
        bob: bob().account(),
        bob_signer: bob().payment.address(),
        token: token(),
        finalization_period: PERIOD,
        policy: Policy::Refute,
        salt: 7,
    }
}

/// Alice and bob, a hub, and a relay that does its best unless a test says otherwise.
pub struct Pair {
    pub hub: ModelChain,
    pub relay: relay::ModelRelay,
    pub alice: Node,
    pub bob: Node,
    pub key: ChannelKey,
}

impl Pair {
    /// Nothing opened yet.
    pub fn new(key: ChannelKey, confirmations: u64) -> Self {
        let config = |person: &Person| Config {
            confirmations,
            ..person.config()
        };
        Self {
            hub: ModelChain::new(domain()),
            relay: relay::ModelRelay::new(domain()),
            alice: Node::new(alice(), config(&alice())),
            bob: Node::new(bob(), config(&bob())),
            key,
        }
    }

    /// Alice has opened with so much, both have joined, and the relay has told both.
    pub fn open(key: ChannelKey, confirmations: u64, deposit: u128) -> Self {
        let mut pair = Self::new(key, confirmations);
        pair.alice.read(&pair.hub);
        pair.bob.read(&pair.hub);
        pair.alice
            .command(Command::Open {
                key,
                amount: amount(deposit),
            })
            .unwrap();
        pair.mine_sent();
        pair.hub.mine(confirmations);
        pair.read();
        let channel = pair.id();
        pair.bob.command(Command::Join { channel }).unwrap();
        pair.follow();
        pair.connect();
        pair
    }

    /// Where the wallet signs, it lets the payment key read at the relay.
    fn follow(&mut self) {
        let channel = self.id();
        for side in Side::BOTH {
            let signer = self.key.signer(side);
            let node = self.node(side);
            if signer == node.config.account {
                let key = node.config.payment_key.address();
                let reading = Reading { channel, key }.digest(&node.config.domain);
                let reading = node.person.wallet.sign(&reading);
                node.command(Command::Follow { channel, reading }).unwrap();
            }
        }
    }

    /// With 100 of alice's, at once confirmed.
    pub fn standard() -> Self {
        Self::open(key(), 0, 100)
    }

    /// Alice pays by her payment key, bob by his wallet.
    pub fn with_bobs_wallet(policy: Policy) -> Self {
        let key = ChannelKey {
            bob_signer: bob().account(),
            policy,
            ..key()
        };
        Self::open(key, 0, 100)
    }

    pub fn id(&self) -> ChannelId {
        self.key.id(0)
    }

    pub fn node(&mut self, side: Side) -> &mut Node {
        match side {
            Side::Alice => &mut self.alice,
            Side::Bob => &mut self.bob,
        }
    }

    pub fn read(&mut self) {
        self.alice.read(&self.hub);
        self.bob.read(&self.hub);
    }

    /// Both connect to the relay, and everything is delivered.
    pub fn connect(&mut self) {
        for side in Side::BOTH {
            self.relay.disconnect(side);
            self.relay.connect(side);
            self.node(side).relay_up();
        }
        self.deliver();
    }

    /// Carries messages until nobody has anything to say.
    pub fn deliver(&mut self) {
        for _ in 0..100 {
            let mut quiet = true;
            for side in Side::BOTH {
                for frame in std::mem::take(&mut self.node(side).said) {
                    quiet = false;
                    let key = self.key;
                    self.relay.hear(side, &frame, &key);
                }
                for frame in self.relay.take(side) {
                    quiet = false;
                    self.node(side).hear(frame);
                }
            }
            if quiet {
                return;
            }
        }
        panic!("the conversation never ends");
    }

    /// The hub executes what the wallets were asked to send. Answers how many calls it refused.
    pub fn mine_sent(&mut self) -> usize {
        let mut refused = 0;
        for side in Side::BOTH {
            let account = self.node(side).person.account();
            for (call, _) in std::mem::take(&mut self.node(side).to_send) {
                refused += usize::from(self.hub.transact(account, &call).is_err());
            }
        }
        refused
    }

    pub fn pay(&mut self, side: Side, units: u128) {
        let channel = self.id();
        self.node(side)
            .command(Command::Pay {
                channel,
                amount: amount(units),
                memo: None,
                request: None,
            })
            .unwrap();
    }
}

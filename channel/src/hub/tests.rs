//! What the comparison with the compiled hub cannot get to, and the shape of a life.

use super::{
    ChannelCall, HubCall, HubChannel, HubEvent, HubRefusal, LAST_EPOCH, LAST_MOMENT, ModelHub, Money, Phase,
    Sent, Told,
};
use crate::{
    Address, Amount, Authorization, ChannelKey, Claim, Domain, Epoch, KeyFault, PerSide, Policy, Side,
    SignedClaim, SigningKey, Totals, TypedMessage,
};

const CLOCK: u64 = 1000;

fn secret(side: Side) -> SigningKey {
    SigningKey::from_bytes(&[side.index() + 1; 32]).unwrap()
}

fn amount(units: u128) -> Amount {
    Amount::new(units).unwrap()
}

fn domain() -> Domain {
    Domain {
        chain_id: 31337,
        hub: Address::repeat_byte(0xab),
    }
}

fn key(policy: Policy) -> ChannelKey {
    ChannelKey {
        alice: Address::repeat_byte(1),
        alice_signer: secret(Side::Alice).address(),
        bob: Address::repeat_byte(2),
        bob_signer: secret(Side::Bob).address(),
        token: Address::zero(),
        finalization_period: 10,
        policy,
        salt: 7,
    }
}

fn claim(key: &ChannelKey, payer: Side, total: u128) -> SignedClaim {
    let claim = Claim {
        channel: key.id(0),
        to: key.address(payer.other()),
        total: amount(total),
        nonce: 1,
    };
    SignedClaim {
        claim,
        authorization: Authorization::direct(secret(payer).sign(&claim.digest(&domain()))),
    }
}

/// Everybody can pay; `refuses` takes nothing.
struct Ether {
    refuses: Option<Address>,
    paid: Vec<(Address, u128)>,
}

impl Money for Ether {
    fn pull(&mut self, _: Address, _: Address, _: u128) -> bool {
        true
    }

    fn push(&mut self, _: Address, to: Address, units: u128) -> bool {
        let takes = self.refuses != Some(to);
        if takes {
            self.paid.push((to, units));
        }
        takes
    }
}

struct World {
    hub: ModelHub,
    key: ChannelKey,
    ether: Ether,
    clock: u64,
}

impl World {
    /// Opened with 400 of alice's.
    fn open(policy: Policy) -> Self {
        let mut world = Self {
            hub: ModelHub::new(domain()),
            key: key(policy),
            ether: Ether {
                refuses: None,
                paid: Vec::new(),
            },
            clock: CLOCK,
        };
        let amount = amount(400);
        world.call(Side::Alice, ChannelCall::Open { amount }).unwrap();
        world
    }

    fn call(&mut self, by: Side, call: ChannelCall) -> Result<Vec<Told>, HubRefusal> {
        let value = match call {
            ChannelCall::Open { amount } | ChannelCall::Deposit { amount, .. } => amount.units(),
            _ => 0,
        };
        let sent = Sent {
            caller: self.key.address(by),
            value,
            clock: self.clock,
        };
        let call = HubCall::Channel { key: self.key, call };
        self.hub.apply(&call, &sent, &mut self.ether)
    }

    fn close(&mut self, by: Side, paid: u128, received: Option<SignedClaim>) {
        let close = ChannelCall::Close {
            epoch: 0,
            paid: amount(paid),
            received,
            deadline: self.clock,
        };
        self.call(by, close).unwrap();
    }
}

#[test]
fn a_dispute_from_opening_to_the_next_life() {
    let mut world = World::open(Policy::Refute);
    let key = world.key;
    let received = claim(&key, Side::Bob, 100);
    world.close(Side::Alice, 200, Some(received));
    let HubChannel::Closing { closes_at, .. } = world.hub.channel(&key) else {
        panic!("not closing")
    };
    assert_eq!(closes_at, CLOCK + 10);

    let shown = ChannelCall::Claim {
        epoch: 0,
        claim: claim(&key, Side::Alice, 450),
    };
    let settle = ChannelCall::Settle { epoch: 0 };
    world.clock = closes_at - 1;
    assert_eq!(
        world.call(Side::Bob, settle),
        Err(HubRefusal::PeriodRunning { closes_at })
    );
    world.call(Side::Bob, shown).unwrap();
    let balances = world.hub.channel(&key).balances();
    assert_eq!((balances.alice, balances.bob), (amount(50), amount(350)));
    world.clock = closes_at;
    assert_eq!(
        world.call(Side::Bob, shown),
        Err(HubRefusal::PeriodOver { closes_at })
    );

    // Alice takes nothing, and delays nobody.
    world.ether.refuses = Some(key.alice);
    let told = world.call(Side::Bob, settle).unwrap();
    let settled = Told::Channel {
        channel: key.id(0),
        event: HubEvent::Settled { amounts: balances },
    };
    let (token, account, units) = (Address::zero(), key.alice, 50);
    let held = Told::Held {
        token,
        account,
        units,
    };
    assert_eq!(told, [settled, held]);
    assert_eq!(world.ether.paid, [(key.bob, 350)]);
    assert_eq!(world.hub.holds(token), 50);

    let collect = HubCall::Collect { token, account };
    let anybody = Sent {
        caller: Address::repeat_byte(3),
        value: 0,
        clock: world.clock,
    };
    let collect = |world: &mut World| world.hub.apply(&collect, &anybody, &mut world.ether);
    assert_eq!(collect(&mut world), Err(HubRefusal::EtherTransferFailed));
    world.ether.refuses = None;
    let collected = Told::Collected {
        token,
        account,
        units,
    };
    assert_eq!(collect(&mut world), Ok(vec![collected]));
    assert_eq!(collect(&mut world), Err(HubRefusal::NothingOwed));
    assert_eq!(world.hub.holds(token), 0);

    world
        .call(Side::Alice, ChannelCall::Open { amount: amount(1) })
        .unwrap();
    assert_eq!(world.hub.channel(&key).epoch(), 1);
    assert_eq!(
        world.call(Side::Bob, settle),
        Err(HubRefusal::WrongEpoch { current: 1 })
    );
}

#[test]
fn what_a_lie_costs() {
    for (policy, alice, bob) in [(Policy::Refute, 299, 101), (Policy::Forfeit, 0, 400)] {
        let mut world = World::open(policy);
        let key = world.key;
        world.close(Side::Alice, 100, None);
        let shown = claim(&key, Side::Alice, 101);
        let shown = ChannelCall::Claim {
            epoch: 0,
            claim: shown,
        };
        world.call(Side::Bob, shown).unwrap();
        if policy == Policy::Refute {
            let totals = Totals {
                alice: amount(101),
                bob: Amount::ZERO,
            };
            let accept = ChannelCall::Accept { epoch: 0, totals };
            assert_eq!(
                world.call(Side::Alice, accept),
                Err(HubRefusal::CloserCannotAccept)
            );
            world.call(Side::Bob, accept).unwrap();
        }
        let paid = [(key.alice, alice), (key.bob, bob)];
        let paid: Vec<_> = paid.into_iter().filter(|(_, units)| *units != 0).collect();
        assert_eq!(world.ether.paid, paid, "{policy:?}");
        assert_eq!(world.hub.channel(&key), HubChannel::Settled { epoch: 0 });
    }
}

/// What opening a key of this state comes to, at this moment.
fn opened(before: HubChannel, key: &ChannelKey, clock: u64) -> Result<Epoch, HubRefusal> {
    let sent = Sent {
        caller: key.alice,
        value: 0,
        clock,
    };
    let amount = Amount::ZERO;
    let outcome = before.apply(key, &ChannelCall::Open { amount }, &sent, &domain());
    outcome.map(|outcome| outcome.channel.epoch())
}

#[test]
fn the_hub_stops_where_it_cannot_count() {
    let key = key(Policy::Refute);
    let settled = |epoch| HubChannel::Settled { epoch };
    assert_eq!(opened(settled(LAST_EPOCH - 1), &key, CLOCK), Ok(LAST_EPOCH));
    assert_eq!(
        opened(settled(LAST_EPOCH), &key, CLOCK),
        Err(HubRefusal::NoMoreEpochs)
    );
    assert_eq!(opened(HubChannel::Empty, &key, LAST_MOMENT - 10), Ok(0));
    for late in [LAST_MOMENT - 9, u64::MAX] {
        assert_eq!(
            opened(HubChannel::Empty, &key, late),
            Err(HubRefusal::PeriodTooLong)
        );
    }
}

#[test]
fn of_several_faults_the_first_is_named() {
    let open = World::open(Policy::Refute).hub.channel(&key(Policy::Refute));
    let mut bad = key(Policy::Refute);
    bad.finalization_period = 0;
    bad.token = domain().hub;
    assert_eq!(
        opened(open, &bad, u64::MAX),
        Err(HubRefusal::BadKey(KeyFault::HubAsToken))
    );
    let good = key(Policy::Refute);
    assert_eq!(opened(open, &good, u64::MAX), Err(HubRefusal::PeriodTooLong));
    assert_eq!(
        opened(open, &good, CLOCK),
        Err(HubRefusal::WrongPhase(Phase::Open))
    );

    // Another life before the wrong phase, nobody's signature last.
    let forged = Authorization::direct(secret(Side::Alice).sign(&crate::Digest([1; 32])));
    let withdraw = |epoch, total, expiry| ChannelCall::Withdraw {
        epoch,
        side: Side::Bob,
        total: amount(total),
        expiry,
        authorizations: PerSide {
            alice: forged,
            bob: forged,
        },
    };
    let mut world = World::open(Policy::Refute);
    let settle = ChannelCall::Settle { epoch: 3 };
    let current = HubRefusal::WrongEpoch { current: 0 };
    assert_eq!(world.call(Side::Bob, settle), Err(current));
    let at = CLOCK - 1;
    for (call, refusal) in [
        (withdraw(1, 0, at), HubRefusal::WrongEpoch { current: 0 }),
        (withdraw(0, 0, at), HubRefusal::Expired { at }),
        (
            withdraw(0, 0, CLOCK),
            HubRefusal::TotalNotHigher {
                recorded: Amount::ZERO,
            },
        ),
        (withdraw(0, 401, CLOCK), HubRefusal::AbovePot { pot: amount(400) }),
        (withdraw(0, 400, CLOCK), HubRefusal::BadSignature),
    ] {
        assert_eq!(world.call(Side::Bob, call), Err(refusal));
    }
}

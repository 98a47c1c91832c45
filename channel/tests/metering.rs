//! Two meters and what can happen between them: statements lost, repeated, reordered, forked and forged; bytes lost; either
//! side stopping at any byte, crashing, lying. What is at stake never exceeds what `metering::Meter` says.
#![cfg(not(target_arch = "wasm32"))]
// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*, sample::Index};
use thunder_channel::{
    Address, Amount, Bytes32, Domain, SigningKey,
    metering::{
        Accusation, AccusationFault, Count, Counts, HearFault, Heard, MAX_REMEMBERED, MEGABYTE, Meter,
        MeterState, NoRoom, Pair, Role, Session, SessionKey, SignedCount, StatementFault, Terms, is_beyond,
        shares,
    },
};

fn key_of(role: Role) -> SigningKey {
    let seed = match role {
        Role::Client => 1,
        Role::Provider => 2,
    };
    SigningKey::from_bytes(&[seed; 32]).unwrap()
}

/// A session in which each byte costs one.
fn session(unit: u64, tolerance: u32) -> Session {
    let terms = Terms {
        token: Address::zero(),
        price: Amount::new(MEGABYTE.into()).unwrap(),
        quantity: 1_000_000,
        unit,
        tolerance,
        finalization_period: 10,
    };
    let key = SessionKey {
        client: Address::repeat_byte(1),
        client_signer: key_of(Role::Client).address(),
        provider: Address::repeat_byte(2),
        provider_signer: key_of(Role::Provider).address(),
        terms,
        salt: 7,
    };
    let domain = Domain {
        chain_id: 31337,
        hub: Address::repeat_byte(9),
    };
    assert_eq!(key.check(domain.hub), Ok(()));
    Session {
        key,
        epoch: 0,
        domain,
    }
}

fn deposit() -> Amount {
    Amount::new(1_000_000).unwrap()
}

fn statement(session: &Session, by: Role, count: u64, acknowledged: Option<&SignedCount>) -> SignedCount {
    let acknowledged = acknowledged.map_or_else(Bytes32::zero, |other| other.name(&session.domain));
    let count = Count {
        session: session.id(),
        count,
        acknowledged,
    };
    SignedCount::sign(count, &key_of(by), &session.domain)
}

/// The most that a count may be short of `provider`'s by and still be tolerated.
fn tolerated(session: &Session, provider: u64) -> u64 {
    let share = u128::from(provider) * u128::from(session.key.terms.tolerance) / 1_000_000;
    u64::try_from(share).unwrap()
}

// ------------------------------------------------------------------------------------------------- the network

#[derive(Clone, Debug)]
enum Step {
    /// The provider passes up to so many bytes, of which so many never arrive.
    Pass { bytes: u64, lost: u64 },
    /// A side says something if it is due.
    Say(Role),
    /// Any of the statements that a side has ever sent arrives: late, again, or out of order.
    Arrive(Role, Index),
    /// A side stops and goes on from what it stored.
    Pause(Role),
    /// A side loses what it did not store.
    Crash(Role),
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Client), Just(Role::Provider)]
}

fn steps(lossy: bool, crashes: bool) -> impl Strategy<Value = Vec<Step>> {
    let lost = if lossy { 0..4u64 } else { 0..1 };
    let pass = (1..40u64, lost).prop_map(|(bytes, lost)| Step::Pass {
        bytes,
        lost: lost.min(bytes),
    });
    let end = if crashes {
        role().prop_map(Step::Crash).boxed()
    } else {
        role().prop_map(Step::Pause).boxed()
    };
    let step = prop_oneof![
        4 => pass,
        5 => role().prop_map(Step::Say),
        5 => (role(), any::<Index>()).prop_map(|(role, which)| Step::Arrive(role, which)),
        1 => end,
    ];
    vec(step, 1..70)
}

/// Both meters, all that was ever sent, and the truth.
struct World {
    session: Session,
    meters: [Meter; 2],
    stored: [MeterState; 2],
    sent: [Vec<SignedCount>; 2],
    /// Bytes that the provider served, and that the client received.
    served: u64,
    received: u64,
    crashes: [u64; 2],
}

impl World {
    fn new(unit: u64, tolerance: u32) -> Self {
        let session = session(unit, tolerance);
        Self {
            session,
            meters: [Role::Client, Role::Provider].map(|role| Meter::new(session, role, deposit())),
            stored: Default::default(),
            sent: Default::default(),
            served: 0,
            received: 0,
            crashes: [0; 2],
        }
    }

    fn meter(&mut self, role: Role) -> &mut Meter {
        &mut self.meters[role as usize]
    }

    fn unit(&self) -> u64 {
        self.session.key.terms.unit
    }

    fn pass(&mut self, bytes: u64, lost: u64) {
        let room = self.meters[1].room();
        if bytes > room {
            assert_eq!(self.meters[1].pass(bytes), Err(NoRoom { room }));
        }
        let bytes = bytes.min(room);
        self.meters[1].pass(bytes).unwrap();
        self.served += bytes;
        let arrived = bytes - lost.min(bytes);
        self.meters[0].pass(arrived).unwrap();
        self.received += arrived;
    }

    fn say(&mut self, role: Role) {
        if self.meter(role).is_due() {
            self.say_anyway(role);
        }
    }

    fn say_anyway(&mut self, role: Role) {
        if let Some(said) = self.meter(role).say(&key_of(role)) {
            // Stored before it is sent.
            self.stored[role as usize] = self.meters[role as usize].state().clone();
            self.sent[role as usize].push(said);
        }
    }

    fn hear(&mut self, role: Role, heard: SignedCount) {
        let before = self.meters[role as usize].clone();
        match self.meter(role).hear(heard) {
            Ok(Heard::Guilty(accusation)) => panic!("{role} accuses an honest side: {accusation:?}"),
            Ok(_) => (),
            Err(_) => assert_eq!(self.meters[role as usize], before, "a refusal changes nothing"),
        }
    }

    fn again(&mut self, role: Role, crashed: bool) {
        let at = role as usize;
        let state = if crashed {
            self.stored[at].clone()
        } else {
            self.meters[at].state().clone()
        };
        let text = serde_json::to_string(&state).unwrap();
        assert!(text.len() <= 16 * 1024, "{} bytes", text.len());
        let state: MeterState = serde_json::from_str(&text).unwrap();
        let resumed = Meter::resume(self.session, role, deposit(), state, crashed);
        if !crashed {
            assert_eq!(resumed, self.meters[at], "a pause changes nothing");
        }
        self.meters[at] = resumed;
        self.crashes[at] += u64::from(crashed);
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Pass { bytes, lost } => self.pass(*bytes, *lost),
            Step::Say(role) => self.say(*role),
            Step::Arrive(role, which) => {
                let sent = &self.sent[role.other() as usize];
                if !sent.is_empty() {
                    let heard = sent[which.index(sent.len())];
                    self.hear(*role, heard);
                }
            }
            Step::Pause(role) => self.again(*role, false),
            Step::Crash(role) => self.again(*role, true),
        }
        self.check();
    }

    /// What no network and no timing can break, between honest sides.
    fn check(&self) {
        let [client, provider] = &self.meters;
        // The provider: one unit, the tolerated share, and one unit for each of its crashes.
        let counts = provider.counts();
        let paid = counts.client.min(counts.provider);
        let most = self.unit() * (1 + self.crashes[1]) + tolerated(&self.session, counts.provider);
        assert!(
            self.served - paid.min(self.served) <= most,
            "{} served, {counts:?}",
            self.served
        );
        // The client: what it received, the tolerated share, and one unit for each of its crashes.
        let counts = client.counts();
        let most = self.received + tolerated(&self.session, counts.provider) + self.unit() * self.crashes[0];
        assert!(counts.provider <= most, "{} received, {counts:?}", self.received);
        assert!(client.accusation().is_none() && provider.accusation().is_none());
        for meter in &self.meters {
            assert!(
                meter
                    .evidence()
                    .iter()
                    .all(|pair| pair.verify(&self.session).is_ok())
            );
            assert!(meter.evidence().len() <= 2);
        }
        // What either knows of is known to the contract as soon as either shows it.
        assert!(
            provider.counts().join(counts) == counts,
            "the client knows all its own evidence"
        );
    }

    /// Both say what is left until nothing is; what was lost is said again.
    fn finish(&mut self) {
        for _ in 0..8 {
            for role in [Role::Provider, Role::Client] {
                self.say_anyway(role);
                if let Some(last) = self.meter(role).last_said() {
                    self.hear(role.other(), last);
                }
            }
        }
        self.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever becomes of statements: in the end all bytes are paid for, and nothing is burnt.
    #[test]
    fn between_honest_sides_every_byte_is_paid_and_nothing_burnt(
        unit in 1..60u64, tolerance in 0..400_000u32, steps in steps(false, false),
    ) {
        let mut world = World::new(unit, tolerance);
        steps.iter().for_each(|step| world.play(step));
        world.finish();
        let all = Counts { client: world.served, provider: world.served };
        for meter in &world.meters {
            prop_assert_eq!(meter.counts(), all);
            let shares = meter.shares();
            prop_assert_eq!(shares.paid.units(), u128::from(world.served));
            prop_assert!(shares.burnt.is_zero());
            prop_assert!(!meter.has_news(), "there is an end to it");
        }
        prop_assert_eq!(world.meters[1].room(), unit, "nobody waits for ever");
        let settlement = world.meters[0].settlement(99);
        prop_assert!(world.meters.iter().all(|meter| meter.agrees_to(&settlement)));
    }

    /// Bytes that get lost cost each side no more than the tolerance and a unit.
    #[test]
    fn lost_bytes_cost_a_bounded_amount(
        unit in 1..60u64, tolerance in 0..400_000u32, steps in steps(true, false),
    ) {
        let mut world = World::new(unit, tolerance);
        steps.iter().for_each(|step| world.play(step));
        world.finish();
    }

    /// So do crashes, and nobody is accused after one.
    #[test]
    fn a_crash_costs_a_unit_at_most(unit in 1..60u64, steps in steps(false, true)) {
        let mut world = World::new(unit, 10_000);
        steps.iter().for_each(|step| world.play(step));
        world.finish();
        // Service goes on: a client that lost its count has taken the provider's word.
        prop_assert_eq!(world.meters[1].room(), unit);
    }
}

// -------------------------------------------------------------------------------------------------------- lies

/// What a liar says: any count, acknowledging anything.
#[derive(Clone, Debug)]
struct Lie {
    count: u64,
    acknowledges: Option<Index>,
}

fn lies() -> impl Strategy<Value = Vec<(u64, Option<Lie>)>> {
    let lie = (0..900u64, prop::option::weighted(0.9, any::<Index>()))
        .prop_map(|(count, acknowledges)| Lie { count, acknowledges });
    vec((0..60u64, prop::option::weighted(0.8, lie)), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// A client may say what it likes, in as many forks as it likes: the provider loses a unit and the tolerated share at
    /// most, and the client is charged for all but a unit.
    #[test]
    fn a_lying_client_gains_nothing(unit in 1..60u64, tolerance in 0..400_000u32, lies in lies()) {
        let session = session(unit, tolerance);
        let mut provider = Meter::new(session, Role::Provider, deposit());
        let mut said = Vec::new();
        for (bytes, lie) in lies {
            provider.pass(bytes.min(provider.room())).unwrap();
            if provider.is_due() {
                said.extend(provider.say(&key_of(Role::Provider)));
            }
            if let Some(Lie { count, acknowledges }) = lie {
                let acknowledged = acknowledges.filter(|_| !said.is_empty());
                let acknowledged = acknowledged.map(|which| &said[which.index(said.len())]);
                let lie = statement(&session, Role::Client, count, acknowledged);
                if let Ok(Heard::Guilty(accusation)) = provider.hear(lie) {
                    prop_assert_eq!(accusation.verify(&session), Ok(Role::Client));
                    prop_assert_eq!(provider.room(), 0, "service ends");
                }
            }
            let counts = provider.counts();
            let unpaid = provider.count() - counts.client.min(counts.provider).min(provider.count());
            // Of a count that was tolerated: it may have been above this one, by a unit at most.
            prop_assert!(unpaid <= unit + tolerated(&session, counts.provider), "{counts:?}");
            let charged = u64::try_from(provider.shares().charged().units()).unwrap();
            prop_assert!(provider.count() - charged.min(provider.count()) <= unit);
        }
    }

    /// A provider may say what it likes: the client is charged for what it counted and the tolerated share of what it
    /// acknowledged, and the provider is paid for what the client counted at most.
    #[test]
    fn a_lying_provider_gains_nothing(unit in 1..60u64, tolerance in 0..400_000u32, lies in lies()) {
        let session = session(unit, tolerance);
        let mut client = Meter::new(session, Role::Client, deposit());
        let mut said = Vec::new();
        let mut acknowledged_last = 0;
        for (bytes, lie) in lies {
            client.pass(bytes).unwrap();
            if client.is_due() {
                said.extend(client.say(&key_of(Role::Client)));
            }
            if let Some(Lie { count, acknowledges }) = lie {
                let acknowledges = acknowledges.filter(|_| !said.is_empty());
                let place = acknowledges.map(|which| which.index(said.len()));
                let lie = statement(&session, Role::Provider, count, place.map(|place| &said[place]));
                let credit = client.counts().provider + unit;
                let heard = client.hear(lie);
                match heard {
                    Ok(Heard::Guilty(accusation)) => {
                        prop_assert_eq!(accusation.verify(&session), Ok(Role::Provider));
                    }
                    Ok(_) => prop_assert!(count <= credit),
                    // It is long ago that the client said that, or the provider has acknowledged a later one since.
                    Err(HearFault::UnknownAcknowledgement) => {
                        prop_assert!(said.len() > MAX_REMEMBERED || place < Some(acknowledged_last));
                    }
                    Err(fault) => {
                        let acknowledged = client.counts().provider;
                        prop_assert_eq!(fault, HearFault::BeyondCredit { acknowledged });
                    }
                }
                if let (Some(place), true) = (place, heard.is_ok()) {
                    acknowledged_last = acknowledged_last.max(place);
                }
                said.extend(client.say(&key_of(Role::Client)));
            }
            let counts = client.counts();
            prop_assert!(counts.provider <= client.count() + tolerated(&session, counts.provider));
            let shares = client.shares();
            prop_assert!(shares.paid.units() <= client.count().into());
            // No evidence that honest signatures allow pays it more.
            let best = shares_of(&session, Counts { client: client.count(), provider: u64::MAX });
            prop_assert!(shares.paid.units() <= best);
        }
    }

    /// Nobody else's statement does anything.
    #[test]
    fn forged_statements_change_nothing(count: u64, seed in 3..255u8, salt: u64, which in 0..4u8) {
        let session = session(20, 10_000);
        let mut meter = Meter::new(session, Role::Provider, deposit());
        meter.pass(20).unwrap();
        let said = meter.say(&key_of(Role::Provider)).unwrap();
        let before = meter.clone();
        let mut forged = statement(&session, Role::Client, count, Some(&said));
        let fault = match which {
            0 => {
                let stranger = SigningKey::from_bytes(&[seed; 32]).unwrap();
                forged = SignedCount::sign(forged.statement, &stranger, &session.domain);
                StatementFault::WrongSigner
            }
            // The provider's own signature is not the client's.
            1 => {
                forged = statement(&session, Role::Provider, count, Some(&said));
                StatementFault::WrongSigner
            }
            2 => {
                forged.statement.session.0 = Bytes32::from_low_u64_be(salt);
                StatementFault::WrongSession
            }
            _ => {
                let elsewhere = Domain { chain_id: 1, ..session.domain };
                forged = SignedCount::sign(forged.statement, &key_of(Role::Client), &elsewhere);
                StatementFault::WrongSigner
            }
        };
        prop_assert_eq!(meter.hear(forged), Err(HearFault::Statement(fault)));
        prop_assert_eq!(meter, before);
    }
}

fn shares_of(session: &Session, counts: Counts) -> u128 {
    shares(&session.key.terms, deposit(), counts).paid.units()
}

// ------------------------------------------------------------------------------------------------ step by step

#[test]
fn a_session_from_its_first_byte_to_its_end() {
    let session = session(10, 100_000);
    let mut client = Meter::new(session, Role::Client, deposit());
    let mut provider = Meter::new(session, Role::Provider, deposit());
    assert_eq!((client.room(), provider.room()), (1_000_000, 10));
    assert!(!provider.is_due() && provider.say(&key_of(Role::Provider)).is_none());

    provider.pass(5).unwrap();
    client.pass(5).unwrap();
    assert!(provider.is_due(), "half a unit has passed");
    let first = provider.say(&key_of(Role::Provider)).unwrap();
    provider.pass(5).unwrap();
    client.pass(5).unwrap();
    assert_eq!(
        provider.pass(1),
        Err(NoRoom { room: 0 }),
        "nothing is acknowledged"
    );

    assert_eq!(client.hear(first), Ok(Heard::News));
    assert_eq!(client.hear(first), Ok(Heard::Stale));
    let answer = client.say(&key_of(Role::Client)).unwrap();
    assert_eq!(answer.statement.acknowledged, first.name(&session.domain));
    assert_eq!(provider.hear(answer), Ok(Heard::News));
    assert_eq!(
        provider.room(),
        5,
        "one unit beyond the five that are acknowledged"
    );
    assert_eq!(
        provider.counts(),
        Counts {
            client: 10,
            provider: 5
        }
    );
    assert_eq!(provider.their_count(), Some(10));

    // The end: the last bytes are acknowledged, too.
    assert!(provider.has_news());
    let last = provider.say(&key_of(Role::Provider)).unwrap();
    assert_eq!(last.statement.acknowledged, answer.name(&session.domain));
    client.hear(last).unwrap();
    provider.hear(client.say(&key_of(Role::Client)).unwrap()).unwrap();
    assert!(!client.has_news() && !provider.has_news());
    let settlement = provider.settlement(99);
    assert_eq!((settlement.charged.units(), settlement.paid.units()), (10, 10));
    assert!(client.agrees_to(&settlement) && provider.agrees_to(&settlement));
    assert_eq!(provider.evidence().len(), 1);
}

#[test]
fn a_count_beyond_the_tolerance_waits_for_the_bytes() {
    let session = session(100, 100_000);
    let mut client = Meter::new(session, Role::Client, deposit());
    let said = statement(&session, Role::Provider, 100, None);
    client.pass(89).unwrap();
    assert_eq!(client.hear(said), Ok(Heard::News));
    let unanswered = client.say(&key_of(Role::Client)).unwrap();
    assert!(unanswered.statement.acknowledged.is_zero());
    assert!(!client.is_due(), "11 of 100 are missing, 10 are tolerated");
    client.pass(1).unwrap();
    assert!(client.is_due(), "they were under way");
    let answer = client.say(&key_of(Role::Client)).unwrap();
    assert_eq!(answer.statement.acknowledged, said.name(&session.domain));
    assert_eq!(
        client.counts(),
        Counts {
            client: 90,
            provider: 100
        }
    );
}

#[test]
fn a_provider_lets_no_client_off_what_is_burnt() {
    let session = session(100, 100_000);
    let mut provider = Meter::new(session, Role::Provider, deposit());
    provider.pass(100).unwrap();
    let said = provider.say(&key_of(Role::Provider)).unwrap();
    provider
        .hear(statement(&session, Role::Client, 90, Some(&said)))
        .unwrap();
    let rule = provider.settlement(99);
    assert_eq!((rule.charged.units(), rule.paid.units()), (100, 90));
    assert!(provider.agrees_to(&rule));
    let lenient = thunder_channel::metering::SessionSettlement {
        charged: rule.paid,
        ..rule
    };
    assert!(
        !provider.agrees_to(&lenient),
        "it would get as much, and the client pay less"
    );
}

#[test]
fn what_is_signed_against_oneself_can_be_shown_to_anybody() {
    let session = session(100, 100_000);
    let mut provider = Meter::new(session, Role::Provider, deposit());
    provider.pass(100).unwrap();
    let said = provider.say(&key_of(Role::Provider)).unwrap();
    let low = statement(&session, Role::Client, 89, Some(&said));
    let Ok(Heard::Guilty(short)) = provider.hear(low) else {
        panic!("11 of 100 are missing, 10 are tolerated")
    };
    assert_eq!(short.verify(&session), Ok(Role::Client));
    assert_eq!(provider.accusation(), Some(&short));
    assert_eq!(
        provider.counts(),
        Counts {
            client: 89,
            provider: 100
        },
        "evidence all the same"
    );
    assert_eq!((provider.room(), provider.is_due()), (0, false));
    let pair = Pair {
        provider: said,
        client: statement(&session, Role::Client, 90, Some(&said)),
    };
    assert!(!is_beyond(pair.counts(), 100_000));
    assert_eq!(
        Accusation::Short { pair }.verify(&session),
        Err(AccusationFault::Innocent)
    );

    // A count that falls, of either side.
    for accused in [Role::Client, Role::Provider] {
        let first = statement(&session, accused, 50, None);
        let between = statement(&session, accused.other(), 50, Some(&first));
        let second = |count, after| statement(&session, accused, count, Some(after));
        let fell = |second| Accusation::Fell {
            first,
            between,
            second,
        };
        assert_eq!(fell(second(49, &between)).verify(&session), Ok(accused));
        assert_eq!(
            fell(second(50, &between)).verify(&session),
            Err(AccusationFault::Innocent)
        );
        assert_eq!(
            fell(second(49, &first)).verify(&session),
            Err(AccusationFault::NotLinked)
        );
        let forged = SignedCount {
            signature: first.signature,
            ..second(49, &between)
        };
        let wrong = AccusationFault::Statement(StatementFault::WrongSigner);
        assert_eq!(fell(forged).verify(&session), Err(wrong));
        let text = serde_json::to_string(&fell(second(49, &between))).unwrap();
        let read: Accusation = serde_json::from_str(&text).unwrap();
        assert_eq!(read.verify(&session), Ok(accused));
        let mut elsewhere = session;
        elsewhere.epoch = 1;
        assert!(read.verify(&elsewhere).is_err());
    }
}

/// The count falls by less than is tolerated, so that only the order of statements gives it away.
#[test]
fn a_count_that_falls_is_noticed_by_either_side() {
    let session = session(100, 500_000);
    for accuser in [Role::Client, Role::Provider] {
        let accused = accuser.other();
        let mut meter = Meter::new(session, accuser, deposit());
        meter.pass(50).unwrap();
        let first = statement(&session, accused, 50, None);
        assert_eq!(meter.hear(first), Ok(Heard::News));
        let between = meter.say(&key_of(accuser)).unwrap();
        assert_eq!(between.statement.acknowledged, first.name(&session.domain));
        let second = statement(&session, accused, 49, Some(&between));
        let fell = Accusation::Fell {
            first,
            between,
            second,
        };
        assert_eq!(meter.hear(second), Ok(Heard::Guilty(fell)));
        assert_eq!(fell.verify(&session), Ok(accused));
        assert_eq!((meter.room(), meter.accusation()), (0, Some(&fell)));
        // An old statement that comes late is no crime: it acknowledges nothing later.
        let mut meter = Meter::new(session, accuser, deposit());
        meter.pass(50).unwrap();
        meter.hear(first).unwrap();
        assert_eq!(
            meter.hear(statement(&session, accused, 49, None)),
            Ok(Heard::Stale)
        );
    }
}

#[test]
fn what_is_stored_is_bounded() {
    let session = session(2, 10_000);
    let mut provider = Meter::new(session, Role::Provider, deposit());
    let mut client = Meter::new(session, Role::Client, deposit());
    for _ in 0..40 {
        provider.pass(1).unwrap();
        client.pass(1).unwrap();
        client
            .hear(provider.say(&key_of(Role::Provider)).unwrap())
            .unwrap();
        provider.hear(client.say(&key_of(Role::Client)).unwrap()).unwrap();
    }
    let size = |meter: &Meter| serde_json::to_string(meter.state()).unwrap().len();
    for meter in [&provider, &client] {
        // It is written for each statement, so what nobody goes back behind is not in it.
        assert!(size(meter) <= 4 * 1024, "{} bytes", size(meter));
    }
    // A provider that acknowledges nothing.
    let mut client = Meter::new(session, Role::Client, deposit());
    for count in 1..=40 {
        client.pass(1).unwrap();
        client
            .hear(statement(&session, Role::Provider, count, None))
            .unwrap();
        client.say(&key_of(Role::Client)).unwrap();
    }
    let size = size(&client);
    assert!((8 * 1024..=16 * 1024).contains(&size), "{size} bytes");
}

#[test]
fn the_deposit_and_the_quantity_bound_the_room() {
    let session = session(100, 10_000);
    let mut provider = Meter::new(session, Role::Provider, Amount::new(30).unwrap());
    assert_eq!(provider.room(), 30);
    provider.pass(30).unwrap();
    assert!(provider.is_due(), "it has come to the end of its room");
    provider.set_deposit(Amount::new(1_000).unwrap());
    assert_eq!(provider.room(), 70);
}

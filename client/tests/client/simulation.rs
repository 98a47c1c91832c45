//! Two sides, a relay that loses, repeats, delays and reorders, stores that fail, pages that go away, wallets that refuse and
//! a chain that is reorganised: a program of bytes, one action each. At the end everything is settled and counted.

use crate::support::{PERIOD, Pair, amount, bob, calldata, domain, key};
use std::{cell::RefCell, collections::BTreeMap};

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner},
};
use thunder_channel::{
    Amount, ChannelCall, ChannelId, ChannelKey, Delegation, HubCall, MemoText, PerSide, Policy, Side,
    TypedMessage,
};
use thunder_client::{
    Alarm, ChannelView, Command, EntryKind, EntryMemo, Event, PhaseView, Refusal, RequestState, RequestView,
};
use thunder_ethereum::{HubChannel, HubEvent};

const PROGRAMS: u32 = 300;
const ACTIONS: usize = 120;

/// Whose keys sign, and how deep is deep.
#[derive(Clone, Copy, Debug)]
enum World {
    PaymentKeys,
    Delegated,
    WalletSigns,
    Forfeit,
}

#[derive(Clone, Copy, Debug)]
struct Action {
    kind: u8,
    by: Side,
    size: u8,
}

struct Simulation {
    pair: Pair,
    id: ChannelId,
    confirmations: u64,
    /// The highest totals that each side was ever seen to have paid.
    paid: PerSide<Amount>,
    /// What this program got to.
    seen: Vec<&'static str>,
}

/// What the programs have to get to, several times each.
const EVERYWHERE: [&str; 16] = [
    "paid by alice",
    "paid by bob",
    "deposited",
    "withdrawn",
    "settled together",
    "settled by accepting",
    "settled after the period",
    "closed in the middle",
    "claimed",
    "reorganised",
    "crashed",
    "store failed",
    "asked",
    "answered",
    "taken back",
    "read",
];

impl Simulation {
    fn new(world: World, confirmations: u64) -> Self {
        let key = match world {
            World::PaymentKeys => key(),
            World::Delegated | World::WalletSigns => ChannelKey {
                bob_signer: bob().account(),
                ..key()
            },
            World::Forfeit => ChannelKey {
                policy: Policy::Forfeit,
                ..key()
            },
        };
        let mut pair = Pair::open(key, confirmations, 1_000);
        let id = pair.id();
        if let World::Delegated = world {
            let digest = Delegation {
                channel: id,
                key: bob().payment.address(),
            }
            .digest(&domain());
            let delegation = bob().wallet.sign(&digest);
            pair.bob
                .command(Command::Delegate {
                    channel: id,
                    delegation,
                })
                .unwrap();
            pair.connect();
        }
        Self {
            pair,
            id,
            confirmations,
            paid: PerSide::default(),
            seen: Vec::new(),
        }
    }

    fn command(&mut self, by: Side, command: Command) {
        let node = self.pair.node(by);
        let before = (
            node.store.clone(),
            node.said.len(),
            node.to_send.len(),
            node.to_sign.len(),
        );
        let refused = node.command(command);
        if let Err(Refusal::Store(_)) = refused {
            self.seen.push("store failed");
        }
        let node = self.pair.node(by);
        if refused.is_err() {
            let after = (
                node.store.clone(),
                node.said.len(),
                node.to_send.len(),
                node.to_sign.len(),
            );
            assert_eq!(before, after, "a refusal changes nothing");
        }
    }

    /// Notes among everything else: whatever becomes of them, the money is checked as if there were none.
    fn note(&mut self, by: Side, size: u8) {
        let channel = self.id;
        let Some(view) = self.pair.node(by).find(channel) else {
            return;
        };
        let expiry = self.pair.node(by).now_ms / 1_000 + u64::from(size);
        let command = match (size % 8, view.requests_to_me.last(), view.requests_by_me.first()) {
            (0, ..) => Command::Request {
                channel,
                amount: amount(u128::from(size % 16)),
                expiry,
                memo: MemoText::parse("please").unwrap(),
            },
            (1, _, Some(request)) => Command::CancelRequest {
                channel,
                number: request.number,
            },
            (2 | 3, Some(request), _) => Command::Pay {
                channel,
                amount: request.amount,
                memo: view.can_note.then(MemoText::default),
                request: Some(request.number),
            },
            (4, Some(request), _) => Command::DeclineRequest {
                channel,
                number: request.number,
            },
            (5, ..) => Command::DeclineSettlement { channel },
            (6, ..) => Command::DeclineWithdrawal { channel },
            _ => Command::MarkRead {
                channel,
                total: view.totals[by.other()],
            },
        };
        self.command(by, command);
    }

    fn act(&mut self, Action { kind, by, size }: Action) {
        let channel = self.id;
        let units = amount(u128::from(size));
        if kind % 4 == 1 {
            self.note(if kind % 8 == 1 { by } else { by.other() }, size);
        }
        match kind % 48 {
            32..=41 => self.go_well(by, usize::from(size) % 4),
            42 | 43 => {
                self.pair.hub.mine(u64::from(size) % 8);
                self.pair.read();
            }
            44 => {
                self.command(
                    by,
                    Command::ProposeWithdrawal {
                        channel,
                        amount: units,
                    },
                );
                self.both_go_well();
                self.command(by.other(), Command::AgreeWithdrawal { channel });
                self.both_go_well();
                self.send(by.other());
            }
            45 if size % 4 == 0 => {
                self.command(by, Command::ProposeSettlement { channel });
                self.both_go_well();
                self.command(by.other(), Command::AgreeSettlement { channel });
                self.both_go_well();
                self.send(by.other());
            }
            46 if size % 8 == 0 => {
                self.both_go_well();
                self.command(by, Command::Close { channel });
                self.send(by);
                self.both_go_well();
                self.command(by.other(), Command::Accept { channel });
                self.send(by.other());
            }
            // Close while the other side has payments under way.
            47 if size % 4 == 0 => {
                self.command(
                    by.other(),
                    Command::Pay {
                        channel,
                        amount: amount(1),
                        memo: None,
                        request: None,
                    },
                );
                self.command(by, Command::Close { channel });
                self.send(by);
            }
            45..=47 => self.go_well(by, 2),
            0..=5 => self.command(
                by,
                Command::Pay {
                    channel,
                    amount: units,
                    memo: None,
                    request: None,
                },
            ),
            6 | 7 => self.carry_up(by, true),
            8 | 9 => self.carry_down(by, true),
            // Lost, repeated, reordered, in both directions.
            10 if size % 2 == 0 => drop(self.pair.relay.outbox[by].pop_front()),
            10 => drop(self.pair.node(by).said.pop()),
            11 => self.carry_down(by, false),
            12 => {
                let outbox = &mut self.pair.relay.outbox[by];
                let last = outbox.len().saturating_sub(1);
                if last > 0 {
                    outbox.swap(0, usize::from(size) % last + 1);
                }
            }
            13 => {
                let said = &mut self.pair.node(by).said;
                if said.len() > 1 {
                    said.reverse();
                }
            }
            14 => {
                self.pair.relay.disconnect(by);
                let node = self.pair.node(by);
                node.said.clear();
                let _ = node.apply(Event::RelayDown);
            }
            15 => self.connect(by),
            16 => self.pair.node(by).store_fails = size % 4 == 0,
            17 => self.crash(by),
            18 => {
                let node = self.pair.node(by);
                if !node.store_fails {
                    node.apply_and_crash(Event::Command(Command::Pay {
                        channel,
                        amount: units,
                        memo: None,
                        request: None,
                    }));
                    self.crash(by);
                }
            }
            19 => self.pair.hub.mine(u64::from(size % 4) + 1),
            20 | 21 => self.read(by),
            22 => self.pair.node(by).now_ms += u64::from(size) * 1_500,
            23 => {
                // A side deposits only what it has not yet asked the wallet for.
                if self.pair.node(by).to_send.is_empty() {
                    self.command(
                        by,
                        Command::Deposit {
                            channel,
                            amount: units,
                        },
                    );
                }
            }
            24 if size % 3 == 0 => self.command(by, Command::ProposeSettlement { channel }),
            24 => self.command(by, Command::AgreeSettlement { channel }),
            25 if size % 2 == 0 => self.command(
                by,
                Command::ProposeWithdrawal {
                    channel,
                    amount: units,
                },
            ),
            25 => self.command(by, Command::AgreeWithdrawal { channel }),
            26 | 27 => self.send(by),
            28 => {
                if let Some((_, purpose)) = self.pair.node(by).to_send.pop() {
                    let _ = self.pair.node(by).apply(Event::TransactionFailed(purpose));
                }
            }
            29 if size > 200 => self.command(by, Command::Close { channel }),
            29 => {
                self.command(by, Command::Claim { channel });
                self.command(by, Command::Settle { channel });
                if size % 7 == 0 {
                    self.command(by, Command::Accept { channel });
                }
            }
            30 => {
                let depth = u64::from(size) % (self.confirmations + 1);
                if depth > 0 {
                    self.pair.hub.reorganise(depth);
                    self.seen.push("reorganised");
                }
            }
            _ if size % 3 == 0 => {
                let node = self.pair.node(by);
                node.to_sign.clear();
                let _ = node.apply(Event::WalletRefused { channel });
            }
            _ => {
                // An answer that the world has overtaken is refused, and then the wallet counts as having refused.
                if self.pair.node(by).wallet_signs().is_err() {
                    let _ = self.pair.node(by).apply(Event::WalletRefused { channel });
                }
            }
        }
    }

    /// For a while nothing fails for one side: it is connected, reads, hears and is heard so many times.
    fn go_well(&mut self, by: Side, times: usize) {
        self.pair.node(by).store_fails = false;
        self.read(by);
        if !self.pair.relay.is_connected(by) {
            self.connect(by);
        }
        if self.pair.node(by).wallet_signs().is_err() {
            let channel = self.id;
            let _ = self.pair.node(by).apply(Event::WalletRefused { channel });
        }
        for _ in 0..times {
            self.carry_up(by, true);
            self.carry_down(by, true);
        }
    }

    fn both_go_well(&mut self) {
        for side in [Side::Alice, Side::Bob, Side::Alice, Side::Bob] {
            self.go_well(side, 8);
        }
    }

    fn carry_up(&mut self, by: Side, taken: bool) {
        let key = self.pair.key;
        let said = &mut self.pair.node(by).said;
        if !said.is_empty() {
            let frame = said[0].clone();
            if taken {
                said.remove(0);
            }
            self.pair.relay.hear(by, &frame, &key);
        }
    }

    fn carry_down(&mut self, by: Side, taken: bool) {
        let outbox = &mut self.pair.relay.outbox[by];
        let frame = if taken {
            outbox.pop_front()
        } else {
            outbox.front().cloned()
        };
        if let Some(frame) = frame {
            self.pair.node(by).hear(frame);
        }
    }

    fn connect(&mut self, by: Side) {
        self.pair.relay.disconnect(by);
        self.pair.relay.connect(by);
        let node = self.pair.node(by);
        node.said.clear();
        let _ = node.apply(Event::RelayUp);
    }

    fn crash(&mut self, by: Side) {
        self.seen.push("crashed");
        self.pair.relay.disconnect(by);
        self.pair.node(by).crash();
    }

    fn read(&mut self, by: Side) {
        match by {
            Side::Alice => self.pair.alice.read(&self.pair.hub),
            Side::Bob => self.pair.bob.read(&self.pair.hub),
        }
    }

    /// The wallet sends the oldest transaction that it was asked for.
    fn send(&mut self, by: Side) {
        let node = self.pair.node(by);
        if node.to_send.is_empty() {
            return;
        }
        let (call, purpose) = node.to_send.remove(0);
        let (account, said) = (node.person.account(), node.highest_said());
        let decoded = calldata::read(&call);
        if self.pair.hub.transact(account, &call).is_err() {
            let _ = self.pair.node(by).apply(Event::TransactionFailed(purpose));
            return;
        }
        let HubCall::Channel { call, .. } = decoded else {
            return;
        };
        match call {
            ChannelCall::Close { paid, .. } => {
                assert!(
                    paid.units() >= said,
                    "a close below a claim that was said: a dispute against oneself"
                );
                self.seen.push("closed in the middle");
            }
            ChannelCall::SettleTogether { settlement, .. } => {
                self.seen.push("settled together");
                let best = (settlement.alice_total.units(), settlement.bob_total.units());
                assert_eq!(
                    best,
                    (self.pair.alice.highest_said(), self.pair.bob.highest_said()),
                    "an old settlement"
                );
            }
            ChannelCall::Accept { .. } => self.seen.push("settled by accepting"),
            ChannelCall::Settle { .. } => self.seen.push("settled after the period"),
            _ => (),
        }
    }

    fn check(&mut self) {
        for side in Side::BOTH {
            let Some(view) = self.pair.node(side).find(self.id) else {
                continue;
            };
            let sum = |by: Side| -> u128 {
                let paid = view.entries.iter().filter_map(|entry| match &entry.kind {
                    EntryKind::Paid {
                        by: payer, amount, ..
                    } if *payer == by => Some(amount.units()),
                    _ => None,
                });
                paid.sum()
            };
            let other = side.other();
            if matches!(
                view.phase,
                PhaseView::Open | PhaseView::CloseSent { .. } | PhaseView::Opening
            ) {
                assert!(view.totals[side] >= self.paid[side], "a payment was lost");
                self.paid[side] = view.totals[side];
                assert_eq!(sum(side), view.totals[side].units(), "a payment is shown wrongly");
                assert!(sum(other) >= view.totals[other].units(), "money without an entry");
                let pot = view.deposits.alice.units() + view.deposits.bob.units();
                let shown = view.balances.alice.units() + view.balances.bob.units();
                assert!(shown <= pot, "{shown} shown of {pot}");
            }
            let payer = self.pair.node(other).find(self.id).map(|view| view.totals[other]);
            if let (PhaseView::Open, Some(signed)) = (view.phase, payer) {
                assert!(view.totals[other] <= signed, "credited more than was ever signed");
            }
        }
    }

    /// Everything works again: what was sent arrives, what was promised expires, and all is paid out.
    fn end(mut self) -> Vec<&'static str> {
        let channel = self.id;
        for side in Side::BOTH {
            let node = self.pair.node(side);
            node.store_fails = false;
            node.to_send.clear();
            node.to_sign.clear();
            let _ = node.apply(Event::WalletRefused { channel });
        }
        self.pair.hub.mine(self.confirmations);
        self.quiet();
        if let HubChannel::Open { .. } = self.pair.hub.state(&self.pair.key) {
            self.pair.hub.mine(60 + self.confirmations);
            self.quiet();
            self.check();
            self.agree();
            let closer = if self.pair.hub.number().is_multiple_of(2) {
                Side::Alice
            } else {
                Side::Bob
            };
            let view = self.pair.node(closer).view(channel);
            self.command(closer, Command::Close { channel });
            self.send(closer);
            self.quiet();
            let other = self.pair.node(closer.other()).view(channel);
            let PhaseView::Closing { payout, .. } = other.phase else {
                panic!("stuck: {:?}", other.phase)
            };
            assert_eq!(
                (payout, other.alarm),
                (view.balances, None),
                "an honest close needs no answer"
            );
        }
        if let HubChannel::Closing { .. } = self.pair.hub.state(&self.pair.key) {
            for side in Side::BOTH {
                let view = self.pair.node(side).view(channel);
                let PhaseView::Closing { closes_at, clock, .. } = view.phase else {
                    panic!()
                };
                assert_eq!(
                    matches!(view.alarm, Some(Alarm::Understated { .. })),
                    view.alarm.is_some()
                );
                if view.alarm.is_some() && clock + 1 < closes_at {
                    self.command(side, Command::Claim { channel });
                    self.send(side);
                }
            }
            self.pair.hub.mine(u64::from(PERIOD));
            self.quiet();
            self.command(Side::Bob, Command::Settle { channel });
            self.send(Side::Bob);
        }
        self.count()
    }

    fn quiet(&mut self) {
        for _ in 0..2 {
            self.pair.read();
            self.pair.connect();
        }
        self.pair.read();
    }

    /// Once everything has arrived both see the same, and all of it is money.
    fn agree(&mut self) {
        let (alice, bob) = (self.pair.alice.view(self.id), self.pair.bob.view(self.id));
        assert_eq!(
            (alice.phase, bob.phase),
            (PhaseView::Open, PhaseView::Open),
            "somebody is stuck"
        );
        assert_eq!((alice.totals, alice.balances), (bob.totals, bob.balances));
        assert_eq!(
            (alice.waiting, bob.waiting, alice.alarm, bob.alarm),
            (None, None, None, None)
        );
        assert_eq!(
            (alice.totals.alice, alice.totals.bob),
            (self.paid.alice, self.paid.bob)
        );
        self.agree_on_notes(&alice, &bob);
        self.agree_on_notes(&bob, &alice);
    }

    /// What one asked and was shown, the other knows of.
    fn agree_on_notes(&mut self, by: &ChannelView, other: &ChannelView) {
        let asked = |view: &RequestView| (view.number, view.amount, view.expiry, view.memo.clone());
        let (own, shown) = (&by.requests_by_me, &other.requests_to_me);
        for shown in shown {
            assert!(
                own.iter().any(|own| asked(own) == asked(shown)),
                "nobody asked: {shown:?}"
            );
        }
        for own in own {
            let Some(shown) = shown.iter().find(|shown| shown.number == own.number) else {
                // Taken back before it was sent.
                assert_eq!(own.state, RequestState::Cancelled);
                continue;
            };
            self.seen.push("asked");
            match (own.state, shown.state) {
                (RequestState::Answered { total }, paid) => {
                    self.seen.push("answered");
                    assert_eq!(paid, RequestState::Answered { total });
                }
                // A wallet that paid it signs no memo, so the one who asked is not told.
                (_, RequestState::Answered { total }) => {
                    assert!(
                        !other.can_note && total <= by.totals[other.holder],
                        "an answer was lost"
                    );
                }
                (RequestState::Cancelled, other) => {
                    self.seen.push("taken back");
                    assert_eq!(other, RequestState::Cancelled);
                }
                (_, other) => assert_ne!(other, RequestState::Cancelled),
            }
        }
        assert!(other.seen <= by.read, "seen without having been shown");
        if !other.seen.is_zero() {
            self.seen.push("read");
        }
        let (said, heard) = (memos(by, by.holder), memos(other, by.holder));
        assert_eq!(said, heard, "a memo was lost or made up");
    }

    /// What went in came out, and nobody honest was disputed.
    fn count(mut self) -> Vec<&'static str> {
        let key = self.pair.key;
        assert!(
            matches!(self.pair.hub.state(&key), HubChannel::Settled { .. }),
            "not settled"
        );
        let (mut deposits, mut closer) = (0, None);
        for event in self.pair.hub.events() {
            match event {
                HubEvent::Opened { amount, .. } => deposits += amount.units(),
                HubEvent::Deposited { amount, .. } => {
                    deposits += amount.units();
                    self.seen.push("deposited");
                }
                HubEvent::Withdrawn { .. } => self.seen.push("withdrawn"),
                HubEvent::Closing { closer: by, .. } => closer = Some(by),
                HubEvent::Claimed { payer, .. } => {
                    assert_ne!(Some(payer), closer, "an honest closer was disputed");
                    self.seen.push("claimed");
                }
                HubEvent::Forfeited { .. } => panic!("an honest closer forfeited"),
                _ => (),
            }
        }
        let out = self.pair.hub.paid_out(key.alice) + self.pair.hub.paid_out(key.bob);
        assert_eq!(out, deposits, "money was made or lost");
        for side in Side::BOTH {
            if !self.paid[side].is_zero() {
                self.seen.push(if side == Side::Alice {
                    "paid by alice"
                } else {
                    "paid by bob"
                });
            }
        }
        self.seen
    }
}

/// Every memo of `payer`'s, once.
fn memos(view: &ChannelView, payer: Side) -> Vec<EntryMemo> {
    let mut memos = Vec::new();
    for entry in view.entries.iter() {
        match entry.kind {
            EntryKind::Paid {
                by, amount, total, ..
            } if by == payer => {
                let within =
                    |memo: &EntryMemo| memo.total <= total && memo.total > total.saturating_sub(amount);
                assert!(entry.memos.iter().all(within), "at another payment's entry");
                memos.extend(entry.memos.clone());
            }
            EntryKind::Paid { .. } => (),
            _ => assert!(entry.memos.is_empty()),
        }
    }
    let mut totals: Vec<_> = memos.iter().map(|memo| memo.total).collect();
    totals.dedup();
    assert_eq!(totals.len(), memos.len(), "a memo twice");
    memos
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = (any::<u8>(), any::<bool>(), any::<u8>()).prop_map(|(kind, by, size)| Action {
        kind,
        by: if by { Side::Alice } else { Side::Bob },
        size,
    });
    prop::collection::vec(action, 10..ACTIONS)
}

fn worlds() -> impl Strategy<Value = World> {
    prop_oneof![
        Just(World::PaymentKeys),
        Just(World::Delegated),
        Just(World::WalletSigns),
        Just(World::Forfeit)
    ]
}

#[test]
fn no_payment_is_lost_doubled_or_shown_wrongly() {
    // Seeded: the same programs on every run. A failure prints the shortest program that shows it.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[42; 32]);
    let config = Config {
        cases: PROGRAMS,
        failure_persistence: None,
        ..Config::default()
    };
    let seen = RefCell::new(BTreeMap::<&str, u32>::new());
    let result = TestRunner::new_with_rng(config, rng).run(
        &(worlds(), 0u64..4, actions()),
        |(world, depth, actions)| {
            let mut simulation = Simulation::new(world, depth);
            for action in actions {
                simulation.act(action);
                simulation.check();
            }
            for what in simulation.end() {
                *seen.borrow_mut().entry(what).or_default() += 1;
            }
            Ok(())
        },
    );
    match result {
        // The programs are only worth something if they get everywhere.
        Ok(()) => {
            let seen = seen.into_inner();
            for what in EVERYWHERE {
                assert!(
                    seen.get(what).is_some_and(|times| *times >= 5),
                    "{what} is hardly tried: {seen:?}"
                );
            }
        }
        Err(TestError::Fail(reason, program)) => panic!("{reason}\n{program:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

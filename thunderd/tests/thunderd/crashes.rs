//! kill -9 while payments flow both ways: nothing is lost, nothing is paid twice.

use crate::support::{Node, World, units, until};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

/// Rounds of the suite; `THUNDER_KILLS` asks for more, `THUNDER_SEED` for others.
const KILLS: u64 = 12;
const WHOLE: u128 = 10_u128.pow(18);

/// Pays one unit after the other, each under a name of its own, and asks again until it is answered. Counts those that were.
fn pay_on(paying: &Paying, prefix: &str, stop: &AtomicBool, made: &AtomicU64) {
    while !stop.load(Ordering::Relaxed) {
        let key = format!("{prefix}-{}", made.load(Ordering::Relaxed));
        // Whatever comes in between, this key pays once.
        while !paying.pay(&key) {
            std::thread::yield_now();
        }
        made.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a payer needs of a node that may die at any time.
struct Paying {
    port: u16,
    token: String,
    client: reqwest::blocking::Client,
}

impl Paying {
    fn of(node: &Node) -> Self {
        Self {
            port: node.port,
            token: node.token(),
            client: reqwest::blocking::Client::builder().no_proxy().build().unwrap(),
        }
    }

    fn pay(&self, key: &str) -> bool {
        let request = self
            .client
            .post(format!("http://127.0.0.1:{}/v1/payments", self.port))
            .bearer_auth(&self.token)
            .header("idempotency-key", key)
            .json(&serde_json::json!({ "amount": "1", "waitMs": 0 }));
        request.send().is_ok_and(|answer| answer.status() == 200)
    }
}

/// Who is killed and when, drawn from a seed. What the nodes are in the middle of then is up to the machine.
struct Fate(u64);

impl Fate {
    /// A number below `bound` (splitmix64).
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn told<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

#[test]
fn killing_nodes_loses_and_doubles_nothing() {
    let kills = told("THUNDER_KILLS", KILLS);
    let seed = told("THUNDER_SEED", 1);
    println!("{kills} kills, seed {seed}");
    let mut fate = Fate(seed);
    let world = World::new();
    let (mut alice, mut bob, id) = world.with_channel("refute");
    alice.pay("some", 50);
    let stop = AtomicBool::new(false);
    let (by_alice, by_bob) = (AtomicU64::new(0), AtomicU64::new(0));
    let (at_alice, at_bob) = (Paying::of(&alice), Paying::of(&bob));
    std::thread::scope(|scope| {
        scope.spawn(|| pay_on(&at_alice, "a", &stop, &by_alice));
        scope.spawn(|| pay_on(&at_bob, "b", &stop, &by_bob));
        for _ in 0..kills {
            let payments = 4 + fate.below(12);
            let before = (by_alice.load(Ordering::Relaxed), by_bob.load(Ordering::Relaxed));
            // Each is killed while both have payments under way.
            until("payments", || {
                let now = (by_alice.load(Ordering::Relaxed), by_bob.load(Ordering::Relaxed));
                (now.0 >= before.0 + payments && now.1 >= before.1 + payments).then_some(())
            });
            // A payment takes about a millisecond: any moment of it.
            std::thread::sleep(Duration::from_micros(fate.below(3_000)));
            let either = fate.below(4);
            if either != 1 {
                alice.kill();
            }
            if either != 0 {
                bob.kill();
            }
            // Both at once, or one after the other, in either order.
            if either != 1 {
                alice.restart();
            }
            if either != 0 {
                bob.restart();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    let made = [&by_alice, &by_bob].map(|made| u128::from(made.load(Ordering::Relaxed)));
    let expected = (50 * WHOLE + made[0], made[1]);
    for (node, mine) in [(&alice, true), (&bob, false)] {
        until("the totals", || {
            let paid = &node.channel(&id)["paid"];
            let (a, b) = if mine {
                ("mine", "theirs")
            } else {
                ("theirs", "mine")
            };
            ((units(&paid[a]), units(&paid[b])) == expected).then_some(())
        });
    }
    assert!(
        made[0] > 3 * u128::from(kills) && made[1] > 3 * u128::from(kills),
        "{made:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_full_disk_stops_paying_and_loses_nothing() {
    let world = World::new();
    let mut alice = Node::start_cramped(&world, "alice", 400);
    let account = alice.import(1);
    world.give(account, 1_000);
    let bob = world.node("bob", 2);
    alice.connect(&bob);
    let id = alice.open_with(&bob, 100, "refute");
    let mut paid = 0;
    let refusal = loop {
        let (status, answer) = alice.pay_units(&format!("n{paid}"), 1);
        if status != 200 {
            break answer;
        }
        paid += 1;
        assert!(paid < 10_000, "the disk is never full");
    };
    assert_eq!(refusal["code"], "store", "{refusal}");
    assert!(paid > 0);
    // What was not stored was not sent.
    assert_eq!(units(&bob.channel(&id)["balance"]["mine"]), paid);
    // It goes on watching, and goes on paying once there is room.
    assert_eq!(alice.channel(&id)["phase"]["name"], "open");
    alice.kill_and_restart();
    assert_eq!(
        alice.pay_units(&format!("n{paid}"), 1).0,
        200,
        "the payment that was refused"
    );
    until("the payment", || {
        (units(&bob.channel(&id)["balance"]["mine"]) == paid + 1).then_some(())
    });
}

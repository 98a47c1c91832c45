//! Payments a second between two daemons on this machine, each payment durable at both ends when it is counted.
//!
//! `cargo xtask bench node` runs it; the last line is JSON.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../tests/thunderd/support/mod.rs"]
#[allow(dead_code)]
mod support;

use reqwest::blocking::Client;
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};
use support::{Node, World};

/// Payments one after the other.
const IN_A_ROW: u64 = 2_000;
/// Channels, payments in all, and payments under way at once.
const CHANNELS: usize = 10;
const AT_ONCE: usize = 100;
const SIDE_BY_SIDE: u64 = 10_000;

fn main() {
    let world = World::new();
    let (alice, bob, first) = world.with_channel("forfeit");
    let mut channels = vec![first];
    while channels.len() < CHANNELS {
        channels.push(alice.open_with(&bob, 10, "forfeit"));
    }
    let payer = Payer::of(&alice);
    for warm in 0..100 {
        payer.pay(&channels[0], &format!("warm-{warm}"));
    }

    let mut times: Vec<f64> = Vec::new();
    let since = Instant::now();
    for number in 0..IN_A_ROW {
        let sent = Instant::now();
        payer.pay(&channels[0], &format!("row-{number}"));
        times.push(sent.elapsed().as_secs_f64() * 1_000.0);
    }
    let row = rate(IN_A_ROW, since);
    times.sort_by(f64::total_cmp);
    let (median, slow) = (times[times.len() / 2], times[times.len() * 99 / 100]);

    let next = AtomicU64::new(0);
    let since = Instant::now();
    std::thread::scope(|scope| {
        for place in 0..AT_ONCE {
            let (payer, next, channel) = (&payer, &next, &channels[place % CHANNELS]);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= SIDE_BY_SIDE {
                        return;
                    }
                    payer.pay(channel, &format!("side-{number}"));
                }
            });
        }
    });
    let side = rate(SIDE_BY_SIDE, since);

    let since = Instant::now();
    let mut alice = alice;
    alice.kill_and_restart();
    let restart = since.elapsed().as_secs_f64() * 1_000.0;

    let round = |figure: f64| (figure * 10.0).round() / 10.0;
    let figures = json!({
        "one_channel_payments_per_second": row.round(), "one_channel_ms": { "p50": round(median), "p99": round(slow) },
        "ten_channels_payments_per_second": side.round(), "restart_ms": restart.round(),
    });
    println!("{figures}");
}

fn rate(payments: u64, since: Instant) -> f64 {
    f64::from(u32::try_from(payments).unwrap()) / since.elapsed().as_secs_f64()
}

struct Payer {
    client: Client,
    url: String,
    token: String,
}

impl Payer {
    fn of(node: &Node) -> Self {
        Self {
            client: Client::builder()
                .no_proxy()
                .pool_max_idle_per_host(AT_ONCE)
                .build()
                .unwrap(),
            url: format!("http://127.0.0.1:{}/v1/payments", node.port),
            token: node.token(),
        }
    }

    /// Pays one unit, and returns when the other node has it.
    fn pay(&self, channel: &str, key: &str) {
        let request = self
            .client
            .post(&self.url)
            .bearer_auth(&self.token)
            .header("idempotency-key", key);
        let answer = request
            .json(&json!({ "amount": "1", "channel": channel }))
            .send()
            .unwrap();
        let answer: Value = answer.json().unwrap();
        assert_eq!(answer["delivery"], "delivered", "{answer}");
    }
}

//! What the operator sees: metrics on a port of their own, liveness and readiness told apart.

use crate::support::{Client, World, get, subscribe};
use relay::counters::Count;
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};
use thunder_channel::{Side, wire::ErrorCode};

async fn samples(metrics: SocketAddr) -> BTreeMap<String, f64> {
    let page = get(metrics, "/metrics").await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    let mut described = Vec::new();
    let mut samples = BTreeMap::new();
    for line in page.text().lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            described.push(rest.split(' ').next().unwrap().to_owned());
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(
            described.iter().any(|family| name.starts_with(family)),
            "{name} is of no family"
        );
        let earlier = samples.insert(name.to_owned(), value.parse().unwrap());
        assert_eq!(earlier, None, "{name} is there twice");
    }
    samples
}

#[tokio::test]
async fn every_count_is_shown_by_reason_and_acknowledgements_are_timed() {
    let world = World::with(|config| config.metrics = Some("127.0.0.1:0".parse().unwrap())).await;
    let metrics = world.relay.metrics_addr.unwrap();
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    for nonce in 1..=3 {
        let claim = world.chain.claim(&key, Side::Alice, nonce.into(), nonce);
        alice.pay(Side::Alice, claim).await;
    }
    let lower = world.chain.claim_by(&world.chain.carol, &key, Side::Alice, 4, 4);
    assert_eq!(alice.pay_in_vain(lower).await, ErrorCode::BadSignature);
    let samples = samples(metrics).await;
    let sample = |name: &str| samples.get(&format!("thunder_relay_{name}")).copied();
    assert_eq!(sample("events_total{event=\"claim_stored\"}"), Some(3.0));
    assert_eq!(sample("events_total{event=\"too_many_sockets\"}"), Some(0.0));
    assert_eq!(sample("refusals_total{code=\"bad_signature\"}"), Some(1.0));
    assert_eq!(sample("connections"), Some(1.0));
    assert_eq!(sample("channels"), Some(1.0));
    assert_eq!(sample("ready"), Some(1.0));
    assert_eq!(sample("chain_reachable"), Some(1.0));
    assert_eq!(sample("ack_seconds_count"), Some(3.0));
    assert_eq!(sample("ack_seconds_bucket{le=\"+Inf\"}"), Some(3.0));
    assert!(sample("ack_seconds_sum").unwrap() > 0.0);
    let buckets: Vec<f64> = [
        0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0,
    ]
    .map(|end| sample(&format!("ack_seconds_bucket{{le=\"{end}\"}}")).unwrap())
    .to_vec();
    assert!(buckets.is_sorted());
    for name in world.relay.counters().all().keys() {
        assert!(
            sample(&format!("events_total{{event=\"{name}\"}}")).is_some(),
            "{name}"
        );
    }
    // The public has none of it.
    assert_eq!(get(world.relay.addr, "/metrics").await.status, 404);
    assert_eq!(get(metrics, "/ws").await.status, 404);
}

#[tokio::test]
async fn a_stopping_relay_lives_and_is_not_ready() {
    let world = World::with(|config| {
        config.metrics = Some("127.0.0.1:0".parse().unwrap());
        config.limits.goodbye = Duration::from_secs(3);
        config.limits.address_burst = 1_000_000;
        config.limits.burst = 1_000_000;
        config.limits.key_burst = 1_000_000;
        config.limits.bytes_burst = 1_000_000_000;
        config.limits.address_bytes_burst = 1_000_000_000;
    })
    .await;
    let metrics = world.relay.metrics_addr.unwrap();
    for port in [world.relay.addr, metrics] {
        assert_eq!(get(port, "/health").await.status, 200);
        assert_eq!(get(port, "/health/live").await.status, 200);
        assert_eq!(get(port, "/health/ready").await.status, 200);
    }
    let key = world.chain.open(1, 1_000_000).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    alice.fill_history(&world, &key, 200).await;
    // Somebody who does not read keeps the relay from its end for a while.
    let mut deaf = Client::dial_narrow(world.relay.addr).await;
    deaf.sign_in(&world.chain.bob, &world.chain.domain()).await;
    let asking = async { while deaf.try_say(&subscribe(&key, 0)).await {} };
    let watching = async {
        assert_eq!(alice.hear_presence().await, (Side::Bob, true));
        let looking = async {
            assert_eq!(alice.end().await, Some(1012));
            assert_eq!(get(metrics, "/health/ready").await.status, 503);
            assert_eq!(get(metrics, "/health/live").await.status, 200);
            let health = get(metrics, "/health").await;
            assert_eq!(
                (health.status, health.json()["status"].as_str()),
                (503, Some("stopping"))
            );
        };
        tokio::join!(world.relay.shutdown(), looking);
    };
    tokio::join!(asking, watching);
    assert!(
        tokio::net::TcpStream::connect(metrics).await.is_err(),
        "it still listens"
    );
}

#[tokio::test]
async fn a_request_that_is_no_http_is_counted() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let world = World::new().await;
    let mut stream = tokio::net::TcpStream::connect(world.relay.addr).await.unwrap();
    stream
        .write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert_eq!(world.relay.counters().get(Count::BadRequest), 1);
}

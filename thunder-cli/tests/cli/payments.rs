//! A payment whose answer does not come is asked for once more, as the same payment.

use std::io;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use thunder_api::{Code, Delivery, IDEMPOTENCY_KEY, Payment, Phase};

use crate::daemon::{Daemon, ended, json, problem, text};
use crate::fixtures::{channel, info};

/// The keys that payments came with.
type Keys = Arc<Mutex<Vec<String>>>;

/// A daemon that breaks off within its first answers to payments, and then gives this one.
fn breaking(times: usize, then: fn() -> Response) -> (Daemon, Keys) {
    let keys = Keys::default();
    let seen = keys.clone();
    let pay = move |headers: HeaderMap| async move {
        let mut seen = seen.lock().unwrap();
        seen.push(headers[IDEMPOTENCY_KEY].to_str().unwrap().to_owned());
        if seen.len() > times { then() } else { broken() }
    };
    let info = json(&info(vec![channel("aaaa11", Phase::Open)]));
    let routes = Router::new()
        .route("/v1/info", get(|| async { info }))
        .route("/v1/payments", post(pay));
    (Daemon::start(routes), keys)
}

fn broken() -> Response {
    let cut = futures::stream::iter([Ok("{"), Err(io::Error::other("cut"))]);
    Body::from_stream(cut).into_response()
}

fn paid() -> Response {
    let one = channel("aaaa11", Phase::Open);
    let payment = Payment {
        channel: one.id,
        to: one.counterparty,
        amount: "1000000000000000000".parse().unwrap(),
        total: "1000000000000000000".parse().unwrap(),
        delivery: Delivery::Relayed,
        repeated: true,
    };
    json(&payment).into_response()
}

#[test]
fn the_second_call_has_the_key_of_the_first() {
    let (daemon, keys) = breaking(1, paid);
    let output = daemon.run(&["pay", "1"]);
    assert_eq!(ended(&output), (0, String::new()));
    let words = text(&output.stdout);
    assert!(
        words.contains("1 ETH to 0x3C44…93BC · the relay keeps it for them"),
        "{words}"
    );
    let keys = keys.lock().unwrap();
    assert_eq!((keys.len(), &keys[0]), (2, &keys[1]));
    assert_eq!(keys[0].len(), 32);
}

#[test]
fn every_payment_has_a_key_of_its_own_unless_one_is_given() {
    let (daemon, keys) = breaking(0, paid);
    for arguments in [&["pay", "1"][..], &["pay", "1"], &["pay", "1", "--key", "mine"]] {
        assert_eq!(ended(&daemon.run(arguments)).0, 0);
    }
    let keys = keys.lock().unwrap();
    assert_ne!(keys[0], keys[1]);
    assert_eq!(keys[2], "mine");
}

#[test]
fn after_two_broken_calls_the_key_is_told() {
    let (daemon, keys) = breaking(2, paid);
    let (code, words) = ended(&daemon.run(&["pay", "1"]));
    assert_eq!(code, 3, "{words}");
    let keys = keys.lock().unwrap();
    assert_eq!(keys.len(), 2);
    assert!(
        words.contains(&format!("--key {}", keys[0])) && words.contains("not known"),
        "{words}"
    );
}

#[test]
fn a_refusal_is_not_asked_for_again() {
    let (daemon, keys) = breaking(0, || problem(Code::InsufficientFunds, "only 0.5 ETH"));
    let (code, words) = ended(&daemon.run(&["pay", "1"]));
    assert_eq!((code, words), (1, "error: only 0.5 ETH\n".to_owned()));
    assert_eq!(keys.lock().unwrap().len(), 1);
}

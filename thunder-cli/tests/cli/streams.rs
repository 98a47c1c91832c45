//! Commands that go on for a while: events, and the wait for a period's end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use thunder_api::{Code, Owned, Phase, Withdrawn};
use thunder_channel::Amount;

use crate::daemon::{Daemon, ended, json, problem, text};
use crate::fixtures::{channel, info};

#[test]
fn a_broken_stream_is_taken_up_where_it_broke() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let events = move |headers: HeaderMap| async move {
        let mut seen = seen.lock().unwrap();
        seen.push(
            headers
                .get("last-event-id")
                .map(|id| id.to_str().unwrap().to_owned()),
        );
        let body = match seen.len() {
            1 => "id: 7\ndata: {\"kind\":\"brand_new\",\ndata: \"number\":7}\n\n",
            _ => "",
        };
        ([("content-type", "text/event-stream")], body).into_response()
    };
    let info = json(&info(Vec::new()));
    let routes = Router::new()
        .route("/v1/info", get(|| async { info }))
        .route("/v1/events", get(events));
    let output = Daemon::start(routes).run(&["watch", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(text(&output.stdout), "{\"kind\":\"brand_new\", \"number\":7}\n");
    assert_eq!(*asked.lock().unwrap(), [None, Some("7".to_owned())]);
}

#[test]
fn what_is_no_stream_is_a_stranger() {
    let daemon = Daemon::start(Router::new().fallback(|| async { "<html>" }));
    let (code, words) = ended(&daemon.run(&["watch"]));
    assert_eq!(code, 3, "{words}");
    assert!(words.contains("where events were asked for"), "{words}");
    let daemon = Daemon::refusing(Code::Unauthorized, "who are you?");
    assert_eq!(ended(&daemon.run(&["watch"])).0, 4);
}

/// A daemon whose hub's clock goes on by one block each time the channel is looked at; the period is over at block 2.
/// With it, how often it was asked to withdraw.
fn closing() -> (Daemon, Arc<AtomicU64>) {
    let asked = Arc::new(AtomicU64::new(0));
    let count = asked.clone();
    let clock = Arc::new(AtomicU64::new(0));
    let at = |clock: u64| {
        let nothing = Owned {
            mine: Amount::ZERO,
            theirs: Amount::ZERO,
        };
        let phase = Phase::Closing {
            by_me: true,
            closes_at: 2,
            clock,
            payout: nothing,
        };
        channel("aaaa11", phase)
    };
    let seen = clock.clone();
    let look = move || async move { json(&at(seen.fetch_add(1, Ordering::SeqCst) + 1)) };
    let withdraw = move || async move {
        count.fetch_add(1, Ordering::SeqCst);
        if clock.load(Ordering::SeqCst) < 2 {
            return problem(Code::WrongPhase, "2 blocks to go");
        }
        let mut channel = channel("aaaa11", Phase::Settled { payout: None });
        channel.next = "nothing".to_owned();
        let transactions = vec!["0xff".to_owned()];
        json(&Withdrawn {
            transactions,
            channel,
        })
        .into_response()
    };
    let info = json(&info(vec![at(0)]));
    let id = at(0).id;
    let routes = Router::new()
        .route("/v1/info", get(|| async { info }))
        .route(&format!("/v1/channels/{id}"), get(look))
        .route(&format!("/v1/channels/{id}/withdraw"), post(withdraw));
    (Daemon::start(routes), asked)
}

#[test]
fn a_period_that_runs_is_the_wrong_phase_or_waited_for() {
    let (daemon, asked) = closing();
    assert_eq!(
        ended(&daemon.run(&["withdraw"])),
        (6, "error: 2 blocks to go\n".to_owned())
    );
    let output = daemon.run(&["withdraw", "--wait"]);
    assert_eq!(
        ended(&output),
        (0, String::new()),
        "off a terminal no progress is drawn"
    );
    assert!(text(&output.stdout).contains("transaction 0xff"));
    // Once by each: while the period runs, waiting is looking only.
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

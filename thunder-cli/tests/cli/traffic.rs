//! Traffic in the foreground: what Ctrl-C does at each stage. What it moves is tested with the daemon.

use std::future::pending;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use futures::StreamExt;
use thunder_api::{Event, EventKind, ProvenCounts, Role, Route, Session, SessionEnd, SessionState, Tariff};
use thunder_channel::metering::SessionId;
use thunder_channel::{Address, Amount};
use tokio::sync::Notify;

use crate::daemon::{Daemon, ended, json, text};
use crate::fixtures::{BOB, info};

/// What a call is answered with: at once, or never.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    AtOnce,
    Never,
}

fn session(digits: &str, state: SessionState) -> Session {
    let amount = |text: &str| text.parse::<Amount>().unwrap();
    Session {
        id: SessionId(format!("{digits:0<64}").parse().unwrap()),
        role: Role::Client,
        with: BOB.parse().unwrap(),
        page: false,
        tariff: Tariff {
            token: Address::zero(),
            price: amount("10000000000000000"),
            unit: 1_000_000,
            tolerance: 10_000,
            finalization_period: 24,
        },
        state,
        deposit: amount("1000000000000000000"),
        counted: 50_000_000,
        theirs: Some(50_000_000),
        proven: ProvenCounts::default(),
        charged: amount("500000000000000000"),
        paid: amount("500000000000000000"),
        room: 1_000_000,
        streams: 1,
        accused: false,
        since: 0,
        words: None,
    }
}

/// A daemon with a route, and a notification that a call has come which is never answered.
fn daemon(opening: Answers, ending: Answers) -> (Daemon, Arc<Notify>) {
    let (one, came) = (session("aaaa11", SessionState::Active), Arc::new(Notify::new()));
    let route = Route {
        port: 40_217,
        sessions: vec![one.id],
        streams: 1,
    };
    let ends = vec![SessionEnd {
        session: session("aaaa11", SessionState::Ended),
        together: true,
    }];
    let answer = |how: Answers, text: String| {
        let came = came.clone();
        move || async move {
            if how == Answers::Never {
                came.notify_one();
                pending::<()>().await;
            }
            text
        }
    };
    let at_once = |text: String| get(move || async move { text });
    let routes = Router::new()
        .route("/v1/info", at_once(json(&info(Vec::new()))))
        .route(&format!("/v1/peers/{BOB}/tariff"), at_once(json(&one.tariff)))
        .route("/v1/sessions", at_once(json(&[&one])))
        .route(&format!("/v1/sessions/{}", one.id), at_once(json(&one)))
        .route("/v1/routes", post(answer(opening, json(&route))))
        .route("/v1/routes/40217", delete(answer(ending, json(&ends))))
        .route("/v1/events", get(low))
        .fallback(|| async { axum::http::StatusCode::NOT_FOUND.into_response() });
    (Daemon::start(routes), came)
}

/// That little is left, and nothing more.
async fn low() -> axum::response::Response {
    let low = json(&Event {
        number: 1,
        at: 0,
        kind: EventKind::SessionLow {
            session: session("aaaa11", SessionState::Active).id,
            left: "250000000000000000".parse().unwrap(),
        },
    });
    let event = futures::stream::iter([Ok::<_, std::io::Error>(format!("id: 1\ndata: {low}\n\n"))]);
    let body = axum::body::Body::from_stream(event.chain(futures::stream::pending()));
    ([("content-type", "text/event-stream")], body).into_response()
}

const USE: [&str; 6] = ["use", BOB, "--price", "0.01", "--limit", "1"];

fn begin(daemon: &Daemon) -> Child {
    daemon
        .command(&USE)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    let mut kill = Command::new("kill");
    kill.args(["-s", "INT", &child.id().to_string()]);
    assert!(kill.status().unwrap().success());
}

fn wait_for(came: &Notify) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(came.notified());
}

#[test]
fn bad_words_cost_nothing() {
    let (daemon, _) = daemon(Answers::AtOnce, Answers::AtOnce);
    let tried =
        |price: &str, limit: &str| ended(&daemon.run(&["use", BOB, "--price", price, "--limit", limit]));
    let (code, words) = tried("0.001", "1");
    assert_eq!(code, 1, "{words}");
    assert!(
        words.contains("asks 0.01 ETH for 1 MB, and --price allows 0.001 ETH"),
        "{words}"
    );
    let (code, words) = tried("0.01", "0.001");
    assert_eq!(code, 2, "{words}");
    let (code, words) = ended(&daemon.run(&["session", "show", "0xbbbb"]));
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("no session's id begins with 0xbbbb"), "{words}");
}

#[cfg(unix)]
#[test]
fn the_first_ctrl_c_ends_the_sessions() {
    let (daemon, _) = daemon(Answers::AtOnce, Answers::AtOnce);
    let mut child = begin(&daemon);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut before = String::new();
    while !(before.contains(" here, ") && before.contains("only ")) {
        assert_ne!(out.read_line(&mut before).unwrap(), 0, "{before}");
    }
    for words in [
        "only 0.25 ETH left with 0x3C44…93BC · that is the limit",
        "price      0.01 ETH for 1 MB",
        "curl --proxy socks5h://127.0.0.1:40217 https://example.org",
        "Ctrl-C ends it",
        "50.0 MB here, 50.0 MB there (0 B) · 0.5000 ETH charged, 0.5000 ETH left · 0 B/s · 1 stream\n",
    ] {
        assert!(before.contains(words), "{words} in\n{before}");
    }
    interrupt(&child);
    let mut after = String::new();
    out.read_to_string(&mut after).unwrap();
    let after = after.lines().last().unwrap();
    assert_eq!(
        after,
        "ended together: 0xaaaa1100 with 0x3C44…93BC · 50.0 MB · 0.5 ETH charged, 0.5 ETH paid, 0.5 ETH given back"
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn the_second_ctrl_c_leaves_the_end_to_the_node() {
    let (daemon, came) = daemon(Answers::AtOnce, Answers::Never);
    let mut child = begin(&daemon);
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.as_mut().unwrap());
    while !line.contains(" here, ") {
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "{line}");
    }
    interrupt(&child);
    wait_for(&came);
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let (code, words) = ended(&output);
    assert_eq!(code, 130, "{words}");
    assert!(
        words.contains("session end <id>` ends what stays active"),
        "{words}"
    );
}

#[cfg(unix)]
#[test]
fn twice_ctrl_c_while_it_is_opened_leaves_that_to_the_node() {
    let (daemon, came) = daemon(Answers::Never, Answers::AtOnce);
    let mut child = begin(&daemon);
    wait_for(&came);
    // Of two signals that come at once a system may give one.
    while child.try_wait().unwrap().is_none() {
        interrupt(&child);
    }
    let output = child.wait_with_output().unwrap();
    let (code, words) = ended(&output);
    assert_eq!(code, 130, "{words}");
    assert!(words.contains("unuse` ends it"), "{words}");
    assert!(!text(&output.stdout).contains("curl"));
}

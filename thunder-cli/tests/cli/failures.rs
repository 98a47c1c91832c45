//! A daemon that is not there, refuses, or is not the daemon.

use axum::Router;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use thunder_api::{Code, Problem};

use crate::daemon::{Daemon, bare, ended, json, problem, text};
use crate::fixtures::info;

#[test]
fn nobody_there() {
    let absent = Daemon::absent();
    let (code, words) = ended(&absent.run(&["infos"]));
    assert_eq!(code, 3, "{words}");
    assert!(
        words.contains("no daemon answers at http://127.0.0.1:"),
        "{words}"
    );
    assert!(words.contains("next: start thunderd"), "{words}");
    let output = absent.run(&["infos", "--json"]);
    let object: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(
        (object["type"].as_str(), object["exit"].as_u64()),
        (Some("urn:thunder:cli:unreachable"), Some(3))
    );
    assert!(output.stdout.is_empty());
}

/// Before a daemon ran there is no token either, and that is not what is wrong.
#[test]
fn nobody_there_and_no_token() {
    let absent = Daemon::absent();
    std::fs::remove_file(absent.data().join(thunder_api::TOKEN_FILE)).unwrap();
    let (code, words) = ended(&absent.run(&["infos"]));
    assert_eq!(code, 3, "{words}");
}

#[test]
fn a_daemon_without_its_token() {
    let daemon = Daemon::refusing(Code::Unauthorized, "never asked");
    std::fs::remove_file(daemon.data().join(thunder_api::TOKEN_FILE)).unwrap();
    let (code, words) = ended(&daemon.run(&["infos"]));
    assert_eq!(code, 4, "{words}");
    assert!(words.contains("api-token") && words.contains("--data"), "{words}");
}

#[test]
fn a_refusal_has_its_code_and_what_to_do() {
    for (code, exit, next) in [
        (Code::Unauthorized, 4, "THUNDER_DATA"),
        (Code::NoWallet, 4, "importwallet"),
        (Code::Locked, 4, "unlock"),
        (Code::WrongPassword, 4, ""),
        (Code::Refused, 1, ""),
        (Code::InsufficientFunds, 1, ""),
        (Code::Busy, 1, ""),
        (Code::Store, 1, ""),
        (Code::Chain, 5, ""),
        (Code::PeerUnreachable, 5, "connect"),
        (Code::WrongPhase, 6, ""),
    ] {
        let daemon = Daemon::refusing(code, "because");
        let (status, words) = ended(&daemon.run(&["balance"]));
        assert_eq!(status, exit, "{code:?}: {words}");
        assert!(words.starts_with("error: because\n"), "{code:?}: {words}");
        assert_eq!(words.contains("next: "), !next.is_empty(), "{code:?}: {words}");
        assert!(words.contains(next), "{code:?}: {words}");
    }
}

#[test]
fn programs_get_the_problem_as_it_came() {
    let daemon = Daemon::refusing(Code::Locked, "because");
    let output = daemon.run(&["--json", "balance"]);
    let said: Problem = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(said, Problem::new(Code::Locked, "because"));
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(4), "")
    );
}

#[test]
fn a_strangers_answer_is_not_believed() {
    for routes in [
        Router::new().fallback(|| async { "<html>hello" }),
        Router::new().fallback(|| async { (axum::http::StatusCode::NOT_FOUND, "<html>") }),
        Router::new().fallback(|| async { "{}" }),
        Router::new().fallback(|| async { ([("location", "/")], axum::http::StatusCode::FOUND) }),
        Router::new().fallback(|| async { vec![0xff, 0xfe] }),
    ] {
        let (code, words) = ended(&Daemon::start(routes).run(&["infos"]));
        assert_eq!(code, 3, "{words}");
        assert!(words.starts_with("error: "), "{words}");
    }
}

#[test]
fn a_connection_that_is_closed_unanswered() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let closer = std::thread::spawn(move || drop(listener.accept().unwrap()));
    let output = bare(&["infos", "--port", &port.to_string()])
        .env("THUNDER_TOKEN", "secret")
        .output()
        .unwrap();
    closer.join().unwrap();
    let (code, words) = ended(&output);
    assert_eq!(code, 3, "{words}");
    assert!(words.contains("before it had answered"), "{words}");
}

/// Without a wallet there are no channels either, and that is not what is wrong.
#[test]
fn a_locked_wallet_is_what_is_wrong() {
    let mut locked = info(Vec::new());
    locked.wallet.state = thunder_api::WalletState::Locked;
    let locked = json(&locked);
    let routes = Router::new()
        .route("/v1/info", get(|| async { locked }))
        .fallback(|| async { problem(Code::Locked, "unlock it") });
    let daemon = Daemon::start(routes);
    for arguments in [&["pay", "1"][..], &["withdraw"], &["request", "1"], &["history"]] {
        let (code, words) = ended(&daemon.run(arguments));
        assert_eq!(code, 4, "{words}");
        assert!(words.starts_with("error: unlock it\nnext: "), "{words}");
    }
}

async fn for_the_secret_only(headers: HeaderMap) -> axum::response::Response {
    if headers
        .get("authorization")
        .is_some_and(|token| token == "Bearer secret")
    {
        json(&info(Vec::new())).into_response()
    } else {
        problem(Code::Unauthorized, "who are you?")
    }
}

#[test]
fn the_token_is_that_of_the_file_or_of_the_environment() {
    let daemon = Daemon::start(Router::new().route("/v1/info", get(for_the_secret_only)));
    assert_eq!(ended(&daemon.run(&["infos"])), (0, String::new()));
    let with = |token: &str| {
        ended(
            &daemon
                .command(&["infos"])
                .env("THUNDER_TOKEN", token)
                .output()
                .unwrap(),
        )
        .0
    };
    assert_eq!((with("secret"), with("other"), with("two words")), (0, 4, 4));
    // The port goes into what is suggested, and so does the directory that was named.
    let locked = Daemon::refusing(Code::Locked, "because");
    let (_, words) = ended(&locked.run(&["balance"]));
    let suggested = format!(
        "next: thunder-cli --port {} --data {} unlock",
        locked.port(),
        locked.data().display()
    );
    assert!(words.contains(&suggested), "{words}");
}

#[test]
fn the_default_directory_is_the_daemons() {
    let daemon = Daemon::start(Router::new().route("/v1/info", get(for_the_secret_only)));
    let home = tempfile::tempdir().unwrap();
    let node = home.path().join(format!("thunder/node-{}", daemon.port()));
    std::fs::create_dir_all(&node).unwrap();
    std::fs::copy(daemon.data().join("api-token"), node.join("api-token")).unwrap();
    let output = bare(&["infos", "--port", &daemon.port().to_string()])
        .env("XDG_DATA_HOME", home.path())
        .output()
        .unwrap();
    assert_eq!(ended(&output), (0, String::new()));
}

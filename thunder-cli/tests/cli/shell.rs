//! What a shell and `man` get, which takes no daemon, and readers that stop reading.

use std::fs;
use std::io;

use axum::Router;
use axum::routing::get;

use crate::daemon::{Daemon, bare, ended, json, text};
use crate::fixtures::info;

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let output = bare(&["completions", shell]).output().unwrap();
        assert_eq!(ended(&output), (0, String::new()), "{shell}");
        let script = text(&output.stdout);
        for word in ["closechannel", "importwallet", "password-file", "unuse", "top-up"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
    assert_eq!(
        bare(&["completions", "tcsh"]).output().unwrap().status.code(),
        Some(2)
    );
}

#[test]
fn each_command_has_its_page() {
    let dir = tempfile::tempdir().unwrap();
    let name = dir.path().to_str().unwrap();
    assert_eq!(ended(&bare(&["man", name]).output().unwrap()), (0, String::new()));
    let page = |name: &str| fs::read_to_string(dir.path().join(format!("{name}.1"))).unwrap();
    assert!(page("thunder-cli").contains("Exit codes"));
    assert!(page("thunder-cli-pay").contains("idempotency"));
    assert!(page("thunder-cli-use").contains("SOCKS5"));
    assert!(page("thunder-cli-session-deposit").contains("mined"));
    assert!(!page("thunder-cli-closechannel").contains("understate"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 42);
    let (code, words) = ended(&bare(&["man", "/nowhere/at/all"]).output().unwrap());
    assert_eq!(code, 1, "{words}");
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let body = json(&info(Vec::new()));
    let daemon = Daemon::start(Router::new().route("/v1/info", get(|| async { body })));
    for mut command in [
        daemon.command(&["infos"]),
        daemon.command(&["infos", "--json"]),
        bare(&["completions", "bash"]),
        bare(&["--help"]),
    ] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let (code, words) = ended(&command.stdout(writer).output().unwrap());
        assert_eq!((code, words.as_str()), (0, ""), "{command:?}");
    }
}

//! What was typed and makes no sense, which shows only once the node is known.

use axum::Router;
use axum::routing::get;
use thunder_api::Phase;

use crate::daemon::{Daemon, bare, ended, json, text};
use crate::fixtures::{BOB, channel, info};

fn two_channels() -> Daemon {
    let info = json(&info(vec![
        channel("aaaa11", Phase::Open),
        channel("aaaa22", Phase::Open),
    ]));
    Daemon::start(Router::new().route("/v1/info", get(|| async { info })))
}

#[test]
fn a_command_that_is_none() {
    for arguments in [
        &["fly"][..],
        &[],
        &["pay"],
        &["--port", "0", "infos"],
        &["cancel", "0xaaaa", "x"],
    ] {
        assert_eq!(
            bare(arguments).output().unwrap().status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
}

#[test]
fn the_help_names_commands_and_exit_codes() {
    let help = text(&bare(&["--help"]).output().unwrap().stdout);
    for words in [
        "importwallet",
        "withdraw",
        "Exit codes:",
        "Examples:",
        "  6  wrong phase",
    ] {
        assert!(help.contains(words), "{words} in\n{help}");
    }
    let help = text(&bare(&["closechannel", "--help"]).output().unwrap().stdout);
    assert!(!help.contains("understate"), "{help}");
    let help = text(&bare(&["importwallet", "--help"]).output().unwrap().stdout);
    assert!(help.contains("list of\nprocesses"), "{help}");
}

#[test]
fn one_of_several_channels_has_to_be_named() {
    let daemon = two_channels();
    for arguments in [
        &["pay", "1"][..],
        &["pay", "1", "--channel", "0xaaaa"],
        &["closechannel"],
        &["withdraw"],
    ] {
        let (code, words) = ended(&daemon.run(arguments));
        assert_eq!(code, 2, "{words}");
        assert!(
            words.contains("0xaaaa1100") && words.contains("0xaaaa2200"),
            "{words}"
        );
    }
    let (code, words) = ended(&daemon.run(&["pay", "1", "--channel", "0xbbbb"]));
    assert_eq!(code, 1, "{words}");
    let stranger = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    let (code, words) = ended(&daemon.run(&["pay", "1", "--to", stranger]));
    assert_eq!(
        (code, words),
        (1, format!("error: there is no channel with {stranger}\n"))
    );
}

#[test]
fn an_amount_is_in_the_tokens_digits() {
    let daemon = two_channels();
    for (amount, words) in [
        ("1,5", "in digits"),
        ("-1", "negative"),
        ("0", "above 0"),
        ("1e-19", "in digits"),
    ] {
        let (code, said) = ended(&daemon.run(&["pay", amount, "--to", BOB]));
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(words), "{said}");
    }
    let (code, said) = ended(&daemon.run(&["openchannel", "--amount", "1", "--token", "DAI"]));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("it knows ETH"), "{said}");
}

#[test]
fn a_secret_is_not_asked_for_where_nobody_can_answer() {
    let daemon = two_channels();
    for arguments in [
        &["unlock"][..],
        &["importwallet", "--generate"],
        &["importwallet"],
    ] {
        let (code, words) = ended(&daemon.run(arguments));
        assert_eq!(code, 2, "{words}");
        assert!(
            words.contains("--password-file") && words.contains("THUNDER_PASSWORD"),
            "{words}"
        );
    }
    let output = daemon
        .command(&["importwallet", "-"])
        .env("THUNDER_PASSWORD", "x")
        .output()
        .unwrap();
    assert_eq!(
        ended(&output),
        (2, "error: the seed phrase is empty\n".to_owned())
    );
}

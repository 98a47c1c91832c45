//! Backups as files.

use std::collections::BTreeMap;
use std::fs;

use axum::Router;
use axum::routing::get;
use thunder_api::{Backup, Code};

use crate::daemon::{Daemon, ended, json};

fn backup() -> Backup {
    Backup {
        version: 1,
        world: "31337".to_owned(),
        keystore: "{}".to_owned(),
        records: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
        peers: BTreeMap::new(),
        sessions: BTreeMap::from([("0x01".to_owned(), "{}".to_owned())]),
    }
}

#[test]
fn a_backup_is_its_owners_only_and_overwrites_nothing() {
    let body = json(&backup());
    let daemon = Daemon::start(Router::new().route("/v1/backup", get(|| async { body })));
    let path = daemon.data().join("node.backup");
    let name = path.to_str().unwrap();
    assert_eq!(ended(&daemon.run(&["export", name])), (0, String::new()));
    let written: Backup = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(written, backup());
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777,
        0o600
    );
    fs::write(&path, "mine").unwrap();
    let (code, words) = ended(&daemon.run(&["export", name]));
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("is not overwritten"), "{words}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn a_refused_backup_leaves_no_file() {
    let daemon = Daemon::refusing(Code::NoWallet, "because");
    let path = daemon.data().join("node.backup");
    assert_eq!(ended(&daemon.run(&["export", path.to_str().unwrap()])).0, 4);
    assert!(!path.exists());
}

#[test]
fn what_is_no_backup_is_not_sent() {
    let daemon = Daemon::refusing(Code::Refused, "never asked");
    let path = daemon.data().join("letter.txt");
    let name = path.to_str().unwrap();
    let (code, words) = ended(&daemon.run(&["import", name]));
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("cannot read"), "{words}");
    fs::write(&path, "Dear all").unwrap();
    let (code, words) = ended(&daemon.run(&["import", name]));
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("is no backup"), "{words}");
}

//! What the contracts' documents say about tests is true: each test they name is there, and each attack is listed.

// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts")
}

/// The names in `text` that a test, an invariant or a symbolic check has.
fn names(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| {
            ["test_", "testFuzz_", "invariant_", "check_"]
                .iter()
                .any(|prefix| word.len() > prefix.len() && word.starts_with(prefix))
        })
        .map(str::to_owned)
        .collect()
}

/// All Solidity below a folder, as one text.
fn solidity(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &solidity(&path);
        } else if path.extension().is_some_and(|extension| extension == "sol") {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

fn defined(folder: &str) -> BTreeSet<String> {
    let text = solidity(&contracts().join(folder));
    let functions = text.split("function ").skip(1);
    functions
        .filter_map(|rest| names(rest.split('(').next()?).pop_first())
        .collect()
}

fn document(name: &str) -> BTreeSet<String> {
    names(&fs::read_to_string(contracts().join(name)).unwrap())
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let tests = defined("test");
    for name in ["ATTACKS.md", "SECURITY.md"] {
        let named = document(name);
        assert!(!named.is_empty(), "{name} names no test");
        let missing: Vec<_> = named.difference(&tests).collect();
        assert!(
            missing.is_empty(),
            "{name} names tests that are not there: {missing:#?}"
        );
    }
}

#[test]
fn every_attack_is_listed() {
    let attacks = defined("test/attacks");
    assert!(attacks.len() > 100, "only {} attacks were found", attacks.len());
    let listed = document("ATTACKS.md");
    let missing: Vec<_> = attacks.difference(&listed).collect();
    assert!(missing.is_empty(), "ATTACKS.md does not list: {missing:#?}");
}

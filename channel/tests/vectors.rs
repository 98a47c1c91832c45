//! The committed test vectors, recomputed from their own fields, and compared with what the generator makes.
#![cfg(not(target_arch = "wasm32"))]

#[cfg(test)]
#[path = "../vectors/check.rs"]
mod check;
#[cfg(test)]
#[path = "../vectors/check_sessions.rs"]
mod check_sessions;
#[path = "../vectors/generate.rs"]
mod generate;
#[path = "../vectors/generate_sessions.rs"]
mod generate_sessions;

#[test]
fn every_entry_holds() {
    assert!(check::everything() > 70);
}

#[test]
fn every_entry_about_sessions_holds() {
    assert!(check_sessions::everything() > 15);
}

#[test]
fn the_committed_files_are_what_the_generators_make() {
    for (file, made, committed) in [
        ("vectors.json", generate::text(), check::COMMITTED),
        (
            "sessions.json",
            generate_sessions::text(),
            check_sessions::COMMITTED,
        ),
    ] {
        let made = made.unwrap();
        let first_difference = made
            .lines()
            .zip(committed.lines())
            .position(|(made, committed)| made != committed);
        assert_eq!(
            first_difference, None,
            "line {first_difference:?} (from 0) of {file} differs: cargo run -p thunder-channel --example vectors"
        );
        assert!(made == committed, "one of the two is longer: {file}");
    }
}

//! The committed test vectors, recomputed from their own fields, and compared with what the generator makes.
#![cfg(not(target_arch = "wasm32"))]

#[cfg(test)]
#[path = "../vectors/check.rs"]
mod check;
#[path = "../vectors/generate.rs"]
mod generate;

#[test]
fn every_entry_holds() {
    assert!(check::everything() > 70);
}

#[test]
fn the_committed_file_is_what_the_generator_makes() {
    let made = generate::text().unwrap();
    let first_difference = made
        .lines()
        .zip(check::COMMITTED.lines())
        .position(|(made, committed)| made != committed);
    assert_eq!(
        first_difference, None,
        "line {first_difference:?} (from 0) differs: cargo run -p thunder-channel --example vectors"
    );
    assert!(made == check::COMMITTED, "one of the two is longer");
}

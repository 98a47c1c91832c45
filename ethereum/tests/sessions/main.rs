//! One model, two languages, for the contract of metered sessions: sequences of calls run on the compiled contract and on the
//! model in `thunder-channel`, and after every call all that can be seen is the same: what was told and returned or why it
//! was refused, the session, its provider's limit, what is held, and the money of everybody, the contract included.
//!
//! It is done as for the hub (`tests/differential`), whose stage, dice and accounts it shares: sequences know nothing of each
//! other and advance by one turn in each block; a turn depends on the seed, the number of the sequence and the model alone.
//!
//! - `THUNDER_SEQUENCES`: how many to play; a long campaign is a large number.
//! - `THUNDER_SEED`: which ones.
//! - `THUNDER_SEQUENCE`: only the one of this number.
//!
//! Needs anvil and the built contracts, as `anvil.rs` does.

#![cfg(not(target_arch = "wasm32"))]
// In a test, failing at once is the point.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod abi;
mod author;
mod coverage;
#[path = "../differential/dice.rs"]
mod dice;
#[path = "../differential/purse.rs"]
mod purse;
#[path = "../differential/roles.rs"]
mod roles;
mod sequence;
mod stage;
#[path = "../support/mod.rs"]
mod support;

use coverage::Coverage;
use dice::Dice;
use sequence::{Sequence, name};
use stage::{Clocks, Stage};
use thunder_channel::Address;

/// How many are played where nobody says otherwise: some seconds.
const SEQUENCES: u64 = 500;
const SEED: u64 = 0x7468_756e_6465_7221;
/// Turns of a sequence.
const TURNS: usize = 24;
/// Sequences on one chain at a time.
const SIDE_BY_SIDE: u64 = 250;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable} is a whole number, not {text:?}")))
}

#[tokio::test]
async fn the_sessions_and_their_model_are_one() {
    let seed = number("THUNDER_SEED").unwrap_or(SEED);
    let only = number("THUNDER_SEQUENCE");
    let sequences = number("THUNDER_SEQUENCES").unwrap_or(SEQUENCES);
    let indices = only.map_or(0..sequences, |only| only..only + 1);
    let played = indices.end - indices.start;
    let mut coverage = Coverage::default();
    let mut start = indices.start;
    while start < indices.end {
        let end = indices.end.min(start + SIDE_BY_SIDE);
        play(seed, start..end, &mut coverage).await;
        start = end;
    }
    println!("seed {seed}, {played} sequences: {coverage}");
    // Fewer do not get everywhere.
    if played >= SEQUENCES {
        let missing = coverage.missing();
        assert!(missing.is_empty(), "hardly tried: {missing:?}");
    }
}

async fn play(seed: u64, indices: std::ops::Range<u64>, coverage: &mut Coverage) {
    let clocks = Clocks::new(seed, TURNS);
    let stage = Stage::build().await;
    let mut sequences: Vec<_> = indices
        .clone()
        .map(|index| {
            let name = name(seed, index);
            let mut dice = Dice::new(seed, index);
            let place = stage.place(dice.percent(25));
            let accounts = |role| stage.account(name, role);
            Sequence::new(name, dice, place, accounts, clocks.at(0, &place))
        })
        .collect();
    stage.gather(&sequences).await;

    for number in 0..TURNS {
        let turns: Vec<_> = sequences
            .iter_mut()
            .map(|sequence| sequence.next(clocks.at(number, &sequence.place)))
            .collect();
        let acting: Vec<_> = (0..sequences.len())
            .filter_map(|index| turns[index].map(|turn| (index, turn)))
            .collect();
        let acts: Vec<_> = acting
            .iter()
            .map(|(index, turn)| (&sequences[*index], *turn))
            .collect();
        let fates = stage.play(number, &clocks, &acts).await;
        let looks: Vec<_> = acting
            .iter()
            .map(|(index, turn)| (&sequences[*index], sequences[*index].subject(turn)))
            .collect();
        let scenes = stage.look(&looks).await;
        let keys: Vec<_> = looks.iter().map(|(_, key)| *key).collect();
        for ((((index, turn), fate), scene), key) in acting.iter().zip(fates).zip(scenes).zip(keys) {
            let sequence = &mut sequences[*index];
            let clock = clocks.at(number, &sequence.place);
            let before = sequence.model.session(&key);
            let expected = sequence.play(turn, clock);
            coverage.count(sequence, turn, &before, clock, &fate);
            let context = || {
                format!(
                    "turn {number} at {clock}: {turn:#?}\nTHUNDER_SEED={seed} THUNDER_SEQUENCE={} cargo test -p thunder-ethereum --test sessions",
                    indices.start + *index as u64
                )
            };
            assert_eq!(expected, fate, "model and contract; {}", context());
            assert_eq!(sequence.scene(&key), scene, "model and contract; {}", context());
        }
        check_holdings(&stage, &sequences).await;
    }
}

/// The contract has exactly what all sequences together say that it holds: nobody was paid with another's money.
async fn check_holdings(stage: &Stage, sequences: &[Sequence]) {
    for place in stage.places() {
        let here = sequences
            .iter()
            .filter(|sequence| sequence.place.domain == place.domain);
        let mut expected = [0; 2];
        for sequence in here {
            expected[0] += sequence.model.holds(Address::zero());
            expected[1] += sequence.model.holds(place.token);
        }
        assert_eq!(stage.holdings(place).await, expected, "what the contract holds");
    }
}

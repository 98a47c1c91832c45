//! What an entry makes of writes, and its bytes.

use super::*;
use crate::store::fixtures::{channel, claim, key, message};
use thunder_channel::keccak256;

fn filled() -> Entry {
    let mut entry = Entry::new(&key(), 3);
    for write in [
        claim(Side::Alice, 1_000_000, 1, 1_767_225_600_000),
        claim(Side::Alice, 1_000_100, 2, 1_767_225_600_020),
        // A clock may go backwards, and so may a nonce.
        claim(Side::Alice, u128::from(u64::MAX) * 1000, 1, 1_767_225_500_000),
        claim(Side::Bob, 5, u64::MAX, u64::MAX),
        message(Side::Alice, 7),
        message(Side::Bob, 8),
        message(Side::Alice, 9),
    ] {
        entry.apply(&write).unwrap();
    }
    entry
}

#[test]
fn an_entry_is_read_as_it_was_written() {
    for entry in [Entry::new(&key(), 3), filled()] {
        assert_eq!(Entry::decode(channel(), &entry.encode()), Ok(entry));
    }
}

#[test]
fn the_bytes_of_version_one_stay_as_they_are() {
    // A bucket outlives the program that filled it. What changes this needs a version of its own.
    let hash = keccak256(&filled().encode());
    let text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        text,
        "d6f609faab01dda54dccba91fd1160092fee6b6f3d0fcc7313488a053b2dacb4"
    );
}

#[test]
fn what_is_cut_off_or_of_another_version_or_channel_is_refused() {
    let bytes = filled().encode();
    for end in 0..bytes.len() {
        assert!(
            matches!(
                Entry::decode(channel(), &bytes[..end]),
                Err(StoreError::Corrupt(_))
            ),
            "{end}"
        );
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(Entry::decode(channel(), &longer).is_err());
    assert!(Entry::decode(key().id(4), &bytes).is_err());
    let newer = [&[2], &bytes[1..]].concat();
    let words = Entry::decode(channel(), &newer).unwrap_err().to_string();
    assert!(words.contains("newer"), "{words}");
}

#[test]
fn no_bytes_make_it_panic() {
    let bytes = filled().encode();
    for place in 0..bytes.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[place] = value;
            // Some changes cannot be noticed: a date, a signature. They are not believed by anybody either.
            let _ = Entry::decode(channel(), &changed);
        }
    }
}

#[test]
fn a_full_entry_is_small() {
    let mut entry = Entry::new(&key(), 3);
    for payer in Side::BOTH {
        for number in 0..300_u64 {
            let write = claim(
                payer,
                10_u128.pow(15) * u128::from(number + 1),
                number,
                1_767_225_600_000 + 997 * number,
            );
            assert_eq!(entry.apply(&write), Ok(Outcome::Stored));
        }
    }
    let kept = entry.clone().kept();
    assert_eq!(kept.history.alice.len(), MAX_HISTORY);
    assert_eq!(kept.history.bob.first().unwrap().nonce, 100);
    let bytes = entry.encode();
    assert!(bytes.len() < 5_000, "{} bytes", bytes.len());
    assert_eq!(Entry::decode(channel(), &bytes), Ok(entry));
}

#[test]
fn a_write_that_changes_nothing_leaves_the_newest_as_it_is() {
    let mut entry = filled();
    let before = (entry.clone(), entry.newest());
    let best = entry.claims.alice.unwrap();
    let repeated = claim(Side::Alice, u128::from(u64::MAX) * 1000, 1, 77);
    assert_eq!(entry.apply(&repeated), Ok(Outcome::Repeated));
    let lower = claim(Side::Alice, 1_000_200, 9, 77);
    assert_eq!(entry.apply(&lower), Ok(Outcome::NotHigher(Box::new(best))));
    assert_eq!(entry.apply(&message(Side::Alice, 9)), Ok(Outcome::Said(3)));
    assert_eq!((entry.clone(), entry.newest()), before);
    assert_eq!(entry.apply(&message(Side::Alice, 7)), Ok(Outcome::Said(4)));
    assert_ne!(entry.newest(), before.1);
}

#[test]
fn kinds_of_a_newer_relay_are_kept_and_not_shown() {
    let mut entry = filled();
    let song = r#"{"kind":"song","notes":[1]}"#;
    entry.push_message(Side::Bob, "song".to_owned(), song.to_owned());
    let mut read = Entry::decode(channel(), &entry.encode()).unwrap();
    read.apply(&message(Side::Bob, 80)).unwrap();
    assert!(read.messages.iter().any(|stored| stored.kind == "song"));
    let shown: Vec<_> = read.kept().messages.iter().map(|said| said.place).collect();
    assert_eq!(shown, [3, 5]);
}

//! Everything that reads foreign text: no input makes it panic, and what it accepts it spells the same way again.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../../fuzz/decode.rs"]
mod decode;

use proptest::{prelude::*, test_runner::RngSeed};

/// One valid text of every kind, to be damaged.
const VALID: [&str; 20] = [
    r#"{"type":"sign_in","signature":"0x1111111111111111111111111111111111111111111111111111111111111111222222222222222222222222222222222222222222222222222222222222222222221b"}"#,
    r#"{"type":"claim","channel":"0xabababababababababababababababababababababababababababababababab","to":"0x0202020202020202020202020202020202020202","total":"2","nonce":"1","signature":"0x111111111111111111111111111111111111111111111111111111111111111122222222222222222222222222222222222222222222222222222222222222221b","at":1700000000000}"#,
    r#"{"type":"subscribe","key":{"alice":"0x0101010101010101010101010101010101010101","aliceSigner":"0x0101010101010101010101010101010101010101","bob":"0x0202020202020202020202020202020202020202","bobSigner":"0x0303030303030303030303030303030303030303","token":"0x0000000000000000000000000000000000000000","finalizationPeriod":100,"policy":"forfeit","salt":"18446744073709551615"},"epoch":7}"#,
    r#"{"type":"message","channel":"0xabababababababababababababababababababababababababababababababab","message":{"kind":"later"}}"#,
    r#"{"type":"message","channel":"0xabababababababababababababababababababababababababababababababab","message":{"kind":"payment_request","channel":"0xabababababababababababababababababababababababababababababababab","number":"1","amount":"2","expiry":"1767225600","memo":"caf\u00e9","signature":"0x111111111111111111111111111111111111111111111111111111111111111122222222222222222222222222222222222222222222222222222222222222221b"}}"#,
    r#"{"type":"message","channel":"0xabababababababababababababababababababababababababababababababab","message":{"kind":"cancellation","channel":"0xabababababababababababababababababababababababababababababababab","number":"1","expiry":"1767225600","signature":"0x111111111111111111111111111111111111111111111111111111111111111122222222222222222222222222222222222222222222222222222222222222221b"}}"#,
    r#"{"type":"message","channel":"0xabababababababababababababababababababababababababababababababab","message":{"kind":"memo","channel":"0xabababababababababababababababababababababababababababababababab","nonce":"1","total":"2","request":"0","text":"tea","signature":"0x111111111111111111111111111111111111111111111111111111111111111122222222222222222222222222222222222222222222222222222222222222221b"}}"#,
    r#"{"type":"message","channel":"0xabababababababababababababababababababababababababababababababab","message":{"kind":"decline","channel":"0xabababababababababababababababababababababababababababababababab","statement":"0x3333333333333333333333333333333333333333333333333333333333333333","signature":"0x111111111111111111111111111111111111111111111111111111111111111122222222222222222222222222222222222222222222222222222222222222221b"}}"#,
    r#"{"type":"message","channel":"0xabababababababababababababababababababababababababababababababab","message":{"kind":"read_mark","channel":"0xabababababababababababababababababababababababababababababababab","total":"2","signature":"0x111111111111111111111111111111111111111111111111111111111111111122222222222222222222222222222222222222222222222222222222222222221b"}}"#,
    r#"{"type":"challenge","version":1,"origin":"https://relay.example","challenge":"0xabababababababababababababababababababababababababababababababab","expiresAt":"18446744073709551615"}"#,
    r#"{"type":"snapshot","channel":"0xabababababababababababababababababababababababababababababababab","claims":{"alice":null,"bob":null},"history":{"alice":[{"total":"5","nonce":"1","at":1700000000000}],"bob":[]},"messages":[{"kind":"later"}],"online":{"alice":true,"bob":false}}"#,
    r#"{"type":"error","code":"not_higher","words":"it is \u00e9"}"#,
    "http://localhost:8080/#with=0x70997970C51812dc3A010C7d01b50e0d17dc79C8.0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
    "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "http://localhost:8080/?role=bob#join=0xabababababababababababababababababababababababababababababababab",
    "7K3D-9QXM",
    "lunch, thanks",
    "0x111111111111111111111111111111111111111111111111111111111111111122222222222222222222222222222222222222222222222222222222222222221c",
    "79228162514264337593543950335",
    "12.5",
];

/// One place in a text, and what is done there.
#[derive(Clone, Debug)]
enum Damage {
    Replace(char),
    Insert(String),
    Remove(usize),
    Repeat(usize),
    Cut,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        prop_oneof![prop::char::range(' ', '~'), any::<char>()].prop_map(Damage::Replace),
        prop_oneof![
            Just("0"),
            Just("9999999999999999999999"),
            Just("-"),
            Just("."),
            Just("\""),
            Just("{"),
            Just("["),
            Just("null"),
            Just("1e400"),
            Just("\\ud800"),
            Just("\u{0}"),
            Just("\u{1F600}"),
            Just(",\"type\":\"claim\""),
        ]
        .prop_map(|text| Damage::Insert(text.to_owned())),
        (1usize..80).prop_map(Damage::Remove),
        (1usize..80).prop_map(Damage::Repeat),
        Just(Damage::Cut),
    ]
}

fn damaged(text: &str, at: prop::sample::Index, damage: &Damage) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (before, after) = chars.split_at(at.index(chars.len() + 1));
    let part = |length: usize| &after[..length.min(after.len())];
    let middle: Vec<char> = match damage {
        Damage::Replace(c) => [&[*c], &after[part(1).len()..]].concat(),
        Damage::Insert(text) => [&text.chars().collect::<Vec<_>>(), after].concat(),
        Damage::Remove(length) => after[part(*length).len()..].to_vec(),
        Damage::Repeat(length) => [part(*length), after].concat(),
        Damage::Cut => vec![],
    };
    before.iter().chain(&middle).collect()
}

#[test]
fn valid_texts_decode() {
    let read = VALID.map(decode::everything);
    assert!(read.iter().all(|decoders| *decoders > 0), "{read:?}");
}

/// The same cases in every run.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::with_cases(2000)
    }
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn arbitrary_text_does_no_harm(text in any::<String>()) {
        decode::everything(&text);
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        decode::everything(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn damaged_text_does_no_harm(
        which in prop::sample::select(&VALID[..]),
        damages in prop::collection::vec((any::<prop::sample::Index>(), damage()), 1..4),
    ) {
        let text = damages.iter().fold(which.to_owned(), |text, (at, damage)| damaged(&text, *at, damage));
        decode::everything(&text);
    }
}

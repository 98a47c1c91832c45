//! The test vectors of the notes, which the hub never sees.

use super::{At, Binding, Channels, Made, People, Place, binding, hexed};
use serde::Serialize;
use thunder_channel::{
    Amount, Bytes32, Cancellation, Decline, MAX_MEMO_CHARACTERS, Memo, MemoText, PaymentRequest, ReadMark,
    RequestNumber, Settlement, Side, SigningKey, TypedMessage,
};

#[derive(Serialize)]
pub struct RequestEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    number: String,
    amount: String,
    expiry: String,
    memo: String,
    #[serde(flatten)]
    binding: Binding,
}

#[derive(Serialize)]
pub struct CancellationEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    number: String,
    expiry: String,
    #[serde(flatten)]
    binding: Binding,
}

#[derive(Serialize)]
pub struct MemoEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    nonce: String,
    total: String,
    request: String,
    text: String,
    #[serde(flatten)]
    binding: Binding,
}

#[derive(Serialize)]
pub struct ReadMarkEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    total: String,
    #[serde(flatten)]
    binding: Binding,
}

#[derive(Serialize)]
pub struct DeclineEntry {
    name: &'static str,
    #[serde(flatten)]
    place: Place,
    statement: String,
    #[serde(flatten)]
    binding: Binding,
}

/// Who signs, and whose delegation goes along.
struct By<'a>(Side, &'a SigningKey, Option<&'a SigningKey>);

fn bound(at: &At, By(side, key, delegator): &By<'_>, note: &impl TypedMessage) -> Binding {
    binding(at, *side, note.digest(&at.domain), key, *delegator)
}

pub fn requests(people: &People, channels: &Channels) -> Made<Vec<RequestEntry>> {
    let one = |name, at: &At, number, amount, expiry: u64, memo: &str, by: &By<'_>| -> Made<RequestEntry> {
        let request = PaymentRequest {
            channel: at.id(),
            number,
            amount,
            expiry,
            memo: MemoText::parse(memo)?,
        };
        Ok(RequestEntry {
            name,
            place: at.place(),
            number: number.to_string(),
            amount: amount.to_string(),
            expiry: expiry.to_string(),
            memo: memo.to_owned(),
            binding: bound(at, by, &request),
        })
    };
    let (first, last) = (RequestNumber::MIN, RequestNumber::MAX);
    let twelve = Amount::new(12_500_000_000_000_000_000)?;
    let longest = "\u{1f600}".repeat(MAX_MEMO_CHARACTERS);
    Ok(vec![
        one(
            "bob asks for 12.5",
            &channels.demo,
            first,
            twelve,
            1_700_000_000,
            "Lunch, \"the usual\" \\ caf\u{e9}",
            &By(Side::Bob, &people.bob_key, None),
        )?,
        one(
            "by a delegated key, without a word",
            &channels.wallets,
            first,
            twelve,
            0,
            "",
            &By(Side::Alice, &people.alice_key, Some(&people.alice)),
        )?,
        one(
            "every number at its maximum, the longest memo",
            &channels.extreme,
            last,
            Amount::MAX,
            u64::MAX,
            &longest,
            &By(Side::Alice, &people.alice_key, None),
        )?,
        one(
            "by a wallet, in a forfeit channel",
            &channels.forfeit,
            first,
            twelve,
            1_700_000_000,
            "\u{5d0}\u{5e8}\u{5d5}\u{5d7}\u{5d4}",
            &By(Side::Bob, &people.bob, None),
        )?,
    ])
}

pub fn cancellations(people: &People, channels: &Channels) -> Vec<CancellationEntry> {
    let one = |name, at: &At, number, expiry: u64, by: &By<'_>| {
        let cancellation = Cancellation {
            channel: at.id(),
            number,
            expiry,
        };
        CancellationEntry {
            name,
            place: at.place(),
            number: number.to_string(),
            expiry: expiry.to_string(),
            binding: bound(at, by, &cancellation),
        }
    };
    vec![
        one(
            "bob takes it back",
            &channels.demo,
            RequestNumber::MIN,
            1_700_000_000,
            &By(Side::Bob, &people.bob_key, None),
        ),
        one(
            "every number at its maximum",
            &channels.extreme,
            RequestNumber::MAX,
            u64::MAX,
            &By(Side::Alice, &people.alice_key, None),
        ),
    ]
}

pub fn memos(people: &People, channels: &Channels) -> Made<Vec<MemoEntry>> {
    let one = |name, at: &At, nonce: u64, total, request: Option<RequestNumber>, text: &str, by: &By<'_>| {
        let memo = Memo {
            channel: at.id(),
            nonce,
            total,
            request,
            text: MemoText::parse(text)?,
        };
        Made::Ok(MemoEntry {
            name,
            place: at.place(),
            nonce: nonce.to_string(),
            total: total.to_string(),
            request: request.map_or(0, RequestNumber::get).to_string(),
            text: text.to_owned(),
            binding: bound(at, by, &memo),
        })
    };
    let twelve = Amount::new(12_500_000_000_000_000_000)?;
    Ok(vec![
        one(
            "alice answers the request",
            &channels.demo,
            1,
            twelve,
            Some(RequestNumber::MIN),
            "",
            &By(Side::Alice, &people.alice_key, None),
        )?,
        one(
            "by a delegated key",
            &channels.wallets,
            1,
            twelve,
            None,
            "for the caf\u{e9} \u{2615}",
            &By(Side::Bob, &people.bob_key, Some(&people.bob)),
        )?,
        one(
            "every number at its maximum",
            &channels.extreme,
            u64::MAX,
            Amount::MAX,
            Some(RequestNumber::MAX),
            "~",
            &By(Side::Alice, &people.alice_key, None),
        )?,
    ])
}

pub fn read_marks(people: &People, channels: &Channels) -> Vec<ReadMarkEntry> {
    let one = |name, at: &At, total: Amount, by: &By<'_>| {
        let mark = ReadMark {
            channel: at.id(),
            total,
        };
        ReadMarkEntry {
            name,
            place: at.place(),
            total: total.to_string(),
            binding: bound(at, by, &mark),
        }
    };
    vec![
        one(
            "nothing yet",
            &channels.demo,
            Amount::ZERO,
            &By(Side::Bob, &people.bob_key, None),
        ),
        one(
            "everything",
            &channels.extreme,
            Amount::MAX,
            &By(Side::Alice, &people.alice_key, None),
        ),
    ]
}

pub fn declines(people: &People, channels: &Channels) -> Vec<DeclineEntry> {
    let one = |name, at: &At, statement: Bytes32, by: &By<'_>| {
        let decline = Decline {
            channel: at.id(),
            statement,
        };
        DeclineEntry {
            name,
            place: at.place(),
            statement: hexed(&statement.0),
            binding: bound(at, by, &decline),
        }
    };
    let settlement = Settlement {
        channel: channels.demo.id(),
        alice_total: Amount::ZERO,
        bob_total: Amount::ZERO,
        expiry: 1_000,
    };
    vec![
        one(
            "bob will not end together with nothing paid",
            &channels.demo,
            settlement.digest(&channels.demo.domain).0.into(),
            &By(Side::Bob, &people.bob_key, None),
        ),
        one(
            "by a delegated key, of no statement that there is",
            &channels.wallets,
            Bytes32::repeat_byte(0xff),
            &By(Side::Alice, &people.alice_key, Some(&people.alice)),
        ),
    ]
}

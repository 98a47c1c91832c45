//! Notices of distrust: what is proved is kept and told to whoever listens; what is not goes nowhere.

use crate::support::{Client, World};
use relay::{
    board::{MAX_NOTICES, MAX_TOLD},
    counters::Count,
};
use thunder_channel::{
    Address, Amount, Bytes32, Domain, SigningKey,
    metering::{
        Accusation, Count as Counted, Grounds, MEGABYTE, Notice, Pair, SessionKey, SignedCount, Terms,
    },
    wire::{ClientFrame, ErrorCode, MAX_CLIENT_FRAME, RelayFrame},
};

const SESSIONS: Address = Address::repeat_byte(0xbb);

fn domain() -> Domain {
    Domain {
        chain_id: 31337,
        hub: SESSIONS,
    }
}

fn key_of(number: u32) -> SigningKey {
    let mut bytes = [1; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_bytes(&bytes).unwrap()
}

/// What `guilty` signs as a client that acknowledges a megabyte and says that it has counted `client` bytes.
fn grounds(guilty: &SigningKey, client: u64) -> Grounds {
    let provider = key_of(u32::MAX);
    let key = SessionKey {
        client: guilty.address(),
        client_signer: guilty.address(),
        provider: provider.address(),
        provider_signer: provider.address(),
        terms: Terms {
            token: Address::zero(),
            price: Amount::new(MEGABYTE.into()).unwrap(),
            quantity: 10 * MEGABYTE,
            unit: MEGABYTE,
            tolerance: 10_000,
            finalization_period: 10,
        },
        salt: u64::MAX,
    };
    let count = |count, acknowledged| Counted {
        session: key.id(0),
        count,
        acknowledged,
    };
    let provider = SignedCount::sign(count(MEGABYTE, Bytes32::zero()), &provider, &domain());
    let client = SignedCount::sign(count(client, provider.name(&domain())), guilty, &domain());
    Grounds {
        key,
        epoch: 0,
        accusation: Accusation::Short {
            pair: Pair { provider, client },
        },
    }
}

fn notice(guilty: &SigningKey, grounds: Option<Grounds>) -> Notice {
    let words = "x".repeat(200);
    Notice::sign(guilty.address(), grounds, words, 5, &key_of(7), &domain())
}

fn proof(number: u32) -> Notice {
    let guilty = key_of(number);
    notice(&guilty, Some(grounds(&guilty, 900_000)))
}

fn told(notice: &Notice) -> ClientFrame {
    ClientFrame::Distrust(Box::new(notice.clone()))
}

async fn hear_notice(client: &mut Client) -> Notice {
    match client.hear().await {
        RelayFrame::Distrust(notice) => *notice,
        other => panic!("no notice: {other:?}"),
    }
}

async fn refused(client: &mut Client, code: ErrorCode) {
    match client.hear().await {
        RelayFrame::Error {
            code: said, words, ..
        } => assert_eq!(said, code, "{words}"),
        other => panic!("not refused: {other:?}"),
    }
}

async fn world() -> World {
    World::with(|config| config.addresses.sessions = Some(SESSIONS)).await
}

#[tokio::test]
async fn what_is_proved_is_told_at_once_and_to_who_comes_later_and_once() {
    let world = world().await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    let (first, second) = (proof(1), proof(2));
    assert!(told(&first).to_text().len() < MAX_CLIENT_FRAME, "it fits a frame");
    alice.say(&told(&first)).await;
    bob.say(&ClientFrame::Listen).await;
    assert_eq!(hear_notice(&mut bob).await, first);
    // Again, and by somebody else: nothing new.
    alice.say(&told(&first)).await;
    let other = Notice::sign(
        first.accused,
        first.grounds,
        "me too".to_owned(),
        6,
        &key_of(8),
        &domain(),
    );
    alice.say(&told(&other)).await;
    alice.say(&told(&second)).await;
    assert_eq!(hear_notice(&mut bob).await, second);
    // Who asks again hears all again.
    bob.say(&ClientFrame::Listen).await;
    assert_eq!(hear_notice(&mut bob).await, first);
    assert_eq!(hear_notice(&mut bob).await, second);
}

#[tokio::test]
async fn what_proves_nothing_goes_no_further() {
    let world = world().await;
    let mut bob = world.bob().await;
    bob.say(&ClientFrame::Listen).await;
    let mut alice = world.alice().await;
    let guilty = key_of(1);
    let mut changed = proof(1);
    changed.at += 1;
    let against_another = Notice::sign(
        key_of(2).address(),
        Some(grounds(&guilty, 900_000)),
        String::new(),
        5,
        &key_of(7),
        &domain(),
    );
    let bad = [
        notice(&guilty, None),
        notice(&guilty, Some(grounds(&guilty, 995_000))),
        changed,
        against_another,
    ];
    for notice in &bad {
        alice.say(&told(notice)).await;
        refused(&mut alice, ErrorCode::BadSignature).await;
    }
    let counted = world.relay.counters().get(Count::NoticeRefused);
    assert_eq!(counted, u64::try_from(bad.len()).unwrap());
    // The next thing that bob hears is what is proved.
    alice.say(&told(&proof(1))).await;
    assert_eq!(hear_notice(&mut bob).await, proof(1));
}

#[tokio::test]
async fn only_who_signed_in_is_heard_and_told() {
    let world = world().await;
    for frame in [ClientFrame::Listen, told(&proof(1))] {
        let mut stranger = Client::dial(world.relay.addr).await;
        stranger.say(&frame).await;
        refused(&mut stranger, ErrorCode::NotSignedIn).await;
    }
}

#[tokio::test]
async fn a_relay_without_the_contract_says_so() {
    let world = World::new().await;
    let mut alice = world.alice().await;
    alice.say(&ClientFrame::Listen).await;
    alice.say(&told(&proof(1))).await;
    refused(&mut alice, ErrorCode::Unavailable).await;
}

#[tokio::test]
async fn what_is_kept_is_bounded_and_the_oldest_gives_way() {
    // Whoever tells so much is slowed down otherwise.
    let world = World::with(|config| {
        config.addresses.sessions = Some(SESSIONS);
        let limits = &mut config.limits;
        (limits.burst, limits.address_burst, limits.key_burst) = (u32::MAX, u32::MAX, u32::MAX);
        (limits.bytes_burst, limits.address_bytes_burst) = (u32::MAX, u32::MAX);
    })
    .await;
    let mut alice = world.alice().await;
    let many = u32::try_from(MAX_NOTICES).unwrap() + 1;
    let all: Vec<_> = (1..=many).map(proof).collect();
    alice.say_all(all.iter().map(told)).await;
    // The first has given way, so it is news again; what is there already is not.
    let mut bob = world.bob().await;
    alice.say_all([&all[MAX_NOTICES], &all[0]].map(told)).await;
    // Alice's frames are heard in order: her refusal comes after them.
    alice.say(&told(&notice(&key_of(u32::MAX - 1), None))).await;
    refused(&mut alice, ErrorCode::BadSignature).await;
    bob.say(&ClientFrame::Listen).await;
    let newest = all[MAX_NOTICES + 2 - MAX_TOLD..].iter().chain([&all[0]]);
    for notice in newest {
        assert_eq!(hear_notice(&mut bob).await.accused, notice.accused);
    }
}

#[tokio::test]
async fn a_relay_forgets_at_a_restart_and_is_told_again() {
    let world = world().await;
    let mut alice = world.alice().await;
    alice.say(&told(&proof(1))).await;
    alice.leave().await;
    let world = world.restarted().await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    bob.say(&ClientFrame::Listen).await;
    alice.say(&told(&proof(1))).await;
    assert_eq!(hear_notice(&mut bob).await, proof(1));
}

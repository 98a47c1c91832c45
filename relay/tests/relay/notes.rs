//! Notes between the sides: payment requests and their cancellations, memos, read marks. How many of them are kept, and for how
//! long, is served at `/info`; each number is exceeded by one here.

use crate::support::{Client, NOW, World, amount, get, subscribe};
use relay::counters::Count;
use thunder_channel::{
    Authorization, Bytes32, Cancellation, ChannelKey, Decline, Memo, MemoText, Note, PaymentRequest,
    ReadMark, RequestNumber, Side, SignedNote, SigningKey, TypedMessage,
    wire::{ClientFrame, ErrorCode, Known, Message, Rank, RelayFrame, Snapshot},
};

/// A day after the tests begin, in seconds.
const TOMORROW: u64 = NOW / 1000 + 86_400;

fn sign<N: Note>(world: &World, signer: &SigningKey, note: N) -> SignedNote<N> {
    SignedNote {
        authorization: Authorization::direct(signer.sign(&note.digest(&world.chain.domain()))),
        note,
    }
}

fn number(number: u64) -> RequestNumber {
    RequestNumber::new(number).unwrap()
}

fn request(world: &World, signer: &SigningKey, key: &ChannelKey, number: u64, expiry: u64) -> Message {
    let request = PaymentRequest {
        channel: key.id(0),
        number: self::number(number),
        amount: amount(12),
        expiry,
        memo: MemoText::parse("lunch").unwrap(),
    };
    Message::PaymentRequest(sign(world, signer, request))
}

fn cancellation(world: &World, signer: &SigningKey, key: &ChannelKey, number: u64, expiry: u64) -> Message {
    let cancellation = Cancellation {
        channel: key.id(0),
        number: self::number(number),
        expiry,
    };
    Message::Cancellation(sign(world, signer, cancellation))
}

fn memo(world: &World, signer: &SigningKey, key: &ChannelKey, total: u128) -> Message {
    let memo = Memo {
        channel: key.id(0),
        nonce: 1,
        total: amount(total),
        request: None,
        text: MemoText::parse("tea").unwrap(),
    };
    Message::Memo(sign(world, signer, memo))
}

fn read_mark(world: &World, signer: &SigningKey, key: &ChannelKey, total: u128) -> Message {
    let mark = ReadMark {
        channel: key.id(0),
        total: amount(total),
    };
    Message::ReadMark(sign(world, signer, mark))
}

fn decline(world: &World, signer: &SigningKey, key: &ChannelKey) -> Message {
    let decline = Decline {
        channel: key.id(0),
        statement: Bytes32::repeat_byte(7),
    };
    Message::Decline(sign(world, signer, decline))
}

#[tokio::test]
async fn notes_reach_the_other_side_now_or_later() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    alice.follow(&key).await;
    bob.follow(&key).await;
    assert_eq!(alice.hear_presence().await, (Side::Bob, true));

    let (alices, bobs) = (&world.chain.alice, &world.chain.bob);
    let asked = request(&world, bobs, &key, 1, TOMORROW);
    let paid = memo(&world, alices, &key, 12);
    let read = read_mark(&world, bobs, &key, 12);
    let declined = decline(&world, alices, &key);
    for (side, note) in [
        (Side::Bob, &asked),
        (Side::Alice, &paid),
        (Side::Bob, &read),
        (Side::Alice, &declined),
    ] {
        let (from, to) = match side {
            Side::Alice => (&mut alice, &mut bob),
            Side::Bob => (&mut bob, &mut alice),
        };
        from.tell(&key, note).await;
        assert_eq!(to.hear_message().await, *note);
    }
    let waiting = vec![asked.clone(), paid.clone(), read, declined.clone()];
    assert_eq!(bob.follow(&key).await.messages, waiting);

    // They wait over a restart. Taken back, the request does not come again.
    let world = world.restarted().await;
    let mut bob = world.bob().await;
    assert_eq!(bob.follow(&key).await.messages, waiting);
    let taken_back = cancellation(&world, &world.chain.bob, &key, 1, TOMORROW);
    let further = read_mark(&world, &world.chain.bob, &key, 13);
    let behind = read_mark(&world, &world.chain.bob, &key, 11);
    for note in [&taken_back, &asked, &further, &behind] {
        bob.tell(&key, note).await;
    }
    let left = vec![paid, declined, taken_back, further];
    assert_eq!(bob.follow(&key).await.messages, left);
    assert_eq!(world.relay.counters().get(Count::MessageOutdated), 2);
}

#[tokio::test]
async fn a_note_has_to_be_signed_by_the_side_that_sends_it() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let notes = |signer, key: &ChannelKey| {
        [
            request(&world, signer, key, 1, TOMORROW),
            cancellation(&world, signer, key, 1, TOMORROW),
            memo(&world, signer, key, 5),
            read_mark(&world, signer, key, 5),
            decline(&world, signer, key),
        ]
    };
    for signer in [&world.chain.bob, &world.chain.carol] {
        for forged in notes(signer, &key) {
            alice.tell(&key, &forged).await;
            assert_eq!(alice.hear_error().await, ErrorCode::BadSignature, "{forged:?}");
        }
    }
    let other = world.chain.key(2, thunder_channel::Policy::Refute);
    for misplaced in notes(&world.chain.alice, &other) {
        alice.tell(&key, &misplaced).await;
        assert_eq!(alice.hear_error().await, ErrorCode::WrongChannel, "{misplaced:?}");
    }
    assert!(alice.follow(&key).await.messages.is_empty());
}

#[tokio::test]
async fn one_note_of_each_kind_too_many() {
    let world = World::new().await;
    let retention = get(world.relay.addr, "/info").await.json()["retention"].clone();
    let most = |name: &str| retention[name].as_u64().unwrap();
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    alice.follow(&key).await;
    bob.follow(&key).await;
    let (alices, bobs) = (&world.chain.alice, &world.chain.bob);
    let requests: Vec<_> = (1..=most("payment_requests_per_side") + 1)
        .map(|number| request(&world, bobs, &key, number, TOMORROW))
        .collect();
    let memos: Vec<_> = (1..=most("memos_per_side") + 1)
        .map(|total| memo(&world, bobs, &key, total.into()))
        .collect();
    let marks: Vec<_> = (1..=most("read_marks_per_side") + 1)
        .map(|total| read_mark(&world, bobs, &key, total.into()))
        .collect();
    // The other side's do not give way to them.
    let alices = memo(&world, alices, &key, 1);
    alice.tell(&key, &alices).await;
    assert_eq!(bob.hear_message().await, alices);
    let mut left = vec![alices];
    for kind in [&requests, &memos, &marks] {
        for note in kind {
            bob.tell(&key, note).await;
        }
        left.extend_from_slice(&kind[1..]);
    }
    assert_eq!(bob.follow(&key).await.messages, left);
    // What was displaced stays away.
    for first in [&requests[0], &memos[0], &marks[0]] {
        bob.tell(&key, first).await;
    }
    assert_eq!(bob.follow(&key).await.messages, left);
    assert_eq!(world.relay.counters().get(Count::MessageOutdated), 3);
    // From the store as well.
    let world = world.restarted().await;
    assert_eq!(world.bob().await.follow(&key).await.messages, left);
}

#[tokio::test]
async fn a_request_is_kept_for_its_grace_and_not_a_second_longer() {
    let world = World::new().await;
    let info = get(world.relay.addr, "/info").await.json();
    let grace = info["retention"]["payment_request_grace_s"].as_u64().unwrap();
    let key = world.chain.open(1, 400).await;
    let mut bob = world.bob().await;
    bob.follow(&key).await;
    let expiry = NOW / 1000 + 60;
    let asked = request(&world, &world.chain.bob, &key, 1, expiry);
    let taken_back = cancellation(&world, &world.chain.bob, &key, 2, expiry);
    bob.tell(&key, &asked).await;
    bob.tell(&key, &taken_back).await;
    // Heard before the time goes by.
    assert_eq!(bob.follow(&key).await.messages.len(), 2);
    world.clock.advance((60 + grace) * 1000);
    let mut bob = world.bob().await;
    assert_eq!(bob.follow(&key).await.messages, [asked.clone(), taken_back]);
    world.clock.advance(1000);
    let mut bob = world.bob().await;
    assert!(bob.follow(&key).await.messages.is_empty());
    // Nor does it come again.
    bob.tell(&key, &asked).await;
    assert!(bob.follow(&key).await.messages.is_empty());
    assert_eq!(world.relay.counters().get(Count::MessageOutdated), 1);
}

#[tokio::test]
async fn notes_are_counted_as_every_frame_is() {
    let world = World::with(|config| {
        config.limits.frames_per_second = 1;
        config.limits.burst = 30;
    })
    .await;
    let key = world.chain.open(1, 400).await;
    let mut bob = world.bob().await;
    bob.follow(&key).await;
    for total in 1..=30 {
        let mark = read_mark(&world, &world.chain.bob, &key, total);
        bob.tell(&key, &mark).await;
    }
    let told = bob.hear().await;
    let RelayFrame::Error {
        code: ErrorCode::Limit,
        channel: None,
        ..
    } = told
    else {
        panic!("not slowed down: {told:?}")
    };
    assert!(world.relay.counters().get(Count::Throttled) > 0);
}

#[tokio::test]
async fn who_comes_back_is_sent_what_changed_in_one_round_trip() {
    let world = World::new().await;
    let key = world.chain.open(1, 400).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    // Nothing answers it; the claims behind it are acknowledged once both are stored.
    let told = request(&world, &world.chain.alice, &key, 1, TOMORROW);
    alice.tell(&key, &told).await;
    for nonce in 1..=50 {
        let claim = world.chain.claim(&key, Side::Alice, u128::from(nonce), nonce);
        alice.pay(Side::Alice, claim).await;
    }
    let mut bob = world.bob().await;
    let whole = bob.follow(&key).await;
    drop(bob);

    let known = Known {
        claims: whole.claims.map(|claim| claim.as_ref().map(Rank::from)),
        messages: told.fingerprint().into_iter().collect(),
    };
    let come_back = async |known: Option<Known>| {
        let mut bob = Client::dial(world.relay.addr).await;
        let ClientFrame::Subscribe { key, epoch, .. } = subscribe(&key, 0) else {
            unreachable!()
        };
        let signature = world.chain.bob.sign(&bob.challenge.digest(&world.chain.domain()));
        let subscribe = ClientFrame::Subscribe {
            key,
            epoch,
            delegation: None,
            reading: None,
            known,
        };
        // Nothing is waited for in between.
        bob.say_all([ClientFrame::SignIn { signature }, subscribe]).await;
        assert!(matches!(bob.hear().await, RelayFrame::SignedIn { .. }));
        match bob.hear().await {
            RelayFrame::Snapshot(snapshot) => *snapshot,
            other => panic!("no snapshot: {other:?}"),
        }
    };
    let size = |snapshot: &Snapshot| RelayFrame::Snapshot(Box::new(snapshot.clone())).to_text().len();
    let same = come_back(Some(known.clone())).await;
    assert!(same.unchanged.alice && same.messages.is_empty() && same.has(&told));
    assert!(size(&same) < 400 && size(&whole) > 10 * size(&same), "{same:?}");

    let claim = world.chain.claim(&key, Side::Alice, 60, 51);
    alice.say(&ClientFrame::Claim(claim)).await;
    // Bob came and went meanwhile.
    while let RelayFrame::Presence { .. } = alice.hear().await {}
    let changed = come_back(Some(known)).await;
    assert_eq!(
        (changed.claims.alice, changed.history.alice.len()),
        (Some(claim), 1)
    );
    // Who says nothing is sent everything.
    let again = come_back(None).await;
    assert_eq!(again.history.alice.len(), 51);
    assert_eq!(again.messages, [told]);
}

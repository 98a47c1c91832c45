//! What the log says, and what it does not.

use crate::support::{Client, Program, World, amount, get, subscribe};
use thunder_channel::{
    Memo, MemoText, Settlement, Side, SignedNote, SignedSettlement, TypedMessage,
    wire::{ClientFrame, ErrorCode, Message},
};

/// At the level that a relay runs at, the log has no signature, no key, no address of a client, and nothing that sides tell
/// each other.
#[cfg(unix)]
#[tokio::test]
async fn nothing_of_the_clients_is_in_the_log() {
    let world = World::new().await;
    let program = Program::start(&world, &["--metrics", "127.0.0.1:0"]);
    let key = world.chain.open(1, 400).await;
    let domain = world.chain.domain();
    let mut alice = Client::dial(program.addr).await;
    let challenge = alice.challenge.challenge.to_string();
    let sign_in = world.chain.alice.sign(&alice.challenge.digest(&domain));
    alice.sign_in(&world.chain.alice, &domain).await;
    alice.follow(&key).await;
    let claim = world.chain.claim(&key, Side::Alice, 123_456, 7);
    assert_eq!(alice.pay_in_vain(claim).await, ErrorCode::AboveChannel);
    let paid = world.chain.claim(&key, Side::Alice, 300, 8);
    alice.pay(Side::Alice, paid).await;
    let forged = world
        .chain
        .claim_by(&world.chain.carol, &key, Side::Alice, 301, 9);
    assert_eq!(alice.pay_in_vain(forged).await, ErrorCode::BadSignature);
    let settlement = Settlement {
        channel: key.id(0),
        alice_total: amount(300),
        bob_total: amount(0),
        expiry: 987_654_321,
    };
    let consent = world.chain.alice.sign(&settlement.digest(&domain));
    let message = SignedSettlement {
        settlement,
        authorization: thunder_channel::Authorization::direct(consent),
    };
    alice
        .say(&ClientFrame::Message {
            channel: key.id(0),
            message: Message::Settlement(message),
        })
        .await;
    let memo = Memo {
        channel: key.id(0),
        nonce: 8,
        total: amount(300),
        request: None,
        text: MemoText::parse("for the cake").unwrap(),
    };
    let memo = SignedNote {
        authorization: thunder_channel::Authorization::direct(world.chain.alice.sign(&memo.digest(&domain))),
        note: memo,
    };
    alice
        .say(&ClientFrame::Message {
            channel: key.id(0),
            message: Message::Memo(memo),
        })
        .await;
    let reading = thunder_channel::Reading {
        channel: key.id(0),
        key: world.chain.carol.address(),
    };
    let permission = world.chain.alice.sign(&reading.digest(&domain));
    let mut carol = Client::signed_in(program.addr, &world.chain.carol, &domain).await;
    let ClientFrame::Subscribe { key, epoch, .. } = subscribe(&key, 0) else {
        unreachable!()
    };
    carol
        .say(&ClientFrame::Subscribe {
            key,
            epoch,
            delegation: None,
            reading: Some(permission),
        })
        .await;
    carol.hear().await;
    alice
        .say_text("{\"type\":\"claim\",\"memo\":\"for the coffee\"}")
        .await;
    assert_eq!(alice.hear_error_at_last().await, ErrorCode::Malformed);
    assert_eq!(get(program.addr, "/info?memo=for-the-tea").await.status, 200);
    assert_eq!(get(program.addr, "/nowhere/for-the-milk").await.status, 404);
    program.signal("TERM");
    alice.end().await;
    carol.end().await;
    let (status, log) = program.wait();
    assert!(status.success(), "{status}");
    // Off a terminal each line of the log is JSON.
    assert!(log.lines().count() > 1, "{log}");
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON");
    }
    let log = log.to_lowercase();
    let secrets = [
        sign_in.to_string(),
        paid.authorization.signature.to_string(),
        forged.authorization.signature.to_string(),
        claim.authorization.signature.to_string(),
        consent.to_string(),
        permission.to_string(),
        challenge,
        format!("{:x}", world.chain.alice.address()),
        format!("{:x}", world.chain.bob.address()),
        format!("{:x}", world.chain.carol.address()),
        "for the coffee".to_owned(),
        "for the cake".to_owned(),
        "for-the-tea".to_owned(),
        "for-the-milk".to_owned(),
        "123456".to_owned(),
        "987654321".to_owned(),
    ];
    for secret in secrets {
        let secret = secret.to_lowercase();
        let secret = secret.trim_start_matches("0x");
        assert!(secret.len() > 5, "{secret}");
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

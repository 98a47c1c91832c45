//! What `/info` says is what is enforced: each published limit is read from there and exceeded by one.

use crate::support::{Client, World, amount, get, limit, request, subscribe};
use relay::{Config, board::MAX_NOTICES, counters::Count};
use std::{
    collections::BTreeSet,
    net::SocketAddr,
    time::{Duration, Instant},
};
use thunder_channel::{
    Authorization, ChannelKey, Settlement, Side, SignedSettlement, TypedMessage,
    wire::{
        ClientFrame, ErrorCode, MAX_CLIENT_FRAME, MAX_HISTORY, MAX_MEMOS, MAX_MESSAGES, MAX_REQUESTS,
        Message, REQUEST_GRACE_S, RelayFrame,
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Which test exceeds which limit.
const EXCEEDED: [(&str, &[&str]); 17] = [
    ("one_connection_too_many", &["connections"]),
    (
        "one_connection_of_an_address_too_many",
        &["connections_per_address"],
    ),
    ("one_socket_too_many", &["sockets"]),
    ("one_socket_of_an_address_too_many", &["sockets_per_address"]),
    (
        "one_new_socket_of_an_address_too_many",
        &["address_sockets_per_second", "address_sockets_burst"],
    ),
    ("a_head_that_takes_too_long", &["header_ms"]),
    ("a_page_that_takes_too_long", &["http_ms"]),
    ("a_sign_in_that_takes_too_long", &["handshake_ms"]),
    ("a_silence_too_long", &["ping_ms", "idle_ms"]),
    ("a_write_that_takes_too_long", &["write_ms"]),
    (
        "one_subscription_too_many",
        &["subscriptions", "channels_per_key"],
    ),
    ("one_frame_too_many", &["frames_per_second", "burst"]),
    (
        "one_frame_of_an_address_too_many",
        &["address_frames_per_second", "address_burst"],
    ),
    (
        "one_frame_of_a_key_too_many",
        &["key_frames_per_second", "key_burst"],
    ),
    ("a_byte_too_many", &["bytes_per_second", "bytes_burst"]),
    (
        "a_byte_of_an_address_too_many",
        &["address_bytes_per_second", "address_bytes_burst"],
    ),
    (
        "one_strike_too_many_and_a_message_too_long",
        &["strikes", "message_bytes"],
    ),
];

#[tokio::test]
async fn what_is_published_is_what_is_tested() {
    let world = World::new().await;
    let answer = get(world.relay.addr, "/info").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    let info = answer.json();
    let published: BTreeSet<&str> = info["limits"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let exceeded: BTreeSet<&str> = EXCEEDED.iter().flat_map(|(_, names)| *names).copied().collect();
    assert_eq!(published, exceeded);
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(info["format"], 1);
    assert_eq!(info["chainId"], 31337);
    assert_eq!(info["hub"], serde_json::json!(world.chain.hub.address));
    assert_eq!(info["formatLimits"]["client_frame_bytes"], MAX_CLIENT_FRAME);
    assert_eq!(info["retention"]["history_per_direction"], MAX_HISTORY);
    let retention = info["retention"].as_object().unwrap();
    assert_eq!(retention["messages_per_channel"], MAX_MESSAGES);
    // `notes.rs` exceeds these.
    assert_eq!(retention["payment_requests_per_side"], MAX_REQUESTS);
    assert_eq!(retention["memos_per_side"], MAX_MEMOS);
    assert_eq!(retention["read_marks_per_side"], 1);
    assert_eq!(retention["payment_request_grace_s"], REQUEST_GRACE_S);
    // `notices.rs` exceeds it.
    assert_eq!(retention["notices_of_distrust"], MAX_NOTICES);
}

#[tokio::test]
async fn one_connection_too_many() {
    let world = World::with(|config| config.limits.connections = 3).await;
    let addr = world.relay.addr;
    let mut held = Vec::new();
    for _ in 0..limit(addr, "connections").await {
        held.push(Client::dial(addr).await);
    }
    assert_eq!(Client::dial_as(addr, None).await.err(), Some(503));
    assert_eq!(world.relay.counters().get(Count::TooManyConnections), 1);
}

#[tokio::test]
async fn one_connection_of_an_address_too_many() {
    let world = World::with(|config| config.limits.connections_per_address = 3).await;
    let addr = world.relay.addr;
    let mut held = Vec::new();
    for _ in 0..limit(addr, "connections_per_address").await {
        held.push(Client::dial(addr).await);
    }
    assert_eq!(Client::dial_as(addr, None).await.err(), Some(429));
    assert_eq!(world.relay.counters().get(Count::TooManyOfAddress), 1);
}

/// Opens as many sockets as `name` allows, the first of which asks how many; then one more, which is hung up on.
async fn exceed_sockets(world: &World, name: &str, count: Count) {
    let addr = world.relay.addr;
    let mut first = TcpStream::connect(addr).await.unwrap();
    let ask = format!("GET /info HTTP/1.1\r\nhost: {addr}\r\n\r\n");
    let mut answer = String::new();
    first.write_all(ask.as_bytes()).await.unwrap();
    let info = loop {
        let mut part = [0; 4096];
        let length = first.read(&mut part).await.unwrap();
        assert!(length > 0, "{answer}");
        answer += std::str::from_utf8(&part[..length]).unwrap();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        if let Ok(info) = serde_json::from_str::<serde_json::Value>(body) {
            break info;
        }
    };
    let limit = info["limits"][name].as_u64().unwrap();
    let mut held = vec![first];
    for _ in 1..limit {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream
            .write_all(format!("GET /health/live HTTP/1.1\r\nhost: {addr}\r\n\r\n").as_bytes())
            .await
            .unwrap();
        let mut begin = [0; 12];
        stream.read_exact(&mut begin).await.unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200");
        held.push(stream);
    }
    assert_eq!(world.relay.counters().get(count), 0);
    let mut more = TcpStream::connect(addr).await.unwrap();
    let _ = more.write_all(ask.as_bytes()).await;
    let mut nothing = Vec::new();
    let _ = more.read_to_end(&mut nothing).await;
    assert_eq!(nothing.len(), 0);
    assert_eq!(world.relay.counters().get(count), 1);
}

#[tokio::test]
async fn one_socket_too_many() {
    let world = World::with(|config| config.limits.sockets = 3).await;
    exceed_sockets(&world, "sockets", Count::TooManySockets).await;
}

#[tokio::test]
async fn one_socket_of_an_address_too_many() {
    let world = World::with(|config| config.limits.sockets_per_address = 3).await;
    exceed_sockets(&world, "sockets_per_address", Count::TooManySocketsOfAddress).await;
}

#[tokio::test]
async fn one_new_socket_of_an_address_too_many() {
    let world = World::with(|config| {
        config.limits.address_sockets_per_second = 1;
        config.limits.address_sockets_burst = 5;
    })
    .await;
    let began = Instant::now();
    let info = get(world.relay.addr, "/info").await.json();
    assert_eq!(info["limits"]["address_sockets_per_second"], 1);
    let burst = info["limits"]["address_sockets_burst"].as_u64().unwrap();
    let asked = format!("GET /health/live HTTP/1.0\r\nhost: {}\r\n\r\n", world.relay.addr);
    let mut opened = 1;
    loop {
        let mut stream = TcpStream::connect(world.relay.addr).await.unwrap();
        let _ = stream.write_all(asked.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        if answer.is_empty() {
            break;
        }
        opened += 1;
    }
    let back = began.elapsed().as_secs();
    assert!((burst..=burst + back).contains(&opened), "{opened} of {burst}");
    assert_eq!(world.relay.counters().get(Count::TooFastSockets), 1);
}

/// How long the relay listens to somebody who says this and no more.
async fn listened(relay: SocketAddr, said: &[u8]) -> Duration {
    let mut stream = TcpStream::connect(relay).await.unwrap();
    let began = Instant::now();
    stream.write_all(said).await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
    began.elapsed()
}

#[tokio::test]
async fn a_head_that_takes_too_long() {
    let world = World::with(|config| config.limits.header = Duration::from_millis(300)).await;
    let addr = world.relay.addr;
    let limit = Duration::from_millis(limit(addr, "header_ms").await);
    for said in ["", "G", "GET /health HTTP/1.1\r\nhost: localhost\r\nx: "] {
        // The timer's own grain is a millisecond.
        assert!(
            listened(addr, said.as_bytes()).await + Duration::from_millis(2) >= limit,
            "{said:?}"
        );
    }
    assert_eq!(world.relay.counters().get(Count::HeaderTimeout), 3);
}

#[tokio::test]
async fn a_page_that_takes_too_long() {
    let world = World::with(|config| config.limits.http = Duration::from_millis(300)).await;
    let addr = world.relay.addr;
    let limit = Duration::from_millis(limit(addr, "http_ms").await);
    let asked = format!("GET /health HTTP/1.1\r\nhost: {addr}\r\n\r\n");
    assert!(listened(addr, asked.as_bytes()).await + Duration::from_millis(2) >= limit);
    assert_eq!(world.relay.counters().get(Count::HttpTimeout), 1);
    // A WebSocket is no page.
    let mut client = Client::dial(addr).await;
    assert_ne!(listened(addr, asked.as_bytes()).await, Duration::ZERO);
    client.sign_in(&world.chain.alice, &world.chain.domain()).await;
}

#[tokio::test]
async fn a_sign_in_that_takes_too_long() {
    let world = World::with(|config| config.limits.handshake = Duration::from_millis(200)).await;
    let limit = Duration::from_millis(limit(world.relay.addr, "handshake_ms").await);
    let began = Instant::now();
    let mut silent = Client::dial(world.relay.addr).await;
    assert_eq!(silent.end().await, Some(1008));
    assert!(began.elapsed() >= limit);
    assert_eq!(world.relay.counters().get(Count::HandshakeTimeout), 1);
}

/// Bytes of a frame that never ends are no sign of life, and neither is a ping that was not answered.
#[tokio::test]
async fn a_silence_too_long() {
    let world = World::with(|config| {
        config.limits.ping = Duration::from_millis(50);
        config.limits.idle = Duration::from_millis(300);
    })
    .await;
    let info = get(world.relay.addr, "/info").await.json();
    let (ping, idle) = (&info["limits"]["ping_ms"], &info["limits"]["idle_ms"]);
    assert_eq!((ping.as_u64(), idle.as_u64()), (Some(50), Some(300)));
    let mut stream = raw_socket(world.relay.addr).await;
    let began = Instant::now();
    // The head of a masked text frame of 100 bytes.
    stream.write_all(&[0x81, 0x80 | 100, 1, 2, 3, 4]).await.unwrap();
    let mut heard = Vec::new();
    let dripping = async {
        let (mut reader, mut writer) = stream.split();
        let drip = async { while writer.write_all(b"x").await.is_ok() && pause(20).await {} };
        tokio::select! {
            () = drip => (),
            _ = reader.read_to_end(&mut heard) => (),
        }
    };
    dripping.await;
    assert!(
        began.elapsed() >= Duration::from_millis(290),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(world.relay.counters().get(Count::Idle), 1);
    assert!(heard.windows(2).any(|two| two == [0x89, 0]), "no ping");
}

async fn pause(ms: u64) -> bool {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    true
}

/// A WebSocket without a library that would keep to the rules.
async fn raw_socket(relay: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(relay).await.unwrap();
    let upgrade = format!(
        "GET /ws HTTP/1.1\r\nhost: {relay}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 101");
    stream
}

#[tokio::test]
async fn a_write_that_takes_too_long() {
    let world = World::with(|config| {
        unhurried(config);
        config.limits.write = Duration::from_millis(200);
    })
    .await;
    let limit = Duration::from_millis(limit(world.relay.addr, "write_ms").await);
    let key = world.chain.open(1, 1000).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    alice.fill_history(&world, &key, 200).await;
    let mut deaf = Client::dial_narrow(world.relay.addr).await;
    deaf.sign_in(&world.chain.bob, &world.chain.domain()).await;
    let began = Instant::now();
    while deaf.try_say(&subscribe(&key, 0)).await {}
    assert!(began.elapsed() >= limit);
    assert_eq!(world.relay.counters().get(Count::SlowReader), 1);
}

#[tokio::test]
async fn one_subscription_too_many() {
    let world = World::with(|config| {
        config.limits.subscriptions = 2;
        config.limits.channels_per_key = 3;
    })
    .await;
    let addr = world.relay.addr;
    let (each, all) = (
        limit(addr, "subscriptions").await,
        limit(addr, "channels_per_key").await,
    );
    let mut keys = Vec::new();
    for salt in 0..=all {
        keys.push(world.chain.open(salt, 1).await);
    }
    let (mut one, mut other) = (world.alice().await, world.alice().await);
    let (first, rest) = keys.split_at(usize::try_from(each).unwrap());
    for key in first {
        one.follow(key).await;
    }
    one.say(&subscribe(&rest[0], 0)).await;
    assert_eq!(one.hear_error().await, ErrorCode::Limit);
    assert_eq!(world.relay.counters().get(Count::TooManySubscriptions), 1);
    // What the key follows elsewhere already is no further channel.
    other.follow(&first[0]).await;
    other.follow(&rest[0]).await;
    let mut third = world.alice().await;
    third.say(&subscribe(&rest[1], 0)).await;
    assert_eq!(third.hear_error().await, ErrorCode::Limit);
    assert_eq!(world.relay.counters().get(Count::TooManyChannels), 1);
    // Another key has its own.
    world.bob().await.follow(&rest[1]).await;
    // A place that comes free is free.
    other.leave().await;
    third.follow(&rest[1]).await;
}

fn unhurried(config: &mut Config) {
    let limits = &mut config.limits;
    for burst in [
        &mut limits.burst,
        &mut limits.address_burst,
        &mut limits.key_burst,
    ] {
        *burst = 1_000_000;
    }
    limits.bytes_burst = 1_000_000_000;
    limits.address_bytes_burst = 1_000_000_000;
}

/// A frame that costs one and is answered: a claim of a channel that is not followed.
async fn costs_one(client: &mut Client, world: &World, key: &ChannelKey) {
    let claim = world.chain.claim(key, Side::Alice, 1, 1);
    client.say(&ClientFrame::Claim(claim)).await;
    assert_eq!(client.hear_error_at_last().await, ErrorCode::NotSubscribed);
}

/// Exceeds a pace of `burst` at once and then one a second, of which `used` is used, by one: by as many as it takes, which is
/// one more than are left and what was given back while it took its time.
async fn exceed_pace(
    world: &World,
    clients: &mut [Client],
    count: Count,
    burst: u64,
    used: u64,
    began: Instant,
) {
    let key = world.chain.key(99, thunder_channel::Policy::Refute);
    let mut sent = used;
    while world.relay.counters().get(count) == 0 {
        let index = usize::try_from(sent).unwrap() % clients.len();
        let client = &mut clients[index];
        let claim = world.chain.claim(&key, Side::Alice, 1, 1);
        client.say(&ClientFrame::Claim(claim)).await;
        assert_eq!(client.hear_error().await, ErrorCode::NotSubscribed);
        sent += 1;
        // The notice follows the answer at once.
        if sent > burst {
            let back = began.elapsed().as_secs();
            if sent > burst + back {
                assert_eq!(client.hear_error().await, ErrorCode::Limit);
                break;
            }
        }
    }
    assert_eq!(world.relay.counters().get(count), 1);
    assert!(sent > burst, "{sent} of {burst}");
}

#[tokio::test]
async fn one_frame_too_many() {
    let world = World::with(|config| {
        config.limits.frames_per_second = 1;
        config.limits.burst = 10;
    })
    .await;
    let addr = world.relay.addr;
    assert_eq!(limit(addr, "frames_per_second").await, 1);
    let burst = limit(addr, "burst").await;
    let began = Instant::now();
    let mut clients = [world.alice().await];
    // The sign-in was the first.
    exceed_pace(&world, &mut clients, Count::Throttled, burst, 1, began).await;
}

#[tokio::test]
async fn one_frame_of_an_address_too_many() {
    let world = World::with(|config| {
        config.limits.address_frames_per_second = 1;
        config.limits.address_burst = 40;
        config.limits.connection_cost = 5;
    })
    .await;
    let began = Instant::now();
    let addr = world.relay.addr;
    let info = get(addr, "/info").await.json();
    assert_eq!(info["limits"]["address_frames_per_second"], 1);
    let burst = info["limits"]["address_burst"].as_u64().unwrap();
    let mut clients = [world.alice().await, world.bob().await];
    // A request, and two upgrades that cost five more each and were followed by a sign-in.
    exceed_pace(
        &world,
        &mut clients,
        Count::ThrottledAddress,
        burst,
        1 + 2 * 7,
        began,
    )
    .await;
    // Requests are refused meanwhile, except for those that ask whether the relay is well.
    for _ in 0..3 {
        assert_eq!(get(addr, "/health/live").await.status, 200);
    }
    let refused = loop {
        // Each that is not refused is counted, and one a second is given back.
        let answer = request(addr, "GET", "/info", &[]).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!((refused.status, refused.header("retry-after")), (429, "10"));
    assert!(world.relay.counters().get(Count::TooManyRequests) > 0);
}

#[tokio::test]
async fn one_frame_of_a_key_too_many() {
    let world = World::with(|config| {
        config.limits.key_frames_per_second = 1;
        config.limits.key_burst = 10;
    })
    .await;
    let addr = world.relay.addr;
    assert_eq!(limit(addr, "key_frames_per_second").await, 1);
    let burst = limit(addr, "key_burst").await;
    let began = Instant::now();
    let mut clients = [world.alice().await, world.alice().await];
    exceed_pace(&world, &mut clients, Count::ThrottledKey, burst, 0, began).await;
    // Another key of the same address is not slowed down.
    let mut bob = world.bob().await;
    for _ in 0..burst - 1 {
        costs_one(
            &mut bob,
            &world,
            &world.chain.key(98, thunder_channel::Policy::Refute),
        )
        .await;
    }
    assert_eq!(world.relay.counters().get(Count::ThrottledKey), 1);
}

/// Sends over these sockets by turns until the relay slows one down; gives how many bytes that were.
async fn pour(world: &World, sockets: &mut [TcpStream]) -> u64 {
    let counters = world.relay.counters();
    for socket in sockets.iter_mut() {
        // The beginning of a message, and then fragments of it that are empty, masked, and never the last.
        socket.write_all(&[0x01, 0x80, 1, 2, 3, 4]).await.unwrap();
    }
    let mut sent = 0;
    while counters.get(Count::ThrottledBytes) == 0 {
        for socket in sockets.iter_mut() {
            socket
                .write_all(&[0x00, 0x80, 1, 2, 3, 4].repeat(10))
                .await
                .unwrap();
            sent += 60;
        }
        tokio::task::yield_now().await;
    }
    sent
}

/// What a socket of these tests sends before it pours, at most.
const UPGRADE: u64 = 500;

#[tokio::test]
async fn a_byte_too_many() {
    let world = World::with(|config| {
        config.limits.bytes_per_second = 5_000;
        config.limits.bytes_burst = 20_000;
    })
    .await;
    let info = get(world.relay.addr, "/info").await.json();
    assert_eq!(info["limits"]["bytes_per_second"], 5_000);
    let burst = info["limits"]["bytes_burst"].as_u64().unwrap();
    let mut sockets = [raw_socket(world.relay.addr).await];
    let sent = pour(&world, &mut sockets).await;
    assert!(sent + UPGRADE >= burst, "{sent} bytes are within {burst}");
}

#[tokio::test]
async fn a_byte_of_an_address_too_many() {
    let world = World::with(|config| {
        config.limits.address_bytes_per_second = 5_000;
        config.limits.address_bytes_burst = 20_000;
    })
    .await;
    let info = get(world.relay.addr, "/info").await.json();
    assert_eq!(info["limits"]["address_bytes_per_second"], 5_000);
    let burst = info["limits"]["address_bytes_burst"].as_u64().unwrap();
    let mut sockets = [
        raw_socket(world.relay.addr).await,
        raw_socket(world.relay.addr).await,
    ];
    let sent = pour(&world, &mut sockets).await;
    assert!(sent + 3 * UPGRADE >= burst, "{sent} bytes are within {burst}");
}

#[tokio::test]
async fn one_strike_too_many_and_a_message_too_long() {
    let settlement = |world: &World, key: &ChannelKey, alice_total: u128| {
        let settlement = Settlement {
            channel: key.id(0),
            alice_total: amount(alice_total),
            bob_total: amount(0),
            expiry: 1000,
        };
        let signature = world.chain.alice.sign(&settlement.digest(&world.chain.domain()));
        Message::Settlement(SignedSettlement {
            settlement,
            authorization: Authorization::direct(signature),
        })
    };
    // A number of one digit, and one of two.
    let length = {
        let world = World::new().await;
        let message = settlement(&world, &world.chain.key(1, thunder_channel::Policy::Refute), 1);
        serde_json::to_string(&message).unwrap().len()
    };
    let world = World::with(|config| {
        config.limits.message_bytes = length;
        config.limits.strikes = 3;
    })
    .await;
    let addr = world.relay.addr;
    assert_eq!(limit(addr, "message_bytes").await, length as u64);
    let key = world.chain.open(1, 400).await;
    let (mut alice, mut bob) = (world.alice().await, world.bob().await);
    bob.follow(&key).await;
    alice.follow(&key).await;
    assert_eq!(bob.hear_presence().await, (Side::Alice, true));
    for (total, fits) in [(1, true), (10, false)] {
        let message = settlement(&world, &key, total);
        let channel = key.id(0);
        alice
            .say(&ClientFrame::Message {
                channel,
                message: message.clone(),
            })
            .await;
        if fits {
            assert_eq!(bob.hear_message().await, message);
        } else {
            assert_eq!(alice.hear_error().await, ErrorCode::Limit);
        }
    }
    assert_eq!(world.relay.counters().get(Count::MessageTooLong), 1);
    for _ in 0..limit(addr, "strikes").await {
        assert_eq!(world.relay.counters().get(Count::StruckOut), 0);
        alice.say_text("no").await;
        assert_eq!(alice.hear_error().await, ErrorCode::Malformed);
    }
    assert_eq!(alice.end().await, Some(1008));
    assert_eq!(world.relay.counters().get(Count::StruckOut), 1);
    // The others hear nothing of it.
    assert!(matches!(
        bob.hear().await,
        RelayFrame::Presence { online: false, .. }
    ));
}

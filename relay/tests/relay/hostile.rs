//! Clients that mean harm, many of each kind at once, and a victim that pays meanwhile. All limits are the usual ones.

use crate::support::{Client, Program, World, subscribe};
use futures::future::BoxFuture;
use std::{
    future::Future,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use thunder_channel::{Policy, Side, wire::MAX_CLIENT_FRAME};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// Of each kind.
const MANY: usize = 200;
const PAYMENTS: u64 = 50;

/// What somebody does once everybody is connected.
struct Deeds(BoxFuture<'static, ()>);

impl Deeds {
    fn new(deeds: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(deeds))
    }
}

/// A masked WebSocket frame with this first byte; the mask is zero.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | 126];
    frame.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// Where they come from: not from where the victim is, which would share the bounds of its address with them.
const ELSEWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), 0);

async fn connect(relay: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(ELSEWHERE).unwrap();
    socket.connect(relay).await.unwrap()
}

/// A WebSocket, if the relay lets it be one.
async fn upgraded(relay: SocketAddr) -> Option<TcpStream> {
    let mut stream = connect(relay).await;
    let upgrade = format!(
        "GET /ws HTTP/1.1\r\nhost: {relay}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await.ok()?;
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.ok()?;
    (&begin == b"HTTP/1.1 101").then_some(stream)
}

/// Says `again` for as long as the relay takes it, and reads whatever comes.
async fn pour(mut stream: TcpStream, again: Vec<u8>, pause: Option<Duration>) {
    let (mut reader, mut writer) = stream.split();
    let pouring = async {
        while writer.write_all(&again).await.is_ok() {
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => tokio::task::yield_now().await,
            }
        }
    };
    let reading = async {
        let mut waste = [0; 1024];
        while reader.read(&mut waste).await.is_ok_and(|length| length > 0) {}
    };
    tokio::select! { () = pouring => (), () = reading => () }
}

/// Pays and measures; gives the median and the worst time to an acknowledgement.
async fn pay(victim: &mut Client, world: &World, from: u64) -> (Duration, Duration) {
    let key = world.chain.key(1, Policy::Refute);
    let mut times = Vec::new();
    for nonce in from..from + PAYMENTS {
        let claim = world.chain.claim(&key, Side::Alice, nonce.into(), nonce);
        let began = Instant::now();
        victim.pay(Side::Alice, claim).await;
        times.push(began.elapsed());
    }
    times.sort();
    (times[times.len() / 2], times[times.len() - 1])
}

/// Connects `MANY` of a kind to a relay of their own process, lets them do what they do and the victim pay beside them, and
/// hangs up. They have a thread of their own, so that the victim does not wait for what they cost themselves. Gives what the
/// relay counted.
async fn beside<F>(name: &str, world: &World, program: Program, connect: impl Fn(SocketAddr) -> F) -> Counted
where
    F: Future<Output = Deeds> + Send + 'static,
{
    let key = world.chain.open(1, 1_000_000).await;
    let mut victim = Client::signed_in(program.addr, &world.chain.alice, &world.chain.domain()).await;
    victim.follow(&key).await;
    let alone = pay(&mut victim, world, 1).await;
    let crowd = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let mut connected = Vec::new();
    for _ in 0..MANY {
        connected.push(crowd.spawn(connect(program.addr)).await.expect("connected"));
    }
    let hostile: Vec<_> = connected
        .into_iter()
        .map(|Deeds(deeds)| crowd.spawn(deeds))
        .collect();
    let together = pay(&mut victim, world, 1 + PAYMENTS).await;
    println!(
        "{MANY} × {name}: a claim is acknowledged in {:?} (at most {:?}), without them in {:?} ({:?})",
        together.0, together.1, alone.0, alone.1
    );
    // With a relay that is not optimised, on a machine that does much else. What it was is printed; and no payment has waited
    // for as long as a client does.
    assert!(together.0 < Duration::from_millis(500), "{name}: {together:?}");
    assert!(
        hostile.iter().any(|one| !one.is_finished()),
        "{name} had gone by then"
    );
    crowd.shutdown_background();
    program.signal("TERM");
    victim.end().await;
    let (status, log) = program.wait();
    assert!(status.success(), "{status}\n{log}");
    Counted(log)
}

/// The counters that a relay logs at its end.
struct Counted(String);

impl Counted {
    fn get(&self, name: &str) -> u64 {
        let name = format!("\\\"{name}\\\": ");
        let (_, rest) = self.0.split_once(&name).expect("counted");
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
        rest[..digits].parse().unwrap()
    }
}

#[tokio::test]
async fn those_who_open_sockets_and_say_nothing() {
    let world = World::new().await;
    let counted = beside(
        "silent sockets",
        &world,
        Program::start(&world, &[]),
        |relay| async move {
            let stream = connect(relay).await;
            Deeds::new(async move {
                std::future::pending::<()>().await;
                drop(stream);
            })
        },
    )
    .await;
    assert_eq!(counted.get("connected"), 1);
}

#[tokio::test]
async fn those_who_never_sign_in() {
    let world = World::new().await;
    let counted = beside(
        "silent WebSockets",
        &world,
        Program::start(&world, &[]),
        |relay| async move {
            let stream = upgraded(relay).await.unwrap();
            Deeds::new(async move {
                std::future::pending::<()>().await;
                drop(stream);
            })
        },
    )
    .await;
    assert_eq!(counted.get("connected"), 1 + MANY as u64);
}

#[tokio::test]
async fn those_who_send_a_byte_a_second() {
    let world = World::new().await;
    let counted = beside(
        "a byte a second",
        &world,
        Program::start(&world, &[]),
        |relay| async move {
            let stream = connect(relay).await;
            Deeds::new(pour(stream, b"G".to_vec(), Some(Duration::from_secs(1))))
        },
    )
    .await;
    assert_eq!(counted.get("connected"), 1);
}

#[tokio::test]
async fn those_who_never_read() {
    let world = World::new().await;
    let program = Program::start(&world, &[]);
    let key = world.chain.open(2, 1_000_000).await;
    let domain = world.chain.domain();
    let mut alice = Client::signed_in(program.addr, &world.chain.alice, &domain).await;
    alice.follow(&key).await;
    alice.fill_history(&world, &key, 100).await;
    drop(alice);
    let bob = world.chain.bob.clone();
    let counted = beside("never reads", &world, program, |relay| {
        let bob = bob.clone();
        async move {
            let mut deaf = Client::dial_narrow_from(relay, ELSEWHERE).await;
            deaf.sign_in(&bob, &domain).await;
            Deeds::new(async move { deaf.say_for_ever(&subscribe(&key, 0)).await })
        }
    })
    .await;
    assert!(counted.get("throttled_key") > 0);
}

/// Beside somebody who sends this again and again, and comes back when that is cut off.
async fn beside_one_who_pours(what: &str, bytes: Vec<u8>) -> Counted {
    let world = World::new().await;
    let program = Program::start(&world, &[]);
    beside(what, &world, program, |relay| {
        let bytes = bytes.clone();
        async move {
            let mut stream = upgraded(relay).await;
            assert!(stream.is_some());
            Deeds::new(async move {
                loop {
                    if let Some(stream) = stream {
                        pour(stream, bytes.clone(), None).await;
                    }
                    stream = upgraded(relay).await;
                }
            })
        }
    })
    .await
}

#[tokio::test]
async fn those_who_send_garbage() {
    let counted = beside_one_who_pours("garbage", frame(0x81, &[b'x'; 300])).await;
    assert!(counted.get("malformed") > 0);
}

#[tokio::test]
async fn those_who_send_too_much() {
    let counted = beside_one_who_pours("oversized", frame(0x81, &[b'x'; MAX_CLIENT_FRAME + 1])).await;
    assert!(counted.get("too_large") > 0);
}

/// A message in pieces that never ends: empty ones, which cost the sender eight bytes each and are no frame to anybody's count.
#[tokio::test]
async fn those_who_send_fragments() {
    let world = World::new().await;
    let counted = beside(
        "fragments",
        &world,
        Program::start(&world, &[]),
        |relay| async move {
            let mut stream = upgraded(relay).await.unwrap();
            stream.write_all(&frame(0x01, b"{")).await.unwrap();
            Deeds::new(pour(stream, frame(0x00, b"").repeat(512), None))
        },
    )
    .await;
    // Whoever pays by the byte is slowed down by the byte.
    assert!(counted.get("throttled_bytes") > 0);
}

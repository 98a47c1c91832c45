//! Traffic through a provider on this machine: what metering costs, and many sessions at once.
//!
//! What is compared is one forwarder with three units: of one megabyte, of five, which is the default, and of 64, the largest that a
//! client takes. Each side signs, sends and writes down two statements for each unit, so with the last there are as good as none. They
//! take turns in one run: as fast as the nodes can, where all that metering needs is missing for the bytes; and over a line of a
//! gigabit, which leaves the nodes time.
//!
//! `cargo xtask bench node` runs it; the last line is JSON.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../tests/thunderd/support/mod.rs"]
#[allow(dead_code)]
mod support;

use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    time::{Duration, Instant},
};
use support::{Node, World, thd, until};

/// Bytes of one download, and how often each kind takes its turn.
const DOWNLOAD: u64 = 300_000_000;
const TURNS: usize = 7;
/// What a line of a gigabit carries in a second, and how much is downloaded over it.
const GIGABIT: u64 = 125_000_000;
const OVER_GIGABIT: u64 = 100_000_000;
/// Sessions at once, and bytes of each.
const SESSIONS: usize = 200;
const EACH: u64 = 4_000_000;
const PRICE: &str = "0.00001";

fn main() {
    let world = World::new();
    let provide = |name: &str, index, unit: &str| {
        let arguments = [
            "--provide",
            "--provide-private",
            "--provide-price",
            PRICE,
            "--provide-unit",
            unit,
        ];
        world.node_with(
            name,
            index,
            &[&arguments[..], &["--provide-sessions", "200"]].concat(),
        )
    };
    let providers = [
        ("one", 2, "1000000"),
        ("five", 3, "5000000"),
        ("many", 4, "64000000"),
    ];
    let providers = providers.map(|(name, index, unit)| provide(name, index, unit));
    let alice = world.node("alice", 1);
    let (server, gigabit) = (serve(u64::MAX), serve(GIGABIT));
    let ways = providers.each_ref().map(|provider| {
        alice.connect(provider);
        route(&alice, provider)
    });
    for port in ways {
        download(port, server, DOWNLOAD / 10);
    }
    let mut rates = [const { Vec::new() }; 3];
    let mut slow_rates = [const { Vec::new() }; 3];
    let mut work = [const { Vec::new() }; 3];
    for _ in 0..TURNS {
        for (way, port) in ways.into_iter().enumerate() {
            let nodes = [&alice, &providers[way]];
            let (since, worked) = (Instant::now(), nodes.map(worked));
            download(port, server, DOWNLOAD);
            rates[way].push(megabytes(DOWNLOAD, since));
            let spent = nodes.map(self::worked).iter().sum::<f64>() - worked.iter().sum::<f64>();
            work[way].push(spent);
            let since = Instant::now();
            download(port, gigabit, OVER_GIGABIT);
            slow_rates[way].push(megabytes(OVER_GIGABIT, since));
        }
    }
    let percent = |share: f64| (share * 1_000.0).round() / 10.0;
    let [one, five, many] = rates.map(median);
    let cost = |rate: f64| percent(1.0 - rate / many);
    let [work_one, work_five, work_many] = work.map(median);
    let more_work = |work: f64| percent(work / work_many - 1.0);
    let [slow_one, slow_five, slow_many] = slow_rates.map(median);
    let slow_cost = |rate: f64| percent(1.0 - rate / slow_many);

    let [_, provider, _] = &providers;
    let idle = memory(provider);
    let mut ports = vec![ways[1]];
    while ports.len() < SESSIONS {
        ports.push(route(&alice, provider));
    }
    let open = memory(provider);
    let since = Instant::now();
    std::thread::scope(|scope| {
        for port in &ports {
            scope.spawn(|| download(*port, server, EACH));
        }
    });
    let together = megabytes(EACH * SESSIONS as u64, since);
    let busy = memory(provider);
    let sessions = until("the last words", || {
        let sessions = provider.get("sessions");
        let all = sessions.as_array().unwrap();
        all.iter()
            .all(|one| one["counted"] == one["proven"]["provider"])
            .then(|| all.clone())
    });
    assert_eq!(sessions.len(), SESSIONS);
    let each = |grown: f64| grown * 1_024.0 / SESSIONS as f64;
    let figures = json!({
        "unit_1_mb_per_second": one.round(), "unit_5_mb_per_second": five.round(), "unit_64_mb_per_second": many.round(),
        "unit_1_costs_percent": cost(one), "unit_5_costs_percent": cost(five),
        "unit_1_work_percent": more_work(work_one), "unit_5_work_percent": more_work(work_five),
        "gigabit_unit_64_mb_per_second": slow_many.round(),
        "gigabit_unit_1_costs_percent": slow_cost(slow_one), "gigabit_unit_5_costs_percent": slow_cost(slow_five),
        "200_sessions_mb_per_second": together.round(),
        "session_memory_kib": each(open - idle).round(), "busy_session_memory_kib": each(busy - idle).round(),
    });
    println!("{figures}");
}

fn route(client: &Node, provider: &Node) -> u16 {
    let wanted = json!({
        "providers": [format!("{:#x}", provider.account())], "maxPrice": thd(1), "limit": thd(1), "whenLow": "stop",
    });
    let route: Value = client.post("routes", &wanted);
    route["port"].as_u64().unwrap().try_into().unwrap()
}

fn megabytes(bytes: u64, since: Instant) -> f64 {
    bytes as f64 / 1_000_000.0 / since.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// The seconds that a node's process has worked so far, in the kernel or not.
fn worked(node: &Node) -> f64 {
    /// `_SC_CLK_TCK` of Linux on every machine that it runs on.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", node.id())).unwrap_or_default();
    // The name is in brackets and may hold blanks; utime and stime are the 12th and 13th words behind it (proc(5)).
    let words = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = words
        .skip(11)
        .take(2)
        .map(|word| word.parse::<f64>().unwrap_or(f64::NAN));
    ticks.sum::<f64>() / TICKS_A_SECOND
}

/// What a node has in memory, in MiB.
fn memory(node: &Node) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1_024.0
}

/// A server that sends as many bytes as the eight that it is sent say, at most so many a second.
fn serve(a_second: u64) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let (mut wanted, piece) = ([0; 8], vec![7; 1 << 17]);
                stream.read_exact(&mut wanted).unwrap();
                let mut left = usize::try_from(u64::from_be_bytes(wanted)).unwrap();
                let (since, mut sent) = (Instant::now(), 0);
                while left > 0 {
                    let due = Duration::from_secs_f64(sent as f64 / a_second as f64);
                    std::thread::sleep(due.saturating_sub(since.elapsed()));
                    let now = left.min(piece.len());
                    if stream.write_all(&piece[..now]).is_err() {
                        return;
                    }
                    left -= now;
                    sent += now;
                }
            });
        }
    });
    address
}

/// Has the server send so many bytes through a SOCKS5 port (RFC 1928).
fn download(port: u16, server: SocketAddr, bytes: u64) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut answer = [0; 2];
    stream.write_all(&[5, 1, 0]).unwrap();
    stream.read_exact(&mut answer).unwrap();
    let [high, low] = server.port().to_be_bytes();
    stream.write_all(&[5, 1, 0, 1, 127, 0, 0, 1, high, low]).unwrap();
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer[..2], [5, 0], "connected");
    stream.write_all(&bytes.to_be_bytes()).unwrap();
    let (mut piece, mut left) = (vec![0; 1 << 17], bytes);
    while left > 0 {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "all of it comes");
        left -= read as u64;
    }
}

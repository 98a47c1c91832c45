//! A web server to download from, and downloads through a local SOCKS5 port.

use super::{Node, PATIENCE, World};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// A server that answers `/<number>` with so many bytes, and `/slow/<number>` with as many in pieces of 64 KiB with pauses.
pub struct Server {
    address: SocketAddr,
    sent: Arc<AtomicU64>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, sent) = (listener.local_addr().unwrap(), Arc::<AtomicU64>::default());
        let counter = sent.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let counter = counter.clone();
                std::thread::spawn(move || answer(stream, &counter));
            }
        });
        Self { address, sent }
    }

    /// Bytes of the answer that left it last.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub fn url(&self, bytes: u64) -> String {
        format!("http://{}/{bytes}", self.address)
    }

    pub fn slow_url(&self, bytes: u64) -> String {
        format!("http://{}/slow/{bytes}", self.address)
    }
}

fn answer(mut stream: TcpStream, sent: &AtomicU64) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let line = lines.next()?.ok()?;
    while !lines.next()?.ok()?.is_empty() {}
    let path = line.split(' ').nth(1)?.trim_start_matches('/').to_owned();
    let (slow, number) = match path.strip_prefix("slow/") {
        Some(number) => (true, number),
        None => (false, path.as_str()),
    };
    let length: u64 = number.parse().ok()?;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )
    .ok()?;
    let mut at = 0;
    while at < length {
        let piece: Vec<u8> = (at..length.min(at + 65_536)).map(byte).collect();
        stream.write_all(&piece).ok()?;
        at += piece.len() as u64;
        sent.store(at, Ordering::Relaxed);
        if slow {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    Some(())
}

/// What the server's answers have at a place: no two pieces are the same.
fn byte(at: u64) -> u8 {
    (at.wrapping_mul(31) ^ (at >> 8) ^ (at >> 16)).to_le_bytes()[0]
}

/// A client that goes through a route.
pub fn through(route: &Value) -> reqwest::blocking::Client {
    let proxy = format!("socks5h://127.0.0.1:{}", route["port"]);
    reqwest::blocking::Client::builder()
        .proxy(reqwest::Proxy::all(proxy).unwrap())
        .timeout(PATIENCE)
        .build()
        .unwrap()
}

/// Downloads so many bytes through a route, and looks at each.
pub fn download(route: &Value, server: &Server, bytes: u64) {
    let mut answer = through(route).get(server.url(bytes)).send().unwrap();
    let mut all = Vec::new();
    answer.read_to_end(&mut all).unwrap();
    assert_eq!(all.len() as u64, bytes);
    let wrong = all.iter().zip(0..).position(|(found, at)| *found != byte(at));
    assert_eq!(wrong, None, "the bytes are the server's");
}

/// Begins a download and reads so many bytes of it; what it gives goes on with it, or breaks it off when it is dropped.
pub fn begin(route: &Value, url: &str, bytes: usize) -> reqwest::blocking::Response {
    let mut answer = through(route).get(url).send().unwrap();
    let mut some = vec![0; bytes];
    answer.read_exact(&mut some).unwrap();
    answer
}

/// A node that serves traffic at a price for a megabyte, to this machine too.
pub fn provider(world: &World, name: &str, index: u32, more: &[&str]) -> Node {
    let arguments = [
        &[
            "--provide",
            "--provide-price",
            "0.01",
            "--provide-private",
            "--provide-unit",
            "1000000",
        ],
        more,
    ]
    .concat();
    world.node_with(name, index, &arguments)
}

/// What 1,000,000 bytes cost at such a provider, in the smallest unit.
pub const PRICE: u128 = 10_u128.pow(16);

/// Bytes that may pass unacknowledged at such a provider.
pub const UNIT: u64 = 1_000_000;

/// What so many bytes cost at such a provider, in the smallest unit.
pub fn cost(bytes: u64) -> u128 {
    u128::from(bytes) * PRICE / 1_000_000
}

/// A number of bytes in an answer.
pub fn bytes(count: &Value) -> u64 {
    count.as_u64().unwrap()
}

/// Opens a route through providers, with a limit of so many whole THD at each.
pub fn route(client: &Node, providers: &[&Node], limit: u64) -> Value {
    client.post("routes", &wanted(providers, limit))
}

pub fn wanted(providers: &[&Node], limit: u64) -> Value {
    let providers: Vec<_> = providers
        .iter()
        .map(|node| format!("{:#x}", node.account()))
        .collect();
    json!({
        "providers": providers, "maxPrice": PRICE.to_string(), "limit": super::thd(limit), "whenLow": "stop",
    })
}

/// A route's session at a place, as a node sees it.
pub fn session(node: &Node, route: &Value, place: usize) -> Value {
    node.get(&format!(
        "sessions/{}",
        route["sessions"][place].as_str().unwrap()
    ))
}

/// Closes a route; gives how its sessions ended.
pub fn close(client: &Node, route: &Value) -> Value {
    let (status, ends) = client.ask(
        reqwest::Method::DELETE,
        &format!("routes/{}", route["port"]),
        None,
    );
    assert_eq!(status, 200, "{ends}");
    ends
}

//! A service, and the paywall in front of it.

use super::Node;
use axum::{
    Router,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use futures::stream;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Bytes in one piece of a streamed answer.
const PIECE: usize = 10_000;

/// What the file holds at a place: no two units of it are the same.
pub fn byte_at(place: u64) -> u8 {
    u8::try_from(place % 251).unwrap()
}

/// A service that counts the pages it serves.
pub struct Service {
    address: std::net::SocketAddr,
    served: Arc<AtomicUsize>,
    _runtime: tokio::runtime::Runtime,
}

impl Service {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let served = Arc::new(AtomicUsize::new(0));
        let router = Router::new()
            .route("/page", get(page))
            .route(
                "/broken",
                get(async || (StatusCode::INTERNAL_SERVER_ERROR, "out of order\n")),
            )
            .route(
                "/echo",
                post(async |RawQuery(query): RawQuery, body: String| format!("{} {body}", query.unwrap())),
            )
            .route(
                "/file/{bytes}",
                get(async |Path(bytes): Path<u64>| (0..bytes).map(byte_at).collect::<Vec<_>>()),
            )
            .route(
                "/stream/{bytes}",
                get(async |Path(bytes): Path<usize>| {
                    let pieces = (0..bytes / PIECE).map(|_| Ok::<_, std::io::Error>("x".repeat(PIECE)));
                    Body::from_stream(stream::iter(pieces))
                }),
            )
            .with_state(served.clone());
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            served,
            _runtime: runtime,
        }
    }

    pub fn served(&self) -> usize {
        self.served.load(Ordering::SeqCst)
    }
}

async fn page(State(served): State<Arc<AtomicUsize>>, headers: HeaderMap) -> String {
    served.fetch_add(1, Ordering::SeqCst);
    format!("the page of {}\n", headers["thunder-payer"].to_str().unwrap())
}

/// A `thunderd paywall` process, ended with the value.
pub struct Paywall {
    process: Child,
    address: String,
}

fn command(node: &Node, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thunderd"));
    command
        .arg("paywall")
        .args(["--listen", "127.0.0.1:0", "--node", &node.port.to_string()])
        .arg("--data")
        .arg(&node.data)
        .args(options)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

impl Paywall {
    pub fn start(node: &Node, service: &Service, terms: &[&str]) -> Self {
        let upstream = format!("http://{}", service.address);
        let mut process = command(node, terms)
            .args(["--upstream", &upstream])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on ")
            .expect("a paywall")
            .to_owned();
        Self { process, address }
    }

    /// What it says where it does not start.
    pub fn refused(node: &Node, options: &[&str]) -> String {
        let output = command(node, options).stderr(Stdio::piped()).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Paywall {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

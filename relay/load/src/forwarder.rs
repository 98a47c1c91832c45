//! The least that a relay could do: what comes on one socket of a pair goes out on the other. Nothing is read, checked or kept.

use anyhow::Result;
use axum::{
    Router,
    extract::{
        Path, State, WebSocketUpgrade,
        ws::{Message, Utf8Bytes, WebSocket},
    },
    response::Response,
    routing::any,
};
use futures::{SinkExt, StreamExt};
use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{net::TcpListener, sync::mpsc};

/// Frames that wait for one socket; then its other end is read no further.
const WAITING: usize = 1024;
/// Frames that are written in one go.
const BATCH: usize = 256;

type Writer = mpsc::Sender<Utf8Bytes>;
type Reader = mpsc::Receiver<Utf8Bytes>;
/// What the second socket of a pair will take up.
type Pairs = Arc<Mutex<HashMap<u32, (Writer, Reader)>>>;

/// Serves until the process is ended; says where it listens.
///
/// # Errors
/// If it cannot listen.
pub async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", listener.local_addr()?)?;
    out.flush()?;
    let routes = Router::new()
        .route("/pair/{number}", any(join))
        .with_state(Pairs::default());
    axum::serve(
        axum::serve::ListenerExt::tap_io(listener, |stream| {
            // As the relay does; a socket that refuses it is only slower.
            let _ = stream.set_nodelay(true);
        }),
        routes,
    )
    .await?;
    Ok(())
}

async fn join(State(pairs): State<Pairs>, Path(number): Path<u32>, upgrade: WebSocketUpgrade) -> Response {
    let (writer, reader) = {
        let mut pairs = pairs.lock().unwrap_or_else(PoisonError::into_inner);
        pairs.remove(&number).unwrap_or_else(|| {
            let (to_second, second_reads) = mpsc::channel(WAITING);
            let (to_first, first_reads) = mpsc::channel(WAITING);
            pairs.insert(number, (to_first, second_reads));
            (to_second, first_reads)
        })
    };
    upgrade.on_upgrade(move |socket| forward(socket, writer, reader))
}

async fn forward(socket: WebSocket, other: Writer, mut mine: Reader) {
    let (mut sink, mut stream) = socket.split();
    let reading = async {
        while let Some(Ok(message)) = stream.next().await {
            if let Message::Text(text) = message
                && other.send(text).await.is_err()
            {
                break;
            }
        }
    };
    let writing = async {
        let mut batch = Vec::with_capacity(BATCH);
        while mine.recv_many(&mut batch, BATCH).await > 0 {
            for text in batch.drain(..) {
                if sink.feed(Message::Text(text)).await.is_err() {
                    return;
                }
            }
            if sink.flush().await.is_err() {
                return;
            }
        }
    };
    futures::future::select(std::pin::pin!(reading), std::pin::pin!(writing)).await;
}

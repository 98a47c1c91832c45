//! The socket of one page: what is heard, what waits to be written, and at which pace it is listened to.

pub use thunder_channel::metering::download::{Asked, Said};

use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use std::time::Duration;
use thunder_channel::metering::SignedCount;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_tungstenite::tungstenite;
use tokio_util::sync::CancellationToken;

/// Frames that wait to be written: more than pieces on their way and answers together.
const MAX_QUEUED: usize = 64;
/// How long a write may take: whoever reads nothing for so long is gone.
const WRITE: Duration = Duration::from_secs(30);
/// How many frames of a client are read in the long run: one in so much time. Two hundred a second are the statements of more bytes than
/// a node can send, at any unit that makes sense.
const EACH: Duration = Duration::from_millis(5);
/// How many may come at once, in the same measure: four hundred.
const BURST: Duration = Duration::from_secs(2);

/// The way to one page. Frames are written in the order in which they were said.
pub struct Line {
    frames: mpsc::Sender<Message>,
    /// Another connection has taken its session over.
    taken_over: CancellationToken,
}

/// What waits to be written.
pub type Queue = mpsc::Receiver<Message>;

/// The page is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

impl Line {
    /// A line, and what is said on it.
    pub fn new() -> (Self, Queue) {
        let (frames, queue) = mpsc::channel(MAX_QUEUED);
        let line = Self {
            frames,
            taken_over: CancellationToken::new(),
        };
        (line, queue)
    }

    /// Says something, after what waits.
    pub async fn say(&self, said: &Said) -> Result<(), Gone> {
        let text = serde_json::to_string(said).map_err(|_| Gone)?;
        self.write(Message::text(text)).await
    }

    /// Says a statement behind the bytes that it counts. Where the queue is full it is lost, and said again by its session.
    pub fn count(&self, statement: SignedCount) {
        if let Ok(text) = serde_json::to_string(&Said::Count(statement)) {
            let _ = self.frames.try_send(Message::text(text));
        }
    }

    /// Sends bytes of a file, and behind them a question that is answered once they have come: `mark` comes back with the answer.
    pub async fn send_piece(&self, piece: Bytes, mark: u64) -> Result<(), Gone> {
        self.write(Message::Binary(piece)).await?;
        self.write(ping(mark)).await
    }

    /// Asks for a sign of life.
    pub fn ping(&self, mark: u64) {
        // Where others wait, they are a sign themselves.
        let _ = self.frames.try_send(ping(mark));
    }

    /// Another connection goes on with its session.
    pub fn take_over(&self) {
        self.taken_over.cancel();
    }

    /// Comes true when another connection goes on with its session.
    pub async fn taken_over(&self) {
        self.taken_over.cancelled().await;
    }

    async fn write(&self, message: Message) -> Result<(), Gone> {
        self.frames.send(message).await.map_err(|_| Gone)
    }
}

fn ping(mark: u64) -> Message {
    Message::Ping(Bytes::copy_from_slice(&mark.to_be_bytes()))
}

/// Writes what is said until nobody says anything any more, or the page is gone.
pub async fn write_out(mut sink: SplitSink<WebSocket, Message>, mut queue: Queue) {
    while let Some(message) = queue.recv().await {
        let written = async {
            sink.feed(message).await?;
            while let Ok(next) = queue.try_recv() {
                sink.feed(next).await?;
            }
            sink.flush().await
        };
        if !matches!(timeout(WRITE, written).await, Ok(Ok(()))) {
            return;
        }
    }
    // It may be gone.
    timeout(WRITE, sink.close()).await.ok();
}

/// Something that a page sent.
#[derive(Debug)]
pub enum Heard {
    /// A text frame within the bound.
    Text(String),
    /// Bytes, of which a page sends none.
    Binary,
    /// Everything up to a mark has come.
    Receipt(u64),
    /// A sign of life.
    Life,
    /// A frame above the bound; nothing after it can be read.
    TooLong,
    /// The end, in whatever way.
    Gone,
}

/// The next thing heard. Nothing is lost if it is not waited for.
pub async fn hear(stream: &mut SplitStream<WebSocket>) -> Heard {
    match stream.next().await {
        Some(Ok(Message::Text(text))) => Heard::Text(text.to_string()),
        Some(Ok(Message::Binary(_))) => Heard::Binary,
        Some(Ok(Message::Ping(_))) => Heard::Life,
        Some(Ok(Message::Pong(mark))) => match <[u8; 8]>::try_from(&mark[..]) {
            Ok(mark) => Heard::Receipt(u64::from_be_bytes(mark)),
            Err(_) => Heard::Life,
        },
        Some(Ok(Message::Close(_))) | None => Heard::Gone,
        Some(Err(error)) => match error.into_inner().downcast::<tungstenite::Error>() {
            Ok(error) if matches!(*error, tungstenite::Error::Capacity(_)) => Heard::TooLong,
            _ => Heard::Gone,
        },
    }
}

/// How fast a page is listened to. Whoever is faster waits, and nobody else does.
pub struct Pace {
    spent_until: Instant,
}

impl Pace {
    /// Nothing heard yet.
    pub const fn new(now: Instant) -> Self {
        Self { spent_until: now }
    }

    /// A frame was heard.
    pub fn count(&mut self, now: Instant) {
        self.spent_until = self.spent_until.max(now) + EACH;
    }

    /// Until when nothing more is heard, if so.
    pub fn wait(&self, now: Instant) -> Option<Instant> {
        let until = self.spent_until.checked_sub(BURST)?;
        (until > now).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_talks_too_fast_waits() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        for _ in 0..400 {
            assert_eq!(pace.wait(now), None);
            pace.count(now);
        }
        pace.count(now);
        assert_eq!(pace.wait(now), Some(now + EACH));
        assert_eq!(pace.wait(now + EACH), None);
    }
}

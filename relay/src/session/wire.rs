//! The socket of one session: frames in, frames out, and what can be wrong with them.

use crate::Limits;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures::SinkExt;
use std::time::Duration;
use thunder_channel::wire::RelayFrame;
use tokio::time::{error::Elapsed, timeout};

/// Something that a client sent.
pub enum Heard {
    /// A text frame within the bound.
    Text(String),
    /// A binary frame.
    Binary,
    /// A ping or pong: a sign of life.
    Life,
    /// A frame above the bound; nothing after it can be read.
    TooLarge,
    /// The end, in whatever way.
    Gone,
}

/// Why a session ended. Each has its WebSocket close code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client left or its network did.
    Gone,
    /// Shutdown: come back later.
    Restart,
    /// No sign-in in time, a refused sign-in, or too many bad frames.
    Policy,
    /// A frame above the bound.
    TooLarge,
    /// No sign of life.
    Idle,
    /// Did not read what was sent.
    SlowReader,
}

impl Ending {
    /// The close frame, where there is somebody to read it.
    fn farewell(self, comeback: Duration) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone | Self::SlowReader => return None,
            Self::Restart => (close_code::RESTART, retry_after(comeback)),
            Self::Policy => (close_code::POLICY, "see the error before this".to_owned()),
            Self::TooLarge => (close_code::SIZE, "the message is too long".to_owned()),
            Self::Idle => (close_code::AWAY, "no sign of life".to_owned()),
        };
        Some(CloseFrame {
            code,
            reason: reason.into(),
        })
    }
}

/// When to come back, drawn anew for each client so that they do not all come at once. For programs.
fn retry_after(within: Duration) -> String {
    let mut drawn = [0; 4];
    // Without randomness they come at once, which is no harm yet.
    let _ = getrandom::getrandom(&mut drawn);
    let within = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
    let share = u64::from(u32::from_le_bytes(drawn)).saturating_mul(within) >> 32;
    format!("retry-after-ms={share}")
}

/// A socket whose every write is bounded in time.
pub struct Wire {
    socket: WebSocket,
    patience: Duration,
    /// Whether something waits to be written out.
    waiting: bool,
}

impl Wire {
    /// Writes take at most `patience`.
    pub const fn new(socket: WebSocket, patience: Duration) -> Self {
        Self {
            socket,
            patience,
            waiting: false,
        }
    }

    /// The next thing heard. Cancel-safe.
    pub async fn hear(&mut self) -> Heard {
        match self.socket.recv().await {
            Some(Ok(Message::Text(text))) => Heard::Text(text.to_string()),
            Some(Ok(Message::Binary(_))) => Heard::Binary,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Heard::Life,
            Some(Ok(Message::Close(_))) | None => Heard::Gone,
            Some(Err(error)) => {
                let inner = error.into_inner().downcast::<tungstenite::Error>();
                match inner.as_deref() {
                    Ok(tungstenite::Error::Capacity(_)) => Heard::TooLarge,
                    _ => Heard::Gone,
                }
            }
        }
    }

    /// Says a frame, with the next [`flush`](Self::flush) at the latest.
    pub async fn say(&mut self, frame: &RelayFrame) -> Result<(), Ending> {
        self.waiting = true;
        let said = self.socket.feed(Message::text(frame.to_text()));
        written(&timeout(self.patience, said).await)
    }

    /// Writes out what was said: one write for all of it.
    pub async fn flush(&mut self) -> Result<(), Ending> {
        if !std::mem::take(&mut self.waiting) {
            return Ok(());
        }
        written(&timeout(self.patience, self.socket.flush()).await)
    }

    /// Asks for a sign of life.
    pub async fn ping(&mut self) -> Result<(), Ending> {
        self.send(Message::Ping(Vec::new().into())).await
    }

    /// Says goodbye, as far as the client still listens, and waits a moment for its answer: a socket that is closed with
    /// unread data can take what was said last with it.
    pub async fn close(mut self, ending: Ending, limits: &Limits) {
        let Some(farewell) = ending.farewell(limits.comeback) else {
            return;
        };
        let patience = self.patience.min(limits.farewell);
        self.patience = patience;
        if self.send(Message::Close(Some(farewell))).await.is_err() || ending == Ending::TooLarge {
            return;
        }
        let answered = async { while !matches!(self.hear().await, Heard::Gone | Heard::TooLarge) {} };
        let _ = timeout(patience, answered).await;
    }

    async fn send(&mut self, message: Message) -> Result<(), Ending> {
        self.waiting = false;
        written(&timeout(self.patience, self.socket.send(message)).await)
    }
}

const fn written(outcome: &Result<Result<(), axum::Error>, Elapsed>) -> Result<(), Ending> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Ending::Gone),
        Err(_) => Err(Ending::SlowReader),
    }
}

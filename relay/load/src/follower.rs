//! The other end of a pair: hears what its counterparty says, and notes how long it took.

use anyhow::{Context, Result, bail};
use futures::StreamExt;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{sync::mpsc, time::Instant};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    payer::Pace,
    socket::{Heard, Socket},
};

/// What a follower noted, and what it goes by.
#[derive(Debug, Default)]
pub struct Notes {
    /// The highest line heard, by lane.
    heard: Vec<u64>,
    /// The times at which lines were meant to be said, if by the clock, and the line before the first of them, by lane.
    pace: Option<(Pace, Vec<u64>)>,
    /// From the time at which a line was meant to be said until it, or one that covers it, was heard. In microseconds.
    pub waits: Vec<u64>,
}

/// Shared with whoever asks.
#[derive(Clone, Debug, Default)]
pub struct Notebook(Arc<Mutex<Notes>>);

impl Notebook {
    /// Of so many lanes.
    #[must_use]
    pub fn new(lanes: usize) -> Self {
        Self(Arc::new(Mutex::new(Notes {
            heard: vec![0; lanes],
            ..Notes::default()
        })))
    }

    fn open(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here, lines come at this pace, after those.
    pub fn expect(&self, pace: Pace, after: Vec<u64>) {
        self.open().pace = Some((pace, after));
    }

    /// Whether everything up to these lines was heard.
    #[must_use]
    pub fn heard_all(&self, said: &[u64]) -> bool {
        self.open()
            .heard
            .iter()
            .zip(said)
            .all(|(heard, said)| heard >= said)
    }

    /// What was noted; no pace is expected from here.
    #[must_use]
    pub fn take_waits(&self) -> Vec<u64> {
        let mut notes = self.open();
        notes.pace = None;
        std::mem::take(&mut notes.waits)
    }
}

impl Notes {
    /// A line was heard, and with it every one before it: each is as late as it was meant to be early.
    fn hear(&mut self, lane: usize, number: u64, now: Instant) -> Result<()> {
        let lanes = u64::try_from(self.heard.len())?;
        let heard = self.heard.get_mut(lane).context("no such lane")?;
        if let Some((pace, after)) = &self.pace {
            let before = after.get(lane).copied().unwrap_or_default();
            for line in (*heard).max(before) + 1..=number {
                // The lanes take turns.
                let turn = (line - before - 1) * lanes + u64::try_from(lane)?;
                let meant = pace.first + pace.gap * u32::try_from(turn)?;
                let wait = now.saturating_duration_since(meant).as_micros();
                self.waits.push(u64::try_from(wait)?);
            }
        }
        *heard = number.max(*heard);
        Ok(())
    }
}

/// Listens until the connection ends. `delivered` is told of each line, where that is what the payer waits for.
///
/// # Errors
/// If the relay says something unexpected or hangs up.
pub async fn follow(
    mut socket: Socket,
    lane_of: HashMap<String, usize>,
    notebook: Notebook,
    delivered: Option<mpsc::Sender<(usize, u64)>>,
) -> Result<()> {
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        let heard = Heard::parse(&text)?;
        match (heard.kind, heard.channel) {
            ("claim" | "message", Some(channel)) => {
                let lane = *lane_of.get(channel).context("a frame of a foreign channel")?;
                let number = heard.number()?;
                notebook.open().hear(lane, number, Instant::now())?;
                if let Some(delivered) = &delivered {
                    // The payer may be gone: then there is nothing to measure any more.
                    let _ = delivered.send((lane, number)).await;
                }
            }
            ("error", _) => bail!("the relay refused: {}", text.as_str()),
            _ => (),
        }
    }
    bail!("the relay hung up on a follower")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_line_counts_from_when_it_was_meant_and_covers_those_before_it() {
        let first = Instant::now();
        let gap = Duration::from_millis(10);
        let notebook = Notebook::new(2);
        notebook.open().hear(0, 5, first).unwrap();
        notebook.expect(
            Pace {
                first,
                gap,
                lines: 100,
            },
            vec![5, 0],
        );
        // Lane 0 says its line 6 at 0 ms, 7 at 20 ms, 8 at 40 ms; lane 1 its line 1 at 10 ms.
        notebook
            .open()
            .hear(0, 6, first + Duration::from_millis(3))
            .unwrap();
        notebook
            .open()
            .hear(0, 8, first + Duration::from_millis(45))
            .unwrap();
        notebook
            .open()
            .hear(1, 1, first + Duration::from_millis(11))
            .unwrap();
        assert!(notebook.heard_all(&[8, 1]) && !notebook.heard_all(&[8, 2]));
        assert_eq!(notebook.take_waits(), [3_000, 25_000, 5_000, 1_000]);
        notebook.open().hear(1, 2, first).unwrap();
        assert!(notebook.take_waits().is_empty());
    }
}

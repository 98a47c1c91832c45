//! Sending a file: piece by piece, as far as there is room in its session and on the way.

use super::{
    House,
    files::Opened,
    receipts::Receipts,
    wire::{Gone, Line, Said},
};
use crate::traffic::{Metered, Stream};
use axum::body::Bytes;
use std::{rc::Rc, sync::Arc, time::Duration};
use thunder_api::{Code, Problem};
use tokio::{task::spawn_blocking, time::timeout};
use tokio_util::sync::CancellationToken;

/// The most that is on its way on one connection, in bytes: a statement waits for no more than that, and a connection that breaks off
/// loses no more. At a tenth of a second there and back it is five megabytes a second.
const MAX_ON_THE_WAY: u64 = 512 * 1_024;
/// And which part of a unit: what is lost on the way is never lent again, so that many connections can break off before it is a unit.
const UNITS_SHARE: u64 = 8;
/// For how long a deposit or an acknowledgement is waited for before no more is sent.
const STALLED: Duration = Duration::from_secs(15 * 60);

/// What a page wants.
pub struct Wanted {
    /// Under which session.
    pub metered: Rc<Metered>,
    /// The file's name.
    pub file: String,
    /// How many of its bytes the page has.
    pub from: u64,
}

/// How sending came to its end.
pub enum Ended {
    /// It did not begin.
    Refused(Problem),
    /// No more follows, and the page was told.
    Sent,
    /// The page is gone.
    Gone,
}

/// Sends a file to its end, or until `stop`.
pub async fn send(
    house: Arc<House>,
    line: Rc<Line>,
    receipts: Rc<Receipts>,
    wanted: Wanted,
    stop: CancellationToken,
) -> Ended {
    let Wanted { metered, file, from } = wanted;
    let name = file.clone();
    let opened = match spawn_blocking(move || house.catalogue.open(&name, from)).await {
        Ok(Ok(opened)) => opened,
        Ok(Err(problem)) => return Ended::Refused(problem),
        Err(_) => return Ended::Refused(unreadable()),
    };
    let Some(stream) = metered.enter() else {
        let words = "the session does not run: resume it first";
        return Ended::Refused(Problem::new(Code::WrongPhase, words));
    };
    let begins = Said::Sending {
        file,
        from,
        length: opened.length,
    };
    receipts.begin(&metered);
    let unit = metered.session.key.terms.unit;
    let way = Way {
        line,
        receipts,
        metered,
        most: MAX_ON_THE_WAY.min((unit / UNITS_SHARE).max(1)),
        stop,
        _stream: stream,
    };
    match way.send(&begins, opened).await {
        Ok(()) => Ended::Sent,
        Err(Gone) => Ended::Gone,
    }
}

fn unreadable() -> Problem {
    Problem::new(Code::Refused, "this file cannot be read here just now")
}

/// A file's way to a page. Whatever it ends by, each byte that was reserved is accounted for.
struct Way {
    line: Rc<Line>,
    receipts: Rc<Receipts>,
    metered: Rc<Metered>,
    /// What may be on its way at once.
    most: u64,
    stop: CancellationToken,
    /// Dropped last: then the last is said.
    _stream: Stream,
}

impl Drop for Way {
    fn drop(&mut self) {
        self.metered.did_not_come(self.receipts.end());
    }
}

impl Way {
    async fn send(self, begins: &Said, opened: Opened) -> Result<(), Gone> {
        self.line.say(begins).await?;
        let broken = self.send_bytes(opened).await?;
        // What is on its way still comes; a connection on which nothing does is ended by whoever listens on it.
        self.receipts.below(1).await;
        let (line, metered) = (self.line.clone(), self.metered.clone());
        // Its last statement is due, and said before the end is told: then a page that was told shows what both have counted.
        drop(self);
        metered.said().await;
        if let Some(problem) = broken {
            let words = problem.detail;
            line.say(&Said::Refused { words }).await?;
        }
        line.say(&Said::Sent).await
    }

    /// Sends until the end, the wish to stop, or the session's end; gives why it could not go on, if so.
    async fn send_bytes(&self, mut opened: Opened) -> Result<Option<Problem>, Gone> {
        loop {
            let (rest, piece) = match opened.piece().await {
                Ok(read) => read,
                Err(error) => {
                    tracing::warn!(%error, "a file cannot be read to its end");
                    return Ok(Some(unreadable()));
                }
            };
            opened = rest;
            let mut piece = Bytes::from(piece);
            if piece.is_empty() {
                return Ok(None);
            }
            while !piece.is_empty() {
                let wanted = u64::try_from(piece.len()).unwrap_or(u64::MAX);
                let room = tokio::select! {
                    room = timeout(STALLED, self.room(wanted)) => room,
                    () = self.stop.cancelled() => return Ok(None),
                };
                let room = match room {
                    Ok(Some(room)) => room,
                    Ok(None) => return Ok(None),
                    Err(_) => {
                        let words = "nothing was acknowledged or deposited for too long: ask again";
                        return Ok(Some(Problem::new(Code::Refused, words)));
                    }
                };
                let now = piece.split_to(usize::try_from(room).unwrap_or(piece.len()));
                // From here on it is on its way, whatever becomes of the connection.
                let mark = self.receipts.send(room);
                self.line.send_piece(now, mark).await?;
            }
        }
    }

    /// Reserves room for up to `wanted` bytes; nothing where the session ends.
    async fn room(&self, wanted: u64) -> Option<u64> {
        self.receipts.below(self.most).await;
        let most = self.most.saturating_sub(self.receipts.on_the_way());
        self.metered.reserve(wanted.min(most)).await.ok()
    }
}

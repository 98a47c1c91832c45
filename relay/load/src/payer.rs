//! The paying end of a pair: says the lines of its script, either as fast as they are answered or by the clock.

use anyhow::{Context, Result, bail};
use futures::{FutureExt, SinkExt, StreamExt};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    people::Script,
    socket::{Heard, Socket},
};

/// Frames that are read before what they call for is written, in one go.
const TURN: usize = 64;

/// What a payer is to do next.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// In each channel, keep so many lines under way that were not answered yet.
    Race {
        /// How many.
        ahead: usize,
        /// Until then.
        until: Instant,
    },
    /// Say a line at fixed times, answered or not, channel after channel.
    Pace(Pace),
}

/// Fixed times.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Of the first line.
    pub first: Instant,
    /// Between two lines.
    pub gap: Duration,
    /// How many lines.
    pub lines: u32,
}

/// What came of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answers that came.
    pub answers: u64,
    /// Lines that they cover: an acknowledgement covers every claim below it.
    pub covered: u64,
    /// How often the relay said that it reads more slowly.
    pub slowed: u64,
    /// How long it took.
    pub took: Duration,
}

/// How far a payer is in each of its channels: shared, so that the other end knows which line came when.
pub type Progress = Arc<Vec<AtomicUsize>>;

/// An order and where its outcome goes.
pub type Task = (Order, oneshot::Sender<Result<Tally>>);

/// One channel of a payer.
struct Lane {
    /// Which of the script's.
    channel: usize,
    answered: usize,
}

/// The paying end.
pub struct Payer {
    socket: Socket,
    script: Script,
    lanes: Vec<Lane>,
    lane_of: HashMap<String, usize>,
    sent: Progress,
    tally: Tally,
}

/// An order under way.
struct Running {
    order: Order,
    began: Instant,
    said: u32,
    outcome: oneshot::Sender<Result<Tally>>,
}

impl Payer {
    /// A payer in these channels, given by their ids on the wire and their places in the script.
    #[must_use]
    pub fn new(socket: Socket, script: Script, channels: Vec<(String, usize)>) -> Self {
        let lane_of = channels
            .iter()
            .enumerate()
            .map(|(lane, (id, _))| (id.clone(), lane))
            .collect();
        Self {
            socket,
            script,
            sent: Arc::new(channels.iter().map(|_| AtomicUsize::default()).collect()),
            lanes: channels
                .into_iter()
                .map(|(_, channel)| Lane { channel, answered: 0 })
                .collect(),
            lane_of,
            tally: Tally::default(),
        }
    }

    /// How many lines it has said, by lane.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Arc::clone(&self.sent)
    }

    /// Follows orders until nobody gives any. Answers are acknowledgements, or, where there are none, what `delivered` tells: a
    /// lane, and the number of a line that came out at the other end.
    ///
    /// # Errors
    /// If the connection is lost or something is refused.
    pub async fn run(
        mut self,
        mut orders: mpsc::Receiver<Task>,
        mut delivered: mpsc::Receiver<(usize, u64)>,
    ) -> Result<()> {
        let mut running: Option<Running> = None;
        loop {
            let wake = running.as_ref().map(Running::wake);
            let woken = async {
                match wake {
                    Some(wake) => sleep_until(wake).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                order = orders.recv(), if running.is_none() => {
                    let Some((order, outcome)) = order else { return Ok(()) };
                    self.tally = Tally::default();
                    running = Some(Running { order, began: Instant::now(), said: 0, outcome });
                    if let Order::Race { ahead, .. } = order {
                        for lane in 0..self.lanes.len() {
                            self.catch_up(lane, ahead).await?;
                        }
                    }
                }
                message = self.socket.next() => {
                    let ahead = running.as_ref().map_or(0, Running::ahead);
                    self.heed(message, ahead).await?;
                    for _ in 1..TURN {
                        let Some(message) = self.socket.next().now_or_never() else { break };
                        self.heed(message, ahead).await?;
                    }
                }
                Some((lane, number)) = delivered.recv() => {
                    let ahead = running.as_ref().map_or(0, Running::ahead);
                    self.answered(lane, number, ahead).await?;
                    for _ in 1..TURN {
                        let Ok((lane, number)) = delivered.try_recv() else { break };
                        self.answered(lane, number, ahead).await?;
                    }
                }
                () = woken => (),
            }
            if let Some(mut now) = running.take() {
                running = match self.go_on(&mut now).await {
                    Ok(true) => Some(now),
                    ended => {
                        self.tally.took = now.began.elapsed();
                        // Who gave the order may have given up.
                        let _ = now.outcome.send(ended.map(|_| self.tally));
                        None
                    }
                };
            }
            self.socket.flush().await?;
        }
    }

    /// Says what is due; whether there is more to do.
    async fn go_on(&mut self, running: &mut Running) -> Result<bool> {
        let now = Instant::now();
        match running.order {
            Order::Race { until, .. } => Ok(now < until && !self.done()),
            Order::Pace(pace) => {
                while running.said < pace.lines && pace.first + pace.gap * running.said <= now {
                    let lane = usize::try_from(running.said)? % self.lanes.len();
                    if !self.say_next(lane).await? {
                        bail!("the script is too short for this pace");
                    }
                    running.said += 1;
                }
                Ok(running.said < pace.lines)
            }
        }
    }

    /// Whether everything was said and answered.
    fn done(&self) -> bool {
        self.lanes
            .iter()
            .all(|lane| lane.answered == self.script[lane.channel].len())
    }

    async fn heed(
        &mut self,
        message: Option<Result<Message, tokio_tungstenite::tungstenite::Error>>,
        ahead: usize,
    ) -> Result<()> {
        let Message::Text(text) = message.context("the connection was closed")?? else {
            return Ok(());
        };
        let heard = Heard::parse(&text)?;
        match (heard.kind, heard.channel) {
            ("ack", Some(channel)) => {
                let lane = *self
                    .lane_of
                    .get(channel)
                    .context("an acknowledgement of a foreign channel")?;
                self.answered(lane, heard.number()?, ahead).await
            }
            ("error", None) if heard.code == Some("limit") => {
                self.tally.slowed += 1;
                Ok(())
            }
            ("error", _) => bail!("the relay refused: {}", text.as_str()),
            _ => Ok(()),
        }
    }

    /// The line of this number was answered, and every one before it.
    async fn answered(&mut self, lane: usize, number: u64, ahead: usize) -> Result<()> {
        let number = usize::try_from(number)?;
        let answered = &mut self.lanes.get_mut(lane).context("no such lane")?.answered;
        if number > *answered {
            self.tally.answers += 1;
            self.tally.covered += u64::try_from(number - *answered)?;
            *answered = number;
        }
        self.catch_up(lane, ahead).await
    }

    async fn catch_up(&mut self, lane: usize, ahead: usize) -> Result<()> {
        while self.sent[lane].load(Ordering::Relaxed) < self.lanes[lane].answered + ahead {
            if !self.say_next(lane).await? {
                break;
            }
        }
        Ok(())
    }

    /// Says the next line, not flushed; false if there is none.
    async fn say_next(&mut self, lane: usize) -> Result<bool> {
        let said = self.sent[lane].load(Ordering::Relaxed);
        let Some(line) = self.script[self.lanes[lane].channel].get(said) else {
            return Ok(false);
        };
        self.sent[lane].store(said + 1, Ordering::Relaxed);
        self.socket.feed(Message::Text(line.clone())).await?;
        Ok(true)
    }
}

impl Running {
    fn ahead(&self) -> usize {
        match self.order {
            Order::Race { ahead, .. } => ahead,
            Order::Pace(_) => 0,
        }
    }

    /// When something is to be done even if nothing is heard.
    fn wake(&self) -> Instant {
        match self.order {
            Order::Race { until, .. } => until,
            Order::Pace(pace) => pace.first + pace.gap * self.said,
        }
    }
}

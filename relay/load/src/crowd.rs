//! All pairs of one measurement: gathered at a relay or a forwarder, told what to do, and asked what came of it.

use anyhow::{Context, Result, anyhow, bail, ensure};
use futures::{StreamExt, TryStreamExt, future::try_join_all, stream};
use hdrhistogram::Histogram;
use std::{net::SocketAddr, sync::atomic::Ordering, time::Duration};
use thunder_channel::{Domain, Side};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    follower::{Notebook, follow},
    payer::{Order, Pace, Payer, Progress, Tally, Task},
    people::{Channel, PAIRS, Script, signing_key},
    socket::{self, Socket, address_of},
};

/// Connections that are made at once: a relay's port has a short queue.
const DIALS: usize = 64;
/// From an order to the first line by the clock: until then every payer has heard of it.
const LEAD: Duration = Duration::from_millis(200);
/// How long the last lines may be under way.
const TAIL: Duration = Duration::from_secs(30);
/// How often they are asked after.
const LOOK: Duration = Duration::from_millis(10);
/// The longest wait that is told from longer ones, in microseconds.
const LONGEST: u64 = 60_000_000;

/// Where the pairs meet, and what tells a payer that its line arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// At a relay, which acknowledges claims.
    Claims(SocketAddr),
    /// At a relay, which acknowledges no messages: the other end says that it heard them.
    Messages(SocketAddr),
    /// At the forwarder, likewise.
    Forwarder(SocketAddr),
}

/// Lines a second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// That were answered by themselves: verified and stored, at a relay.
    pub answered: f64,
    /// That were answered or are covered by an answer.
    pub covered: f64,
    /// How often the relay said that it reads more slowly.
    pub slowed: u64,
}

/// Pairs of connections.
pub struct Crowd {
    hands: Vec<Hand>,
    tasks: JoinSet<Result<()>>,
}

struct Hand {
    orders: mpsc::Sender<Task>,
    progress: Progress,
    notebook: Notebook,
}

impl Crowd {
    /// Connects a payer and a follower for each pair of these channels; `ahead` is the most lines that will be under way in one.
    ///
    /// # Errors
    /// If a connection fails or is refused.
    pub async fn gather(
        meeting: Meeting,
        channels: &[Channel],
        domain: &Domain,
        script: &Script,
        ahead: usize,
    ) -> Result<Self> {
        // Channels of a pair are that far apart.
        let own = |first: usize| {
            channels
                .iter()
                .skip(first)
                .step_by(PAIRS)
                .copied()
                .collect::<Vec<_>>()
        };
        let pairs: Vec<_> = stream::iter(0..channels.len().min(PAIRS))
            .map(|first| connect(meeting, own(first), domain))
            .buffered(DIALS)
            .try_collect()
            .await?;
        let (mut hands, mut tasks) = (Vec::new(), JoinSet::new());
        for (first, (alice, bob)) in pairs.into_iter().enumerate() {
            let places = (first..).step_by(PAIRS);
            let lanes: Vec<_> = own(first)
                .iter()
                .zip(places)
                .map(|(channel, place)| Ok((wire_id(channel)?, place)))
                .collect::<Result<_>>()?;
            let lane_of = lanes
                .iter()
                .enumerate()
                .map(|(lane, (id, _))| (id.clone(), lane))
                .collect();
            let notebook = Notebook::new(lanes.len());
            let (delivered, deliveries) = mpsc::channel((ahead * lanes.len()).max(1));
            let delivered = (!matches!(meeting, Meeting::Claims(_))).then_some(delivered);
            let payer = Payer::new(alice, script.clone(), lanes);
            let (orders, ordered) = mpsc::channel(1);
            hands.push(Hand {
                orders,
                progress: payer.progress(),
                notebook: notebook.clone(),
            });
            tasks.spawn(payer.run(ordered, deliveries));
            tasks.spawn(follow(bob, lane_of, notebook, delivered));
        }
        Ok(Self { hands, tasks })
    }

    /// How many connections it holds.
    #[must_use]
    pub fn connections(&self) -> usize {
        2 * self.hands.len()
    }

    /// Everybody says as much as is answered, with so many lines under way in each channel.
    ///
    /// # Errors
    /// If a connection is lost or something is refused.
    pub async fn race(&mut self, ahead: usize, time: Duration) -> Result<Rates> {
        let until = Instant::now() + time;
        let orders = vec![Order::Race { ahead, until }; self.hands.len()];
        let tallies = self.order(orders).await?;
        let took = tallies.iter().map(|tally| tally.took).max().unwrap_or_default();
        let rate = |of: fn(&Tally) -> u64| per_second(tallies.iter().map(of).sum(), took);
        Ok(Rates {
            answered: rate(|tally| tally.answers),
            covered: rate(|tally| tally.covered),
            slowed: tallies.iter().map(|tally| tally.slowed).sum(),
        })
    }

    /// Lines are said at a steady rate over all pairs, whatever becomes of them. Gives how long each took from the moment at
    /// which it was meant to be said until the other end had heard it, in microseconds.
    ///
    /// # Errors
    /// If a connection is lost, something is refused, or a line never arrives.
    pub async fn pace(&mut self, per_second: f64, time: Duration) -> Result<Histogram<u64>> {
        ensure!(
            per_second > 0.0,
            "nothing was answered, so there is no half of it"
        );
        let between = Duration::from_secs_f64(1.0 / per_second);
        let pairs = u32::try_from(self.hands.len())?;
        let gap = between * pairs;
        let lines = u32::try_from(time.as_nanos() / gap.as_nanos().max(1))?.max(1);
        let start = Instant::now() + LEAD;
        let paces: Vec<_> = (0..pairs)
            .map(|pair| Pace {
                first: start + between * pair,
                gap,
                lines,
            })
            .collect();
        for (hand, pace) in self.hands.iter().zip(&paces) {
            hand.notebook.expect(*pace, hand.said());
        }
        self.order(paces.into_iter().map(Order::Pace).collect()).await?;
        let late = Instant::now() + TAIL;
        while !self
            .hands
            .iter()
            .all(|hand| hand.notebook.heard_all(&hand.said()))
        {
            ensure!(Instant::now() < late, "some lines never arrived");
            sleep(LOOK).await;
        }
        let mut waits = Histogram::new_with_max(LONGEST, 3)?;
        for wait in self.hands.iter().flat_map(|hand| hand.notebook.take_waits()) {
            waits.saturating_record(wait);
        }
        let (expected, heard) = (u64::from(lines) * u64::from(pairs), waits.len());
        ensure!(heard == expected, "{heard} of {expected} lines were timed");
        Ok(waits)
    }

    /// Gives every payer its order, and gathers what came of them.
    async fn order(&mut self, orders: Vec<Order>) -> Result<Vec<Tally>> {
        let mut outcomes = Vec::new();
        for (hand, order) in self.hands.iter().zip(orders) {
            let (sender, outcome) = oneshot::channel();
            if hand.orders.send((order, sender)).await.is_err() {
                return Err(self.failure().await);
            }
            outcomes.push(async { outcome.await.map_err(|_| anyhow!("a payer was lost")) });
        }
        tokio::select! {
            tallies = try_join_all(outcomes) => tallies?.into_iter().collect(),
            failed = self.tasks.join_next() => Err(reason(failed)),
        }
    }

    async fn failure(&mut self) -> anyhow::Error {
        reason(self.tasks.join_next().await)
    }
}

impl Hand {
    fn said(&self) -> Vec<u64> {
        let said = self.progress.iter().map(|said| said.load(Ordering::Relaxed));
        said.map(|said| u64::try_from(said).unwrap_or(u64::MAX)).collect()
    }
}

/// Nobody ends by itself.
fn reason(ended: Option<Result<Result<()>, tokio::task::JoinError>>) -> anyhow::Error {
    match ended {
        Some(Ok(Err(error))) => error,
        Some(Err(error)) => error.into(),
        Some(Ok(Ok(()))) | None => anyhow!("a connection ended early"),
    }
}

fn wire_id(channel: &Channel) -> Result<String> {
    let id = serde_json::to_value(channel.key.id(0))?;
    Ok(id.as_str().context("an id is a string")?.to_owned())
}

/// The paying and the following end of a pair with these channels.
async fn connect(meeting: Meeting, channels: Vec<Channel>, domain: &Domain) -> Result<(Socket, Socket)> {
    let pair = channels.first().context("a pair without a channel")?.pair();
    let from = address_of(pair);
    match meeting {
        Meeting::Claims(relay) | Meeting::Messages(relay) => {
            let [alice, bob] = [signing_key(Side::Alice, pair)?, signing_key(Side::Bob, pair)?];
            Ok((
                socket::join(relay, from, &alice, domain, &channels).await?,
                socket::join(relay, from, &bob, domain, &channels).await?,
            ))
        }
        Meeting::Forwarder(forwarder) => {
            let path = format!("/pair/{pair}");
            Ok((
                socket::dial(forwarder, &path, from).await?,
                socket::dial(forwarder, &path, from).await?,
            ))
        }
    }
}

/// Followers that say nothing: so many connections, each of a side of one channel.
///
/// # Errors
/// If a connection fails or is refused.
pub async fn idle(
    relay: SocketAddr,
    channels: &[Channel],
    domain: &Domain,
    count: usize,
) -> Result<JoinSet<Result<()>>> {
    let join = |number: usize| async move {
        let channel = channels
            .get(number % channels.len())
            .context("no channel to follow")?;
        let signer = signing_key(Side::Bob, channel.pair())?;
        socket::join(
            relay,
            address_of(number),
            &signer,
            domain,
            std::slice::from_ref(channel),
        )
        .await
    };
    let sockets: Vec<_> = stream::iter(0..count)
        .map(join)
        .buffered(DIALS)
        .try_collect()
        .await?;
    let mut tasks = JoinSet::new();
    for mut socket in sockets {
        // Pings are answered by reading.
        tasks.spawn(async move {
            while let Some(message) = socket.next().await {
                message?;
            }
            bail!("the relay hung up on an idle connection")
        });
    }
    Ok(tasks)
}

fn per_second(count: u64, took: Duration) -> f64 {
    // Below 2^52, so exact.
    #[expect(clippy::cast_precision_loss, reason = "counts of seconds fit")]
    let count = count as f64;
    count / took.as_secs_f64().max(f64::EPSILON)
}

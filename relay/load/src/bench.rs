//! One run: every measure, one after the other, on one chain.

use anyhow::{Context, Result, ensure};
use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tokio::time::sleep;

use crate::{
    chain::LocalChain,
    crowd::{self, Crowd, Meeting},
    people::{self, Channel, Script},
    programs::{Places, Program},
    relay::{Bounds, Relay, Store},
    report::{Claims, Flood, Forwarder, Idle, Load, Messages, Opened, Report, bytes_each, milliseconds},
};

/// The most channels, and as many silent connections: what the relay takes by default.
pub const MOST: usize = 10_000;
/// More claims a second than one core can verify are not signed for.
const CEILING: usize = 40_000;
/// A channel with one claim under way pays no more often than a disk can sync.
const CHANNEL_CEILING: usize = 5_000;
/// Claims under way in all channels together where they are not waited for, and the most in one.
const AHEAD: (usize, usize) = (16_000, 16);
/// Channels in which small messages are sent.
const TALKING: usize = 1000;
/// Pairs on which the forwarder gets more than it can write at once, and how many frames are under way on each.
const PACKED: (usize, usize) = (8, 512);
/// Frames for each of them: one run's worth at a million a second is bounded by this.
const PACKED_LINES: usize = 60_000;
/// Claims a second of the one who is watched during a flood: a shop's till.
const STEADY: f64 = 100.0;
/// How often the watched one is looked at alone and beside the flood, in turn, so that other work on the machine hits both.
const ROUNDS: u32 = 3;
/// Claims that a flood has under way: more than a socket's buffers hold.
const FLOODING: usize = 4096;
/// Lines that the flood has for each second of it.
const FLOOD_LINES: usize = 60_000;
/// Until what a crowd set free or took is seen in the resident memory.
const SETTLE: Duration = Duration::from_millis(1500);

/// What is wanted.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    places: Places,
    /// Numbers of channels.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 100, 1000, MOST])]
    channels: Vec<usize>,
    /// Stores.
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["sqlite", "nats"])]
    store: Vec<Store>,
    /// How long each measure takes.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,
}

/// The chain and what is measured on it.
struct Bench {
    options: Options,
    time: Duration,
    chain: LocalChain,
    channels: Vec<Channel>,
}

/// Measures everything.
///
/// # Errors
/// If anything is missing, refused or lost: half a table is none.
pub async fn run(options: Options) -> Result<Report> {
    for count in &options.channels {
        ensure!(
            (1..=MOST).contains(count),
            "{count} channels; 1 to {MOST} can be measured"
        );
    }
    fs::create_dir_all(&options.places.scratch)?;
    let other_load = other_load()?;
    let chain = LocalChain::start(&options.places).await?;
    let channels = people::channels(MOST, &chain.accounts)?;
    say("opening the channels");
    let began = Instant::now();
    chain.open(&channels).await?;
    let seconds = began.elapsed().as_secs_f64();
    let time = Duration::from_secs(options.seconds.into());
    let bench = Bench {
        options,
        time,
        chain,
        channels,
    };
    let mut report = Report {
        cores: thread::available_parallelism()?.get(),
        other_load,
        opened: Opened {
            channels: MOST,
            seconds,
        },
        ..Report::default()
    };
    for count in bench.options.channels.clone() {
        let channels = bench.first(count);
        let (ahead, ceiling) = (ahead(count), CEILING.min(CHANNEL_CEILING * count));
        // Without waiting twice as many, since most of them are only read; and half as many for the latencies.
        let lines = bench.lines(ceiling + ceiling / 2 + 2 * CEILING, count) + ahead;
        say(&format!("{count} channels: signing {} claims", lines * count));
        let script = people::script(channels, &bench.chain.domain, lines, people::claim)?;
        for store in bench.options.store.clone() {
            say(&format!("{count} channels, {store:?}"));
            let claims = bench.claims(store, channels, &script, ahead).await?;
            note(&claims);
            report.claims.push(claims);
        }
    }
    for store in bench.options.store.clone() {
        say(&format!("{MOST} silent connections, {store:?}"));
        let idle = bench.idle(store).await?;
        note(&idle);
        report.idle.push(idle);
        say(&format!("small messages, {store:?}"));
        let messages = bench.messages(store).await?;
        note(&messages);
        report.messages.push(messages);
        for bounds in [Bounds::Default, Bounds::Raised] {
            say(&format!("a flood, {store:?}, limits: {bounds:?}"));
            let flood = bench.flood(store, bounds).await?;
            note(&flood);
            report.flood.push(flood);
        }
    }
    say("the forwarder");
    report.forwarder = Some(bench.forwarder().await?);
    Ok(report)
}

impl Bench {
    fn first(&self, count: usize) -> &[Channel] {
        self.channels.get(..count).unwrap_or(&self.channels)
    }

    /// Lines of each channel's script that last for one measure at so many a second.
    fn lines(&self, per_second: usize, channels: usize) -> usize {
        let seconds = usize::try_from(self.options.seconds).unwrap_or(usize::MAX);
        (per_second * seconds).div_ceil(channels) + 1
    }

    async fn claims(
        &self,
        store: Store,
        channels: &[Channel],
        script: &Script,
        ahead: usize,
    ) -> Result<Claims> {
        let relay = Relay::start(&self.options.places, &self.chain, store, Bounds::Raised).await?;
        let empty = relay.rest().await?;
        let meeting = Meeting::Claims(relay.address);
        let mut crowd = Crowd::gather(meeting, channels, &self.chain.domain, script, ahead).await?;
        sleep(SETTLE).await;
        let bytes_per_connection = bytes_each(empty, relay.usage()?, crowd.connections());
        let began = usages(&relay)?;
        sleep(self.time).await;
        let idle = Load::between(began, usages(&relay)?, self.time);
        // What happens once, such as a table's first rows, is not measured.
        crowd.race(1, self.time / 4).await?;

        let counts = [
            relay.events("claim_stored").await?,
            relay.events("collapsed").await?,
        ];
        let (before, began) = (usages(&relay)?, Instant::now());
        let each = crowd.race(1, self.time).await?;
        let busy = Load::between(before, usages(&relay)?, began.elapsed());
        let used = busy.processor_percent / 100.0;
        let [stored, collapsed] = counts;
        let relay_stored = relay.events("claim_stored").await? - stored;
        let relay_collapsed = relay.events("collapsed").await? - collapsed;
        let half = each.answered / 2.0;
        let waits = crowd.pace(half, self.time).await?;
        let most = crowd.race(ahead, self.time).await?;
        let claims = Claims {
            store,
            channels: channels.len(),
            connections: crowd.connections(),
            claims_per_second: each.answered,
            relay_stored,
            relay_collapsed,
            busy,
            processor_us_per_claim: 1e6 * used / each.answered.max(1.0),
            covered_per_second: most.covered,
            covered_stored_per_second: most.answered,
            ahead,
            half_load_per_second: half,
            p50_ms_at_half_load: milliseconds(&waits, 0.5),
            p99_ms_at_half_load: milliseconds(&waits, 0.99),
            p999_ms_at_half_load: milliseconds(&waits, 0.999),
            idle,
            bytes_per_connection,
        };
        Ok(claims)
    }

    async fn idle(&self, store: Store) -> Result<Idle> {
        let relay = Relay::start(&self.options.places, &self.chain, store, Bounds::Default).await?;
        let empty = relay.rest().await?;
        let mut held = crowd::idle(relay.address, &self.channels, &self.chain.domain, MOST).await?;
        sleep(SETTLE).await;
        let (before, began) = (usages(&relay)?, Instant::now());
        sleep(self.time).await;
        let after = usages(&relay)?;
        let load = Load::between(before, after, began.elapsed());
        if let Some(lost) = held.try_join_next() {
            lost??;
        }
        let connections = relay.metric("thunder_relay_connections").await?;
        let [full, _] = after;
        Ok(Idle {
            store,
            connections,
            bytes_per_connection: bytes_each(empty, full, MOST),
            load,
        })
    }

    async fn messages(&self, store: Store) -> Result<Messages> {
        let channels = self.first(TALKING);
        let script = people::script(
            channels,
            &self.chain.domain,
            self.lines(CEILING, TALKING),
            people::message,
        )?;
        let relay = Relay::start(&self.options.places, &self.chain, store, Bounds::Raised).await?;
        let meeting = Meeting::Messages(relay.address);
        let mut crowd = Crowd::gather(meeting, channels, &self.chain.domain, &script, 1).await?;
        let rates = crowd.race(1, self.time).await?;
        Ok(Messages {
            store,
            channels: channels.len(),
            messages_per_second: rates.answered,
        })
    }

    async fn flood(&self, store: Store, bounds: Bounds) -> Result<Flood> {
        let relay = Relay::start(&self.options.places, &self.chain, store, bounds).await?;
        let meeting = Meeting::Claims(relay.address);
        let (pair, domain) = (self.first(2), &self.chain.domain);
        let [steady, flooding] = [pair.get(..1), pair.get(1..)].map(Option::unwrap_or_default);
        let rounds = usize::try_from(ROUNDS)?;
        let script = people::script(steady, domain, 2 * rounds * self.lines(100, 1), people::claim)?;
        let mut steady = Crowd::gather(meeting, steady, domain, &script, 1).await?;
        let script = people::script(
            flooding,
            domain,
            self.lines(FLOOD_LINES, 1) + FLOODING,
            people::claim,
        )?;
        let mut flood = Crowd::gather(meeting, flooding, domain, &script, FLOODING).await?;
        let time = self.time / ROUNDS;
        // The first claims of a channel cost a look at the chain.
        steady.race(1, time / 4).await?;
        let (mut alone, mut beside) = (hdrhistogram::Histogram::new(3)?, hdrhistogram::Histogram::new(3)?);
        let (mut covered, mut slowed) = (0.0, 0);
        for _ in 0..ROUNDS {
            alone.add(steady.pace(STEADY, time).await?)?;
            let (waits, rates) = tokio::join!(steady.pace(STEADY, time), flood.race(FLOODING, time + SETTLE));
            beside.add(waits?)?;
            let rates = rates?;
            covered += rates.covered / f64::from(ROUNDS);
            slowed += rates.slowed;
        }
        let [alone_p99_ms, beside_p99_ms] = [alone, beside].map(|waits| milliseconds(&waits, 0.99));
        Ok(Flood {
            store,
            limited: bounds == Bounds::Default,
            flood_per_second: covered,
            slowed,
            alone_p99_ms,
            beside_p99_ms,
            ratio: beside_p99_ms / alone_p99_ms.max(f64::EPSILON),
        })
    }

    async fn forwarder(&self) -> Result<Forwarder> {
        let own = std::env::current_exe().context("this program has no path")?;
        let mut program = Program::start("forwarder", Command::new(own).arg("forwarder"))?;
        let address = program
            .wait_for(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .await?;
        let (meeting, domain) = (Meeting::Forwarder(address.parse()?), &self.chain.domain);
        let channels = self.first(people::PAIRS);
        let script = people::script(
            channels,
            domain,
            self.lines(3 * CEILING, channels.len()),
            people::unsigned,
        )?;
        let mut crowd = Crowd::gather(meeting, channels, domain, &script, 1).await?;
        let each = crowd.race(1, self.time).await?;
        drop(crowd);
        let (pairs, ahead) = PACKED;
        let seconds = usize::try_from(self.options.seconds)?;
        let script = people::script(
            self.first(pairs),
            domain,
            PACKED_LINES * seconds,
            people::unsigned,
        )?;
        let mut crowd = Crowd::gather(meeting, self.first(pairs), domain, &script, ahead).await?;
        let packed = crowd.race(ahead, self.time).await?;
        Ok(Forwarder {
            frames_per_second: each.answered,
            pairs: channels.len(),
            packed_frames_per_second: packed.answered,
            packed_pairs: pairs,
        })
    }
}

/// How many claims are handed in in each channel without waiting.
fn ahead(channels: usize) -> usize {
    let (all, most) = AHEAD;
    (all / channels).clamp(2, most)
}

fn usages(relay: &Relay) -> Result<[crate::usage::Usage; 2]> {
    Ok([relay.usage()?, relay.store_usage()?])
}

/// How many processes want a core, on the average of the last minute.
fn other_load() -> Result<f64> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text
        .split_whitespace()
        .next()
        .context("no load average")?
        .parse()?)
}

/// What is known so far, should the rest fail.
fn note(measured: &impl std::fmt::Debug) {
    say(&format!("{measured:?}"));
}

/// Progress is for people; the result alone goes to standard output.
fn say(what: &str) {
    eprintln!("{what}");
}

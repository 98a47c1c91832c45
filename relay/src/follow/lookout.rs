//! The task that looks at the chain, again and again: reads what happened, tells the register, deletes what is long settled, and
//! lets the watchtower do its work.

use super::{CheckpointFile, Follower, News, Tracker};
use crate::{
    Config, Limits,
    chain::Chain,
    counters::{Count, Counters},
    follow::Nodes,
    store::Store,
    watchtower::{Status, Watchtower},
};
use std::sync::Arc;
use thunder_ethereum::{ChainError, Hub, query};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task::JoinHandle,
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

/// Everything that a look needs.
pub struct Lookout {
    follower: Follower,
    chain: Arc<Chain>,
    store: Arc<dyn Store>,
    tower: Option<Watchtower>,
    file: CheckpointFile,
    /// The block of the newest checkpoint on disk.
    written: u64,
    keep_settled: u64,
    overlooked: u64,
    limits: Limits,
    counters: Arc<Counters>,
}

/// A running lookout.
pub struct LookoutHandle {
    wishes: mpsc::Sender<oneshot::Sender<Outcome>>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
    tower: Option<Arc<Status>>,
}

/// The block that a look saw, if nothing went wrong.
pub type Outcome = Result<u64, String>;

impl Lookout {
    /// A lookout that goes on where the last one of this directory ended.
    ///
    /// # Errors
    /// In words for the operator, about the watchtower.
    pub async fn new(
        config: &Config,
        nodes: Arc<Nodes>,
        chain: Arc<Chain>,
        store: Arc<dyn Store>,
        counters: Arc<Counters>,
    ) -> anyhow::Result<Self> {
        let (addresses, limits) = (&config.addresses, &config.limits);
        let file = CheckpointFile::of(&config.data, &nodes.identity(), addresses.hub);
        let start = addresses.deployment_block;
        let tracker = resume(&file, start, &nodes, limits).await;
        let tower = match &config.watchtower {
            Some(tower) => Some(Watchtower::new(
                config,
                tower,
                Arc::clone(&nodes),
                Arc::clone(&store),
                Arc::clone(&counters),
            )?),
            None => None,
        };
        Ok(Self {
            written: tracker.tip().map_or(0, |tip| tip.number),
            follower: Follower::new(
                nodes,
                Hub::new(addresses.hub),
                tracker,
                limits,
                Arc::clone(&counters),
            ),
            chain,
            store,
            tower,
            file,
            keep_settled: limits.keep_settled_blocks.max(config.confirmations),
            overlooked: 0,
            limits: limits.clone(),
            counters,
        })
    }

    /// Looks now and then, until it is closed.
    #[must_use]
    pub fn spawn(self) -> LookoutHandle {
        // A wish is answered before the next is taken; who wishes waits.
        let (wishes, wished) = mpsc::channel(1);
        let stop = CancellationToken::new();
        let tower = self.tower.as_ref().map(Watchtower::status);
        let task = tokio::spawn(self.run(wished, stop.clone()));
        LookoutHandle {
            wishes,
            stop,
            task: Mutex::new(Some(task)),
            tower,
        }
    }

    async fn run(mut self, mut wished: mpsc::Receiver<oneshot::Sender<Outcome>>, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(self.limits.look);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let wish = tokio::select! {
                () = stop.cancelled() => break,
                _ = ticks.tick() => None,
                Some(wish) = wished.recv() => Some(wish),
            };
            // Reading is taken up again where it stopped, and the watchtower sends again what it does not remember.
            let Some(outcome) = stop.run_until_cancelled(self.look()).await else {
                break;
            };
            if let Some(wish) = wish {
                let _ = wish.send(outcome);
            }
        }
        self.write_down(0);
    }

    async fn look(&mut self) -> Outcome {
        let outcome = self.try_to_look().await;
        if let Err(error) = &outcome {
            self.counters.add(Count::LookFailed);
            tracing::warn!(%error, "the chain could not be looked at; the next look goes on");
        }
        outcome
    }

    async fn try_to_look(&mut self) -> Outcome {
        let news = self.follower.pass().await.map_err(|error| error.to_string())?;
        self.chain.hear(&news);
        self.count_overlooked();
        let swept = self.sweep().await;
        self.write_down(self.limits.checkpoint_blocks);
        self.watch(&news).await?;
        swept?;
        Ok(news.head.number)
    }

    async fn watch(&mut self, news: &News) -> Result<(), String> {
        let Some(tower) = &mut self.tower else {
            return Ok(());
        };
        let phases = self.follower.tracker().phases();
        tower
            .look(&news.head, phases)
            .await
            .map_err(|error| error.to_string())
    }

    /// Deletes the claims of channels that were settled long ago.
    async fn sweep(&mut self) -> Result<(), String> {
        for channel in self.follower.tracker().expired(self.keep_settled) {
            self.store
                .forget(channel)
                .await
                .map_err(|error| error.to_string())?;
            self.follower.forget(channel);
            self.counters.add(Count::ChannelForgotten);
        }
        Ok(())
    }

    fn count_overlooked(&mut self) {
        let overlooked = self.follower.tracker().phases().overlooked;
        for _ in self.overlooked..overlooked {
            self.counters.add(Count::ClosingOverlooked);
        }
        self.overlooked = overlooked;
    }

    /// Notes how far the chain was read, if that is at least so many blocks further than what is on disk.
    fn write_down(&mut self, at_least: u64) {
        let Some(checkpoint) = self.follower.tracker().checkpoint() else {
            return;
        };
        if checkpoint.mark.number < self.written.saturating_add(at_least.max(1)) {
            return;
        }
        match self.file.write(&checkpoint) {
            Ok(()) => self.written = checkpoint.mark.number,
            // Only a restart will take longer.
            Err(error) => tracing::warn!(%error, "how far the chain was read could not be written down"),
        }
    }
}

impl LookoutHandle {
    /// Looks at the chain now, and returns when everything that follows from it was done.
    ///
    /// # Errors
    /// In words, why the look was not whole. The next one goes on.
    pub async fn look(&self) -> Outcome {
        let (wish, outcome) = oneshot::channel();
        let closed = || "the relay is stopping".to_owned();
        self.wishes.send(wish).await.map_err(|_| closed())?;
        outcome.await.map_err(|_| closed())?
    }

    /// The watchtower as the operator sees it, if there is one.
    #[must_use]
    pub fn tower(&self) -> Option<&Status> {
        self.tower.as_deref()
    }

    /// Ends the task.
    pub async fn close(&self) {
        self.stop.cancel();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the lookout ended badly");
        }
    }
}

/// Where the last lookout ended, if its block is still on the chain; else at the beginning.
async fn resume(file: &CheckpointFile, start: u64, nodes: &Nodes, limits: &Limits) -> Tracker {
    let Some(checkpoint) = file.read() else {
        return Tracker::new(start, limits);
    };
    let mark = checkpoint.mark;
    let found: Result<_, ChainError> = nodes.ask(|| query::block_at(mark.number)).await;
    match found {
        Ok(Some(block)) if block.hash != mark.hash => Tracker::new(start, limits),
        // A node that is behind, or does not answer, will show it later; if it shows another, everything is read anew.
        Ok(_) | Err(_) => Tracker::resumed(start, checkpoint, limits),
    }
}

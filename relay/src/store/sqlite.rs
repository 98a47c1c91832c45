//! The embedded store: SQLite on one thread that owns the connection and commits what is queued in one go.

use super::{Done, Kept, Outcome, Store, StoreError, Write, schema, tables};
use crate::Limits;
use anyhow::{Context, bail};
use async_trait::async_trait;
use rusqlite::Connection;
use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::{Mutex, PoisonError},
    thread::JoinHandle,
};
use thunder_channel::ChannelId;
use tokio::sync::{mpsc, oneshot};

pub use schema::World;

/// The SQLite store in a directory of its own.
pub struct SqliteStore {
    jobs: mpsc::Sender<Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
    answer: std::time::Duration,
}

enum Job {
    Load(ChannelId, oneshot::Sender<Result<Kept, StoreError>>),
    Write(Box<Write>, Done),
    Check(oneshot::Sender<Result<(), StoreError>>),
    Close,
}

impl SqliteStore {
    /// Opens the store of this world in `directory`, which is made if it is missing. Other worlds' files are left alone.
    ///
    /// # Errors
    /// Another relay uses the directory, the file is damaged, of a newer version or of another chain, or the disk refuses;
    /// in words for the operator.
    pub fn open(directory: &Path, world: &World, limits: &Limits) -> anyhow::Result<Self> {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("the data directory {} cannot be made", directory.display()))?;
        let lock = lock(directory)?;
        let path = directory.join(world.file_name());
        let connection =
            schema::open(&path, world).with_context(|| format!("{} cannot be used", path.display()))?;
        let (jobs, queue) = mpsc::channel(limits.store_queue);
        let batch = limits.store_batch;
        let thread = std::thread::Builder::new().name("store".into()).spawn(move || {
            run(connection, queue, batch);
            drop(lock);
        })?;
        Ok(Self {
            jobs,
            thread: Mutex::new(Some(thread)),
            answer: limits.store_answer,
        })
    }

    async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = oneshot::channel();
        self.jobs
            .send(job(sender))
            .await
            .map_err(|_| StoreError::Closed)?;
        receiver.await.map_err(|_| StoreError::Closed)?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn load(&self, channel: ChannelId) -> Result<Kept, StoreError> {
        self.ask(|answer| Job::Load(channel, answer)).await
    }

    async fn submit(&self, write: Write, done: Done) -> Result<(), StoreError> {
        let place = self.jobs.reserve().await.map_err(|_| StoreError::Closed)?;
        place.send(Job::Write(Box::new(write), done));
        Ok(())
    }

    async fn check(&self) -> Result<(), StoreError> {
        tokio::time::timeout(self.answer, self.ask(Job::Check))
            .await
            .unwrap_or_else(|_| Err(StoreError::Failed("it does not answer".into())))
    }

    async fn close(&self) {
        // Behind everything that was queued before.
        if self.jobs.send(Job::Close).await.is_err() {
            return;
        }
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let ended = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
            if !matches!(ended, Ok(true)) {
                tracing::error!("the store's thread ended badly");
            }
        }
    }
}

/// Two relays on one directory would not see each other's claims.
fn lock(directory: &Path) -> anyhow::Result<File> {
    let path = directory.join("lock");
    let file = File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another relay is using {}; stop it first, or choose another directory with --data",
            directory.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

fn run(mut connection: Connection, mut queue: mpsc::Receiver<Job>, batch: usize) {
    let mut jobs = Vec::with_capacity(batch);
    let mut open = true;
    while open && queue.blocking_recv_many(&mut jobs, batch) > 0 {
        let mut writes = Vec::new();
        for job in jobs.drain(..) {
            match job {
                Job::Write(write, done) => writes.push((write, done)),
                Job::Load(channel, answer) => {
                    // Sees every write that was queued before it.
                    commit(&mut connection, std::mem::take(&mut writes));
                    let _ = answer.send(tables::load(&connection, channel));
                }
                Job::Check(answer) => {
                    commit(&mut connection, std::mem::take(&mut writes));
                    let _ = answer.send(check(&connection));
                }
                Job::Close => {
                    queue.close();
                    open = false;
                }
            }
        }
        commit(&mut connection, writes);
    }
    // What was queued behind the close is refused, not forgotten.
    while let Ok(job) = queue.try_recv() {
        if let Job::Write(_, done) = job {
            done(Err(StoreError::Closed));
        }
    }
    if let Err((_, error)) = connection.close() {
        tracing::error!(%error, "the store did not close cleanly; nothing acknowledged is lost");
    }
}

/// One transaction, and so one sync, for all of them. If it fails, none of them happened, and each is told.
fn commit(connection: &mut Connection, writes: Vec<(Box<Write>, Done)>) {
    if writes.is_empty() {
        return;
    }
    let outcomes = transact(connection, &writes);
    match outcomes {
        Ok(outcomes) => {
            for ((_, done), outcome) in writes.into_iter().zip(outcomes) {
                done(Ok(outcome));
            }
        }
        Err(error) => {
            tracing::error!(%error, writes = writes.len(), "the store failed; nothing of this was kept or acknowledged");
            for (_, done) in writes {
                done(Err(error.clone()));
            }
        }
    }
}

fn transact(connection: &mut Connection, writes: &[(Box<Write>, Done)]) -> Result<Vec<Outcome>, StoreError> {
    let transaction = connection.transaction()?;
    let outcomes = writes
        .iter()
        .map(|(write, _)| tables::write(&transaction, write))
        .collect::<Result<_, _>>()?;
    transaction.commit()?;
    Ok(outcomes)
}

fn check(connection: &Connection) -> Result<(), StoreError> {
    connection.query_row("SELECT count(*) FROM world", [], |_| Ok(()))?;
    Ok(())
}

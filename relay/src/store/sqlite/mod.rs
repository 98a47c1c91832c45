//! The embedded store: SQLite on one thread that owns the connection and commits what is queued in one go.

mod schema;
mod tables;
#[cfg(test)]
mod tests;

use super::{Done, Kept, Outcome, Store, StoreError, World, Write};
use crate::Limits;
use anyhow::{Context, bail};
use async_trait::async_trait;
use rusqlite::Connection;
use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread::JoinHandle,
};
use thunder_channel::ChannelId;
use tokio::sync::{mpsc, oneshot};

/// The SQLite store in a directory of its own.
pub struct SqliteStore {
    jobs: mpsc::Sender<Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
    answer: std::time::Duration,
}

enum Job {
    Load(ChannelId, oneshot::Sender<Result<Kept, StoreError>>),
    Write(Box<Write>, Done),
    Forget(ChannelId, oneshot::Sender<Result<(), StoreError>>),
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
        let path = directory.join(schema::file_name(world));
        let connection =
            schema::open(&path, world).with_context(|| format!("{} cannot be used", path.display()))?;
        let (jobs, queue) = mpsc::channel(limits.store_queue);
        let batch = limits.store_batch;
        let thread = std::thread::Builder::new().name("store".into()).spawn(move || {
            run(connection, queue, batch);
            // Closing would not be enough: a program that is just being started holds all files of this one until it begins.
            if let Err(error) = lock.unlock() {
                tracing::warn!(%error, "the data directory stays locked until this process ends");
            }
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

    async fn forget(&self, channel: ChannelId) -> Result<(), StoreError> {
        self.ask(|answer| Job::Forget(channel, answer)).await
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

/// Copies every register in `directory` into `target`, while relays use them or not, and gives the copies. Each is whole and of
/// one moment; an earlier copy in `target` is replaced only once the new one is on the disk.
pub(super) fn back_up(directory: &Path, target: &Path) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(target).with_context(|| format!("{} cannot be made", target.display()))?;
    if directory.canonicalize()? == target.canonicalize()? {
        bail!("a register cannot be copied onto itself; choose another directory for the backup");
    }
    let mut copies = Vec::new();
    for name in registers(directory)? {
        let (from, to) = (directory.join(&name), target.join(&name));
        schema::open_beside(&from)
            .and_then(|connection| copy_to(&connection, &to))
            .with_context(|| format!("{} could not be copied to {}", from.display(), to.display()))?;
        copies.push(to);
    }
    Ok(copies)
}

fn registers(directory: &Path) -> anyhow::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory)
        .with_context(|| format!("the data directory {} cannot be read", directory.display()))?
    {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sqlite") {
            names.extend(path.file_name().map(ToOwned::to_owned));
        }
    }
    names.sort();
    Ok(names)
}

/// A copy of one moment, under its name only once it is whole and on the disk.
fn copy_to(connection: &Connection, path: &Path) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    // What a try that was cut off left.
    if part.exists() {
        std::fs::remove_file(&part)?;
    }
    connection.execute(
        "VACUUM INTO ?1",
        [part.to_str().context("its name is not UTF-8")?],
    )?;
    schema::sound(&schema::open_beside(&part)?)?;
    File::open(&part)?.sync_all()?;
    std::fs::rename(&part, path)?;
    if let Some(directory) = path.parent() {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
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
    // Whether the last thing that was written is on the disk.
    let mut sound = true;
    while open && queue.blocking_recv_many(&mut jobs, batch) > 0 {
        let mut writes = Vec::new();
        for job in jobs.drain(..) {
            match job {
                Job::Write(write, done) => writes.push((write, done)),
                Job::Load(channel, answer) => {
                    // Sees every write that was queued before it.
                    commit(&mut connection, std::mem::take(&mut writes), &mut sound);
                    let _ = answer.send(tables::load(&connection, channel));
                }
                Job::Forget(channel, answer) => {
                    // What was queued before it is forgotten as well.
                    commit(&mut connection, std::mem::take(&mut writes), &mut sound);
                    let _ = answer.send(forget(&mut connection, channel));
                }
                Job::Check(answer) => {
                    commit(&mut connection, std::mem::take(&mut writes), &mut sound);
                    let checked = check(&mut connection, sound);
                    sound = checked.is_ok();
                    let _ = answer.send(checked);
                }
                Job::Close => {
                    queue.close();
                    open = false;
                }
            }
        }
        commit(&mut connection, writes, &mut sound);
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
fn commit(connection: &mut Connection, writes: Vec<(Box<Write>, Done)>, sound: &mut bool) {
    if writes.is_empty() {
        return;
    }
    let outcomes = transact(connection, &writes);
    *sound = outcomes.is_ok();
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

fn forget(connection: &mut Connection, channel: ChannelId) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    tables::forget(&transaction, channel)?;
    transaction.commit()?;
    Ok(())
}

/// Reads, and where the last write failed, writes more than a claim needs: there may be room again.
fn check(connection: &mut Connection, sound: bool) -> Result<(), StoreError> {
    if sound {
        connection.query_row("SELECT count(*) FROM world", [], |_| Ok(()))?;
        return Ok(());
    }
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS room (bytes BLOB); DELETE FROM room; INSERT INTO room VALUES (zeroblob(65536))",
    )?;
    transaction.commit()?;
    connection.execute("DROP TABLE room", [])?;
    Ok(())
}

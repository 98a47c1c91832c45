//! The thread that owns the account: its participant, its store, its timers. Whoever is elsewhere asks it.
//!
//! A participant's futures are not `Send` (a browser's never are), and one writer is what keeps money safe; so there is one thread,
//! and jobs are sent to it.

mod account;
pub mod accounts;
pub mod charges;
pub mod closing;
mod core;
mod duties;
mod links;
mod observer;
mod relay;
pub mod service;
mod wallet;

pub use self::account::{Account, problem};
pub use self::core::Core;
pub use duties::pause;
pub use links::{Links, MAX_WAITING};
pub use service::{Service, ServiceFrame};

use crate::{data_dir::DataDir, events::Events, settings::Settings};
use anyhow::Context;
use futures::future::LocalBoxFuture;
use std::{
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};
use thunder_api::{Code, Problem};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Jobs under way at once: more than a node's clients have reason for, and little memory.
const MAX_JOBS: usize = 1_024;

type Job = Box<dyn FnOnce(Rc<Core>) -> LocalBoxFuture<'static, ()> + Send>;

/// The way to the node's thread. Cheap to clone.
#[derive(Clone)]
pub struct Node {
    jobs: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// Starts the thread. `ended` is cancelled when it ends, and ends it when it is cancelled.
///
/// # Errors
/// In words for the operator.
pub async fn spawn(
    settings: Settings,
    data: DataDir,
    port: u16,
    events: Arc<Events>,
    ended: CancellationToken,
) -> anyhow::Result<Node> {
    let (jobs, queue) = mpsc::channel(MAX_JOBS);
    let (ready, started) = oneshot::channel();
    let thread = std::thread::Builder::new().name("node".into()).spawn(move || {
        let _ended = ended.clone().drop_guard();
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(ready.send(Err(error.into()))),
        };
        tokio::task::LocalSet::new().block_on(&runtime, async move {
            match Core::start(settings, data, port, events).await {
                Ok(core) => {
                    // Whoever starts the node waits for it.
                    let _ = ready.send(Ok(()));
                    serve(core, queue, ended).await;
                }
                Err(error) => drop(ready.send(Err(error))),
            }
        });
    })?;
    started.await.context("the node's thread ended at its start")??;
    Ok(Node {
        jobs,
        room: Arc::new(Semaphore::new(MAX_JOBS)),
        thread: Arc::new(Mutex::new(Some(thread))),
    })
}

async fn serve(core: Rc<Core>, mut queue: mpsc::Receiver<Job>, ended: CancellationToken) {
    loop {
        tokio::select! {
            job = queue.recv() => match job {
                Some(job) => drop(tokio::task::spawn_local(job(core.clone()))),
                None => break,
            },
            () = ended.cancelled() => break,
        }
    }
    core.close();
}

impl Node {
    /// Has the node's thread do something, to its end even if the caller goes away.
    ///
    /// # Errors
    /// What the job gives; [`Code::Busy`] if too much is under way; [`Code::Store`] if the job fell over.
    pub async fn ask<T, F, A>(&self, job: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(Rc<Core>) -> A + Send + 'static,
        A: Future<Output = Result<T, Problem>> + 'static,
    {
        let busy = |_| Problem::new(Code::Busy, "too much is under way here: try again in a moment");
        let room = self.room.clone().try_acquire_owned().map_err(busy)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |core| {
            Box::pin(async move {
                let _room = room;
                // Whoever asked may have gone.
                let _ = answer.send(job(core).await);
            })
        });
        let gone = || Problem::new(Code::Busy, "the node is stopping");
        self.jobs.send(job).await.map_err(|_| gone())?;
        let fell = |_| {
            Problem::new(
                Code::Store,
                "the node failed at this; its log says why. Nothing was lost",
            )
        };
        answered.await.map_err(fell)?
    }

    /// Waits for the thread's end, once it was told to.
    pub async fn close(self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(self.jobs);
        if let Some(thread) = thread {
            let ended = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
            if !matches!(ended, Ok(true)) {
                tracing::error!("the node's thread ended badly");
            }
        }
    }
}

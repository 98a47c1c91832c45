//! Notices of distrust that are proved: checked, kept and told to whoever listens.
//!
//! A relay spreads what anybody can check, and judges nobody: who hears a notice checks it again. Opinions go no further than to
//! whom they are told, so none are taken here. What is kept is bounded, and is in memory only: nodes tell what they know whenever
//! they come back.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use thunder_channel::{
    Address, Domain,
    metering::{Notice, Weight},
};
use tokio::sync::broadcast;

/// Notices that are kept: one for each that is accused, some 3 KiB each. The oldest gives way.
pub const MAX_NOTICES: usize = 1_000;
/// The newest of them that a listener is told at first.
pub const MAX_TOLD: usize = 100;
/// News that wait for a listener. One that is slower misses some, and can ask again.
const MAX_WAITING: usize = 64;

/// What is known, and who wants to hear more.
pub struct Board {
    /// Where the signatures are good; nothing is known without it.
    domain: Option<Domain>,
    pinned: Mutex<Pinned>,
    news: broadcast::Sender<Arc<Notice>>,
}

#[derive(Default)]
struct Pinned {
    /// By the accused: one proof is as good as many. With the place in the order in which they came.
    notices: HashMap<Address, (u64, Arc<Notice>)>,
    /// How many came so far.
    came: u64,
}

/// Why a notice is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPinned {
    /// There is no contract whose signatures could be checked.
    #[error("this relay knows no contract of sessions, so it cannot check notices of distrust")]
    NoContract,
    /// It is not signed, or too long.
    #[error("the notice is not signed by who is said to say it, or has too many words")]
    NotSigned,
    /// It proves nothing.
    #[error(
        "the notice proves nothing against the accused: a relay passes on what anybody can check, and no opinions"
    )]
    Opinion,
}

impl Board {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(domain: Option<Domain>) -> Self {
        Self {
            domain,
            pinned: Mutex::default(),
            news: broadcast::Sender::new(MAX_WAITING),
        }
    }

    /// Checks a notice, keeps it and tells it. One against somebody who is known already changes nothing.
    ///
    /// # Errors
    /// [`NotPinned`].
    pub fn pin(&self, notice: Notice) -> Result<(), NotPinned> {
        let domain = self.domain.as_ref().ok_or(NotPinned::NoContract)?;
        if self.pinned().notices.contains_key(&notice.accused) {
            return Ok(());
        }
        match notice.weigh(domain) {
            Ok(Weight::Evidence) => (),
            Ok(Weight::Opinion) => return Err(NotPinned::Opinion),
            Err(_) => return Err(NotPinned::NotSigned),
        }
        let notice = Arc::new(notice);
        let mut pinned = self.pinned();
        if !pinned.notices.contains_key(&notice.accused) {
            pinned.keep(Arc::clone(&notice));
            // Under the lock, so that who begins to listen hears each once. Nobody may be listening.
            let _ = self.news.send(notice);
        }
        Ok(())
    }

    /// The newest that is known, oldest first, and what comes from now on.
    #[must_use]
    pub fn listen(&self) -> (Vec<Arc<Notice>>, broadcast::Receiver<Arc<Notice>>) {
        let pinned = self.pinned();
        let mut known: Vec<_> = pinned.notices.values().cloned().collect();
        known.sort_unstable_by_key(|(place, _)| *place);
        let skipped = known.len().saturating_sub(MAX_TOLD);
        let told = known.into_iter().skip(skipped).map(|(_, notice)| notice);
        (told.collect(), self.news.subscribe())
    }

    fn pinned(&self) -> std::sync::MutexGuard<'_, Pinned> {
        // Each change is one insertion and one removal: a panic in between leaves one notice too many.
        self.pinned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pinned {
    fn keep(&mut self, notice: Arc<Notice>) {
        if self.notices.len() >= MAX_NOTICES {
            let oldest = self.notices.iter().min_by_key(|(_, (place, _))| *place);
            if let Some(oldest) = oldest.map(|(accused, _)| *accused) {
                self.notices.remove(&oldest);
            }
        }
        self.came += 1;
        self.notices.insert(notice.accused, (self.came, notice));
    }
}

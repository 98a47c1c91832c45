//! What is stored of sessions and of whom somebody distrusts.

use super::{Downloads, MAX_SESSIONS, Run};
use crate::{
    adapters::{clock::now_ms, files, session_store::Piece},
    state::sessions::{Listed, listed_key},
    words::{Said, say, sentence},
};
use js_sys::Array;
use std::rc::Rc;
use thunder_channel::{Address, checksummed, metering::Grounds};
use thunder_client::downloads::Record;

impl Downloads {
    /// Takes sessions of a backup in that are not here. Another browser may have counted on in them, so nothing is counted in a copy; what
    /// has become of them, the chain says.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn take_in(&self, texts: Vec<(String, String)>) -> Result<(), String> {
        for (key, text) in texts.into_iter().take(MAX_SESSIONS) {
            if let Ok(listed) = serde_json::from_str::<Listed>(&text) {
                self.distrust(
                    listed.provider,
                    listed.words,
                    listed.grounds.map(|grounds| *grounds),
                )
                .await?;
                continue;
            }
            let Ok(record) = serde_json::from_str::<Record>(&text) else {
                continue;
            };
            let mine = (record.key.client, record.key.client_signer)
                == (self.accepts.client, self.accepts.client_signer);
            let known = self.all().iter().any(|run| run.id() == record.id());
            if !mine || known || record.id().to_string() != key {
                continue;
            }
            let record = Record {
                copy: !record.is_over(),
                going: false,
                file: None,
                ..record
            };
            let text = serde_json::to_string(&record).map_err(|error| error.to_string())?;
            let kept = self.desk.store.keep_session(&key, &text, None).await;
            kept.map_err(|error| error.said())?;
            let download = self.resume(record.clone());
            self.runs.borrow_mut().push(Run::new(download, Some(record)));
        }
        self.draw();
        Ok(())
    }

    pub(super) fn is_listed(&self, provider: Address) -> bool {
        self.listed
            .borrow()
            .iter()
            .any(|listed| listed.provider == provider)
    }

    /// Puts a provider onto the list: no new session with it.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn distrust(
        &self,
        provider: Address,
        words: Option<String>,
        grounds: Option<Grounds>,
    ) -> Result<(), String> {
        if self.is_listed(provider) {
            return Ok(());
        }
        let listed = Listed {
            provider,
            since: now_ms(),
            words,
            grounds: grounds.map(Box::new),
        };
        let text = serde_json::to_string(&listed).map_err(|error| error.to_string())?;
        let key = listed_key(&checksummed(provider));
        let kept = self.desk.store.keep_session(&key, &text, None).await;
        kept.map_err(|error| error.said())?;
        self.listed.borrow_mut().push(listed);
        self.draw();
        Ok(())
    }

    /// Takes a provider off the list.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn trust(&self, provider: Address) -> Result<(), String> {
        let key = listed_key(&checksummed(provider));
        let gone = self.desk.store.forget_session(&key).await;
        gone.map_err(|error| error.said())?;
        self.listed
            .borrow_mut()
            .retain(|listed| listed.provider != provider);
        self.draw();
        Ok(())
    }

    /// Stores what has to be stored of a session, with the bytes that belong to it.
    ///
    /// # Errors
    /// Words for the person: the session goes on from what was stored before.
    pub(super) async fn keep(&self, run: &Run) -> Result<(), String> {
        loop {
            let write = run.download.borrow_mut().poll_write();
            let Some(write) = write else { return Ok(()) };
            // What came up to here is in the record; nothing comes in between.
            let pieces: Array = run.waiting.take().iter().collect();
            let from = if write.anew { 0 } else { run.flushed.get() };
            let bytes = (pieces.length() > 0)
                .then(|| files::joined(&pieces, ""))
                .flatten();
            let lost = pieces.length() > 0 && bytes.is_none();
            let here = write.record.file.as_ref().map_or(0, |file| file.here);
            let owner = run.id().to_string();
            let piece = (write.anew || bytes.is_some()).then(|| Piece {
                owner: owner.clone(),
                anew: write.anew,
                bytes: bytes.map(|bytes| (from, bytes)),
            });
            let text = serde_json::to_string(&write.record).unwrap_or_default();
            let kept = if lost {
                Err(say::cannot_save().to_owned())
            } else {
                let kept = self.desk.store.keep_session(&owner, &text, piece).await;
                kept.map_err(|error| error.said())
            };
            match kept {
                Ok(()) => {
                    run.flushed.set(here);
                    run.stored.replace(Some(write.record));
                    run.download.borrow_mut().kept(write.number);
                    run.nudge();
                    self.draw();
                }
                Err(words) => {
                    self.fall_back(run, &words);
                    return Err(words);
                }
            }
        }
    }

    /// Goes on from what is stored: what was signed since was not sent.
    fn fall_back(&self, run: &Run, words: &str) {
        let stored = run.stored.borrow().clone();
        if let Some(record) = stored {
            run.flushed.set(record.file.as_ref().map_or(0, |file| file.here));
            run.download.replace(self.resume(record));
        }
        run.waiting.take();
        run.trouble.replace(Some(sentence(words)));
        self.draw();
    }

    /// Stores what is to be stored, beside whatever else happens.
    pub(super) fn keep_soon(&self, run: &Rc<Run>) {
        let (Some(downloads), run) = (self.myself.upgrade(), run.clone()) else {
            return;
        };
        self.spawn(async move {
            // Why not is shown with the session.
            drop(downloads.keep(&run).await);
        });
    }
}

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

/// Texts of a backup that are looked at: all sessions that are kept, and more of the distrusted than a person and the relay bring.
const MAX_TAKEN_IN: usize = 1_000;

impl Downloads {
    /// Takes sessions of a backup in that are not here. Another browser may have counted on in them, so nothing is counted in a copy; what
    /// has become of them, the chain says. A file may say what it likes, so what it calls a proof is checked.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn take_in(&self, texts: Vec<(String, String)>) -> Result<(), String> {
        for (key, text) in texts.into_iter().take(MAX_TAKEN_IN) {
            if let Ok(listed) = serde_json::from_str::<Listed>(&text) {
                self.take_in_listed(listed).await?;
            } else if let Ok(record) = serde_json::from_str::<Record>(&text) {
                self.take_in_session(&key, record).await?;
            }
        }
        self.draw();
        Ok(())
    }

    async fn take_in_session(&self, key: &str, record: Record) -> Result<(), String> {
        let mine = (record.key.client, record.key.client_signer)
            == (self.accepts.client, self.accepts.client_signer);
        let runs = self.all();
        let known = runs.iter().any(|run| run.id() == record.id());
        if !mine || known || record.id().to_string() != key || runs.len() >= MAX_SESSIONS {
            return Ok(());
        }
        let record = Record {
            copy: !record.is_over(),
            going: false,
            file: None,
            ..record
        };
        let text = serde_json::to_string(&record).map_err(|error| error.to_string())?;
        let kept = self.desk.store.keep_session(key, &text, None).await;
        kept.map_err(|error| error.said())?;
        let download = self.resume(record.clone());
        self.runs.borrow_mut().push(Run::new(download, Some(record)));
        Ok(())
    }

    async fn take_in_listed(&self, listed: Listed) -> Result<(), String> {
        if self.knows(listed.provider) {
            return Ok(());
        }
        let grounds = listed
            .grounds
            .filter(|grounds| self.proves(grounds, listed.provider));
        // What the relay told of is nothing without its proof.
        if listed.told && grounds.is_none() {
            return Ok(());
        }
        self.list(Listed { grounds, ..listed }).await
    }

    // ------------------------------------------------------------------------------------- the distrusted

    pub(super) fn is_listed(&self, provider: Address) -> bool {
        let listed = self.listed.borrow();
        listed
            .iter()
            .any(|entry| entry.provider == provider && !entry.forgiven)
    }

    /// Whether anything is kept of an account, be it that it is trusted again.
    pub(super) fn knows(&self, provider: Address) -> bool {
        let listed = self.listed.borrow();
        listed.iter().any(|entry| entry.provider == provider)
    }

    /// Whether signatures prove to everybody that an account is dishonest.
    pub(super) fn proves(&self, grounds: &Grounds, account: Address) -> bool {
        grounds.guilty(&self.accepts.domain) == Some(account)
    }

    /// Puts a provider onto the list: no new session with it. What was proved here goes to the relay too.
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
        let proved = grounds.is_some();
        let trusted = self
            .listed
            .borrow()
            .iter()
            .find(|entry| entry.provider == provider)
            .cloned();
        // A proof that was forgiven is one again.
        let (known, told) = trusted.map_or((None, false), |entry| (entry.grounds, entry.told && !proved));
        let listed = Listed {
            provider,
            since: now_ms(),
            words,
            grounds: grounds.map(Box::new).or(known),
            told,
            forgiven: false,
        };
        self.list(listed).await?;
        if proved {
            self.tell_proofs();
        }
        Ok(())
    }

    /// Takes a provider off the list. Where something is proved against it, it is remembered that it is trusted all the same.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn trust(&self, provider: Address) -> Result<(), String> {
        let listed = self.listed.borrow().clone();
        let Some(entry) = listed.into_iter().find(|entry| entry.provider == provider) else {
            return Ok(());
        };
        if entry.grounds.is_none() {
            return self.unlist(provider).await;
        }
        self.list(Listed {
            forgiven: true,
            ..entry
        })
        .await
    }

    /// Stores what is kept of an account, in place of what was.
    pub(super) async fn list(&self, listed: Listed) -> Result<(), String> {
        let text = serde_json::to_string(&listed).map_err(|error| error.to_string())?;
        let key = listed_key(&checksummed(listed.provider));
        let kept = self.desk.store.keep_session(&key, &text, None).await;
        kept.map_err(|error| error.said())?;
        let mut all = self.listed.borrow_mut();
        all.retain(|entry| entry.provider != listed.provider);
        all.push(listed);
        drop(all);
        self.draw();
        Ok(())
    }

    /// Forgets what is kept of an account.
    pub(super) async fn unlist(&self, provider: Address) -> Result<(), String> {
        let key = listed_key(&checksummed(provider));
        let gone = self.desk.store.forget_session(&key).await;
        gone.map_err(|error| error.said())?;
        self.listed
            .borrow_mut()
            .retain(|entry| entry.provider != provider);
        self.draw();
        Ok(())
    }

    // --------------------------------------------------------------------------------------------- bytes

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

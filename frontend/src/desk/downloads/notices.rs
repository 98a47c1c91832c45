//! Dishonest accounts over the relay: what was proved here is told, and what others proved is heard.

use super::Downloads;
use crate::{
    adapters::{clock::now_ms, names},
    state::{
        activity::Tone,
        notices::{displaced, news, proved_here},
        sessions::Listed,
    },
    words::say,
};
use thunder_channel::{metering::Notice, wire::ClientFrame};
use thunder_client::ports::RelayLink;

impl Downloads {
    /// Asks the relay what is proved against others and tells it what was proved here: once it knows who this window is, and what is
    /// stored was read, whichever comes last.
    pub fn greet_relay(&self) {
        if self.loaded.get() && self.desk.driver.relay_online() {
            self.relay.send(&ClientFrame::Listen);
            self.tell_proofs();
        }
    }

    /// The relay tells of somebody.
    pub async fn hear(&self, notice: &Notice) {
        let mut brought = self.brought.get();
        let has_time = brought.has_time(now_ms());
        self.brought.set(brought);
        let own = [self.accepts.client, self.accepts.client_signer];
        if !has_time {
            return;
        }
        let proof = news(notice, &self.accepts.domain, &own, &self.listed.borrow());
        let Some(grounds) = proof else { return };
        let oldest = displaced(&self.listed.borrow());
        if let Some(oldest) = oldest
            && self.unlist(oldest).await.is_err()
        {
            return;
        }
        let listed = Listed {
            provider: notice.accused,
            since: now_ms(),
            words: None,
            grounds: Some(Box::new(grounds)),
            told: true,
            forgiven: false,
        };
        // What cannot be stored now is told again.
        if self.list(listed).await.is_ok() {
            self.warn_of(notice);
        }
    }

    /// Says it where it concerns a session.
    fn warn_of(&self, notice: &Notice) {
        let concerned = self.all().iter().any(|run| {
            let download = run.download.borrow();
            download.record().key.provider == notice.accused && !download.record().is_over()
        });
        if concerned {
            let told = say::told_dishonest(&names::load().call(notice.accused));
            self.desk.tell.emit((Tone::Bad, told, None));
        }
    }

    /// Tells the relay what was proved here, if it knows who this window is.
    pub(super) fn tell_proofs(&self) {
        if !self.desk.driver.relay_online() {
            return;
        }
        for listed in proved_here(&self.listed.borrow()) {
            let grounds = listed.grounds.as_deref().copied();
            let (at, domain) = (listed.since, &self.accepts.domain);
            let notice = Notice::sign(listed.provider, grounds, String::new(), at, &self.signer, domain);
            self.relay.send(&ClientFrame::Distrust(Box::new(notice)));
        }
    }
}

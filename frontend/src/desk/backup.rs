//! Files that a person keeps: backups and evidence. Made of what the client says, and checked by it when they come back.

use super::Desk;
use crate::{
    adapters::{clock::now_ms, exported, files, vault},
    state::{
        backup::{Content, Sealed},
        dates::date,
        seat::Seat,
    },
    words::{Said, say, short},
};
use thunder_channel::{ChannelId, SigningKey, checksummed};
use web_sys::File;

const JSON: &str = "application/json";

/// What a file and its password give, if it is this seat's.
///
/// # Errors
/// Words for the person.
pub async fn open(file: &File, password: &str, seat: &Seat) -> Result<(Content, SigningKey), String> {
    let sealed = Sealed::parse(&files::read(file).await?).map_err(|error| error.said())?;
    let opened = vault::open(&sealed, password).await?;
    let content = Content::parse(&opened, seat).map_err(|error| error.said())?;
    let key = content.payment_key().map_err(|error| error.said())?;
    Ok((content, key))
}

impl Desk {
    /// Saves everything that is stored here as a file that only the password opens.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn export(&self, password: &str) -> Result<(), String> {
        // What happens meanwhile may be left out.
        let made = now_ms();
        let records = self.driver.records().await.map_err(|error| error.said())?;
        let secret = self.store.payment_key().await.map_err(|error| error.said())?;
        let key = SigningKey::from_hex(&secret.unwrap_or_default()).map_err(|error| error.said())?;
        let sessions = self.store.sessions().await.map_err(|error| error.said())?;
        let content = Content::new(&self.seat, &key, records, sessions);
        let sealed = vault::seal(&content.to_text(), password).await?;
        let name = format!(
            "thunder-backup-{}-{}.json",
            checksummed(self.seat.account),
            date(now_ms())
        );
        files::save(&name, JSON, &sealed.to_text())?;
        exported::keep(&self.seat, made);
        Ok(())
    }

    /// Takes a backup in, next to what is here.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn import(&self, file: &File, password: &str) -> Result<(), String> {
        let (content, key) = open(file, password, &self.seat).await?;
        if key.address() != self.payment_key {
            return Err(say::other_payment_key(&short(key.address())));
        }
        self.take_in(content).await
    }

    /// Hands a backup's records to the client, which checks them against the chain.
    pub(super) async fn take_in(&self, content: Content) -> Result<(), String> {
        if !self.driver.chain_fresh() && self.chain.genesis_hash().await == Ok(self.config.genesis) {
            self.driver.read_chain().await;
        }
        if let Some(downloads) = &self.downloads {
            downloads.take_in(content.sessions).await?;
        }
        let restored = self.driver.restore(content.records).await;
        self.read_now.emit(());
        restored.map_err(|refusal| refusal.said())
    }

    /// Saves what proves the holder's money in a channel, for use without this app.
    ///
    /// # Errors
    /// Words for the person.
    pub fn save_evidence(&self, channel: ChannelId) -> Result<(), String> {
        let evidence = self
            .driver
            .evidence(channel)
            .ok_or_else(|| say::no_evidence().to_owned())?;
        let text = serde_json::to_string_pretty(&evidence).map_err(|error| error.to_string())?;
        let name = format!(
            "thunder-evidence-{}-{}.json",
            channel.short_code(),
            date(now_ms())
        );
        files::save(&name, JSON, &text)
    }
}

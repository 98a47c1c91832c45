//! Sessions with providers in the client's database: under the same writer, with the same durability, and the bytes that came together
//! with the counts of them.

use super::indexed_db::{IndexedDb, META, PIECES, SESSIONS, answer, failed, object_store};
use js_sys::Array;
use thunder_client::ports::StoreError;
use web_sys::{Blob, IdbKeyRange, IdbTransaction, IdbTransactionMode};

/// Bytes of a file to be kept.
pub struct Piece {
    /// Whose file it is.
    pub owner: String,
    /// Whether what is kept of its owner is to be forgotten first.
    pub anew: bool,
    /// Where in the file it begins, and the bytes.
    pub bytes: Option<(u64, Blob)>,
}

impl IndexedDb {
    /// Every session, and whoever is distrusted, by key.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn sessions(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.texts(SESSIONS).await
    }

    /// Keeps a text of a session, together with bytes that came in it; all of it or nothing, durable on return.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn keep_session(&self, key: &str, text: &str, piece: Option<Piece>) -> Result<(), StoreError> {
        let put = |transaction: &IdbTransaction| {
            let sessions = object_store(transaction, SESSIONS)?;
            let kept = sessions.put_with_key(&text.into(), &key.into());
            kept.map_err(|error| failed(&error))?;
            let Some(piece) = &piece else { return Ok(()) };
            let pieces = object_store(transaction, PIECES)?;
            if piece.anew {
                let gone = pieces.delete(&range(&piece.owner)?.into());
                gone.map_err(|error| failed(&error))?;
            }
            if let Some((from, bytes)) = &piece.bytes {
                let name = format!("{}/{from:020}", piece.owner);
                let kept = pieces.put_with_key(bytes, &name.into());
                kept.map_err(|error| failed(&error))?;
            }
            Ok(())
        };
        self.write(&[SESSIONS, PIECES, META], &put).await
    }

    /// Forgets a text of a session, and the bytes that came in it.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn forget_session(&self, key: &str) -> Result<(), StoreError> {
        let put = |transaction: &IdbTransaction| {
            let gone = object_store(transaction, SESSIONS)?.delete(&key.into());
            gone.map(drop).map_err(|error| failed(&error))?;
            let gone = object_store(transaction, PIECES)?.delete(&range(key)?.into());
            gone.map(drop).map_err(|error| failed(&error))
        };
        self.write(&[SESSIONS, PIECES, META], &put).await
    }

    /// The bytes of a file, in their order.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn pieces(&self, owner: &str) -> Result<Array, StoreError> {
        let transaction = self.begin(IdbTransactionMode::Readonly, &[PIECES])?;
        let pieces = object_store(&transaction, PIECES)?.get_all_with_key(&range(owner)?.into());
        let pieces = answer(&pieces.map_err(|error| failed(&error))?).await?;
        Ok(Array::from(&pieces))
    }
}

/// Every piece of an owner: `0` comes after `/`.
fn range(owner: &str) -> Result<IdbKeyRange, StoreError> {
    let (from, to) = (format!("{owner}/"), format!("{owner}0"));
    IdbKeyRange::bound(&from.into(), &to.into()).map_err(|error| failed(&error))
}

//! A note of how far the chain was read, so that a restart need not begin at the hub's first block. It is a convenience: without
//! it, or if it does not fit the chain, everything is read anew.

use super::{Checkpoint, Identity};
use std::{io, path::Path, path::PathBuf};
use thunder_channel::Address;

/// The file of one world.
#[derive(Clone, Debug)]
pub struct CheckpointFile {
    path: PathBuf,
}

impl CheckpointFile {
    /// The file for this chain and hub in the relay's directory.
    #[must_use]
    pub fn of(directory: &Path, identity: &Identity, hub: Address) -> Self {
        let chain_id = identity.chain_id;
        let (genesis, hub) = (hex(identity.genesis.as_bytes()), hex(hub.as_bytes()));
        Self {
            path: directory.join(format!("followed-{chain_id}-{genesis}-{hub}.json")),
        }
    }

    /// What was written last; nothing if there is nothing readable.
    #[must_use]
    pub fn read(&self) -> Option<Checkpoint> {
        let text = std::fs::read_to_string(&self.path).ok()?;
        serde_json::from_str(&text)
            .inspect_err(|error| tracing::warn!(%error, path = %self.path.display(), "not readable; the chain is read anew"))
            .ok()
    }

    /// Writes it so that it is there as a whole or not at all.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&self, checkpoint: &Checkpoint) -> io::Result<()> {
        if let Some(directory) = self.path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        let fresh = self.path.with_extension("new");
        std::fs::write(&fresh, serde_json::to_vec(checkpoint)?)?;
        std::fs::rename(&fresh, &self.path)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::follow::{Mark, Phases};
    use thunder_channel::Bytes32;

    #[test]
    fn what_is_damaged_is_as_good_as_nothing() {
        let directory = tempfile::TempDir::new().unwrap();
        let identity = Identity {
            chain_id: 5,
            genesis: Bytes32::repeat_byte(1),
        };
        let file = CheckpointFile::of(&directory.path().join("new"), &identity, Address::zero());
        assert_eq!(file.read(), None);
        let checkpoint = Checkpoint {
            mark: Mark {
                number: 7,
                hash: Bytes32::repeat_byte(2),
            },
            phases: Phases::default(),
        };
        file.write(&checkpoint).unwrap();
        assert_eq!(file.read(), Some(checkpoint));
        std::fs::write(&file.path, "{").unwrap();
        assert_eq!(file.read(), None);
    }
}

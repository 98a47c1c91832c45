//! Notices that a data directory was put back from a copy: what is in it may be older than what was signed since.
//!
//! A copy is another file with another inode, and whoever writes over a file sets the inode's time of last change, which no program can
//! set back (`st_ino` and `st_ctime` of stat(2)). So what `cp`, `tar` or `rsync` brought is noticed, and a directory that was renamed or
//! only read is not. A disk that is set back as a whole, as by a snapshot of a virtual machine, is not noticed either.

use crate::data_dir::{DataDir, LOCK};
use anyhow::Context;
use std::{fs::Metadata, path::Path};

/// Where the files of one account are.
pub struct Place {
    file: String,
    found: String,
}

impl Place {
    /// Looks at the files: `name` is what the account's begin with, `store` the one that counts.
    ///
    /// # Errors
    /// One of them is missing, or the disk refuses.
    pub fn look(data: &DataDir, name: &str, store: &Path) -> anyhow::Result<Self> {
        let of = |path: &Path| {
            let metadata = std::fs::metadata(path);
            metadata.with_context(|| format!("{} cannot be looked at", path.display()))
        };
        // The store is written to, so only who it is counts; nothing is ever written into the lock.
        let (store, lock) = (identity(&of(store)?), identity(&of(&data.file(LOCK))?));
        Ok(Self {
            file: format!("{name}.place"),
            found: format!("{} {} {}\n", store.0, lock.0, lock.1),
        })
    }

    /// Whether this is where they were when that was last written down.
    pub fn is_known(&self, data: &DataDir) -> bool {
        std::fs::read_to_string(data.file(&self.file)).is_ok_and(|known| known == self.found)
    }

    /// Writes it down.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remember(&self, data: &DataDir) -> anyhow::Result<()> {
        data.write(&self.file, self.found.as_bytes())
    }
}

/// Which file it is, and when it was last changed in any way.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, i128) {
    use std::os::unix::fs::MetadataExt;
    let changed = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
    (metadata.ino(), changed)
}

/// When it was made: of a copy, when it was copied. What is written over an older file is not told apart.
#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> (u128, u128) {
    let since = metadata
        .created()
        .ok()
        .and_then(|made| made.duration_since(std::time::UNIX_EPOCH).ok());
    let made = since.map_or(0, |since| since.as_nanos());
    (made, made)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::PathBuf;

    const NAME: &str = "chain-account";

    fn place(data: &DataDir) -> Place {
        Place::look(data, NAME, &data.file("store")).unwrap()
    }

    /// A directory that knows where it is, and its path.
    fn lived_in(directory: &tempfile::TempDir) -> PathBuf {
        let path = directory.path().join("node");
        let data = DataDir::open(&path).unwrap();
        std::fs::write(data.file("store"), "1").unwrap();
        let place = place(&data);
        assert!(!place.is_known(&data), "nothing was written down yet");
        place.remember(&data).unwrap();
        path
    }

    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }

    fn is_known(path: &Path) -> bool {
        let data = DataDir::open(path).unwrap();
        place(&data).is_known(&data)
    }

    #[test]
    fn what_was_written_and_moved_since_is_known() {
        let directory = tempfile::tempdir().unwrap();
        let path = lived_in(&directory);
        std::fs::write(path.join("store"), "12").unwrap();
        assert!(is_known(&path));
        let moved = directory.path().join("moved");
        std::fs::rename(&path, &moved).unwrap();
        assert!(is_known(&moved));
    }

    #[test]
    fn a_copy_is_not_known_until_it_says_where_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = lived_in(&directory);
        let other = directory.path().join("other");
        copy(&path, &other);
        assert!(!is_known(&other));
        let data = DataDir::open(&other).unwrap();
        place(&data).remember(&data).unwrap();
        assert!(place(&data).is_known(&data));
        assert!(is_known(&path), "it was only read");
    }

    #[cfg(unix)]
    #[test]
    fn what_was_copied_over_the_files_is_noticed() {
        let directory = tempfile::tempdir().unwrap();
        let path = lived_in(&directory);
        let other = directory.path().join("other");
        copy(&path, &other);
        copy(&other, &path);
        assert!(!is_known(&path));
    }

    /// As rsync does: what looks the same is left alone, the rest is replaced.
    #[cfg(unix)]
    #[test]
    fn a_store_that_took_the_place_of_another_is_noticed() {
        let directory = tempfile::tempdir().unwrap();
        let path = lived_in(&directory);
        std::fs::copy(path.join("store"), path.join("half")).unwrap();
        std::fs::rename(path.join("half"), path.join("store")).unwrap();
        assert!(!is_known(&path));
    }
}

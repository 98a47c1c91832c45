//! The directory that survives a demo.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::service::Service;
use crate::project::Project;
use crate::signals;

/// The directory, held by this process alone.
#[derive(Debug)]
pub struct Data {
    directory: PathBuf,
    /// Two demos on one chain file would overwrite each other's. The system gives the lock up with the process.
    _lock: File,
}

impl Data {
    /// Opens or makes the directory: `chosen`, or `.thunder` in the repository.
    ///
    /// # Errors
    /// If it cannot be written, or another demo uses it.
    pub fn open(project: &Project, chosen: Option<&Path>) -> Result<Self> {
        let directory = match chosen {
            Some(chosen) => std::path::absolute(chosen).context("--data is not a usable path")?,
            None => project.path(".thunder"),
        };
        fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let path = directory.join("demo.lock");
        let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                directory,
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => bail!(
                "a demo is already running with the data in {}. End it, or give this one --data, --port and --chain-port of its own.",
                directory.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// The directory itself.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The chain's state.
    #[must_use]
    pub fn chain(&self) -> PathBuf {
        self.directory.join("chain.json")
    }

    /// When the chain began.
    #[must_use]
    pub fn genesis(&self) -> PathBuf {
        self.directory.join("genesis.time")
    }

    /// The address book.
    #[must_use]
    pub fn addresses(&self) -> PathBuf {
        self.directory.join("addresses.json")
    }

    /// The fingerprint of the contracts that the address book was made from.
    #[must_use]
    pub fn contracts(&self) -> PathBuf {
        self.directory.join("contracts.stamp")
    }

    /// The relay's data.
    #[must_use]
    pub fn relay(&self) -> PathBuf {
        self.directory.join("relay")
    }

    /// A service's log.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.log"))
    }

    /// Removes what a demo keeps, and nothing else that may lie in a chosen directory.
    ///
    /// # Errors
    /// If something cannot be removed.
    pub fn forget(&self) -> Result<()> {
        for path in [
            self.chain(),
            self.genesis(),
            self.addresses(),
            self.contracts(),
            self.relay(),
        ] {
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            match removed {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot remove {}", path.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Notes what runs, for the demo after one that was killed and could not end it.
    ///
    /// # Errors
    /// If the note cannot be written.
    pub fn note_processes(&self, services: &[Service]) -> Result<()> {
        let lines = services.iter().map(|service| {
            let (name, id) = service.identity();
            format!("{id} {name}\n")
        });
        fs::write(self.processes(), lines.collect::<String>()).context("cannot write the list of processes")
    }

    /// Removes that note.
    pub fn forget_processes(&self) {
        // A note of processes that have ended does no harm.
        let _ = fs::remove_file(self.processes());
    }

    /// Says which processes an earlier demo left behind, if there are any.
    #[must_use]
    pub fn left_over(&self) -> String {
        let note = fs::read_to_string(self.processes()).unwrap_or_default();
        let alive = |line: &&str| {
            line.split(' ')
                .next()
                .and_then(|id| id.parse().ok())
                .is_some_and(signals::alive)
        };
        let lines: Vec<&str> = note.lines().filter(alive).collect();
        if lines.is_empty() {
            return String::new();
        }
        format!(
            "\nAn earlier demo was killed and may have left these processes behind: {}",
            lines.join(", ")
        )
    }

    fn processes(&self) -> PathBuf {
        self.directory.join("processes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> Project {
        Project {
            root: PathBuf::from("/nowhere"),
            cache: PathBuf::from("/nowhere"),
        }
    }

    #[test]
    fn a_second_demo_on_the_same_data_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let first = Data::open(&project(), Some(dir.path())).unwrap();
        let error = Data::open(&project(), Some(dir.path())).unwrap_err().to_string();
        assert!(
            error.contains("already running") && error.contains("--data"),
            "{error}"
        );
        drop(first);
        Data::open(&project(), Some(dir.path())).unwrap();
    }

    #[test]
    fn forgetting_takes_only_what_is_the_demos() {
        let dir = tempfile::tempdir().unwrap();
        let data = Data::open(&project(), Some(dir.path())).unwrap();
        fs::create_dir(data.relay()).unwrap();
        for path in [
            data.chain(),
            data.addresses(),
            data.relay().join("claims.db"),
            dir.path().join("letter.txt"),
        ] {
            fs::write(path, "x").unwrap();
        }
        data.forget().unwrap();
        data.forget().unwrap();
        assert!(!data.chain().exists() && !data.addresses().exists() && !data.relay().exists());
        assert!(dir.path().join("letter.txt").exists());
    }
}

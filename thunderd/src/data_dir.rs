//! The data directory: one daemon at a time, and nobody else may read what is in it.

use anyhow::{Context, bail};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};
use thunder_api::TOKEN_FILE;

/// The file that who holds the directory has locked. Nothing is ever written into it.
pub const LOCK: &str = "lock";

/// A data directory that this process holds.
pub struct DataDir {
    path: PathBuf,
    /// Held until the process ends, however it ends.
    _lock: File,
}

impl DataDir {
    /// Makes the directory if it is missing, and takes it.
    ///
    /// # Errors
    /// Another daemon has it, or the disk refuses; in words for the operator.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        make_private(path)
            .with_context(|| format!("the data directory {} cannot be made", path.display()))?;
        let name = path.join(LOCK);
        let lock = private()
            .write(true)
            .open(&name)
            .with_context(|| format!("{} cannot be opened", name.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => bail!(
                "another thunderd uses the data directory {}: end it, or choose another one with --data",
                path.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{} cannot be locked", name.display()))
            }
        }
    }

    /// A file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The token that callers of the API show; drawn when there is none.
    ///
    /// # Errors
    /// The disk refuses, or what is there is no token.
    pub fn api_token(&self) -> anyhow::Result<String> {
        let path = self.file(TOKEN_FILE);
        if path.exists() {
            let token = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            let token = token.trim().to_owned();
            if token.len() < 32 {
                bail!(
                    "{} holds no token: delete it, and a new one is drawn",
                    path.display()
                );
            }
            return Ok(token);
        }
        let token = hex::encode(random::<32>()?);
        self.write(TOKEN_FILE, token.as_bytes())?;
        Ok(token)
    }

    /// Writes a whole file that only its owner can read: whoever looks finds the old one or the new one.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let (path, half) = (self.file(name), self.file(&format!("{name}.half")));
        let written = || -> std::io::Result<()> {
            let mut file = private().write(true).truncate(true).open(&half)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&half, &path)?;
            sync_directory(&self.path)
        };
        written().with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// Random bytes of the system's.
///
/// # Errors
/// The system has none.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A new name is durable once its directory is.
#[cfg(unix)]
fn sync_directory(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_daemon_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let first = DataDir::open(directory.path()).unwrap();
        let error = DataDir::open(directory.path()).err().unwrap().to_string();
        assert!(error.contains("another thunderd"), "{error}");
        drop(first);
        DataDir::open(directory.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("node");
        let data = DataDir::open(&path).unwrap();
        let token = data.api_token().unwrap();
        assert_eq!(data.api_token().unwrap(), token, "drawn once");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&data.file(TOKEN_FILE)), 0o600);
        assert_eq!(mode(&data.file(LOCK)), 0o600);
    }
}

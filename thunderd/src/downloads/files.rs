//! The files that can be downloaded: plain files directly in one directory. Nothing that is hidden, and nothing that leads elsewhere.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use thunder_api::{Code, Problem};
use thunder_channel::metering::download::{self, MAX_FILES, MAX_PIECE};
use tokio::task::spawn_blocking;

/// Entries of the directory that are looked at: whoever has more has mistaken it for another.
const MAX_ENTRIES: usize = 20_000;
/// For how long a list is good: so that many connections at once read the directory once.
const FRESH: Duration = Duration::from_millis(200);

/// A directory.
pub struct Catalogue {
    directory: PathBuf,
    last: Mutex<Option<(Instant, Vec<download::File>)>>,
}

/// A file that is open at the place where it goes on.
pub struct Opened {
    file: File,
    /// How long the whole file is.
    pub length: u64,
    left: u64,
}

impl Catalogue {
    /// The files of a directory, by its whole path.
    pub const fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            last: Mutex::new(None),
        }
    }

    /// What there was a moment ago, by name; the first [`MAX_FILES`].
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn list(&self) -> io::Result<Vec<download::File>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read_at, files)) = &*last
            && read_at.elapsed() < FRESH
        {
            return Ok(files.clone());
        }
        let files = self.read()?;
        *last = Some((Instant::now(), files.clone()));
        Ok(files)
    }

    /// What there is now.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn read(&self) -> io::Result<Vec<download::File>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.directory)?.take(MAX_ENTRIES) {
            let entry = entry?;
            let Some(name) = entry
                .file_name()
                .to_str()
                .filter(|name| download::File::is_name(name))
                .map(str::to_owned)
            else {
                continue;
            };
            // Of the entry itself: a link is none. What is gone meanwhile is gone.
            if let Ok(about) = entry.metadata()
                && about.is_file()
            {
                let length = about.len();
                files.push(download::File { name, length });
            }
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        files.truncate(MAX_FILES);
        Ok(files)
    }

    /// Opens a file where its first `from` bytes are there already. Blocks for as long as the disk needs.
    ///
    /// # Errors
    /// There is no such file, or it is not so long.
    pub fn open(&self, name: &str, from: u64) -> Result<Opened, Problem> {
        let none = || Problem::new(Code::NotFound, "there is no such file here");
        if !download::File::is_name(name) {
            return Err(none());
        }
        let path = self.directory.join(name);
        // Looked at before it is opened: opening a pipe would wait for its other end, and opening a link would follow it.
        let about = fs::symlink_metadata(&path).map_err(|_| none())?;
        if !about.is_file() {
            return Err(none());
        }
        let unreadable = |error: io::Error| {
            tracing::warn!(%error, name, "a file cannot be read");
            Problem::new(Code::Refused, "this file cannot be read here just now")
        };
        let mut file = File::open(&path).map_err(unreadable)?;
        let opened = file.metadata().map_err(unreadable)?;
        if !is_same(&about, &opened) {
            return Err(none());
        }
        let length = opened.len();
        let left = length.checked_sub(from).ok_or_else(|| {
            Problem::new(
                Code::Refused,
                format!("the file has {length} bytes: it does not go on from {from}"),
            )
        })?;
        file.seek(SeekFrom::Start(from)).map_err(unreadable)?;
        Ok(Opened { file, length, left })
    }
}

/// Whether what was opened is what was looked at: whoever may put files there could put a link in its place in between.
#[cfg(unix)]
fn is_same(looked_at: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (looked_at.dev(), looked_at.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}

impl Opened {
    /// Reads the next piece; gives the file back with it. An empty one is the end.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn piece(mut self) -> io::Result<(Self, Vec<u8>)> {
        spawn_blocking(move || {
            let most = MAX_PIECE.min(usize::try_from(self.left).unwrap_or(MAX_PIECE));
            let mut piece = vec![0; most];
            let mut read = 0;
            while read < most {
                match self.file.read(&mut piece[read..])? {
                    // It has become shorter.
                    0 => break,
                    more => read += more,
                }
            }
            piece.truncate(read);
            self.left = if read < most {
                0
            } else {
                self.left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX))
            };
            Ok((self, piece))
        })
        .await?
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tempfile::TempDir;

    fn directory() -> (TempDir, Catalogue) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().canonicalize().unwrap();
        (directory, Catalogue::new(path))
    }

    #[tokio::test]
    async fn a_file_is_read_from_where_it_goes_on() {
        let (directory, catalogue) = directory();
        let bytes: Vec<u8> = (0..150_000_u32).map(|at| at.to_le_bytes()[1]).collect();
        fs::write(directory.path().join("film"), &bytes).unwrap();
        let mut opened = catalogue.open("film", 1_000).unwrap();
        assert_eq!(opened.length, 150_000);
        let mut read = Vec::new();
        loop {
            let (rest, piece) = opened.piece().await.unwrap();
            if piece.is_empty() {
                break;
            }
            assert!(piece.len() <= MAX_PIECE);
            read.extend(piece);
            opened = rest;
        }
        assert!(read == bytes[1_000..]);
        let (_, end) = catalogue.open("film", 150_000).unwrap().piece().await.unwrap();
        assert!(end.is_empty());
        for beyond in [150_001, u64::MAX] {
            let beyond = catalogue.open("film", beyond).err().unwrap();
            assert!(beyond.detail.contains("150000"), "{}", beyond.detail);
        }
    }

    #[cfg(unix)]
    #[test]
    fn nothing_leads_elsewhere() {
        let (directory, catalogue) = directory();
        let elsewhere = tempfile::tempdir().unwrap();
        let secret = elsewhere.path().join("secret");
        fs::write(&secret, "secret").unwrap();
        let here = directory.path();
        fs::write(here.join("a film.mp4"), "film").unwrap();
        fs::write(here.join(".hidden"), "secret").unwrap();
        fs::create_dir(here.join("inner")).unwrap();
        fs::write(here.join("inner/file"), "inner").unwrap();
        std::os::unix::fs::symlink(&secret, here.join("link")).unwrap();
        let names: Vec<_> = catalogue
            .read()
            .unwrap()
            .into_iter()
            .map(|file| file.name)
            .collect();
        assert_eq!(names, ["a film.mp4"]);
        let outside = format!(
            "../{}/secret",
            elsewhere.path().file_name().unwrap().to_str().unwrap()
        );
        for bad in [
            "",
            ".",
            "..",
            ".hidden",
            "link",
            "inner",
            "inner/file",
            outside.as_str(),
            secret.to_str().unwrap(),
            "a film.mp4\0",
            "none",
        ] {
            assert!(catalogue.open(bad, 0).is_err(), "{bad:?}");
        }
        assert!(catalogue.open("a film.mp4", 0).is_ok());
    }
}

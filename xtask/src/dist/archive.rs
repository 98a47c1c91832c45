//! Archives that depend on nothing but what is in them: the same files give the same bytes, whoever packs them, where and when.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

/// The file with the sums, as `sha256sum --check` reads it.
pub const SUMS: &str = "SHA256SUMS";
/// What gzip says of a system that it does not know.
const NO_SYSTEM: u8 = 255;

/// A file in an archive.
#[derive(Debug)]
pub struct File {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether it can be run.
    pub is_program: bool,
}

/// Packs the files below one directory: ordered by name, all with one time and no owner.
///
/// # Errors
/// If a name is too long for an archive.
pub fn pack(directory: &str, files: &BTreeMap<String, File>, moment: u64) -> Result<Vec<u8>> {
    let gzip = GzBuilder::new()
        .operating_system(NO_SYSTEM)
        .write(Vec::new(), Compression::best());
    let mut tar = Builder::new(gzip);
    for (name, file) in files {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(if file.is_program { 0o755 } else { 0o644 });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(moment);
        header.set_size(u64::try_from(file.bytes.len())?);
        tar.append_data(&mut header, format!("{directory}/{name}"), file.bytes.as_slice())
            .with_context(|| format!("cannot pack {name}"))?;
    }
    let gzip = tar.into_inner().context("cannot end the archive")?;
    gzip.finish().context("cannot compress the archive")
}

/// A line of the file with the sums.
#[must_use]
pub fn sum_line(name: &str, bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    let digits: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits}  {name}\n")
}

/// Writes the sums of files beside them.
///
/// # Errors
/// If one cannot be read.
pub fn sums_of_files(directory: &Path, names: &[String]) -> Result<()> {
    let mut lines = String::new();
    for name in names {
        let path = directory.join(name);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        lines.push_str(&sum_line(name, &bytes));
    }
    fs::write(directory.join(SUMS), lines).with_context(|| format!("cannot write {SUMS}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    fn files() -> BTreeMap<String, File> {
        let file = |text: &str, is_program| File {
            bytes: text.as_bytes().to_vec(),
            is_program,
        };
        BTreeMap::from([
            ("doc/long-".to_owned() + &"x".repeat(120), file("words", false)),
            ("bin/thunderd".to_owned(), file("program", true)),
        ])
    }

    #[test]
    fn the_same_files_are_the_same_bytes() {
        let packed = pack("thunder-1", &files(), 951_782_400).unwrap();
        assert_eq!(packed, pack("thunder-1", &files(), 951_782_400).unwrap());
        assert_ne!(packed, pack("thunder-1", &files(), 951_782_401).unwrap());
        // No time and no system in gzip's own header.
        assert_eq!(packed[4..10], [0, 0, 0, 0, 2, NO_SYSTEM]);
    }

    #[test]
    fn what_is_packed_can_be_unpacked() {
        let packed = pack("thunder-1", &files(), 951_782_400).unwrap();
        let mut archive = tar::Archive::new(GzDecoder::new(packed.as_slice()));
        let mut found = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let header = entry.header();
            assert_eq!((header.mtime().unwrap(), header.uid().unwrap()), (951_782_400, 0));
            let mode = header.mode().unwrap();
            found.push((entry.path().unwrap().to_string_lossy().into_owned(), mode, text));
        }
        assert_eq!(
            found[0],
            ("thunder-1/bin/thunderd".to_owned(), 0o755, "program".to_owned())
        );
        assert_eq!(
            (found[1].0.len(), found[1].1, found[1].2.as_str()),
            (139, 0o644, "words")
        );
    }

    #[test]
    fn a_sum_is_sha_256() {
        // The empty file's.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n";
        assert_eq!(sum_line("a", b""), empty);
    }
}

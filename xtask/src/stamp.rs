//! Whether files changed since a build, by content: times change with every checkout.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Directories that no build reads.
const IGNORED: [&str; 3] = ["node_modules", "target", ".git"];

/// A fingerprint of all files under `roots` (files or directories; absent ones count as absent) and of `extra`. It
/// means nothing to another version of this program, which costs one build.
///
/// # Errors
/// If a file cannot be read.
pub fn of_contents(roots: &[PathBuf], extra: &[String]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    extra.hash(&mut hasher);
    for root in roots {
        for file in files(root)? {
            file.hash(&mut hasher);
            fs::read(&file)
                .with_context(|| format!("cannot read {}", file.display()))?
                .hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// A fingerprint of bytes, as [`of_contents`] has of files.
#[must_use]
pub fn of_bytes(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// All files under `root` in a fixed order; `root` itself if it is a file, nothing if it is absent.
///
/// # Errors
/// If a directory cannot be read.
pub fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(path) = open.pop() {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                found.push(path);
                continue;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read {}", path.display()))?;
            if !IGNORED.iter().any(|name| entry.file_name() == *name) {
                open.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_names_and_extras_count() {
        let dir = tempfile::tempdir().unwrap();
        let root = [dir.path().to_path_buf()];
        let mut seen = vec![of_contents(&root, &[]).unwrap()];
        fs::write(dir.path().join("a"), "1").unwrap();
        seen.push(of_contents(&root, &[]).unwrap());
        fs::write(dir.path().join("a"), "2").unwrap();
        seen.push(of_contents(&root, &[]).unwrap());
        fs::rename(dir.path().join("a"), dir.path().join("b")).unwrap();
        seen.push(of_contents(&root, &[]).unwrap());
        seen.push(of_contents(&root, &["rustc 1".into()]).unwrap());
        for (index, one) in seen.iter().enumerate() {
            assert!(!seen[..index].contains(one), "{index}");
        }
        fs::create_dir(dir.path().join("node_modules")).unwrap();
        fs::write(dir.path().join("node_modules/x"), "").unwrap();
        assert_eq!(of_contents(&root, &["rustc 1".into()]).unwrap(), seen[4]);
    }

    #[test]
    fn an_absent_root_has_no_files() {
        assert!(files(Path::new("/nowhere/at/all")).unwrap().is_empty());
    }
}

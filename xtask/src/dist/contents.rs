//! What lies in an archive, by name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::archive::{self, File};
use crate::project::Project;
use crate::stamp;

/// Documents, where they lie in the repository: their links to each other go on working.
const DOCUMENTS: [&str; 8] = [
    "README.md",
    "docs/accounts.md",
    "docs/economics.md",
    "docs/paywall.md",
    "docs/terminal.md",
    "docs/traffic.md",
    "thunderd/README.md",
    "relay/relay.example.toml",
];
/// How a licence's file begins.
const LICENCES: [&str; 3] = ["LICENSE", "LICENCE", "COPYING"];

/// Files by name, which is also their order.
#[derive(Debug, Default)]
pub struct Contents(BTreeMap<String, File>);

impl Contents {
    /// A program.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn program(&mut self, path: &Path) -> Result<()> {
        let name = path.file_name().context("a program without a name")?;
        self.add(&format!("bin/{}", name.to_string_lossy()), path, true)
    }

    /// Documents, licences, manual pages and completions.
    ///
    /// # Errors
    /// If one is missing.
    pub fn papers(&mut self, project: &Project, papers: &Path) -> Result<()> {
        for name in DOCUMENTS {
            self.add(name, &project.path(name), false)?;
        }
        for entry in fs::read_dir(&project.root).context("cannot read the repository")? {
            let path = entry.context("cannot read the repository")?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_file() && LICENCES.iter().any(|licence| name.starts_with(licence)) {
                self.add(&name, &path, false)?;
            }
        }
        self.all("share/man/man1", &papers.join("man"))?;
        for name in ["thunder-cli.bash", "_thunder-cli", "thunder-cli.fish"] {
            self.add(&format!("share/completions/{name}"), &papers.join(name), false)?;
        }
        Ok(())
    }

    /// The app, which `thunder-relay --app` serves.
    ///
    /// # Errors
    /// If there is none in the directory.
    pub fn app(&mut self, directory: &Path) -> Result<()> {
        if !directory.join("index.html").is_file() {
            bail!(
                "{} holds no app; `cargo xtask build` makes one in dist",
                directory.display()
            );
        }
        self.all("app", directory)
    }

    /// All files, and one more with their sums.
    #[must_use]
    pub fn with_sums(mut self) -> BTreeMap<String, File> {
        let lines = self
            .0
            .iter()
            .map(|(name, file)| archive::sum_line(name, &file.bytes));
        let bytes = lines.collect::<String>().into_bytes();
        let sums = File {
            bytes,
            is_program: false,
        };
        self.0.insert(archive::SUMS.to_owned(), sums);
        self.0
    }

    /// Every file of a directory.
    fn all(&mut self, below: &str, directory: &Path) -> Result<()> {
        for path in stamp::files(directory)? {
            let relative = path
                .strip_prefix(directory)
                .context("a file outside of its directory")?;
            let parts: Vec<_> = relative
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect();
            self.add(&format!("{below}/{}", parts.join("/")), &path, false)?;
        }
        Ok(())
    }

    fn add(&mut self, name: &str, path: &Path, is_program: bool) -> Result<()> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        self.0.insert(name.to_owned(), File { bytes, is_program });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_has_a_page() {
        let dir = tempfile::tempdir().unwrap();
        let mut contents = Contents::default();
        assert!(
            contents
                .app(dir.path())
                .unwrap_err()
                .to_string()
                .contains("cargo xtask build")
        );
        fs::create_dir(dir.path().join("fonts")).unwrap();
        fs::write(dir.path().join("index.html"), "page").unwrap();
        fs::write(dir.path().join("fonts/a.woff2"), "font").unwrap();
        contents.app(dir.path()).unwrap();
        contents.program(&dir.path().join("index.html")).unwrap();
        let files = contents.with_sums();
        let names: Vec<&String> = files.keys().collect();
        assert_eq!(
            names,
            [
                "SHA256SUMS",
                "app/fonts/a.woff2",
                "app/index.html",
                "bin/index.html"
            ]
        );
        assert!(files["bin/index.html"].is_program && !files["app/index.html"].is_program);
        let sums = String::from_utf8(files["SHA256SUMS"].bytes.clone()).unwrap();
        assert_eq!(sums.lines().count(), 3);
        assert!(
            sums.lines()
                .all(|line| line.len() > 66 && line.as_bytes()[64..66] == *b"  "),
            "{sums}"
        );
    }

    #[test]
    fn every_document_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for name in DOCUMENTS {
            assert!(root.join(name).is_file(), "{name}");
        }
    }
}

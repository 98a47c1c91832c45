//! A Rust toolchain that can build for the browser.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Lane, Need, Tool, apt, debian};
use crate::project::{Project, which};
use crate::{report, run};

/// What the app is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The standard library for that target.
pub const TOOL: Tool = Tool {
    name: "Rust for wasm",
    why: "to compile the app for the browser",
    needs: &[Need::Build, Need::Demo, Need::Check],
    lane: Lane::System,
    left_out: super::never,
    missing,
    install,
};

/// Which compiler builds wasm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WasmToolchain {
    /// The one that cargo runs with here; its target came from rustup or the distribution.
    Active,
    /// Debian's, with a standard library built here, for machines on which rustup cannot download.
    Debian {
        /// Debian's `wasm-ld`.
        linker: PathBuf,
    },
}

impl WasmToolchain {
    /// The toolchain in use, if one is ready.
    #[must_use]
    pub fn find(project: &Project) -> Option<Self> {
        if !debian_wanted() && has_std(&active_libdir(project)?) {
            return Some(Self::Active);
        }
        debian::ready(project).map(|linker| Self::Debian { linker })
    }

    /// The toolchain in use.
    ///
    /// # Errors
    /// If there is none.
    pub fn require(project: &Project) -> Result<Self> {
        Self::find(project).with_context(|| format!("Rust for {TARGET} is missing; run `cargo xtask setup`"))
    }

    /// Makes `command` use this toolchain; what has to come first in its path is put into `path`.
    pub fn apply(&self, command: &mut Command, path: &mut Vec<PathBuf>) {
        if let Self::Debian { linker } = self {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            if which("rustup").is_some() {
                command.env("RUSTUP_TOOLCHAIN", debian::TOOLCHAIN);
            } else {
                path.push(PathBuf::from("/usr/bin"));
            }
        }
    }
}

/// `THUNDER_WASM=debian` chooses Debian's compiler even where rustup works; its path could not be tested otherwise.
fn debian_wanted() -> bool {
    env::var("THUNDER_WASM").is_ok_and(|choice| choice == "debian")
}

fn missing(project: &Project) -> Result<Option<String>> {
    Ok(WasmToolchain::find(project)
        .is_none()
        .then(|| format!("no standard library for {TARGET}")))
}

fn install(project: &Project) -> Result<()> {
    if debian_wanted() {
        return debian::install(project);
    }
    let rustup = if which("rustup").is_some() {
        let mut command = project.command("rustup");
        let outcome = run::watch(TOOL.name, command.args(["target", "add", TARGET]))?;
        if outcome.ok() {
            return Ok(());
        }
        run::last_lines(&outcome.output, 3)
    } else {
        "    rustup is not installed".to_owned()
    };
    if !apt::here() {
        bail!("`rustup target add {TARGET}` is needed and did not work:\n{rustup}");
    }
    report::say(&format!(
        "rustup could not fetch it, so Debian's Rust is used:\n{rustup}"
    ));
    debian::install(project)
}

fn active_libdir(project: &Project) -> Option<PathBuf> {
    let libdir =
        run::answer(
            project
                .command("rustc")
                .args(["--print", "target-libdir", "--target", TARGET]),
        )?;
    Some(PathBuf::from(libdir))
}

/// Whether a directory of compiled libraries has the standard library and what tests need.
#[must_use]
pub fn has_std(libdir: &Path) -> bool {
    let Ok(entries) = libdir.read_dir() else {
        return false;
    };
    let names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    ["libstd-", "libtest-"]
        .iter()
        .all(|wanted| names.iter().any(|name| name.starts_with(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_library_has_both_parts() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!has_std(&dir.path().join("absent")));
        std::fs::write(dir.path().join("libstd-1.rlib"), "").unwrap();
        assert!(!has_std(dir.path()));
        std::fs::write(dir.path().join("libtest-1.rlib"), "").unwrap();
        assert!(has_std(dir.path()));
    }
}

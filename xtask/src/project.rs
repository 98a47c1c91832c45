//! Where things are, and how a child process is started from here.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The repository and the cache of tools beside it.
#[derive(Debug, Clone)]
pub struct Project {
    /// The top of the repository.
    pub root: PathBuf,
    /// Tools that outlive a clone: `$THUNDER_CACHE`, or the system's cache directory with `thunder` appended.
    pub cache: PathBuf,
}

impl Project {
    /// Finds the repository this program was built from, and the tool cache.
    ///
    /// # Errors
    /// If the repository was moved away, or no cache directory is known.
    pub fn find() -> Result<Self> {
        // `cargo run` sets the variable afresh, so a moved clone finds itself.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest)
            .parent()
            .context("xtask lies in no repository")?
            .to_path_buf();
        if !root.join("Cargo.lock").is_file() {
            bail!(
                "{} is not the Thunder repository; run this as `cargo xtask` inside it",
                root.display()
            );
        }
        Ok(Self {
            root,
            cache: cache_dir()?,
        })
    }

    /// A path inside the repository.
    #[must_use]
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where native builds go.
    #[must_use]
    pub fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.path("target"), |dir| self.root.join(dir))
    }

    /// The compiler's flags by which what is handed out names no directory of whoever built it.
    ///
    /// # Errors
    /// If no home directory is known.
    pub fn nameless_paths(&self) -> Result<[String; 2]> {
        let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
            let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"))?;
            Some(Path::new(&home).join(".cargo"))
        });
        let home = home.context("no home directory is known; set CARGO_HOME")?;
        Ok([(home.as_path(), "/cargo"), (self.root.as_path(), "/thunder")]
            .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())))
    }

    /// Where the native build leaves a program.
    #[must_use]
    pub fn binary(&self, name: &str) -> PathBuf {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        self.target().join("debug").join(file)
    }

    /// Where wasm builds go: a directory of their own, as their compiler may be another.
    #[must_use]
    pub fn wasm_target(&self) -> PathBuf {
        self.target().join("wasm")
    }

    /// A command run at the top of the repository, freed of what `cargo run` put into the environment for xtask alone.
    #[must_use]
    pub fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root).stdin(Stdio::null());
        for (name, _) in env::vars_os() {
            if let Some(text) = name.to_str()
                && is_cargos_own(text)
            {
                command.env_remove(text);
            }
        }
        command
    }

    /// A native executable of an npm package such as `@foundry-rs/forge`, which ships one package per platform. The
    /// package's own `.bin` script is not used: it hides exit codes and orphans its child.
    #[must_use]
    pub fn foundry(&self, name: &str) -> PathBuf {
        let os = match env::consts::OS {
            "macos" => "darwin",
            "windows" => "win32",
            other => other,
        };
        let arch = if env::consts::ARCH == "aarch64" {
            "arm64"
        } else {
            "amd64"
        };
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        self.path("contracts/node_modules/@foundry-rs")
            .join(format!("{name}-{os}-{arch}/bin"))
            .join(file)
    }
}

/// What cargo and rustup tell a program they run. Left in place, `CARGO` and `RUSTC` would override the toolchain that a
/// child is meant to use.
fn is_cargos_own(name: &str) -> bool {
    matches!(
        name,
        "CARGO" | "RUSTC" | "RUSTDOC" | "RUST_RECURSION_COUNT" | "CARGO_MANIFEST_DIR" | "CARGO_MANIFEST_PATH"
    ) || name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_BIN_")
}

fn cache_dir() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("THUNDER_CACHE").filter(|dir| !dir.is_empty()) {
        return std::path::absolute(dir).context("THUNDER_CACHE is not a usable path");
    }
    let home = env::var_os("HOME")
        .or_else(|| env::var_os("USERPROFILE"))
        .map(PathBuf::from);
    let system = match env::consts::OS {
        "windows" => env::var_os("LOCALAPPDATA").map(PathBuf::from),
        "macos" => home.map(|home| home.join("Library/Caches")),
        _ => env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| home.map(|home| home.join(".cache"))),
    };
    Ok(system
        .context("no cache directory is known; set THUNDER_CACHE to one")?
        .join("thunder"))
}

/// The first executable of that name in `PATH`.
#[must_use]
pub fn which(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|dir| dir.join(&file))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cargos_own_variables_are_dropped() {
        for name in ["CARGO", "RUSTC", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert!(is_cargos_own(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "RUSTUP_HOME",
            "RUSTFLAGS",
            "PATH",
            "CARGO_NET_OFFLINE",
        ] {
            assert!(!is_cargos_own(name), "{name}");
        }
    }
}

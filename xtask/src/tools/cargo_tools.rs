//! Tools that cargo builds, kept in the cache by version.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{Lane, Need, Tool};
use crate::project::{Project, which};
use crate::run;

/// Newer ones need a newer Rust than this project.
const TRUNK_VERSION: &str = "0.21.14";

/// Trunk.
pub const TRUNK: Tool = Tool {
    name: "Trunk",
    why: "to put the app's page, style and wasm together",
    needs: &[Need::Build, Need::Demo],
    lane: Lane::Trunk,
    left_out: super::never,
    missing: |project| TRUNK_CRATE.missing(project),
    install: |project| TRUNK_CRATE.install(project),
};

/// wasm-bindgen and its test runner.
pub const WASM_BINDGEN: Tool = Tool {
    name: "wasm-bindgen",
    why: "to join wasm and JavaScript; its version has to be the library's",
    needs: &[Need::Build, Need::Demo],
    lane: Lane::Cargo,
    left_out: super::never,
    missing: |project| WASM_BINDGEN_CRATE.missing(project),
    install: |project| WASM_BINDGEN_CRATE.install(project),
};

/// The libraries themselves, so that the builds that follow need no network.
pub const CRATES: Tool = Tool {
    name: "crates",
    why: "to build without the network from then on",
    needs: &[Need::Build, Need::Demo, Need::Check],
    lane: Lane::Cargo,
    left_out: super::never,
    missing: |project| {
        let mut offline = project.command("cargo");
        offline.args(["metadata", "--format-version", "1", "--offline", "--locked"]);
        Ok(run::answer(&mut offline)
            .is_none()
            .then(|| "not all of Cargo.lock is downloaded".into()))
    },
    install: |project| run::must(CRATES.name, project.command("cargo").args(["fetch", "--locked"])).map(drop),
};

/// Trunk's package.
pub const TRUNK_CRATE: CargoTool = CargoTool {
    package: "trunk",
    binary: "trunk",
    version: |_| Ok(TRUNK_VERSION.into()),
    // Trunk downloads nothing here, so its TLS is left out.
    features: &["--no-default-features"],
};

/// wasm-bindgen's package.
pub const WASM_BINDGEN_CRATE: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    binary: "wasm-bindgen",
    version: wasm_bindgen_version,
    features: &[],
};

/// A package with an executable.
#[derive(Debug, Clone, Copy)]
pub struct CargoTool {
    package: &'static str,
    binary: &'static str,
    version: fn(&Project) -> Result<String>,
    features: &'static [&'static str],
}

impl CargoTool {
    /// The executable of exactly the wanted version: in the cache, or in the path.
    ///
    /// # Errors
    /// If the wanted version cannot be told.
    pub fn find(&self, project: &Project) -> Result<Option<PathBuf>> {
        let version = (self.version)(project)?;
        let cached = self.root(project, &version).join("bin").join(format!(
            "{}{}",
            self.binary,
            std::env::consts::EXE_SUFFIX
        ));
        if cached.is_file() {
            return Ok(Some(cached));
        }
        let fits = |found: &PathBuf| {
            let answer = run::answer(project.command(found.as_os_str()).arg("--version"));
            answer.is_some_and(|answer| answer.split_whitespace().nth(1) == Some(version.as_str()))
        };
        Ok(which(self.binary).filter(fits))
    }

    fn missing(&self, project: &Project) -> Result<Option<String>> {
        Ok(if self.find(project)?.is_some() {
            None
        } else {
            Some(format!("no version {}", (self.version)(project)?))
        })
    }

    fn install(&self, project: &Project) -> Result<()> {
        let version = (self.version)(project)?;
        let root = self.root(project, &version);
        let build = project
            .cache
            .join("build")
            .join(format!("{}-{version}", self.package));
        fs::create_dir_all(&build).with_context(|| format!("cannot make {}", build.display()))?;
        // The package's own lock first: it is what its authors tested. A registry that lacks one of the crates named
        // there (withdrawn, or not mirrored) may still have others that fit.
        let mut outcome = self.cargo_install(project, &version, &build, &["--locked"])?;
        if !outcome.ok() {
            outcome = self.cargo_install(project, &version, &build, &[])?;
        }
        if !outcome.ok() {
            // The build directory stays, so that another try goes on where this one stopped.
            bail!(
                "`cargo install {} --version {version}` failed\n{}",
                self.package,
                run::last_lines(&outcome.output, run::LAST_LINES)
            );
        }
        // Only the executable is needed; a directory that cannot be removed costs space and nothing else.
        let _ = fs::remove_dir_all(&build);
        if root.join("bin").is_dir() {
            Ok(())
        } else {
            bail!("{} was installed, but not to {}", self.package, root.display())
        }
    }

    fn cargo_install(
        &self,
        project: &Project,
        version: &str,
        build: &PathBuf,
        flags: &[&str],
    ) -> Result<run::Outcome> {
        let mut cargo = project.command("cargo");
        cargo
            .current_dir(build)
            .args(["install", self.package, "--version", version])
            .args(flags)
            .args(self.features)
            .arg("--root")
            .arg(self.root(project, version))
            .env("CARGO_TARGET_DIR", build)
            // A tool that runs for seconds is not worth minutes of optimisation.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        run::watch(self.package, &mut cargo)
    }

    fn root(&self, project: &Project, version: &str) -> PathBuf {
        project
            .cache
            .join("tools")
            .join(format!("{}-{version}", self.binary))
    }
}

fn wasm_bindgen_version(project: &Project) -> Result<String> {
    let lock = fs::read_to_string(project.path("Cargo.lock")).context("cannot read Cargo.lock")?;
    locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")
}

/// The version of a package in a lock file.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock
        .lines()
        .skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_the_packages_own() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "yew"), None);
    }
}

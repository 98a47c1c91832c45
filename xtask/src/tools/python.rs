//! slither and halmos, in an environment of their own. The one tool that is done without where Python is not there: the
//! contracts can be built and tested without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Lane, Tool};
use crate::project::Project;
use crate::{run, stamp};

/// The oldest Python, as major and minor version, that the locked packages run on.
const OLDEST: (u32, u32) = (3, 11);
/// Under these names, newest last: the plain one is what most machines mean.
const NAMES: [&str; 6] = [
    "python3",
    "python",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
];
/// Fails where a distribution has put these modules into a package of their own, and prints the version otherwise.
const PROBE: &str = "import ensurepip, sys, venv; print('%d.%d.%d' % sys.version_info[:3])";
/// What is installed: every package with its hashes.
const REQUIREMENTS: &str = "contracts/requirements.txt";
/// Written last, so that an environment without it is half made.
const COMPLETE: &str = "complete";
/// Where an environment keeps its programs.
const BIN: &str = if cfg!(windows) { "Scripts" } else { "bin" };

/// The environment.
pub const TOOL: Tool = Tool {
    name: "slither and halmos (Python)",
    why: "to analyse the contracts",
    needs: &[],
    lane: Lane::Python,
    left_out,
    missing: |project| {
        let dir = environment(project, &require(project)?)?;
        Ok((!dir.join(COMPLETE).is_file()).then(|| format!("not installed as {REQUIREMENTS} says")))
    },
    install,
};

/// A Python that can make environments.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Python {
    program: &'static str,
    version: String,
}

/// Why there is no analysis on this machine, if there is none.
#[must_use]
pub fn left_out(project: &Project) -> Option<String> {
    let (major, minor) = OLDEST;
    find(project)
        .is_none()
        .then(|| format!("no Python {major}.{minor} or newer with venv and pip"))
}

/// A program of the environment, with its own programs and those in `also` first in its path.
///
/// # Errors
/// If it is not installed.
pub fn command(project: &Project, program: &str, also: &Path) -> Result<Command> {
    let dir = environment(project, &require(project)?)?;
    let bin = dir.join(BIN);
    let file = bin.join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    if !dir.join(COMPLETE).is_file() || !file.is_file() {
        bail!("{program} is not installed; run `cargo xtask setup`");
    }
    let mut command = project.command(file);
    command.env("PATH", super::joined(vec![bin, also.to_path_buf()])?);
    Ok(command)
}

fn install(project: &Project) -> Result<()> {
    let python = require(project)?;
    let dir = environment(project, &python)?;
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    run::must(
        TOOL.name,
        project.command(python.program).args(["-m", "venv"]).arg(&dir),
    )?;
    let own = dir
        .join(BIN)
        .join(format!("python{}", std::env::consts::EXE_SUFFIX));
    let mut pip = project.command(own);
    pip.args([
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
    ])
    .args(["--require-hashes", "--requirement", REQUIREMENTS]);
    run::must(TOOL.name, &mut pip)?;
    fs::write(dir.join(COMPLETE), "").with_context(|| format!("cannot write into {}", dir.display()))
}

fn require(project: &Project) -> Result<Python> {
    find(project).with_context(|| left_out(project).unwrap_or_default())
}

fn find(project: &Project) -> Option<Python> {
    NAMES.into_iter().find_map(|program| {
        let version = run::answer(project.command(program).args(["-c", PROBE]))?;
        new_enough(&version).then_some(Python { program, version })
    })
}

fn new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= OLDEST,
        _ => false,
    }
}

/// One for each list of packages and each Python, as it holds links to that one.
fn environment(project: &Project, python: &Python) -> Result<PathBuf> {
    let requirements = fs::read_to_string(project.path(REQUIREMENTS))
        .with_context(|| format!("cannot read {REQUIREMENTS}"))?;
    let print = stamp::of_contents(&[], &[requirements, python.version.clone()])?;
    Ok(project.cache.join("tools").join(format!("python-{print}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(version: &str) -> Python {
        Python {
            program: "python3",
            version: version.into(),
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(new_enough("3.11.7") && new_enough("3.12.0") && new_enough("4.0.0"));
        assert!(!new_enough("3.9.18") && !new_enough("2.7.18"));
        assert!(!new_enough("") && !new_enough("rubbish"));
    }

    #[test]
    fn an_environment_belongs_to_its_packages_and_its_python() {
        let root = tempfile::tempdir().unwrap();
        let project = Project {
            root: root.path().to_path_buf(),
            cache: root.path().join("cache"),
        };
        assert!(environment(&project, &python("3.11.7")).is_err());
        fs::create_dir(root.path().join("contracts")).unwrap();
        fs::write(project.path(REQUIREMENTS), "halmos==0.3.3\n").unwrap();
        let first = environment(&project, &python("3.11.7")).unwrap();
        assert_eq!(first, environment(&project, &python("3.11.7")).unwrap());
        assert_ne!(first, environment(&project, &python("3.12.1")).unwrap());
        fs::write(project.path(REQUIREMENTS), "halmos==0.3.4\n").unwrap();
        assert_ne!(first, environment(&project, &python("3.11.7")).unwrap());
    }

    #[test]
    fn an_environment_that_is_not_complete_runs_nothing() {
        let root = tempfile::tempdir().unwrap();
        let project = Project {
            root: root.path().to_path_buf(),
            cache: root.path().join("cache"),
        };
        fs::create_dir(root.path().join("contracts")).unwrap();
        fs::write(project.path(REQUIREMENTS), "halmos==0.3.3\n").unwrap();
        assert!(command(&project, "halmos", root.path()).is_err());
    }
}

//! The other systems' packages, which only the gas table needs: nothing else installs them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::tools::npm;
use crate::{report, run, stamp};

/// A package that was unpacked has this file beside it, with the requirement it fulfils.
const STAMP: &str = "requirement.txt";

/// Gets what is missing and returns where the Python packages lie. A peer that cannot be had is said here and left out of
/// the table; without npm's own part there is no table.
///
/// # Errors
/// If viem cannot be had, or the cache not be written.
pub fn install(project: &Project) -> Result<PathBuf> {
    npm_packages(project)?;
    python_packages(project)
}

fn npm_packages(project: &Project) -> Result<()> {
    let dir = project.path("bench");
    let wanted = stamp::of_contents(&[dir.join("package.json"), dir.join("package-lock.json")], &[])?;
    let note = dir.join("node_modules/.thunder");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut everything = npm_ci(project, &dir, &[]);
    if let Err(error) = run::must("npm, bench", &mut everything) {
        report::fail(&format!("the peers from npm: {error:#}"));
        run::must(
            "npm, bench, viem alone",
            &mut npm_ci(project, &dir, &["--omit=dev"]),
        )?;
        return Ok(());
    }
    fs::write(&note, wanted).with_context(|| format!("cannot write {}", note.display()))
}

fn npm_ci(project: &Project, dir: &Path, more: &[&str]) -> std::process::Command {
    let mut command = project.command(npm::PROGRAM);
    command
        .current_dir(dir)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(more);
    command
}

fn python_packages(project: &Project) -> Result<PathBuf> {
    let all = project.cache.join("bench");
    let path = project.path("bench/requirements.txt");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for requirement in requirements(&text) {
        let name = package(requirement);
        let dir = all.join(name);
        if fs::read_to_string(dir.join(STAMP)).is_ok_and(|unpacked| unpacked == requirement) {
            continue;
        }
        fetch(project, requirement, &dir).unwrap_or_else(|error| report::fail(&format!("{name}: {error:#}")));
    }
    Ok(all)
}

/// Downloads and unpacks one package; pip checks its hash.
fn fetch(project: &Project, requirement: &str, dir: &Path) -> Result<()> {
    let cannot = || format!("cannot write {}", dir.display());
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(cannot)?;
    }
    let download = dir.join("download");
    fs::create_dir_all(&download).with_context(cannot)?;
    let wanted = dir.join("wanted.txt");
    fs::write(&wanted, requirement).with_context(cannot)?;
    let mut pip = project.command("python3");
    pip.args([
        "-m",
        "pip",
        "download",
        "--disable-pip-version-check",
        "--no-deps",
    ])
    .args(["--no-binary", ":none:", "--require-hashes", "--requirement"])
    .arg(&wanted)
    .arg("--dest")
    .arg(&download);
    run::must(&format!("pip, {}", package(requirement)), &mut pip)?;
    for archive in stamp::files(&download)? {
        let mut unpack = project.command("python3");
        unpack
            .args(["-m", unpacker(&archive)?, "-e"])
            .arg(&archive)
            .arg(dir);
        run::must("unpacking", &mut unpack)?;
    }
    fs::write(dir.join(STAMP), requirement).with_context(cannot)
}

/// The module of Python's own library that unpacks an archive.
fn unpacker(archive: &Path) -> Result<&'static str> {
    let name = archive.to_string_lossy();
    if name.ends_with(".whl") || name.ends_with(".zip") {
        Ok("zipfile")
    } else if name.ends_with(".tar.gz") {
        Ok("tarfile")
    } else {
        bail!("{name} is an archive of an unknown kind")
    }
}

/// The lines of a requirements file that are neither empty nor comments.
fn requirements(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// `name==1.0 --hash=…` is the package `name`.
fn package(requirement: &str) -> &str {
    requirement.split("==").next().unwrap_or(requirement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_lines_with_a_name() {
        let text = "# why\n\na-b==1.0 --hash=sha256:00\n c==2 --hash=sha256:11\n";
        let found: Vec<&str> = requirements(text).map(package).collect();
        assert_eq!(found, ["a-b", "c"]);
    }

    #[test]
    fn archives_are_unpacked_by_their_kind() {
        assert_eq!(unpacker(Path::new("a-1.0-py3-none-any.whl")).unwrap(), "zipfile");
        assert_eq!(unpacker(Path::new("a-1.0.tar.gz")).unwrap(), "tarfile");
        assert!(unpacker(Path::new("a-1.0.rpm")).is_err());
    }
}

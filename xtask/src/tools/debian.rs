//! The way to wasm without rustup: Debian's Rust, and a standard library compiled from its sources.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::apt;
use super::wasm::{TARGET, has_std};
use crate::project::{Project, which};
use crate::{report, run};

/// The name under which rustup knows Debian's compiler.
pub const TOOLCHAIN: &str = "thunder-debian";

const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "lld-19",
];
const RUSTC: &str = "/usr/bin/rustc";
const LINKER: &str = "/usr/bin/wasm-ld-19";
const LIBDIR: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";
/// Beside the libraries: the compiler they belong to, as a newer one cannot read them.
const MADE_BY: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/made-by";

/// The linker, if everything is in place.
#[must_use]
pub fn ready(project: &Project) -> Option<PathBuf> {
    let made_by = fs::read_to_string(MADE_BY).ok()?;
    let fits = has_std(Path::new(LIBDIR)) && compiler(project).as_deref() == Some(made_by.trim());
    (fits && Path::new(LINKER).is_file() && linked(project)).then(|| PathBuf::from(LINKER))
}

/// Installs the packages, compiles the standard library, and tells rustup where the compiler is.
///
/// # Errors
/// If a step fails, or this is not a Debian system, or the rights to install are missing.
pub fn install(project: &Project) -> Result<()> {
    apt::install(project, super::wasm::TOOL.name, &PACKAGES)?;
    let made_by = compiler(project).context("Debian's rustc does not run")?;
    let build = project.cache.join("build/wasm-std");
    // Left-overs of another compiler would be copied along.
    remove(&build)?;
    write_empty_crate(&build)?;
    report::say("compiling the standard library for wasm from Debian's sources");
    let mut cargo = project.command("/usr/bin/cargo");
    cargo
        .current_dir(&build)
        .args([
            "build",
            "-Z",
            "build-std=std,panic_abort,test",
            "--target",
            TARGET,
            "--release",
        ])
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode, a later build with link-time optimisation fails.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", LINKER)
        .env("CARGO_TARGET_DIR", build.join("target"));
    run::must(super::wasm::TOOL.name, &mut cargo)?;
    fs::write(build.join("made-by"), &made_by).context("cannot write into the tool cache")?;
    copy_libraries(project, &build)?;
    if which("rustup").is_some() && !linked(project) {
        run::must(
            super::wasm::TOOL.name,
            project
                .command("rustup")
                .args(["toolchain", "link", TOOLCHAIN, "/usr"]),
        )?;
    }
    remove(&build)
}

fn compiler(project: &Project) -> Option<String> {
    run::answer(project.command(RUSTC).arg("--version"))
}

fn linked(project: &Project) -> bool {
    if which("rustup").is_none() {
        return true;
    }
    let list = run::answer(project.command("rustup").args(["toolchain", "list"])).unwrap_or_default();
    list.lines()
        .any(|line| line.split_whitespace().next() == Some(TOOLCHAIN))
}

fn write_empty_crate(dir: &Path) -> Result<()> {
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[profile.release]\npanic = \"abort\"\n\n[workspace]\n";
    fs::create_dir_all(dir.join("src")).context("cannot write into the tool cache")?;
    fs::write(dir.join("Cargo.toml"), manifest).context("cannot write into the tool cache")?;
    fs::write(dir.join("src/lib.rs"), "").context("cannot write into the tool cache")
}

/// Puts the libraries where Debian's compiler looks for them.
fn copy_libraries(project: &Project, build: &Path) -> Result<()> {
    let deps = build.join("target").join(TARGET).join("release/deps");
    let mut libraries: Vec<PathBuf> = Vec::new();
    for entry in deps
        .read_dir()
        .with_context(|| format!("cannot read {}", deps.display()))?
    {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            libraries.push(path);
        }
    }
    if libraries.is_empty() {
        bail!(
            "the standard library was compiled, but {} holds no libraries",
            deps.display()
        );
    }
    let as_root = |words: &[&str], files: &[PathBuf]| -> Result<()> {
        let mut command = apt::as_root(project, words)?;
        run::must(super::wasm::TOOL.name, command.args(files)).map(drop)
    };
    as_root(&["rm", "-rf", LIBDIR, MADE_BY], &[])?;
    as_root(&["mkdir", "-p", LIBDIR], &[])?;
    as_root(&["cp", "-t", LIBDIR], &libraries)?;
    // Last, as it says that the rest is complete.
    as_root(&["cp", "-T"], &[build.join("made-by"), PathBuf::from(MADE_BY)])
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}

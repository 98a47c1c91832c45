//! `build`: the app in `dist`, and nothing else there.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::tools::{rust, wasm_command};
use crate::{report, run, stamp};

/// What the app is made of.
const SOURCES: [&str; 9] = [
    "frontend",
    "channel/src",
    "client/src",
    "ethereum/src",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "index.html",
    "boot.js",
];
const MANIFESTS: [&str; 3] = ["channel/Cargo.toml", "client/Cargo.toml", "ethereum/Cargo.toml"];

/// The built app.
#[must_use]
pub fn dist(project: &Project) -> PathBuf {
    project.path("dist")
}

/// Builds the app, unless what is in `dist` was made from these very sources. Its tools have to be there.
///
/// # Errors
/// If the build fails.
pub fn build(project: &Project) -> Result<()> {
    let since = Instant::now();
    let sources = sources(project)?;
    let stamp_file = project.target().join("xtask/app.stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|stamp| Some(stamp) == stamp_of(project, &sources)) {
        report::done("app: unchanged");
        return Ok(());
    }
    let staged = project.wasm_target().join("dist");
    let mut trunk = wasm_command(project, "trunk")?;
    trunk.args(["build", "--offline", "true", "--dist"]).arg(&staged);
    // Its own trace would bury what the compiler said.
    trunk.env_remove("RUST_BACKTRACE");
    // Trunk takes only words for this common variable and fails on `1`.
    trunk.env("NO_COLOR", "true");
    let outcome = run::watch("app", &mut trunk)?;
    if !outcome.ok() {
        bail!(
            "the app does not build\n{}",
            run::last_lines(compilers_words(&outcome.output), run::LAST_LINES)
        );
    }
    compress(project, &staged)?;
    publish(&staged, &dist(project))?;
    let stamp = stamp_of(project, &sources).context("the app was built, but dist is empty")?;
    fs::create_dir_all(project.target().join("xtask")).context("cannot write into the target directory")?;
    fs::write(&stamp_file, stamp).context("cannot write into the target directory")?;
    report::done(&format!(
        "app: {} ({})",
        sizes(&dist(project))?,
        report::time(since.elapsed())
    ));
    Ok(())
}

/// What it weighs: `wasm 165 KB, gzip 72 KB, brotli 60 KB`.
///
/// # Errors
/// If there is no wasm in `dist`.
pub fn sizes(dist: &Path) -> Result<String> {
    let [raw, gzip, brotli] = wasm_sizes(dist)?;
    Ok(format!(
        "wasm {}, gzip {}, brotli {}",
        report::size(raw),
        report::size(gzip),
        report::size(brotli)
    ))
}

/// Bytes of the wasm: raw, gzip, brotli.
///
/// # Errors
/// If there is none in `dist`.
pub fn wasm_sizes(dist: &Path) -> Result<[u64; 3]> {
    let files = stamp::files(dist)?;
    let Some(wasm) = files
        .iter()
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
    else {
        bail!("{} holds no wasm; run `cargo xtask build`", dist.display());
    };
    let mut sizes = [0; 3];
    for (size, ending) in sizes.iter_mut().zip(["", ".gz", ".br"]) {
        let path = format!("{}{ending}", wasm.display());
        *size = fs::metadata(&path)
            .with_context(|| format!("cannot read {path}"))?
            .len();
    }
    Ok(sizes)
}

/// The output without Trunk's own lines at the end, which only repeat that something failed.
fn compilers_words(output: &str) -> &str {
    let end = output.find("error from build pipeline").unwrap_or(output.len());
    let words = output[..end].trim_end();
    words.rsplit_once('\n').map_or(output, |(before, _)| before)
}

fn compress(project: &Project, dir: &Path) -> Result<()> {
    let mut node = project.command("node");
    run::must(
        "compressing the app",
        node.arg(project.path("xtask/src/compress.mjs")).arg(dir),
    )
    .map(drop)
}

/// Replaces `dist` whole, so that it never holds half of an app or a file of an older one.
fn publish(staged: &Path, dist: &Path) -> Result<()> {
    match fs::remove_dir_all(dist) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot replace {}", dist.display()));
        }
        _ => {}
    }
    fs::rename(staged, dist).with_context(|| format!("cannot put the app into {}", dist.display()))
}

fn sources(project: &Project) -> Result<String> {
    let roots: Vec<PathBuf> = SOURCES
        .iter()
        .chain(&MANIFESTS)
        .map(|name| project.path(name))
        .collect();
    let toolchain = std::env::var("THUNDER_WASM").unwrap_or_default();
    stamp::of_contents(&roots, &[rust::compiler(project), toolchain])
}

/// The sources' fingerprint with the names and sizes in `dist`; nothing if there are none.
fn stamp_of(project: &Project, sources: &str) -> Option<String> {
    let dist = dist(project);
    let mut stamp = format!("{sources}\n");
    let files = stamp::files(&dist).ok()?;
    for file in &files {
        let length = fs::metadata(file).ok()?.len();
        stamp.push_str(&format!(
            "{length} {}\n",
            file.strip_prefix(&dist).ok()?.display()
        ));
    }
    (!files.is_empty()).then_some(stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compilers_words_are_kept() {
        let output =
            "error[E0583]: x\n --> y\n2026 ERROR \u{274c} error\nerror from build pipeline\n\nCaused by:\n";
        assert_eq!(compilers_words(output), "error[E0583]: x\n --> y");
        assert_eq!(compilers_words("no such tool"), "no such tool");
    }

    #[test]
    fn publishing_leaves_nothing_old() {
        let dir = tempfile::tempdir().unwrap();
        let (staged, dist) = (dir.path().join("staged"), dir.path().join("dist"));
        fs::create_dir_all(dist.join("old")).unwrap();
        fs::create_dir(&staged).unwrap();
        fs::write(staged.join("index.html"), "new").unwrap();
        publish(&staged, &dist).unwrap();
        assert_eq!(stamp::files(&dist).unwrap(), [dist.join("index.html")]);
        assert!(!staged.exists());
    }

    #[test]
    fn sizes_want_all_three_files() {
        let dir = tempfile::tempdir().unwrap();
        assert!(sizes(dir.path()).is_err());
        for (name, length) in [("app.wasm", 3000), ("app.wasm.gz", 2000), ("app.wasm.br", 1000)] {
            fs::write(dir.path().join(name), vec![0; length]).unwrap();
        }
        assert_eq!(sizes(dir.path()).unwrap(), "wasm 3 KB, gzip 2 KB, brotli 1 KB");
    }
}

//! `build`: the app in `dist`, and nothing else there.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::tools::{rust, wasm_command};
use crate::{page, report, run, split, stamp};

/// What the app is made of.
const SOURCES: [&str; 13] = [
    "frontend",
    "channel/src",
    "client/src",
    "ethereum/src",
    "paywall/src",
    "xtask/src/app.rs",
    "xtask/src/page.rs",
    "xtask/src/split",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "index.html",
    "boot.js",
];
const MANIFESTS: [&str; 4] = [
    "channel/Cargo.toml",
    "client/Cargo.toml",
    "ethereum/Cargo.toml",
    "paywall/Cargo.toml",
];
/// Where cargo takes the compiler's flags for the app from.
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
/// Functions are named with the types that they were made for, by which the app is cut in two.
const NAMES: &str = "-C symbol-mangling-version=v0";
/// How the files of the two halves end.
const FIRST: &str = "_bg.wasm";
const REST: &str = "_rest.wasm";
/// The most that they may weigh in brotli, in bytes: 250 KB is what the first page was to start with, and the rest is 650.
const FIRST_MOST: u64 = 250_000;
const REST_MOST: u64 = 660_000;

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
    trunk.env(FLAGS, flags(project)?);
    let outcome = run::watch("app", &mut trunk)?;
    if !outcome.ok() {
        bail!(
            "the app does not build\n{}",
            run::last_lines(compilers_words(&outcome.output), run::LAST_LINES)
        );
    }
    cut(&staged)?;
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

/// With the names of functions, and without those of this machine's directories, unless cargo could not tell them from two flags.
fn flags(project: &Project) -> Result<String> {
    let mut flags = vec![NAMES.to_owned()];
    let paths = project.nameless_paths()?.into_iter();
    flags.extend(paths.filter(|flag| !flag.contains(char::is_whitespace)));
    Ok(flags.join(" "))
}

/// What it weighs: `first 165 KB, gzip 72 KB, brotli 60 KB; rest …`.
///
/// # Errors
/// If there is no wasm in `dist`.
pub fn sizes(dist: &Path) -> Result<String> {
    let words = |[raw, gzip, brotli]: [u64; 3]| {
        let [raw, gzip, brotli] = [raw, gzip, brotli].map(report::size);
        format!("{raw}, gzip {gzip}, brotli {brotli}")
    };
    let (first, rest) = wasm_sizes(dist)?;
    Ok(format!("wasm {}; rest {}", words(first), words(rest)))
}

/// Bytes of the wasm that the app starts with, and of the rest: raw, gzip, brotli.
///
/// # Errors
/// If there is none in `dist`.
pub fn wasm_sizes(dist: &Path) -> Result<([u64; 3], [u64; 3])> {
    Ok((sizes_of(&wasm(dist, FIRST)?)?, sizes_of(&wasm(dist, REST)?)?))
}

/// Holds the app to what it has come down to.
///
/// # Errors
/// If a half is heavier than its limit; the words say what to do.
pub fn check_weight(dist: &Path) -> Result<()> {
    let (first, rest) = wasm_sizes(dist)?;
    for (half, [.., brotli], most) in [("first", first, FIRST_MOST), ("second", rest, REST_MOST)] {
        if brotli > most {
            bail!(
                "the {half} half of the app's wasm is {brotli} bytes in brotli, and {most} is the most: see \"How to keep the app light\" in CONTRIBUTING.md"
            );
        }
    }
    Ok(())
}

fn sizes_of(wasm: &Path) -> Result<[u64; 3]> {
    let mut sizes = [0; 3];
    for (size, ending) in sizes.iter_mut().zip(["", ".gz", ".br"]) {
        let path = format!("{}{ending}", wasm.display());
        *size = fs::metadata(&path)
            .with_context(|| format!("cannot read {path}"))?
            .len();
    }
    Ok(sizes)
}

/// Puts the two halves in place of the app's wasm, and their names into the page.
fn cut(staged: &Path) -> Result<()> {
    let whole = wasm(staged, FIRST)?;
    let bytes = fs::read(&whole).with_context(|| format!("cannot read {}", whole.display()))?;
    let halves = split::halves(&bytes, split::is_later)?;
    let hash = stamp::of_bytes(&[&halves.first, &halves.rest]);
    let names = [FIRST, REST].map(|end| format!("frontend-{hash}{end}"));
    for (name, half) in names.iter().zip([halves.first, halves.rest]) {
        fs::write(staged.join(name), half).with_context(|| format!("cannot write {name}"))?;
    }
    fs::remove_file(&whole).with_context(|| format!("cannot remove {}", whole.display()))?;

    let former = whole
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    page::seal(staged, &former, &names[0], &names[1])
}

/// The wasm whose name ends like this.
fn wasm(dist: &Path, end: &str) -> Result<PathBuf> {
    let found = stamp::files(dist)?
        .into_iter()
        .find(|file| file.to_string_lossy().ends_with(end));
    found.with_context(|| format!("{} holds no wasm; run `cargo xtask build`", dist.display()))
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
        for half in [FIRST, REST] {
            for (end, length) in [("", 3000), (".gz", 2000), (".br", 1000)] {
                fs::write(dir.path().join(format!("app{half}{end}")), vec![0; length]).unwrap();
            }
        }
        assert_eq!(
            sizes(dir.path()).unwrap(),
            "wasm 3 KB, gzip 2 KB, brotli 1 KB; rest 3 KB, gzip 2 KB, brotli 1 KB"
        );
        assert!(check_weight(dir.path()).is_ok());
        let first = dir.path().join(format!("app{FIRST}.br"));
        fs::write(first, vec![0; 250_001]).unwrap();
        let error = check_weight(dir.path()).unwrap_err().to_string();
        assert!(error.contains("the first half"), "{error}");
    }
}

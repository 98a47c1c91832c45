//! `dist`: what is handed out, one archive for each system that can be built for from here.

mod archive;
mod contents;
mod targets;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::tools::Need;
use crate::{app, report, run, setup};
use contents::Contents;
use targets::{Standing, Target};

/// The packages whose programs are handed out.
const PACKAGES: [&str; 3] = ["thunderd", "thunder-cli", "relay"];
/// Their programs.
const PROGRAMS: [&str; 3] = ["thunderd", "thunder-cli", "thunder-relay"];

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Build for this target only, which then has to be possible. May be repeated [default: all that are possible from here]
    #[arg(long = "target", value_name = "TRIPLE")]
    targets: Vec<String>,
    /// Take the app that was built elsewhere from this directory.
    #[arg(long, value_name = "DIRECTORY")]
    app: Option<PathBuf>,
}

/// The command.
///
/// # Errors
/// If something does not build, or a target that was named cannot be built for from here.
pub fn command(project: &Project, options: &Options) -> Result<ExitCode> {
    let host = targets::host(project)?;
    let chosen = targets::chosen(&options.targets, &host)?;
    let mut ready = Vec::new();
    let mut rest = Vec::new();
    for target in chosen {
        match targets::standing(project, target, &host) {
            Standing::Ready => ready.push(target),
            other if options.targets.is_empty() => rest.push((target, other)),
            Standing::NoStd(reason) | Standing::NoLinker(reason) => bail!("{}: {reason}", target.triple),
        }
    }
    let built = match &options.app {
        Some(app) => app.clone(),
        None => {
            setup::ensure(project, Need::Build)?;
            app::build(project)?;
            app::dist(project)
        }
    };
    let papers = papers(project)?;
    let out = project.target().join("dist");
    begin(&out)?;
    let mut archives = Vec::new();
    for target in ready {
        archives.push(pack(project, target, &built, &papers, &out)?);
    }
    archive::sums_of_files(&out, &archives)?;
    for (target, standing) in rest {
        leave_out(project, target, &standing);
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds for a target and puts everything into its archive; returns the archive's name.
fn pack(project: &Project, target: &Target, app: &Path, papers: &Path, out: &Path) -> Result<String> {
    let since = Instant::now();
    let mut contents = Contents::default();
    // First, as nobody wants to learn of a wrong directory after a long build.
    contents.app(app)?;
    run::must(target.triple, &mut cargo(project, "build", target)?)?;
    let programs = project.target().join(target.triple).join("release");
    for program in PROGRAMS {
        contents.program(&programs.join(format!("{program}{}", target.exe)))?;
    }
    contents.papers(project, papers)?;
    let name = format!("thunder-{}-{}", env!("CARGO_PKG_VERSION"), target.name);
    let file = format!("{name}.tar.gz");
    let bytes = archive::pack(&name, &contents.with_sums(), moment(project))?;
    fs::write(out.join(&file), &bytes).with_context(|| format!("cannot write {file}"))?;
    report::done(&format!(
        "{} ({}, {})",
        out.join(&file).display(),
        report::size(u64::try_from(bytes.len())?),
        report::time(since.elapsed())
    ));
    Ok(file)
}

/// Where there is a standard library but nothing to link with, the code can still be checked.
fn leave_out(project: &Project, target: &Target, standing: &Standing) {
    let reason = match standing {
        Standing::Ready => return,
        Standing::NoStd(reason) => reason,
        Standing::NoLinker(reason) => {
            let checked =
                cargo(project, "check", target).and_then(|mut check| run::must(target.triple, &mut check));
            match checked {
                Ok(_) => report::done(&format!("{}: checked only", target.triple)),
                Err(error) => report::fail(&format!("{}: {error:#}", target.triple)),
            }
            reason
        }
    };
    report::say(&format!("-- {} is left out: {reason}", target.triple));
}

/// Cargo for the programs. The target is named also where it is this machine's: build scripts then take other flags than what is
/// handed out, and the developers' builds stay what they were.
fn cargo(project: &Project, what: &str, target: &Target) -> Result<Command> {
    let mut command = project.command("cargo");
    command.args([what, "--release", "--locked", "--target", target.triple]);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    command.env(
        "CARGO_ENCODED_RUSTFLAGS",
        project.nameless_paths()?.join("\u{1f}"),
    );
    Ok(command)
}

/// Manual pages and completions, by the command line itself: one that runs here, whatever is built for.
fn papers(project: &Project) -> Result<PathBuf> {
    let directory = project.target().join("xtask/papers");
    begin(&directory)?;
    let build = ["build", "--package", "thunder-cli"];
    run::must("thunder-cli for its papers", project.command("cargo").args(build))?;
    let program = project.binary("thunder-cli");
    let pages = directory.join("man");
    fs::create_dir(&pages).context("cannot write into the target directory")?;
    run::must("manual pages", project.command(&program).arg("man").arg(&pages))?;
    for (shell, file) in [
        ("bash", "thunder-cli.bash"),
        ("zsh", "_thunder-cli"),
        ("fish", "thunder-cli.fish"),
    ] {
        let script = run::must(
            "completions",
            project.command(&program).args(["completions", shell]),
        )?;
        fs::write(directory.join(file), script.output).context("cannot write into the target directory")?;
    }
    Ok(directory)
}

/// An empty directory.
fn begin(directory: &Path) -> Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot empty {}", directory.display()));
        }
        _ => {}
    }
    fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))
}

/// The time that every file in an archive has: what the environment says, as is the custom, or that of the newest commit.
fn moment(project: &Project) -> u64 {
    let said = std::env::var("SOURCE_DATE_EPOCH").ok();
    let committed = || run::answer(project.command("git").args(["log", "-1", "--format=%ct"]));
    said.or_else(committed)
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or_default()
}

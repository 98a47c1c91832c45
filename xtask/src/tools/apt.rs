//! Debian packages, where there are any.

use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};

use crate::project::{Project, which};
use crate::run;

/// apt locks its database; lanes take turns instead of failing on that.
static TURN: Mutex<()> = Mutex::new(());

/// Whether this system uses apt.
#[must_use]
pub fn here() -> bool {
    which("apt-get").is_some()
}

/// Installs packages, after a look for newer lists.
///
/// # Errors
/// If this is no such system, rights are missing, or apt fails. The message holds the line to run by hand.
pub fn install(project: &Project, name: &str, packages: &[&str]) -> Result<()> {
    let by_hand = format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    if !here() {
        bail!(
            "this system has no apt-get, so these have to come by other means: {}",
            packages.join(", ")
        );
    }
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(mut update) = as_root(project, &["apt-get", "update"]) else {
        bail!("installing needs root. Run this once, then try again:\n    sudo {by_hand}");
    };
    run::must(name, &mut update)?;
    let mut words = vec!["apt-get", "install", "-y", "--no-install-recommends"];
    words.extend(packages);
    run::must(
        name,
        as_root(project, &words)?.env("DEBIAN_FRONTEND", "noninteractive"),
    )
    .map(drop)
}

/// A command with root's rights, where they can be had without a password.
///
/// # Errors
/// If they cannot.
pub fn as_root(project: &Project, words: &[&str]) -> Result<Command> {
    let mut prefix: Vec<&str> = Vec::new();
    if !is_root() {
        if run::answer(project.command("sudo").args(["-n", "true"])).is_none() {
            bail!("`{}` needs root, and sudo asks for a password", words.join(" "));
        }
        prefix.extend(["sudo", "-n"]);
    }
    prefix.extend(words);
    let Some((program, arguments)) = prefix.split_first() else {
        bail!("no command was given")
    };
    let mut command = project.command(*program);
    command.args(arguments);
    Ok(command)
}

fn is_root() -> bool {
    #[cfg(unix)]
    return nix::unistd::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}

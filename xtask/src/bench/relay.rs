//! `bench relay`: a relay under load, beside a forwarder that does as little as one can.

use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use super::relay_table::Figures;
use super::run_shown;
use crate::project::Project;
use crate::suite::steps;
use crate::tools::{Need, nats};
use crate::{report, setup};

/// What can be chosen of it.
// Its own name: the options of `bench` are a group too.
#[derive(Debug, clap::Args)]
#[group(id = "relay")]
pub struct Options {
    /// Numbers of channels, 1 to 10,000 (relay only).
    #[arg(long, value_name = "N", value_delimiter = ',')]
    channels: Vec<usize>,
    /// Only this store (relay only).
    #[arg(long, value_enum)]
    store: Option<Store>,
    /// How long each measure takes (relay only).
    #[arg(long, value_name = "S")]
    seconds: Option<u32>,
}

/// Where the relay keeps what it acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Store {
    Sqlite,
    Nats,
}

impl Options {
    /// For what these options do not choose anything of.
    ///
    /// # Errors
    /// If one was given.
    pub fn refuse(&self) -> Result<()> {
        if !self.channels.is_empty() || self.store.is_some() || self.seconds.is_some() {
            bail!("--channels, --store and --seconds are for `cargo xtask bench relay`");
        }
        Ok(())
    }
}

/// Prints the tables, and with `json` the whole result as the last line.
///
/// # Errors
/// If something cannot be built, started or measured. A missing NATS server is a gap, which is named.
pub fn command(project: &Project, options: &Options, json: bool) -> Result<ExitCode> {
    ensure!(
        cfg!(target_os = "linux"),
        "the relay is measured on Linux only: by /proc, and from many loopback addresses"
    );
    setup::ensure(project, Need::Check)?;
    run_shown("contracts", steps::forge(project, &["build", "src"]))?;
    let build = [
        "build",
        "--release",
        "--package",
        "relay",
        "--package",
        "thunder-relay-load",
    ];
    run_shown("build", steps::cargo(project, &build))?;
    let built = project.target().join("release");
    let mut load = project.command(built.join("thunder-relay-load"));
    load.arg("run")
        .arg("--relay")
        .arg(built.join("thunder-relay"))
        .arg("--anvil")
        .arg(project.foundry("anvil"))
        .arg("--hub")
        .arg(project.path("contracts/out/ChannelHub.sol/ChannelHub.json"))
        .arg("--scratch")
        .arg(project.target().join("bench-relay"));
    let server = nats::program();
    if let Some(server) = &server {
        load.arg("--nats").arg(server);
    }
    let stores: &[&str] = match (options.store, &server) {
        (Some(Store::Sqlite), _) => &["sqlite"],
        (Some(Store::Nats), Some(_)) => &["nats"],
        (Some(Store::Nats), None) => bail!("there is no nats-server; run `cargo xtask setup`"),
        (None, Some(_)) => &["sqlite", "nats"],
        (None, None) => {
            report::fail("NATS is not in the table: there is no nats-server");
            &["sqlite"]
        }
    };
    load.args(["--store", &stores.join(",")]);
    if !options.channels.is_empty() {
        let numbers: Vec<String> = options.channels.iter().map(usize::to_string).collect();
        load.args(["--channels", &numbers.join(",")]);
    }
    if let Some(seconds) = options.seconds {
        load.args(["--seconds", &seconds.to_string()]);
    }
    let outcome = run_shown("relay under load", load)?;
    let line = outcome.output.lines().rev().find(|line| line.starts_with('{'));
    let line = line.context("the load printed no line of JSON")?;
    println!("{}", Figures::parse(line)?.text());
    if json {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

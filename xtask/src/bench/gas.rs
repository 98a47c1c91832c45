//! `bench gas`: the hub beside other channel contracts, the same stories on one fresh chain.

use std::process::ExitCode;

use anyhow::{Context, Result};

use super::gas_table::{self, Costs};
use super::{peers, run_shown};
use crate::project::Project;
use crate::suite::steps;
use crate::tools::Need;
use crate::{report, setup};

/// Prints the tables, and with `json` the whole result as the last line.
///
/// # Errors
/// If the hub cannot be measured, or a story does not end as it should. A peer whose package cannot be had is a gap, which
/// is named.
pub fn command(project: &Project, json: bool) -> Result<ExitCode> {
    setup::ensure(project, Need::Check)?;
    let unpacked = peers::install(project)?;
    run_shown("contracts", steps::forge(project, &["build", "src"]))?;
    let mut node = project.command("node");
    node.current_dir(project.path("bench"))
        .arg("gas.mjs")
        .env("THUNDER_ANVIL", project.foundry("anvil"))
        .env("THUNDER_PEERS", unpacked);
    let outcome = run_shown("gas", node)?;
    let line = outcome.output.lines().rev().find(|line| line.starts_with('{'));
    let line = line.context("bench/gas.mjs printed no line of JSON")?;
    let costs = Costs::parse(line)?;
    for (peer, reason) in costs.gaps() {
        report::fail(&format!("{peer} is not in the table: {reason}"));
    }
    println!("{}", gas_table::text(&costs));
    if json {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

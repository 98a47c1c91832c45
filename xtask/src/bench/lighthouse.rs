//! Lighthouse over the app as the relay serves it. Its packages are large, and installed only for this.

use std::process::ExitCode;

use anyhow::{Context, Result};

use super::{measure, parse, run_shown};
use crate::project::Project;
use crate::suite::steps;
use crate::tools::{Need, browser, npm};
use crate::{app, demo, report, setup};

/// Prints the scores and what cost points, and with `json` the figures by name as the last line.
///
/// # Errors
/// If the tools cannot be had, or the app cannot be judged.
pub fn command(project: &Project, json: bool) -> Result<ExitCode> {
    setup::ensure(project, Need::Test)?;
    npm::ensure(project, "e2e/lighthouse")?;
    app::build(project)?;
    demo::build_relay(project)?;
    let mut bench = steps::e2e_command(project, &browser::require_chrome()?)?;
    bench.args(["bench.mjs", "lighthouse/lighthouse.config.ts"]);
    let outcome = run_shown("lighthouse", bench)?;
    for line in outcome.output.lines().filter(|line| line.contains("(weight ")) {
        report::say(line);
    }
    let line = outcome.output.lines().rev().find(|line| line.starts_with('{'));
    let line = line.context("e2e/bench.mjs printed no line of JSON")?;
    println!("{}", measure::table(&parse::numbers(line)?));
    if json {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

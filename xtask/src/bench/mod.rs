//! `bench`: measures, as a table and on demand as JSON.

mod app;
mod gas;
mod gas_table;
mod lighthouse;
mod measure;
mod parse;
mod peers;
mod relay;
mod relay_table;

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::project::Project;
use crate::suite::steps;
use crate::tools::Need;
use crate::{report, run, setup};
use measure::Measure;

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Measure only this; `gas` alone also plays the hub's stories on other channel contracts, beside it, `lighthouse` and
    /// `relay` are measured alone only.
    #[arg(value_enum)]
    group: Option<Group>,
    /// End with one JSON object on a line of its own.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    relay: relay::Options,
}

/// The things that are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Group {
    /// Digest, signature and check of a claim.
    Signatures,
    /// What the hub's calls cost.
    Gas,
    /// The app in a browser: its size, its first load, and from the press of a button to the number on the other screen.
    App,
    /// Payments between two nodes without a browser.
    Node,
    /// Lighthouse's scores of the app, on its mobile preset; they are at most 100.
    Lighthouse,
    /// The relay under load.
    Relay,
}

/// How a group is measured, and what it is called.
type Measured = (Group, &'static str, fn(&Project) -> Result<Vec<Measure>>);

const GROUPS: [Measured; 4] = [
    (Group::Signatures, "signatures", signatures),
    (Group::Gas, "gas", gas),
    (Group::App, "app", app::measures),
    (Group::Node, "node", node),
];

/// The command. A group that cannot be measured is named and does not keep the others from being measured.
///
/// # Errors
/// If the tools cannot be had.
pub fn command(project: &Project, options: &Options) -> Result<ExitCode> {
    if options.group == Some(Group::Gas) {
        return gas::command(project, options.json);
    }
    if options.group == Some(Group::App) {
        options.relay.refuse()?;
        return app::command(project, options.json);
    }
    if options.group == Some(Group::Lighthouse) {
        options.relay.refuse()?;
        return lighthouse::command(project, options.json);
    }
    if options.group == Some(Group::Relay) {
        return relay::command(project, &options.relay, options.json);
    }
    options.relay.refuse()?;
    setup::ensure(project, Need::Test)?;
    let mut measures: Vec<Measure> = Vec::new();
    let mut failed: Vec<&str> = Vec::new();
    for (_, name, take) in chosen(options.group) {
        match take(project).and_then(measure::at_least_one) {
            Ok(more) => measures.extend(more),
            Err(error) => {
                report::fail(&format!("{name}: {error:#}"));
                failed.push(name);
            }
        }
    }
    println!("{}", measure::table(&measures));
    if options.json {
        println!("{}", measure::json(&measures, &failed));
    }
    Ok(if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One group, or all.
fn chosen(only: Option<Group>) -> impl Iterator<Item = Measured> {
    GROUPS
        .into_iter()
        .filter(move |(group, ..)| only.is_none_or(|only| only == *group))
}

/// Digest, signature and check of a claim, natively on one core.
fn signatures(project: &Project) -> Result<Vec<Measure>> {
    let bench = [
        "bench",
        "--package",
        "thunder-channel",
        "--bench",
        "claims",
        "--",
        "--output-format",
        "bencher",
    ];
    let outcome = run_shown("signatures", steps::cargo(project, &bench))?;
    Ok(parse::bencher(&outcome.output))
}

/// Daemons on a chain of their own: payments a second, starting again with many channels, and metered traffic.
fn node(project: &Project) -> Result<Vec<Measure>> {
    run::must("contracts", &mut steps::forge(project, &["build"]))?;
    let mut measures = Vec::new();
    for name in ["payments", "restart", "traffic"] {
        let bench = ["bench", "--package", "thunderd", "--bench", name];
        let outcome = run_shown(name, steps::cargo(project, &bench))?;
        let line = outcome.output.lines().rev().find(|line| line.starts_with('{'));
        measures.extend(parse::numbers(
            line.context("the node's benchmark printed no line of JSON")?,
        )?);
    }
    Ok(measures)
}

/// Gas per hub call: the contract tests that write the snapshots, then the snapshots.
fn gas(project: &Project) -> Result<Vec<Measure>> {
    run_shown(
        "gas",
        steps::forge(
            project,
            &["test", "--match-path", "test/{Gas,sessions/SessionGas}.t.sol"],
        ),
    )?;
    let mut measures = Vec::new();
    for (token, file) in [
        ("ether", "ether.json"),
        ("THD", "erc20.json"),
        ("session, ether", "sessions-ether.json"),
        ("session, THD", "sessions-erc20.json"),
    ] {
        let path = project.path("contracts/snapshots").join(file);
        let snapshot =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        measures.extend(parse::gas_snapshot(&snapshot, token)?);
    }
    Ok(measures)
}

fn run_shown(name: &str, mut command: Command) -> Result<run::Outcome> {
    report::say(&format!("$ {}", run::shown(&command)));
    run::must(name, &mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_group_or_all_are_chosen() {
        let names = |only| chosen(only).map(|(_, name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(Some(Group::App)), ["app"]);
        assert_eq!(names(None).len(), 4);
    }
}

//! Thunder's commands: set up, demo, check, test, e2e, bench, campaign, build, thd, dist.

mod app;
mod bench;
mod campaign;
mod demo;
mod dist;
mod e2e;
mod page;
mod project;
mod report;
mod run;
mod setup;
mod signals;
mod split;
mod stamp;
mod suite;
mod thd;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use project::Project;
use tools::Need;

/// Thunder's commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install every tool that is missing.
    Setup,
    /// Build the app into dist, with compressed files beside each.
    Build,
    /// Check format, lints and unit tests.
    Check,
    /// Run every check and every test.
    Test,
    /// Run the browser suites alone, after building what they test.
    E2e(e2e::Options),
    /// Measure signatures, gas, the app's size, and the time from a payment to the other screen.
    Bench(bench::Options),
    /// Search for longer than the tests do: fuzz, invariants, differential, mutation.
    Campaign(campaign::Options),
    /// Start a local chain, the relay and the app, and print a link for Alice and one for Bob.
    Demo(demo::Options),
    /// Play money for an account on a development chain.
    #[command(subcommand)]
    Thd(thd::Command),
    /// Build thunderd, thunder-cli, the relay and the app for release, and pack them into target/dist.
    Dist(dist::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            // In words only: a backtrace, which RUST_BACKTRACE would add to the debug form, helps nobody here.
            report::say(&format!("{} {error:#}", report::paint("31", "error:")));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::find()?;
    signals::install()?;
    match &arguments.command {
        Task::Setup => setup::command(&project)?,
        Task::Build => {
            setup::ensure(&project, Need::Build)?;
            app::build(&project)?;
        }
        Task::Check => return Ok(suite::check(&project)),
        Task::Test => return Ok(suite::test(&project)),
        Task::E2e(options) => return e2e::command(&project, options),
        Task::Bench(options) => return bench::command(&project, options),
        Task::Campaign(options) => return campaign::command(&project, options),
        Task::Demo(options) => demo::command(&project, options)?,
        Task::Dist(options) => return dist::command(&project, options),
        Task::Thd(command) => thd::command(&project, command)?,
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn the_commands_can_be_told_apart() {
        Arguments::command().debug_assert();
    }
}

//! Loads a real relay with real claims over loopback and measures it.
//!
//! Nothing here is part of a relay. `cargo xtask bench relay` builds and runs it; README.md of the relay says what comes out.

mod bench;
mod chain;
mod crowd;
mod follower;
mod forwarder;
mod payer;
mod people;
mod programs;
mod relay;
mod report;
mod socket;
mod usage;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::{io::Write, process::ExitCode};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure, and print one JSON object.
    Run(bench::Options),
    /// Pass on what comes, and nothing else, until this is ended.
    Forwarder,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In words only: a backtrace helps nobody here.
            let _ = writeln!(std::io::stderr(), "thunder-relay-load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.command {
        Task::Run(options) => {
            usage::allow_files()?;
            let report = runtime.block_on(bench::run(options))?;
            writeln!(std::io::stdout(), "{}", serde_json::to_string(&report)?)?;
            Ok(())
        }
        Task::Forwarder => runtime.block_on(forwarder::serve()),
    }
}

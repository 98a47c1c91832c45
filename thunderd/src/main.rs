//! The Thunder node as a program.

use clap::{Parser, Subcommand};
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};
use thunderd::{
    paywall,
    settings::{LogFormat, Settings},
};
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(
    name = "thunderd",
    version,
    about,
    long_about,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Stand in front of a service as a reverse proxy, and let through who has paid the node of this machine
    Paywall(paywall::Options),
}

fn main() -> ExitCode {
    let Arguments { settings, command } = Arguments::parse();
    let outcome = settings.with_file().and_then(|settings| {
        start_log(settings.log.unwrap_or(LogFormat::Auto));
        match command {
            Some(Command::Paywall(options)) => paywall::run(&options),
            None => thunderd::run(settings),
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In words only: a backtrace helps no operator.
            let _ = writeln!(std::io::stderr(), "thunderd: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Json => log.json().init(),
        LogFormat::Auto if !terminal => log.json().init(),
        LogFormat::Auto | LogFormat::Text => log.with_ansi(terminal).init(),
    }
}

//! The command line of a Thunder node: each command is a call or two of the REST API of `thunderd` on this machine, and what came
//! of it in words. It decides nothing about money and keeps nothing.

mod api;
mod arguments;
mod board;
mod choose;
mod commands;
mod exit;
mod interrupt;
mod output;
mod secrets;
mod session;
mod span;
mod token;
mod words;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use exit::{Exit, Failure};
use words::Style;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let exit = match commands::run(&arguments) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            complain(&failure, &arguments);
            failure.exit()
        }
    };
    ExitCode::from(exit as u8)
}

fn complain(failure: &Failure, arguments: &Arguments) {
    if matches!(failure, Failure::ReaderGone) {
        return;
    }
    let text = if arguments.json {
        failure.json()
    } else {
        words::problem::words(failure, &session::caller(arguments), Style::of(&io::stderr()))
    };
    // Where nobody listens, the exit code still says it.
    let _ = writeln!(io::stderr(), "{text}");
}

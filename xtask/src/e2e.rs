//! `e2e`: the browser suites alone, or some of them, as one watches them while working on the app.

use std::env;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::project::Project;
use crate::suite::steps;
use crate::tools::{Need, browser};
use crate::{app, report, run, setup};

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Show the browsers.
    #[arg(long)]
    headed: bool,
    /// Keep the trace of every test, with a picture of each step; otherwise only failed tests keep theirs.
    #[arg(long)]
    trace: bool,
    /// Run only the tests whose file or title contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

/// The command. What the runner says is shown as it comes.
///
/// # Errors
/// If a tool is missing, or what the suites test does not build.
pub fn command(project: &Project, options: &Options) -> Result<ExitCode> {
    if options.headed && !has_screen() {
        bail!(
            "--headed needs a screen, and neither DISPLAY nor WAYLAND_DISPLAY names one; run it without, or under xvfb-run"
        );
    }
    setup::ensure(project, Need::Test)?;
    // The suites deploy what is compiled here.
    run::must("contracts", &mut steps::forge(project, &["build"]))?;
    app::build(project)?;
    run::must("relay and node", &mut steps::programs(project))?;
    let mut command = suites(project, options)?;
    report::say(&format!("$ cd e2e && {}", run::shown(&command)));
    let status = run::attached(&mut command)?;
    if status.success() {
        return Ok(ExitCode::SUCCESS);
    }
    report::say("What failed left its trace, pictures and film in e2e/results; a trace is opened by");
    report::say("$ cd e2e && npx playwright show-trace results/<test>/trace.zip");
    Ok(ExitCode::FAILURE)
}

fn suites(project: &Project, options: &Options) -> Result<Command> {
    let browser = if options.headed {
        browser::require_chrome()?
    } else {
        browser::require_headless()?
    };
    let mut command = steps::e2e_command(project, &browser)?;
    command.args(["node_modules/@playwright/test/cli.js", "test"]);
    command.args(arguments(options));
    Ok(command)
}

fn arguments(options: &Options) -> Vec<String> {
    let mut arguments = Vec::new();
    if options.headed {
        arguments.push("--headed".to_owned());
    }
    if options.trace {
        arguments.push("--trace=on".to_owned());
    }
    if let Some(text) = &options.filter {
        arguments.push(format!("--grep={}", literally(text)));
    }
    arguments
}

/// The pattern that finds this very text: the runner takes patterns only.
fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\^$.*+?()[]{}|/".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

fn has_screen() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .into_iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_passed_on() {
        let none = Options {
            headed: false,
            trace: false,
            filter: None,
        };
        assert_eq!(arguments(&none), Vec::<String>::new());
        let all = Options {
            headed: true,
            trace: true,
            filter: Some("1: alice".to_owned()),
        };
        assert_eq!(arguments(&all), ["--headed", "--trace=on", "--grep=1: alice"]);
    }

    #[test]
    fn a_filter_is_a_text_and_no_pattern() {
        assert_eq!(literally("wallet.spec"), r"wallet\.spec");
        assert_eq!(literally("a (b|c)?"), r"a \(b\|c\)\?");
        assert_eq!(literally("4001, −32002"), "4001, −32002");
    }
}

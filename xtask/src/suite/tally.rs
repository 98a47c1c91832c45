//! Running steps one after the other and adding up what they say.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::counts::{Counts, Parser};
use crate::project::Project;
use crate::run::Outcome;
use crate::{report, run};

/// The sum so far.
#[derive(Debug)]
pub struct Tally<'a> {
    project: &'a Project,
    since: Instant,
    passed: u64,
    failed: u64,
    broken: Vec<String>,
    skipped_tools: Vec<String>,
}

impl<'a> Tally<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new(project: &'a Project) -> Self {
        Self {
            project,
            since: Instant::now(),
            passed: 0,
            failed: 0,
            broken: Vec::new(),
            skipped_tools: Vec::new(),
        }
    }

    /// A step that is no test run, such as a format check: counts as one. Returns whether it passed.
    pub fn one(&mut self, name: &str, command: Result<Command>) -> bool {
        let failed = self.failed;
        match self.run(name, command) {
            Ok(outcome) if outcome.ok() => self.pass(name, 1, "", outcome.elapsed),
            Ok(outcome) => self.fail(name, 1, &outcome.output, &format!("{}", outcome.status)),
            Err(error) => self.fail(name, 1, "", &format!("{error:#}")),
        }
        self.failed == failed
    }

    /// A step done by this program itself: counts as one. Returns whether it passed.
    pub fn own(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> bool {
        let failed = self.failed;
        let since = Instant::now();
        match step() {
            Ok(()) => self.pass(name, 1, "", since.elapsed()),
            Err(error) => self.fail(name, 1, "", &format!("{error:#}")),
        }
        self.failed == failed
    }

    /// A test run whose output holds its counts.
    pub fn tests(&mut self, name: &str, command: Result<Command>, parser: Parser) {
        let outcome = self.run(name, command);
        let counts = outcome.as_ref().ok().and_then(|outcome| parser(&outcome.output));
        self.count(name, outcome, counts);
    }

    /// A test run whose counts are in a file that it writes.
    pub fn tests_reported_in(&mut self, name: &str, command: Result<Command>, file: &Path, parser: Parser) {
        // The report of an earlier run must not speak for one that wrote none.
        let _ = std::fs::remove_file(file);
        let outcome = self.run(name, command);
        let counts = std::fs::read_to_string(file)
            .ok()
            .and_then(|report| parser(&report));
        self.count(name, outcome, counts);
    }

    /// A tool that is not here and whose step is left out.
    pub fn skip_tool(&mut self, tool: &str, reason: &str) {
        self.skipped_tools.push(format!("{tool} ({reason})"));
    }

    /// Prints the last two lines.
    #[must_use]
    pub fn finish(self) -> ExitCode {
        let time = report::time(self.since.elapsed());
        if self.broken.is_empty() {
            report::say(&format!("All done in {time}."));
        } else {
            report::say(&format!("Done in {time}. Not right: {}.", self.broken.join(", ")));
        }
        let skipped = if self.skipped_tools.is_empty() {
            "none".into()
        } else {
            self.skipped_tools.join(", ")
        };
        println!(
            "skipped: {skipped}\n{} passed, {} failed",
            self.passed, self.failed
        );
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn run(&self, name: &str, command: Result<Command>) -> Result<Outcome> {
        let mut command = command?;
        let place = command
            .get_current_dir()
            .and_then(|dir| dir.strip_prefix(&self.project.root).ok());
        let place = place.filter(|place| !place.as_os_str().is_empty());
        let change = place
            .map(|place| format!("cd {} && ", place.display()))
            .unwrap_or_default();
        report::say(&format!("$ {change}{}", run::shown(&command)));
        run::watch(name, &mut command)
    }

    fn count(&mut self, name: &str, outcome: Result<Outcome>, counts: Option<Counts>) {
        match outcome {
            Err(error) => self.fail(name, 1, "", &format!("{error:#}")),
            Ok(outcome) => match judge(outcome.ok(), counts) {
                Verdict::Passed(counts) => {
                    let skipped = if counts.skipped > 0 {
                        format!(", {} left out", counts.skipped)
                    } else {
                        String::new()
                    };
                    self.pass(
                        name,
                        counts.passed,
                        &format!(": {} tests{skipped}", counts.passed),
                        outcome.elapsed,
                    );
                }
                Verdict::Failed {
                    passed,
                    failed,
                    reason,
                } => {
                    self.passed += passed;
                    self.fail(name, failed, &outcome.output, &reason);
                }
            },
        }
    }

    fn pass(&mut self, name: &str, passed: u64, detail: &str, elapsed: Duration) {
        self.passed += passed;
        report::done(&format!("{name}{detail} ({})", report::time(elapsed)));
    }

    fn fail(&mut self, name: &str, failed: u64, output: &str, reason: &str) {
        self.failed += failed;
        self.broken.push(name.to_owned());
        if !output.is_empty() {
            report::say(output.trim_end());
        }
        report::fail(&format!("{name}: {reason}"));
    }
}

/// What a test run comes to.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Passed(Counts),
    Failed {
        passed: u64,
        failed: u64,
        reason: String,
    },
}

/// A runner that did not build, reported no count or ran nothing has failed, whatever its exit code.
fn judge(exit_ok: bool, counts: Option<Counts>) -> Verdict {
    let failed = |counts: Counts, reason: &str| Verdict::Failed {
        passed: counts.passed,
        failed: counts.failed.max(1),
        reason: reason.to_owned(),
    };
    match counts {
        None => failed(Counts::default(), "it reported no count"),
        Some(counts) if counts.failed > 0 => failed(
            counts,
            &format!("{} of {} tests failed", counts.failed, counts.ran()),
        ),
        Some(counts) if !exit_ok => failed(counts, "it reported no failed test, but an error"),
        Some(counts) if counts.ran() == 0 => failed(counts, "it ran no test"),
        Some(counts) => Verdict::Passed(counts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64) -> Option<Counts> {
        Some(Counts {
            passed,
            failed,
            skipped: 0,
        })
    }

    fn failed_of(verdict: &Verdict) -> Option<(u64, u64)> {
        match verdict {
            Verdict::Passed(_) => None,
            Verdict::Failed { passed, failed, .. } => Some((*passed, *failed)),
        }
    }

    #[test]
    fn only_a_run_with_passed_tests_and_nothing_else_passes() {
        assert_eq!(failed_of(&judge(true, counts(3, 0))), None);
        assert_eq!(
            failed_of(&judge(true, counts(3, 2))),
            Some((3, 2)),
            "a runner may hide its exit code"
        );
        assert_eq!(
            failed_of(&judge(false, counts(3, 0))),
            Some((3, 1)),
            "one binary of several may not compile"
        );
        assert_eq!(failed_of(&judge(true, counts(0, 0))), Some((0, 1)));
        assert_eq!(failed_of(&judge(true, None)), Some((0, 1)));
    }
}

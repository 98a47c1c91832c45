//! A program that the demo keeps running.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::report::{self, Job};
use crate::{run, signals};

/// How often services are looked at.
pub const POLL: Duration = Duration::from_millis(50);
/// How long one may take to become ready. A large chain state is read within this on a slow machine.
const READY: Duration = Duration::from_secs(60);
/// How long one may take to write its state and end.
const END: Duration = Duration::from_secs(10);
/// How many lines of its log explain why it ended.
const LAST_LINES: usize = 15;

/// A running program, whose output goes to a file.
#[derive(Debug)]
pub struct Service {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Service {
    /// Starts a program.
    ///
    /// # Errors
    /// If it cannot be started, or its log not be written.
    pub fn start(name: &'static str, command: &mut Command, log: PathBuf) -> Result<Self> {
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        command
            .stdout(file.try_clone().context("cannot share a log file")?)
            .stderr(file);
        let child = signals::spawn(command).with_context(|| format!("cannot start the {name}"))?;
        Ok(Self { name, child, log })
    }

    /// Its name and process id.
    #[must_use]
    pub fn identity(&self) -> (&'static str, u32) {
        (self.name, self.child.id())
    }

    /// Waits until `ready` is true.
    ///
    /// # Errors
    /// If the program ends before, takes too long, or a signal comes.
    pub fn wait_for(&mut self, stop: &Receiver<()>, ready: impl Fn() -> bool) -> Result<()> {
        let job = Job::start(&format!("starting the {}", self.name));
        let since = Instant::now();
        while !ready() {
            self.must_run()?;
            if since.elapsed() > READY {
                bail!(
                    "the {} did not become ready within {}\n{}",
                    self.name,
                    report::time(READY),
                    self.last_lines()
                );
            }
            if stop.recv_timeout(POLL) != Err(RecvTimeoutError::Timeout) {
                bail!("stopped");
            }
        }
        drop(job);
        // Another program on the same port may have answered in its place.
        self.must_run()
    }

    /// # Errors
    /// If it has ended; the error shows its last lines.
    pub fn must_run(&mut self) -> Result<()> {
        match self
            .child
            .try_wait()
            .with_context(|| format!("cannot watch the {}", self.name))?
        {
            None => Ok(()),
            Some(status) => {
                signals::forget(&self.child);
                bail!(
                    "the {} ended by itself ({status}); the end of {}:\n{}",
                    self.name,
                    self.log.display(),
                    self.last_lines()
                )
            }
        }
    }

    /// Asks it to end, and kills it if it does not in time.
    pub fn end(&mut self) {
        if !signals::end(&mut self.child, END) {
            report::say(&format!(
                "the {} did not end within {} and was killed",
                self.name,
                report::time(END)
            ));
        }
    }

    fn last_lines(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        run::last_lines(&String::from_utf8_lossy(&bytes), LAST_LINES)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn shell(script: &str, dir: &tempfile::TempDir) -> Service {
        Service::start(
            "tester",
            Command::new("sh").args(["-c", script]),
            dir.path().join("log"),
        )
        .unwrap()
    }

    #[test]
    fn one_that_dies_is_named_with_its_last_lines() {
        let dir = tempfile::tempdir().unwrap();
        let (_sender, stop) = channel();
        let mut service = shell("echo the reason >&2; exit 7", &dir);
        let error = service.wait_for(&stop, || false).unwrap_err().to_string();
        assert!(
            error.starts_with("the tester ended by itself (exit status: 7)"),
            "{error}"
        );
        assert!(error.ends_with("    the reason"), "{error}");
    }

    #[test]
    fn a_signal_ends_the_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let (sender, stop) = channel();
        let mut service = shell("exec sleep 60", &dir);
        sender.send(()).unwrap();
        assert_eq!(
            service.wait_for(&stop, || false).unwrap_err().to_string(),
            "stopped"
        );
        service.end();
        assert!(service.child.try_wait().unwrap().is_some());
    }
}

//! Running a program to its end, with its output kept.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::report::Job;
use crate::signals;

/// How many of the last lines of a failed program are shown where the whole would be too much.
pub const LAST_LINES: usize = 30;
/// How often a silent program is looked at.
const POLL: Duration = Duration::from_millis(50);
/// How long a process that a program left behind may hold on to its output.
const STRAGGLERS: Duration = Duration::from_secs(2);

/// A program that has ended.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: ExitStatus,
    /// All it wrote, both streams in the order they came.
    pub output: String,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// Whether it reported success.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.status.success()
    }
}

/// Runs `command`, showing its newest line as progress under `name`.
///
/// # Errors
/// If it cannot be started. A failing program is an [`Outcome`].
pub fn watch(name: &str, command: &mut Command) -> Result<Outcome> {
    let job = Job::start(name);
    let since = Instant::now();
    let (reader, writer) = std::io::pipe().context("cannot make a pipe")?;
    command
        .stdout(writer.try_clone().context("cannot share a pipe")?)
        .stderr(writer);
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = signals::spawn(command).with_context(|| format!("cannot start `{program}`"))?;
    // The command holds the writing ends; the reader only ends once they are closed.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let lines = read_lines(reader);
    let mut output = String::new();
    let mut ended: Option<Instant> = None;
    while !signals::stopping() {
        match lines.recv_timeout(POLL) {
            Ok(line) => {
                job.tail(&line);
                output.push_str(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                if ended.is_none() && child.try_wait().context("cannot wait for a program")?.is_some() {
                    ended = Some(Instant::now());
                }
                if ended.is_some_and(|at| at.elapsed() > STRAGGLERS) {
                    break;
                }
            }
        }
    }
    if signals::stopping() {
        signals::end(&mut child, STRAGGLERS);
        bail!("{name} was stopped");
    }
    let status = child.wait().context("cannot wait for a program")?;
    // Ends what it may have left behind in its group.
    signals::end(&mut child, Duration::ZERO);
    Ok(Outcome {
        status,
        output,
        elapsed: since.elapsed(),
    })
}

/// Sends each line as it comes; the channel closes with the stream.
fn read_lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
            line.clear();
        }
    });
    receiver
}

/// Like [`watch`], and failure is an error with the last lines of output.
///
/// # Errors
/// If it cannot be started, or fails.
pub fn must(name: &str, command: &mut Command) -> Result<Outcome> {
    let outcome = watch(name, command)?;
    if !outcome.ok() {
        bail!(
            "`{}` failed ({})\n{}",
            shown(command),
            outcome.status,
            last_lines(&outcome.output, LAST_LINES)
        );
    }
    Ok(outcome)
}

/// Runs `command` with this program's own output, for what a person watches.
///
/// # Errors
/// If it cannot be started or waited for.
pub fn attached(command: &mut Command) -> Result<ExitStatus> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = signals::spawn(command).with_context(|| format!("cannot start `{program}`"))?;
    let status = child
        .wait()
        .with_context(|| format!("cannot wait for `{program}`"))?;
    // Ends what it may have left behind in its group.
    signals::end(&mut child, Duration::ZERO);
    Ok(status)
}

/// The standard output of a short command, trimmed, or `None` if it is missing or fails.
#[must_use]
pub fn answer(command: &mut Command) -> Option<String> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut text = String::new();
    child.stdout.take()?.read_to_string(&mut text).ok()?;
    child.wait().ok()?.success().then(|| text.trim().to_owned())
}

/// The command as one would type it, with the program's bare name.
#[must_use]
pub fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy();
    let words = command.get_args().map(|word| {
        let word = word.to_string_lossy();
        if word.is_empty() || word.contains(char::is_whitespace) {
            format!("'{word}'")
        } else {
            word.into_owned()
        }
    });
    std::iter::once(name.into_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The last `count` lines, indented.
#[must_use]
pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(count);
    lines[skipped..]
        .iter()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_are_kept_in_order() {
        let outcome = watch(
            "test",
            Command::new("sh").args(["-c", "echo one; echo two >&2; echo three; exit 3"]),
        )
        .unwrap();
        assert_eq!(outcome.output, "one\ntwo\nthree\n");
        assert_eq!(outcome.status.code(), Some(3));
    }

    #[test]
    fn a_process_left_behind_does_not_hold_us_up() {
        let outcome = watch("test", Command::new("sh").args(["-c", "sleep 60 & echo started"])).unwrap();
        assert_eq!(outcome.output, "started\n");
        assert!(outcome.ok() && outcome.elapsed < Duration::from_secs(30));
    }

    #[test]
    fn an_attached_program_reports_its_end() {
        let end = |script: &str| attached(Command::new("sh").args(["-c", script])).unwrap();
        assert_eq!(end("exit 3").code(), Some(3));
        assert!(end("true").success());
        assert!(attached(&mut Command::new("no-such-program-here")).is_err());
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = watch("test", &mut Command::new("no-such-program-here")).unwrap_err();
        assert!(
            format!("{error:#}").starts_with("cannot start `no-such-program-here`"),
            "{error:#}"
        );
    }

    #[test]
    fn a_failure_shows_its_last_lines() {
        let error = must("test", Command::new("sh").args(["-c", "echo kept; exit 1"]))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("sh -c 'echo kept; exit 1'") && error.ends_with("    kept"),
            "{error}"
        );
    }

    #[test]
    fn last_lines_are_the_last() {
        assert_eq!(last_lines("a\nb\nc", 2), "    b\n    c");
        assert_eq!(last_lines("", 2), "");
    }
}

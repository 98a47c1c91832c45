//! What a person sees while things run: plain lines in a log, one living line in a terminal, colour only there.

use std::collections::BTreeMap;
use std::env;
use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

/// Off a terminal, a long step says that it is alive this often.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// In a terminal, the living line is redrawn this often.
const REDRAW: Duration = Duration::from_millis(250);
/// Width of the living line where the terminal's is unknown.
const WIDTH: usize = 100;

static BOARD: Mutex<Board> = Mutex::new(Board {
    jobs: BTreeMap::new(),
    next: 0,
    drawn: false,
});
static TICKER: Once = Once::new();

struct Board {
    jobs: BTreeMap<u64, Running>,
    next: u64,
    drawn: bool,
}

struct Running {
    name: String,
    since: Instant,
    spoke: Instant,
    tail: String,
}

/// A step under way; it leaves the display when dropped.
#[derive(Debug)]
pub struct Job(u64);

impl Job {
    /// Shows that `name` is under way.
    #[must_use]
    pub fn start(name: &str) -> Self {
        TICKER.call_once(|| {
            std::thread::spawn(tick);
        });
        let mut board = board();
        let id = board.next;
        board.next += 1;
        let now = Instant::now();
        board.jobs.insert(
            id,
            Running {
                name: name.into(),
                since: now,
                spoke: now,
                tail: String::new(),
            },
        );
        Self(id)
    }

    /// The newest line of its output.
    pub fn tail(&self, line: &str) {
        let line = presentable(line);
        if line.is_empty() {
            return;
        }
        if let Some(job) = board().jobs.get_mut(&self.0) {
            job.tail = line;
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let mut board = board();
        board.jobs.remove(&self.0);
        board.clear();
    }
}

/// Prints a line for the person, above the living line.
pub fn say(line: &str) {
    let mut board = board();
    board.clear();
    // A closed standard error is no reason to stop working.
    let _ = writeln!(stderr(), "{line}");
}

/// Prints a line of success.
pub fn done(line: &str) {
    say(&format!("{} {line}", paint("32", "ok")));
}

/// Prints a line of failure.
pub fn fail(line: &str) {
    say(&format!("{} {line}", paint("31", "failed")));
}

/// Prints a heading.
pub fn heading(line: &str) {
    say(&paint("1", line));
}

/// `text` in a colour, on a terminal that wants one.
#[must_use]
pub fn paint(code: &str, text: &str) -> String {
    if colour() {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// A duration for people: `0.4 s`, `12 s`, `3 min 05 s`.
#[must_use]
pub fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else if seconds >= 10 {
        format!("{seconds} s")
    } else {
        format!("{}.{} s", seconds, duration.subsec_millis() / 100)
    }
}

/// A size for people, in decimal kilobytes.
#[must_use]
pub fn size(bytes: u64) -> String {
    if bytes < 1000 {
        format!("{bytes} B")
    } else {
        format!("{} KB", bytes.div_ceil(1000))
    }
}

fn colour() -> bool {
    stderr().is_terminal()
        && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && env::var("TERM").is_ok_and(|term| term != "dumb")
}

fn board() -> MutexGuard<'static, Board> {
    BOARD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tick() {
    let live = colour();
    loop {
        std::thread::sleep(REDRAW);
        let mut board = board();
        if live {
            board.draw();
        } else {
            board.heartbeat();
        }
    }
}

impl Board {
    fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let _ = write!(stderr(), "\r\u{1b}[2K");
        }
    }

    fn draw(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        let share = WIDTH / self.jobs.len();
        let parts: Vec<String> = self.jobs.values().map(|job| cut(&job.line(), share)).collect();
        let _ = write!(stderr(), "\r\u{1b}[2K{}", parts.join(" | "));
        let _ = stderr().flush();
        self.drawn = true;
    }

    fn heartbeat(&mut self) {
        let now = Instant::now();
        for job in self.jobs.values_mut().filter(|job| now - job.spoke >= HEARTBEAT) {
            job.spoke = now;
            let _ = writeln!(stderr(), "   … {}", job.line());
        }
    }
}

impl Running {
    fn line(&self) -> String {
        let elapsed = time(self.since.elapsed());
        if self.tail.is_empty() {
            format!("{}, {elapsed}", self.name)
        } else {
            format!("{}, {elapsed}: {}", self.name, self.tail)
        }
    }
}

/// One line of a tool's output, fit to be shown in passing: no control characters, and no links, as the first link that
/// a person sees has to be the one to open.
fn presentable(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // An escape sequence ends at its first letter.
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else if !character.is_control() {
            plain.push(character);
        }
    }
    plain
        .split_whitespace()
        .filter(|word| !word.contains("://"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passing_lines_show_no_link_and_no_escape() {
        assert_eq!(
            presentable("\u{1b}[32mCompiling\u{1b}[0m serde v1 (https://example.org/x)\r"),
            "Compiling serde v1"
        );
        assert_eq!(presentable("npm notice http://a.b/c"), "npm notice");
    }

    #[test]
    fn times_and_sizes_are_short() {
        assert_eq!(time(Duration::from_millis(420)), "0.4 s");
        assert_eq!(time(Duration::from_secs(12)), "12 s");
        assert_eq!(time(Duration::from_secs(185)), "3 min 05 s");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(165_001), "166 KB");
    }

    #[test]
    fn long_lines_are_cut_by_characters() {
        assert_eq!(cut("äöüß", 4), "äöüß");
        assert_eq!(cut("äöüßé", 4), "äöü…");
    }
}

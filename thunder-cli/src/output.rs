//! The standard output: answers for people or for programs. Whoever reads may stop reading (`| head`), which is no error.

use std::io::{self, IsTerminal, Write};

use crate::api::Answer;
use crate::exit::Failure;
use crate::words::Style;

/// Where answers go.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Whether programs read it.
    pub json: bool,
    /// Colour for people.
    pub style: Style,
}

impl Output {
    /// The standard output.
    #[must_use]
    pub fn new(json: bool) -> Self {
        Self {
            json,
            style: Style::of(&io::stdout()),
        }
    }

    /// Prints an answer: as it came, or in words.
    ///
    /// # Errors
    /// If it cannot be printed.
    pub fn answer<T>(self, answer: &Answer<T>, words: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        if self.json {
            line(&answer.text_in_one_line())
        } else {
            line(&words(&answer.value))
        }
    }

    /// Prints an answer whose words take another question.
    ///
    /// # Errors
    /// If that is not answered, or it cannot be printed.
    pub fn answer_with<T>(
        self,
        answer: &Answer<T>,
        words: impl FnOnce(&T) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        if self.json {
            line(&answer.text_in_one_line())
        } else {
            line(&words(&answer.value)?)
        }
    }

    /// Prints words for people, and nothing for programs.
    ///
    /// # Errors
    /// If they cannot be printed.
    pub fn words(self, words: &str) -> Result<(), Failure> {
        if self.json { Ok(()) } else { line(words) }
    }
}

/// Prints a line at once, whatever reads it.
///
/// # Errors
/// If it cannot be printed.
pub fn line(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::printing(&error))
}

/// A line that is drawn over and over while one waits, on a terminal only.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    drawn: bool,
}

impl Progress {
    /// Nothing is drawn yet. Programs are shown nothing.
    #[must_use]
    pub fn new(output: Output) -> Self {
        Self {
            shown: !output.json && io::stderr().is_terminal(),
            drawn: false,
        }
    }

    /// Draws it.
    pub fn draw(&mut self, text: &str) {
        if self.shown {
            // A closed standard error is no reason to stop waiting.
            let _ = write!(io::stderr(), "\r\u{1b}[2K{text}").and_then(|()| io::stderr().flush());
            self.drawn = true;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn {
            let _ = write!(io::stderr(), "\r\u{1b}[2K").and_then(|()| io::stderr().flush());
        }
    }
}

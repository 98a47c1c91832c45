//! A few lines of the terminal that are drawn over and over in the same place.

use std::env;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use crate::exit::Failure;

/// Lines at the lower end of what was printed. What is printed elsewhere meanwhile would be drawn over.
#[derive(Debug, Default)]
pub struct Board {
    lines: usize,
}

impl Board {
    /// Whether the standard output can be drawn over.
    #[must_use]
    pub fn is_possible() -> bool {
        io::stdout().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
    }

    /// Draws these lines in place of the former ones; without any, what was drawn is gone.
    ///
    /// # Errors
    /// If they cannot be printed.
    pub fn draw(&mut self, text: &str) -> Result<(), Failure> {
        print(&self.redrawn(text))?;
        self.lines = text.lines().count();
        Ok(())
    }

    /// Up to the first line, empty from there on; without wrapping, so that each line stays one however narrow the terminal is.
    fn redrawn(&self, text: &str) -> String {
        let mut drawn = String::new();
        if self.lines > 0 {
            // A String takes whatever is written.
            let _ = write!(drawn, "\u{1b}[{}A", self.lines);
        }
        drawn.push_str("\r\u{1b}[J\u{1b}[?7l");
        for line in text.lines() {
            drawn.push_str(line);
            drawn.push('\n');
        }
        drawn.push_str("\u{1b}[?7h");
        drawn
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::printing(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_drawn_over_the_former_ones() {
        let mut board = Board::default();
        assert_eq!(board.redrawn("a\nb"), "\r\u{1b}[J\u{1b}[?7la\nb\n\u{1b}[?7h");
        board.lines = 2;
        assert_eq!(board.redrawn(""), "\u{1b}[2A\r\u{1b}[J\u{1b}[?7l\u{1b}[?7h");
    }
}

//! Colour, where somebody sees it.

use std::env;
use std::io::IsTerminal;

/// Whether to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// Without colour.
    #[cfg(test)]
    pub const PLAIN: Self = Self { colour: false };

    /// With colour on a terminal whose user wants it (<https://no-color.org>).
    #[must_use]
    pub fn of(stream: &impl IsTerminal) -> Self {
        let wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let able = env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            colour: stream.is_terminal() && wanted && able,
        }
    }

    /// What a line is about.
    #[must_use]
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What went well.
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What needs a look.
    #[must_use]
    pub fn alarming(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// What went wrong.
    #[must_use]
    pub fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_left_out_where_nobody_sees_it() {
        assert_eq!(Style::PLAIN.good("paid"), "paid");
        assert_eq!(Style { colour: true }.good("paid"), "\u{1b}[32mpaid\u{1b}[0m");
    }
}

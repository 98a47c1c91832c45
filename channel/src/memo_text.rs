//! What one person writes to the other: short, and nothing but what it looks like.

use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// The longest memo, in characters: what fits on one line of a timeline and two of a phone.
pub const MAX_MEMO_CHARACTERS: usize = 140;
/// The longest memo, in bytes of UTF-8: no character has more than four.
pub const MAX_MEMO_BYTES: usize = 4 * MAX_MEMO_CHARACTERS;

/// A memo's text: at most [`MAX_MEMO_CHARACTERS`], on one line, without characters that hide or reorder others. Can be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "std::borrow::Cow<'_, str>", into = "String")]
pub struct MemoText(String);

/// Why a text is no memo, in words for whoever typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MemoTextError {
    /// Above [`MAX_MEMO_CHARACTERS`].
    #[error("a memo can have {MAX_MEMO_CHARACTERS} characters; shorten it")]
    TooLong,
    /// A line break, a tab, or another character that is no text.
    #[error("a memo is one line of plain text; leave out line breaks and control characters")]
    ControlCharacter,
    /// A character that makes what follows appear in another order than it is signed in.
    #[error("a memo cannot hold characters that turn the direction of writing around; leave them out")]
    DirectionOverride,
}

impl MemoText {
    /// Reads a text as it was typed or sent.
    ///
    /// # Errors
    /// [`MemoTextError`] says what to change.
    pub fn parse(text: &str) -> Result<Self, MemoTextError> {
        // The bytes first, so that a text of any length is refused at the same cost.
        if text.len() > MAX_MEMO_BYTES || text.chars().count() > MAX_MEMO_CHARACTERS {
            return Err(MemoTextError::TooLong);
        }
        if text.chars().any(|c| c.is_control() || breaks_lines(c)) {
            return Err(MemoTextError::ControlCharacter);
        }
        if text.chars().any(turns_around) {
            return Err(MemoTextError::DirectionOverride);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it says nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Unicode's own line and paragraph separators, which are no control characters.
const fn breaks_lines(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates of the bidirectional algorithm. Right-to-left text needs none of them.
const fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for MemoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<std::borrow::Cow<'_, str>> for MemoText {
    type Error = MemoTextError;
    fn try_from(text: std::borrow::Cow<'_, str>) -> Result<Self, MemoTextError> {
        Self::parse(&text)
    }
}

impl From<MemoText> for String {
    fn from(text: MemoText) -> Self {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_every_language_is_a_memo() {
        for text in [
            "",
            "Lunch, thanks!",
            "\u{5d0}\u{5e8}\u{5d5}\u{5d7}\u{5ea} \u{5e6}\u{5d4}\u{5e8}\u{5d9}\u{5d9}\u{5dd} 12.5",
            "\u{1f468}\u{200d}\u{1f373} \"\\",
        ] {
            assert_eq!(MemoText::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn one_character_too_many_is_refused() {
        let longest = "\u{1f600}".repeat(MAX_MEMO_CHARACTERS);
        assert_eq!(longest.len(), MAX_MEMO_BYTES);
        assert!(MemoText::parse(&longest).is_ok());
        assert_eq!(
            MemoText::parse(&format!("{longest}.")),
            Err(MemoTextError::TooLong)
        );
        // Few bytes, many characters.
        let letters = "a".repeat(MAX_MEMO_CHARACTERS + 1);
        assert_eq!(MemoText::parse(&letters), Err(MemoTextError::TooLong));
    }

    #[test]
    fn what_hides_or_turns_text_is_refused() {
        for c in [
            '\0', '\n', '\r', '\t', '\u{7f}', '\u{85}', '\u{1b}', '\u{2028}', '\u{2029}',
        ] {
            let refused = MemoText::parse(&format!("a{c}b"));
            assert_eq!(refused, Err(MemoTextError::ControlCharacter), "{c:?}");
        }
        for c in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            let refused = MemoText::parse(&format!("a{c}b"));
            assert_eq!(refused, Err(MemoTextError::DirectionOverride), "{c:?}");
        }
    }

    #[test]
    fn json_is_read_by_the_same_rule() {
        let read = |json: &str| serde_json::from_str::<MemoText>(json);
        assert_eq!(read(r#""caf\u00e9""#).unwrap().as_str(), "caf\u{e9}");
        for bad in [r#""a\nb""#, r#""\u202e""#, "7", "null"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let text = MemoText::parse("\"caf\u{e9}\"").unwrap();
        assert_eq!(serde_json::to_string(&text).unwrap(), "\"\\\"caf\u{e9}\\\"\"");
    }
}

//! What the presenter's page and its two windows tell each other. Read strictly: text of another form is nothing.

use super::Report;
use serde::{Deserialize, Serialize};
use thunder_channel::{Amount, ChannelId};

/// The longest text that is read. A report is a few hundred bytes.
const MAX_TEXT: usize = 16 * 1024;
/// The most payments that one cue makes: as many as a person waits for.
pub const MAX_PAYMENTS: u32 = 100;

/// Something for a window to do. Doing it twice comes to the same as once, so that a key pressed twice costs nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cue {
    /// Open a channel with whom this invitation names, unless there is one.
    Open {
        /// The part of a link behind `#`.
        with: String,
        /// The deposit.
        amount: Amount,
    },
    /// Take the channel as one's own.
    Join {
        /// Which.
        channel: ChannelId,
    },
    /// Pay what is missing to this total.
    PayUpTo {
        /// Where.
        channel: ChannelId,
        /// The total.
        total: Amount,
        /// In how many payments, at most [`MAX_PAYMENTS`].
        times: u32,
    },
    /// Cut the connections to relay and chain.
    Sleep,
    /// Connect again.
    Wake,
    /// Close with an old total.
    Cheat {
        /// Which channel.
        channel: ChannelId,
        /// What to say was paid.
        paid: Amount,
    },
    /// Show the hub the best claim.
    Claim {
        /// In which channel.
        channel: ChannelId,
    },
    /// Pay both sides out, if nobody has.
    Settle {
        /// Which channel.
        channel: ChannelId,
    },
}

/// A cue and its number, by which it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The number.
    pub id: u32,
    /// The cue.
    pub cue: Cue,
}

/// What a window says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// How it stands there.
    Report(Report),
    /// A cue was carried out, or not.
    Done {
        /// Its number.
        id: u32,
        /// Why not, in words.
        problem: Option<String>,
    },
    /// An arrow was pressed there: with the focus in a window, its keys do not reach the presenter's page.
    Key(Arrow),
}

/// The keys that drive the tour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrow {
    /// Back to read.
    Left,
    /// On.
    Right,
}

impl Arrow {
    /// Reads `KeyboardEvent.key`.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        match key {
            "ArrowLeft" => Some(Self::Left),
            "ArrowRight" => Some(Self::Right),
            _ => None,
        }
    }
}

/// The text of a message.
#[must_use]
pub fn to_text<T: Serialize>(message: &T) -> String {
    // Numbers, texts and lists always have a JSON form.
    serde_json::to_string(message).unwrap_or_default()
}

/// A message, if the text is one.
#[must_use]
pub fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    (text.len() <= MAX_TEXT).then(|| serde_json::from_str(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::demo::thd;
    use thunder_channel::Bytes32;

    #[test]
    fn messages_read_back() {
        let channel = ChannelId(Bytes32::repeat_byte(7));
        for cue in [
            Cue::Open {
                with: "with=0x12".to_owned(),
                amount: thd(100),
            },
            Cue::Join { channel },
            Cue::PayUpTo {
                channel,
                total: thd(25),
                times: 50,
            },
            Cue::Sleep,
            Cue::Wake,
            Cue::Cheat {
                channel,
                paid: thd(20),
            },
            Cue::Claim { channel },
            Cue::Settle { channel },
        ] {
            let call = Call { id: 4, cue };
            assert_eq!(parse(&to_text(&call)), Some(call));
        }
        for said in [
            Said::Report(Report::default()),
            Said::Done {
                id: 4,
                problem: Some("no".to_owned()),
            },
            Said::Key(Arrow::Right),
        ] {
            assert_eq!(parse(&to_text(&said)), Some(said));
        }
    }

    #[test]
    fn what_is_no_message_is_nothing() {
        for text in [
            "",
            "{}",
            "null",
            "\"sleep\"",
            r#"{"id":1,"cue":"dance"}"#,
            r#"{"id":-1,"cue":"sleep"}"#,
        ] {
            assert_eq!(parse::<Call>(text), None, "{text}");
        }
        let long = format!(
            "{}{}",
            to_text(&Call {
                id: 1,
                cue: Cue::Sleep
            }),
            " ".repeat(MAX_TEXT)
        );
        assert_eq!(parse::<Call>(&long), None);
        assert_eq!(Arrow::parse("ArrowLeft"), Some(Arrow::Left));
        assert_eq!(Arrow::parse("Enter"), None);
    }
}

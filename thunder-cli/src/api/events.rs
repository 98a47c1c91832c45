//! Server-sent events: what happens, as it happens.

use std::io::{BufRead, BufReader, Read};

use reqwest::blocking::Response;
use reqwest::header::CONTENT_TYPE;

use super::answer::in_one_line;
use crate::exit::Failure;

/// The longest event that is taken; the daemon's have a few hundred bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// One event as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// By which one asks for what came after it.
    pub id: Option<String>,
    /// Its JSON, in one line.
    pub data: String,
}

/// Events, one after the other, until the daemon ends them.
pub struct Happenings {
    lines: BufReader<Box<dyn Read>>,
}

impl Happenings {
    /// The events of an accepted call.
    ///
    /// # Errors
    /// If it is no stream of events.
    pub fn of(response: Response) -> Result<Self, Failure> {
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or("no content type");
        if !kind.starts_with("text/event-stream") {
            return Err(Failure::Strange(format!(
                "what answers is not thunderd: it sends {kind} where events were asked for. Is the port right?"
            )));
        }
        Ok(Self::reading(response))
    }

    fn reading(stream: impl Read + 'static) -> Self {
        Self {
            lines: BufReader::new(Box::new(stream)),
        }
    }

    /// Waits for the next event; nothing once the daemon has ended the stream or the connection is broken, which for whoever
    /// listens is the same.
    ///
    /// # Errors
    /// [`Failure::Strange`] if one has no end.
    pub fn next(&mut self) -> Result<Option<Happening>, Failure> {
        let (mut id, mut data) = (None, None::<String>);
        let mut left = MAX_BYTES;
        loop {
            let mut line = String::new();
            let Ok(read) = self.lines.by_ref().take(left).read_line(&mut line) else {
                return Ok(None);
            };
            if read == 0 && left > 0 {
                return Ok(None);
            }
            left = left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
            if left == 0 {
                return Err(Failure::Strange(format!(
                    "an event is longer than {MAX_BYTES} bytes"
                )));
            }
            let line = line.trim_end_matches(['\n', '\r']);
            if line.is_empty() {
                match data {
                    Some(data) => {
                        return Ok(Some(Happening {
                            id,
                            data: in_one_line(&data),
                        }));
                    }
                    // A comment that keeps the connection alive, or an event without data: the next one begins.
                    None => (id, left) = (None, MAX_BYTES),
                }
                continue;
            }
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match name {
                "id" => id = Some(value.to_owned()),
                "data" => match &mut data {
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                    None => data = Some(value.to_owned()),
                },
                // Comments have no name. Of what kind an event is, its data says.
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn events(text: &str) -> Vec<Happening> {
        let mut happenings = Happenings::reading(Cursor::new(text.as_bytes().to_vec()));
        let mut found = Vec::new();
        while let Some(happening) = happenings.next().unwrap() {
            found.push(happening);
        }
        found
    }

    fn event(id: Option<&str>, data: &str) -> Happening {
        Happening {
            id: id.map(str::to_owned),
            data: data.to_owned(),
        }
    }

    #[test]
    fn events_are_told_apart() {
        let text = ": hello\n\nid: 1\nevent: paid\ndata: {\"a\":1}\n\nid:2\r\ndata:{}\r\n\r\nretry: 9\n\ndata: 3\n\n";
        assert_eq!(
            events(text),
            [
                event(Some("1"), r#"{"a":1}"#),
                event(Some("2"), "{}"),
                event(None, "3")
            ]
        );
    }

    #[test]
    fn lines_of_one_event_become_one() {
        assert_eq!(events("data: {\ndata: }\n\n"), [event(None, "{ }")]);
    }

    #[test]
    fn half_an_event_is_none() {
        assert_eq!(events("id: 1\ndata: {}"), []);
        assert_eq!(events(""), []);
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let endless = Cursor::new(b"data: ".to_vec()).chain(std::io::repeat(b'x'));
        let failure = Happenings::reading(endless).next().unwrap_err();
        assert!(matches!(failure, Failure::Strange(_)), "{failure:?}");
    }
}

//! An answer: what was asked for, or why not. Whoever listens at the port may be another program, so nothing is believed
//! unparsed.

use std::io::{self, Read};

use reqwest::StatusCode;
use reqwest::blocking::Response;
use reqwest::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use thunder_api::Problem;

use crate::exit::Failure;

/// The longest answer that is read: a backup of a node with many thousand channels.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What was asked for.
#[derive(Debug)]
pub struct Answer<T> {
    /// As this version understands it.
    pub value: T,
    /// As it came, with what a newer daemon adds.
    pub text: String,
}

impl<T: DeserializeOwned> Answer<T> {
    /// Reads what a call that was accepted says.
    ///
    /// # Errors
    /// [`Failure::Strange`] if it is something else.
    pub fn read(raw: Raw) -> Result<Self, Failure> {
        match serde_json::from_str(&raw.text) {
            Ok(value) => Ok(Self {
                value,
                text: raw.text,
            }),
            Err(error) => Err(Failure::Strange(format!(
                "the answer is not understood ({error}). The call was accepted. Are thunderd and thunder-cli of the same version, and is it thunderd that listens there?"
            ))),
        }
    }
}

impl<T> Answer<T> {
    /// As it came, but for line breaks.
    #[must_use]
    pub fn text_in_one_line(&self) -> String {
        in_one_line(&self.text)
    }
}

/// What came.
#[derive(Debug)]
pub struct Raw {
    status: StatusCode,
    kind: String,
    text: String,
}

impl Raw {
    /// Hears the answer out.
    ///
    /// # Errors
    /// If the connection breaks, the answer is too long, or no text.
    pub fn read(response: Response) -> io::Result<Self> {
        let status = response.status();
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or("no content type").to_owned();
        let mut text = String::new();
        let read = response.take(MAX_BYTES + 1).read_to_string(&mut text)?;
        if u64::try_from(read).unwrap_or(u64::MAX) > MAX_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is too long"));
        }
        Ok(Self { status, kind, text })
    }

    /// Whether it was accepted.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// Why it was not.
    #[must_use]
    pub fn failure(self) -> Failure {
        match serde_json::from_str::<Problem>(&self.text) {
            Ok(problem) => {
                let text = in_one_line(&self.text);
                Failure::Daemon { problem, text }
            }
            Err(_) => Failure::Strange(format!(
                "what answers is not thunderd, or a version that this one does not understand: HTTP {}, {}. Is the port right?",
                self.status.as_u16(),
                self.kind
            )),
        }
    }
}

/// Line breaks in JSON stand between its parts only, never in a text.
#[must_use]
pub fn in_one_line(json: &str) -> String {
    json.trim().replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_api::{Code, WalletInfo, WalletState};

    fn raw(status: u16, text: &str) -> Raw {
        Raw {
            status: StatusCode::from_u16(status).unwrap(),
            kind: "text/html".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn what_a_newer_daemon_adds_is_passed_on_and_otherwise_ignored() {
        let text = r#"{"state":"open","account":null,"paymentKey":null,"new":1}"#;
        let answer = Answer::<WalletInfo>::read(raw(200, text)).unwrap();
        assert_eq!(
            (answer.value.state, answer.text.as_str()),
            (WalletState::Open, text)
        );
    }

    #[test]
    fn rubbish_is_not_an_answer() {
        for text in ["", "<html>", "{}", "[]"] {
            let failure = Answer::<WalletInfo>::read(raw(200, text)).unwrap_err();
            assert!(matches!(failure, Failure::Strange(_)), "{text}: {failure:?}");
        }
    }

    #[test]
    fn a_refusal_is_the_daemons_or_a_strangers() {
        let problem = serde_json::to_string_pretty(&Problem::new(Code::Locked, "unlock it")).unwrap();
        let failure = raw(409, &problem).failure();
        assert_eq!(
            (failure.code(), failure.to_string().as_str()),
            (Some(Code::Locked), "unlock it")
        );
        assert!(!failure.json().contains('\n'));
        let failure = raw(404, "<html>nginx").failure();
        assert!(failure.to_string().contains("HTTP 404, text/html"), "{failure}");
    }
}

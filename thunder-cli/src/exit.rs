//! How the program ends: what went wrong, in words and as an object, and the exit code that scripts go by.

use std::{fmt, io};

use serde_json::json;
use thunder_api::{Code, Problem};

/// The exit codes, for `--help`.
pub const CODES: &str = "\
Exit codes:
  0  done
  1  refused: the daemon, the channel or this machine's files do not allow it
  2  usage: the command or an amount is not understood
  3  the daemon is not reachable, or broke off before it had answered
  4  not authorised: wrong token or password, no wallet, or the wallet is locked
  5  the chain, the other node or a web server is not reachable, or does not do its part
  6  wrong phase: not possible as the channel or the session stands, such as withdraw before the period is over
  130  left by a second Ctrl-C: the node goes on by itself";

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It was done.
    Done = 0,
    /// It was refused.
    Refused = 1,
    /// It was not understood.
    Usage = 2,
    /// The daemon is not there.
    Unreachable = 3,
    /// The daemon or the wallet is closed to the caller.
    NotAuthorised = 4,
    /// The chain or the other node is not there.
    Elsewhere = 5,
    /// It has its time, which is not now.
    WrongPhase = 6,
    /// It was left before it was done.
    Left = 130,
}

/// Why a command was not done.
#[derive(Debug)]
pub enum Failure {
    /// The daemon said so.
    Daemon {
        /// What it said.
        problem: Problem,
        /// The same as it came, for programs.
        text: String,
    },
    /// What was typed makes no sense.
    Usage(String),
    /// Something on this machine, such as a file, is in the way.
    Here(String),
    /// There is no such thing as was named.
    NotFound(String),
    /// It costs more than may be paid.
    TooDear(String),
    /// A server on the web is in the way.
    Web(String),
    /// Nobody listens.
    Unreachable(String),
    /// It was asked and then not heard of again, so that what was asked may have been done.
    Unanswered(String),
    /// Who answers is not the daemon, or one of another version.
    Strange(String),
    /// There is no token to show to the daemon.
    NoToken(String),
    /// It was left by Ctrl-C before it was done.
    Left(String),
    /// Whoever read what is printed has gone: no reason to complain.
    ReaderGone,
}

impl Failure {
    /// The exit code that it ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Daemon { problem, .. } => exit_of(problem),
            Self::Usage(_) => Exit::Usage,
            Self::Here(_) | Self::NotFound(_) | Self::TooDear(_) => Exit::Refused,
            Self::Web(_) => Exit::Elsewhere,
            Self::Unreachable(_) | Self::Unanswered(_) | Self::Strange(_) => Exit::Unreachable,
            Self::NoToken(_) => Exit::NotAuthorised,
            Self::Left(_) => Exit::Left,
            Self::ReaderGone => Exit::Done,
        }
    }

    /// What the daemon said, if it was the daemon.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Daemon { problem, .. } => Some(problem.code),
            _ => None,
        }
    }

    /// As a problem object in one line: the daemon's own, or one of the same form.
    #[must_use]
    pub fn json(&self) -> String {
        let (name, title) = match self {
            Self::Daemon { text, .. } => return text.clone(),
            Self::Usage(_) => ("usage", "Not understood"),
            Self::Here(_) => ("here", "Not possible on this machine"),
            Self::NotFound(_) => ("not_found", "No such thing"),
            Self::TooDear(_) => ("too_dear", "It costs more than may be paid"),
            Self::Web(_) => ("web", "The server is in the way"),
            Self::Unreachable(_) => ("unreachable", "The daemon is not reachable"),
            Self::Unanswered(_) => ("unanswered", "The daemon broke off"),
            Self::Strange(_) => ("strange_answer", "Not a daemon of this version"),
            Self::NoToken(_) => ("no_token", "No token"),
            Self::Left(_) => ("left", "Left before it was done"),
            Self::ReaderGone => ("reader_gone", "Nobody reads this"),
        };
        json!({
            "type": format!("urn:thunder:cli:{name}"),
            "title": title,
            "detail": self.to_string(),
            "exit": self.exit() as u8,
        })
        .to_string()
    }

    /// That something could not be written to the standard output.
    #[must_use]
    pub fn printing(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::Here(format!("cannot print: {error}"))
        }
    }
}

/// Codes that this version does not know go by the HTTP status.
fn exit_of(problem: &Problem) -> Exit {
    match problem.code {
        Code::Unauthorized | Code::Forbidden | Code::NoWallet | Code::Locked | Code::WrongPassword => {
            Exit::NotAuthorised
        }
        Code::Chain | Code::PeerUnreachable => Exit::Elsewhere,
        Code::WrongPhase => Exit::WrongPhase,
        Code::Unknown if matches!(problem.status, 401 | 403) => Exit::NotAuthorised,
        Code::Unknown if matches!(problem.status, 502 | 504) => Exit::Elsewhere,
        _ => Exit::Refused,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Daemon { problem, .. } => problem.fmt(f),
            Self::Usage(words)
            | Self::Here(words)
            | Self::NotFound(words)
            | Self::TooDear(words)
            | Self::Web(words)
            | Self::Unreachable(words)
            | Self::Unanswered(words)
            | Self::Strange(words)
            | Self::NoToken(words)
            | Self::Left(words) => f.write_str(words),
            Self::ReaderGone => f.write_str("nobody reads this"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn daemon(code: Code) -> Failure {
        let problem = Problem::new(code, "words");
        let text = serde_json::to_string(&problem).unwrap();
        Failure::Daemon { problem, text }
    }

    #[test]
    fn scripts_can_tell_what_to_do() {
        for (code, exit) in [
            (Code::Refused, Exit::Refused),
            (Code::InsufficientFunds, Exit::Refused),
            (Code::UnknownChannel, Exit::Refused),
            (Code::Locked, Exit::NotAuthorised),
            (Code::NoWallet, Exit::NotAuthorised),
            (Code::WrongPassword, Exit::NotAuthorised),
            (Code::Unauthorized, Exit::NotAuthorised),
            (Code::Chain, Exit::Elsewhere),
            (Code::PeerUnreachable, Exit::Elsewhere),
            (Code::WrongPhase, Exit::WrongPhase),
        ] {
            assert_eq!(daemon(code).exit(), exit, "{code:?}");
        }
    }

    #[test]
    fn a_code_of_a_newer_version_goes_by_its_status() {
        let problem = |status: u16| {
            let text =
                format!(r#"{{"type":"t","title":"t","status":{status},"detail":"d","code":"brand_new"}}"#);
            exit_of(&serde_json::from_str(&text).unwrap())
        };
        assert_eq!(problem(401), Exit::NotAuthorised);
        assert_eq!(problem(502), Exit::Elsewhere);
        assert_eq!(problem(409), Exit::Refused);
    }

    #[test]
    fn the_help_names_every_code() {
        for exit in [
            Exit::Done,
            Exit::Refused,
            Exit::Usage,
            Exit::Unreachable,
            Exit::NotAuthorised,
            Exit::Elsewhere,
            Exit::WrongPhase,
            Exit::Left,
        ] {
            assert!(CODES.contains(&format!("\n  {}  ", exit as u8)), "{exit:?}");
        }
    }

    #[test]
    fn failures_of_this_side_have_the_same_form() {
        let object: serde_json::Value =
            serde_json::from_str(&Failure::Usage("no".to_owned()).json()).unwrap();
        assert_eq!(object["type"], "urn:thunder:cli:usage");
        assert_eq!(
            (object["detail"].as_str(), object["exit"].as_u64()),
            (Some("no"), Some(2))
        );
        let theirs: Problem = serde_json::from_str(&daemon(Code::Busy).json()).unwrap();
        assert_eq!(theirs.code, Code::Busy);
    }
}

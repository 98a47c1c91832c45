//! What to do about a failure, in terms of this program: the daemon does not know how it was called.

use thunder_api::Code;

use super::{Style, plain};
use crate::exit::Failure;

/// The failure and, if something can be said to it, what to do.
#[must_use]
pub fn words(failure: &Failure, caller: &str, style: Style) -> String {
    // Several lines are this program's own, such as a list of channels; what came from elsewhere is one.
    let said = match failure {
        Failure::Daemon { problem, .. } => plain(&problem.detail),
        Failure::Strange(words) => plain(words),
        own => own.to_string(),
    };
    let text = format!("{} {said}", style.bad("error:"));
    match next(failure, caller) {
        Some(next) => format!("{text}\nnext: {next}"),
        None => text,
    }
}

fn next(failure: &Failure, caller: &str) -> Option<String> {
    match failure {
        Failure::Unreachable(_) => {
            Some("start thunderd, or name the port that it listens on with --port".to_owned())
        }
        Failure::Daemon { problem, .. } => match problem.code {
            Code::NoWallet => Some(format!("{caller} importwallet")),
            Code::Locked => Some(format!("{caller} unlock")),
            Code::Unauthorized => Some(
                "the token is another daemon's: name the data directory with --data or THUNDER_DATA, or the port with --port"
                    .to_owned(),
            ),
            Code::UnknownChannel => Some(format!("{caller} channels")),
            Code::PeerUnreachable => Some(format!("{caller} peers, and {caller} connect <ip:port>")),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thunder_api::Problem;

    fn daemon(code: Code, detail: &str) -> Failure {
        let problem = Problem::new(code, detail);
        let text = String::new();
        Failure::Daemon { problem, text }
    }

    #[test]
    fn what_to_do_names_the_command() {
        let say = |failure: &Failure| words(failure, "thunder-cli --port 2002", Style::PLAIN);
        assert_eq!(
            say(&daemon(Code::Locked, "the wallet is\nlocked\u{1b}")),
            "error: the wallet is locked\u{fffd}\nnext: thunder-cli --port 2002 unlock"
        );
        assert_eq!(say(&daemon(Code::Refused, "no")), "error: no");
        assert!(say(&Failure::Unreachable("nobody".to_owned())).contains("next: start thunderd"));
        assert_eq!(say(&Failure::Usage("a\n  b".to_owned())), "error: a\n  b");
    }
}

//! Which channel or session is meant: by its id, by the beginning of it, or because there is only one that fits.

use std::fmt::Display;
use std::str::FromStr;

use thunder_api::{Channel, Phase, Session};

use crate::exit::Failure;
use crate::words::money::Tokens;
use crate::words::{channel, session, short_address};

/// Fewer digits would be met by chance too soon.
const MIN_DIGITS: usize = 4;
/// An id's digits.
const MAX_DIGITS: usize = 64;

/// An id or the beginning of one: `0x` and at least four hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_ascii_lowercase();
        let fits = text.strip_prefix("0x").is_some_and(|digits| {
            (MIN_DIGITS..=MAX_DIGITS).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if fits {
            Ok(Self(text))
        } else {
            Err(format!(
                "write the id or the beginning of it: 0x and {MIN_DIGITS} to {MAX_DIGITS} digits of 0-9 and a-f"
            ))
        }
    }
}

impl Prefix {
    /// Whether an id begins so.
    #[must_use]
    pub fn fits(&self, id: impl Display) -> bool {
        id.to_string().starts_with(&self.0)
    }
}

/// The channel that was named, or the only one that `suits` a command. Where none does but there is only one all the same, it is
/// that one: the daemon then says why it will not do.
///
/// # Errors
/// If none or several could be meant.
pub fn one<'a>(
    channels: &[&'a Channel],
    named: Option<&Prefix>,
    tokens: &Tokens,
    suits: impl Fn(&Channel) -> bool,
) -> Result<&'a Channel, Failure> {
    if let Some(prefix) = named {
        let found: Vec<&Channel> = channels
            .iter()
            .copied()
            .filter(|channel| prefix.fits(channel.id))
            .collect();
        return match found.as_slice() {
            [] => Err(Failure::NotFound(format!(
                "no channel's id begins with {}",
                prefix.0
            ))),
            [only] => Ok(only),
            several => Err(Failure::Usage(format!(
                "{} channels' ids begin with {}; give more of it:\n{}",
                several.len(),
                prefix.0,
                list(several, tokens)
            ))),
        };
    }
    let alive = |channel: &Channel| !matches!(channel.phase, Phase::Settled { .. });
    let tiers: [&dyn Fn(&Channel) -> bool; 2] = [&suits, &alive];
    for tier in tiers {
        let found: Vec<&Channel> = channels.iter().copied().filter(|channel| tier(channel)).collect();
        match found.as_slice() {
            [] => {}
            [only] => return Ok(only),
            several => {
                return Err(Failure::Usage(format!(
                    "which channel? Name one with --channel:\n{}",
                    list(several, tokens)
                )));
            }
        }
    }
    match channels {
        [] => Err(Failure::NotFound(
            "there is no channel yet; `openchannel` opens one".to_owned(),
        )),
        [only] => Ok(only),
        several => Err(Failure::NotFound(format!(
            "all channels are settled; `openchannel` opens another one, and --channel names one of these:\n{}",
            list(several, tokens)
        ))),
    }
}

/// The metered session that was named.
///
/// # Errors
/// If none or several could be meant.
pub fn session<'a>(sessions: &'a [Session], named: &Prefix) -> Result<&'a Session, Failure> {
    let found: Vec<&Session> = sessions.iter().filter(|one| named.fits(one.id)).collect();
    match found.as_slice() {
        [] => Err(Failure::NotFound(format!(
            "no session's id begins with {}; `sessions` lists them",
            named.0
        ))),
        [only] => Ok(only),
        several => {
            let lines: Vec<String> = several
                .iter()
                .map(|one| {
                    let (id, with) = (channel::handle(one.id), short_address(one.with));
                    format!("  {id}  with {with}  {}", session::state_name(one.state))
                })
                .collect();
            Err(Failure::Usage(format!(
                "{} sessions' ids begin with {}; give more of it:\n{}",
                several.len(),
                named.0,
                lines.join("\n")
            )))
        }
    }
}

/// Channels in which this node pays and is paid.
#[must_use]
pub fn open(channel: &Channel) -> bool {
    channel.phase == Phase::Open && channel.joined
}

/// Channels whose finalization period runs or is over.
#[must_use]
pub fn closing(channel: &Channel) -> bool {
    matches!(channel.phase, Phase::Closing { .. })
}

/// A line for each, to choose by.
#[must_use]
pub fn list(channels: &[&Channel], tokens: &Tokens) -> String {
    let lines = channels.iter().map(|one| {
        format!(
            "  {}  with {}  {}  {}",
            channel::handle(one.id),
            short_address(one.counterparty),
            channel::phase_name(&one.phase),
            tokens.money(one.balance.mine, one.token),
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fixtures::{channel, tokens};

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn a_prefix_has_four_digits_or_more() {
        assert_eq!(prefix("0xABcd"), prefix("0xabcd"));
        for text in ["", "0x", "0xabc", "abcdef", "0xabcg", "0xabcd…"] {
            assert!(text.parse::<Prefix>().is_err(), "{text}");
        }
        assert!(format!("0x{}", "0".repeat(65)).parse::<Prefix>().is_err());
    }

    #[test]
    fn a_prefix_names_one_channel_or_none() {
        let channels = [channel("aaaa1111", Phase::Open), channel("aaaa2222", Phase::Open)];
        let all: Vec<&Channel> = channels.iter().collect();
        let named = |text: &str| one(&all, Some(&prefix(text)), &tokens(), |_| false);
        assert_eq!(named("0xaaaa2").unwrap().id, channels[1].id);
        assert_eq!(named(&channels[0].id.to_string()).unwrap().id, channels[0].id);
        assert!(matches!(named("0xbbbb"), Err(Failure::NotFound(_))));
        let failure = named("0xaaaa").unwrap_err();
        assert!(matches!(failure, Failure::Usage(_)));
        let words = failure.to_string();
        assert!(
            words.contains("0xaaaa1111") && words.contains("0xaaaa2222"),
            "{words}"
        );
    }

    #[test]
    fn a_prefix_names_one_session_or_none() {
        let sessions = ["aaaa1111", "aaaa2222"].map(crate::words::fixtures::session);
        let named = |text: &str| session(&sessions, &prefix(text));
        assert_eq!(named("0xAAAA2").unwrap().id, sessions[1].id);
        assert!(matches!(named("0xbbbb"), Err(Failure::NotFound(_))));
        let words = named("0xaaaa").unwrap_err().to_string();
        assert!(words.contains("0xaaaa2222  with 0x3C44…93BC  active"), "{words}");
    }

    #[test]
    fn the_only_one_that_suits_need_not_be_named() {
        let settled = Phase::Settled { payout: None };
        let channels = [
            channel("aaaa1111", settled),
            channel("bbbb1111", Phase::Open),
            channel("cccc1111", Phase::Opening),
        ];
        let all: Vec<&Channel> = channels.iter().collect();
        assert_eq!(one(&all, None, &tokens(), open).unwrap().id, channels[1].id);
        // Nothing is closing, and two could be meant.
        let words = one(&all, None, &tokens(), closing).unwrap_err().to_string();
        assert!(
            words.contains("--channel") && !words.contains("0xaaaa1111"),
            "{words}"
        );
        // The daemon will say that it is settled.
        assert_eq!(one(&all[..1], None, &tokens(), open).unwrap().id, channels[0].id);
        assert!(matches!(
            one(&[], None, &tokens(), open),
            Err(Failure::NotFound(_))
        ));
    }

    #[test]
    fn a_channel_that_was_not_joined_is_not_paid_in() {
        let mut offered = channel("aaaa1111", Phase::Open);
        offered.joined = false;
        let channels = [offered, channel("bbbb1111", Phase::Open)];
        let all: Vec<&Channel> = channels.iter().collect();
        assert_eq!(one(&all, None, &tokens(), open).unwrap().id, channels[1].id);
    }
}

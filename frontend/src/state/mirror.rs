//! What windows of one account tell each other of its sessions and channels. One of them runs; those that wait show what it shows.

pub mod channels;

use super::sessions::SessionView;
use serde::{Deserialize, Serialize};
use thunder_channel::{
    Domain,
    metering::{Meter, Role},
};
use thunder_client::downloads::{Download, Link, Record, Transfer};

/// How often a window that waits says that it looks, in milliseconds.
pub const LOOKS_EVERY_MS: u32 = 2_000;
/// For how long it is told of each change then, in milliseconds: one look may be late, as in a window that nobody sees.
const LOOKED_AT_MS: u64 = 5_000;
/// What a window that waits says. What the one that runs says is a list, so the two cannot be mixed up.
pub const LOOKING: &str = "looking";

/// A session as the window that runs tells of it: what it would store of it now, and what is under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told(Record, Live);

/// What is under way in a session, by the fields of [`SessionView`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Live {
    transfer: Transfer,
    /// Whether bytes may pass on the connection.
    running: bool,
    ending: bool,
    talking: bool,
    silent: bool,
    busy: bool,
    clock: u64,
    trouble: Option<String>,
    refused: Option<String>,
}

impl Told {
    /// A session that runs here, and how it is shown.
    #[must_use]
    pub fn of(download: &Download, view: SessionView) -> Self {
        let meter = download.meter().state().clone();
        let record = Record {
            meter,
            ..download.record().clone()
        };
        let live = Live {
            transfer: view.transfer,
            running: view.link == Link::Running,
            ending: view.ending,
            talking: view.talking,
            silent: view.silent,
            busy: view.busy,
            clock: view.clock,
            trouble: view.trouble,
            refused: view.refused,
        };
        Self(record, live)
    }

    /// How it is shown elsewhere: as here, but without the provider's other files, since nothing is asked for there.
    #[must_use]
    pub fn view(self, domain: Domain) -> SessionView {
        let Self(record, live) = self;
        let session = record.session(domain);
        let state = record.meter.clone();
        let meter = Meter::resume(session, Role::Client, record.deposit, state, false);
        SessionView {
            link: if live.running { Link::Running } else { Link::Down },
            transfer: live.transfer,
            ending: live.ending,
            talking: live.talking,
            silent: live.silent,
            busy: live.busy,
            clock: live.clock,
            trouble: live.trouble,
            refused: live.refused,
            ..SessionView::at_rest_with(&record, &meter)
        }
    }
}

/// All sessions as they are told.
#[must_use]
pub fn to_text(told: &[Told]) -> String {
    // Strings, numbers and lists always have a JSON form.
    serde_json::to_string(told).unwrap_or_default()
}

/// Reads what was told; a window of another version may say what this one does not know.
#[must_use]
pub fn parse(text: &str) -> Option<Vec<Told>> {
    serde_json::from_str(text).ok()
}

/// The name under which windows tell each other of the sessions of a seat.
#[must_use]
pub fn name(seat: &str) -> String {
    format!("{seat}/sessions")
}

/// Whether somebody looks. Nothing is said to nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    until_ms: u64,
}

impl Audience {
    /// Somebody says at `now_ms` that it looks.
    #[must_use]
    pub const fn looking(now_ms: u64) -> Self {
        Self {
            until_ms: now_ms.saturating_add(LOOKED_AT_MS),
        }
    }

    /// Whether somebody still looks.
    #[must_use]
    pub const fn is_there(self, now_ms: u64) -> bool {
        now_ms < self.until_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{exhibits::sessions as made_up, sessions::Standing};
    use thunder_channel::{Address, SigningKey};
    use thunder_client::downloads::{Accepts, propose};

    fn domain() -> Domain {
        Domain {
            chain_id: 31_337,
            hub: Address::repeat_byte(0x12),
        }
    }

    fn download() -> Download {
        let signer = SigningKey::from_bytes(&[1; 32]).unwrap();
        let token = Address::repeat_byte(3);
        let accepts = Accepts {
            domain: domain(),
            client: Address::repeat_byte(0xa1),
            client_signer: signer.address(),
            tokens: vec![token],
            least_period: 1,
            most_period: 100,
        };
        let offer = made_up::offer(token);
        let deposit = offer.terms.least_deposit();
        let key = propose(&offer, &accepts, None, deposit, 7).unwrap();
        Download::propose(key, deposit, made_up::ORIGIN.to_owned(), 5, accepts, signer)
    }

    #[test]
    fn what_one_window_shows_another_shows_too() {
        let download = download();
        let shown = SessionView {
            transfer: Transfer::Coming,
            link: Link::Running,
            ending: true,
            talking: true,
            silent: true,
            busy: true,
            clock: 9,
            trouble: Some("it lies".to_owned()),
            refused: Some("no".to_owned()),
            ..SessionView::of(&download)
        };
        let told = vec![Told::of(&download, shown.clone())];
        let heard = parse(&to_text(&told)).unwrap();
        assert_eq!(heard, told);
        let view = heard.into_iter().next().unwrap().view(domain());
        assert_eq!(view, shown);
        assert_eq!(view.standing(), Standing::Asking);
        for other in ["", "{}", LOOKING, "[7]"] {
            assert_eq!(parse(other), None, "{other}");
        }
        assert_eq!(parse("[]"), Some(Vec::new()));
    }

    #[test]
    fn nothing_is_said_to_who_looks_no_more() {
        assert!(!Audience::default().is_there(1));
        let audience = Audience::looking(1_000);
        assert!(audience.is_there(1_000 + u64::from(LOOKS_EVERY_MS) * 2));
        assert!(!audience.is_there(6_000));
    }
}

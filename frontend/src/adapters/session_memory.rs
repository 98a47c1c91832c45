//! What this window remembers over a reload: which wallet and which account, which streams to go on with, and in a demo
//! whether it sleeps; and for the next window, which wallet was used last. No money depends on it.
//!
//! `sessionStorage` is shared by the frames of one page, so every name carries the role, and in a demo the round.

use super::shelf::Shelf;
use crate::state::{demo::Part, seat::Role};
use thunder_channel::{Address, parse_address};

/// The remembered choice of one role.
#[derive(Clone, Debug)]
pub struct Memory {
    label: String,
    /// A demo ends with its windows.
    lasts: bool,
}

/// The name of the wallet that was used last.
const LAST: &str = "last-wallet";

impl Memory {
    /// Of a window with this role, and this part in a demo.
    #[must_use]
    pub fn new(role: Option<Role>, part: Option<Part>) -> Self {
        let label = part.map_or_else(|| role.map_or("-", Role::word).to_owned(), Part::label);
        let lasts = part.is_none();
        Self { label, lasts }
    }

    fn name(&self, what: &str) -> String {
        format!("thunder/{}/{what}", self.label)
    }

    fn read(&self, what: &str) -> Option<String> {
        Shelf::Window.get(&self.name(what))
    }

    fn write(&self, what: &str, value: &str) {
        // A full or forbidden storage costs a click after a reload, nothing else.
        Shelf::Window.keep(&self.name(what), value);
    }

    /// The wallet that was connected.
    #[must_use]
    pub fn wallet(&self) -> Option<String> {
        self.read("wallet")
    }

    /// The account this window is pinned to.
    #[must_use]
    pub fn account(&self) -> Option<Address> {
        parse_address(&self.read("account")?).ok()
    }

    /// An imported development key or phrase.
    #[must_use]
    pub fn imported(&self) -> Option<String> {
        self.read("imported")
    }

    /// Pins wallet and account.
    pub fn pin(&self, wallet: &str, account: Address) {
        self.write("wallet", wallet);
        self.write("account", &format!("{account:#x}"));
        if self.lasts {
            Shelf::Browser.keep(&self.name(LAST), wallet);
        }
    }

    /// The wallet that was connected last in this browser, in whatever window of this role.
    #[must_use]
    pub fn last_wallet(&self) -> Option<String> {
        Shelf::Browser.get(&self.name(LAST))
    }

    /// Keeps an imported development key until this window is closed.
    pub fn keep_imported(&self, secret: &str) {
        self.write("imported", secret);
    }

    /// The streams of this window, as they were written.
    #[must_use]
    pub fn streams(&self) -> Option<String> {
        self.read("streams")
    }

    /// Keeps the streams over a reload.
    pub fn keep_streams(&self, streams: &str) {
        self.write("streams", streams);
    }

    /// Whether its connections were cut on purpose.
    #[must_use]
    pub fn asleep(&self) -> bool {
        self.read("asleep").is_some()
    }

    /// Keeps over a reload whether they are cut.
    pub fn keep_asleep(&self, asleep: bool) {
        if asleep {
            self.write("asleep", "yes");
        } else {
            Shelf::Window.remove(&self.name("asleep"));
        }
    }

    /// Forgets everything.
    pub fn forget(&self) {
        for what in ["wallet", "account", "imported", "streams", "asleep"] {
            Shelf::Window.remove(&self.name(what));
        }
        Shelf::Browser.remove(&self.name(LAST));
    }
}

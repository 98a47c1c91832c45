//! Who sits at this window: the world, the account and the role. Names of stores and locks carry all of it.

use super::config::AppConfig;
use crate::words::say;
use thunder_channel::{Address, Bytes32, Domain};

/// The part a link gives a window in a demo. Frames of one page share `sessionStorage`, so the role tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// `?role=alice`
    Alice,
    /// `?role=bob`
    Bob,
    /// Whoever came by the link that a presenter handed round: nobody's role by a link of its own.
    Guest,
}

impl Role {
    /// Both of them.
    pub const BOTH: [Self; 2] = [Self::Alice, Self::Bob];

    /// Reads `location.search`. Anything but the two roles is none.
    #[must_use]
    pub fn parse(search: &str) -> Option<Self> {
        let search = search.strip_prefix('?').unwrap_or(search);
        search.split('&').find_map(|pair| match pair {
            "role=alice" => Some(Self::Alice),
            "role=bob" => Some(Self::Bob),
            _ => None,
        })
    }

    /// `alice` or `bob`, as in the link.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Alice => "alice",
            Self::Bob => "bob",
            Self::Guest => "guest",
        }
    }

    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Alice => "Alice",
            Self::Bob => "Bob",
            Self::Guest => say::guest(),
        }
    }

    /// Which account of the development chains' mnemonic plays this role; a guest has a key of its own.
    #[must_use]
    pub const fn account_index(self) -> Option<u32> {
        match self {
            Self::Alice => Some(1),
            Self::Bob => Some(2),
            Self::Guest => None,
        }
    }
}

/// Whose channels a window shows, and in which world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Chain and hub.
    pub domain: Domain,
    /// Hash of the chain's block 0.
    pub genesis: Bytes32,
    /// The account, pinned for this window.
    pub account: Address,
    /// The link's role, if it had one.
    pub role: Option<Role>,
}

const PREFIX: &str = "thunder";

impl Seat {
    /// The seat of an account in the configured world.
    #[must_use]
    pub const fn new(config: &AppConfig, account: Address, role: Option<Role>) -> Self {
        Self {
            domain: config.domain,
            genesis: config.genesis,
            account,
            role,
        }
    }

    /// The database's and the lock's name: every part of the world and of who sits here.
    #[must_use]
    pub fn name(&self) -> String {
        format!(
            "{PREFIX}/{}/{:#x}/{:#x}/{:#x}/{}",
            self.domain.chain_id,
            self.genesis,
            self.domain.hub,
            self.account,
            self.role.map_or("-", Role::word)
        )
    }

    /// Whether `name` is this seat's database on a chain that is gone: only a development chain begins anew. On the same chain another
    /// hub's channels are still there, and what is kept of them is what they can be claimed with.
    #[must_use]
    pub fn was_set_aside(&self, config: &AppConfig, name: &str) -> bool {
        let parts: Vec<_> = name.split('/').collect();
        let [prefix, chain, genesis, _hub, account, role] = parts.as_slice() else {
            return false;
        };
        config.is_development()
            && *prefix == PREFIX
            && *chain == self.domain.chain_id.to_string()
            && *genesis != format!("{:#x}", self.genesis)
            && *account == format!("{:#x}", self.account)
            && *role == self.role.map_or("-", Role::word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::config::tests::EXAMPLE;

    #[test]
    fn only_the_two_roles_are_roles() {
        assert_eq!(Role::parse("?role=alice"), Some(Role::Alice));
        assert_eq!(Role::parse("?x=1&role=bob"), Some(Role::Bob));
        assert_eq!(Role::parse("?role=mallory"), None);
        assert_eq!(Role::parse("?role=guest"), None);
        assert_eq!(Role::parse(""), None);
    }

    #[test]
    fn another_genesis_sets_data_aside_and_another_person_does_not() {
        let config = AppConfig::parse(EXAMPLE).unwrap();
        let seat = Seat::new(&config, Address::repeat_byte(1), Some(Role::Alice));
        let earlier = Seat {
            genesis: Bytes32::repeat_byte(9),
            ..seat
        };
        assert!(seat.was_set_aside(&config, &earlier.name()));
        assert!(!seat.was_set_aside(&config, &seat.name()));
        let bob = Seat {
            role: Some(Role::Bob),
            ..earlier
        };
        assert!(!seat.was_set_aside(&config, &bob.name()));
        let other = Seat {
            account: Address::repeat_byte(2),
            ..earlier
        };
        assert!(!seat.was_set_aside(&config, &other.name()));
        assert!(!seat.was_set_aside(&config, "somebody else's database"));
        let hub_too = Seat {
            domain: elsewhere(&seat).domain,
            ..earlier
        };
        assert!(seat.was_set_aside(&config, &hub_too.name()));
    }

    /// The same seat at another hub of the same chain.
    fn elsewhere(seat: &Seat) -> Seat {
        let domain = Domain {
            hub: Address::repeat_byte(7),
            ..seat.domain
        };
        Seat { domain, ..*seat }
    }

    #[test]
    fn data_of_another_hub_on_the_same_chain_is_kept() {
        let config = AppConfig::parse(EXAMPLE).unwrap();
        let seat = Seat::new(&config, Address::repeat_byte(1), None);
        assert!(!seat.was_set_aside(&config, &elsewhere(&seat).name()));
    }

    #[test]
    fn only_a_development_chain_begins_anew() {
        let text = EXAMPLE.replace("\"development\":true", "\"development\":false");
        let config = AppConfig::parse(&text).unwrap();
        let seat = Seat::new(&config, Address::repeat_byte(1), None);
        let other = Seat {
            genesis: Bytes32::repeat_byte(9),
            ..seat
        };
        assert!(!seat.was_set_aside(&config, &other.name()));
    }
}

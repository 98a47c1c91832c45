//! Who plays in a window of the demo. The role and the round come from the address: frames of one page share their storage,
//! so nothing else could tell them apart.

use crate::state::{config::AppConfig, names::Names, names::Naming, route::Place, seat::Role};
use thunder_channel::{Address, Side, SigningKey, keccak256};

/// A role in a round of the presenter's page. Each round has accounts of its own, so a reset leaves nothing of the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Alice or Bob in the presenter's frames, the guest elsewhere.
    pub role: Role,
    /// Which round.
    pub round: u32,
}

impl Part {
    /// The part that an address gives its window. None off development chains: these parts are played with keys that
    /// everybody can compute.
    #[must_use]
    pub fn cast(config: &AppConfig, place: Place, search: &str) -> Option<Self> {
        if !config.is_development() {
            return None;
        }
        if let Place::Guest(round) = place {
            let role = Role::Guest;
            return Some(Self { role, round });
        }
        let role = Role::parse(search)?;
        let search = search.strip_prefix('?').unwrap_or(search);
        let round = search.split('&').find_map(|pair| pair.strip_prefix("round="))?;
        let round = round.parse().ok()?;
        Some(Self { role, round })
    }

    /// The part of a side.
    #[must_use]
    pub const fn of(side: Side, round: u32) -> Self {
        let role = match side {
            Side::Alice => Role::Alice,
            Side::Bob => Role::Bob,
        };
        Self { role, round }
    }

    /// Which of the presenter's windows this is.
    #[must_use]
    pub const fn side(self) -> Option<Side> {
        match self.role {
            Role::Alice => Some(Side::Alice),
            Role::Bob => Some(Side::Bob),
            Role::Guest => None,
        }
    }

    /// The address of its window, from `/`.
    #[must_use]
    pub fn href(self) -> String {
        match self.role {
            Role::Guest => format!("/demo/{}", self.round),
            role => format!("/?role={}&round={}#/", role.word(), self.round),
        }
    }

    /// What its window's memory is called.
    #[must_use]
    pub fn label(self) -> String {
        format!("{}-{}", self.role.word(), self.round)
    }

    /// The key that everybody knows.
    #[must_use]
    pub fn key(self) -> SigningKey {
        let words = format!("Thunder demo, round {}, {}", self.round, self.role.word());
        let mut seed = keccak256(words.as_bytes());
        loop {
            match SigningKey::from_bytes(&seed) {
                Ok(key) => return key,
                Err(_) => seed = keccak256(&seed),
            }
        }
    }

    /// The account of that key.
    #[must_use]
    pub fn address(self) -> Address {
        self.key().address()
    }

    /// The names by which the round's people are known in its windows.
    #[must_use]
    pub fn introduce(self, names: &Names) -> Names {
        Side::BOTH.into_iter().fold(names.clone(), |names, side| {
            let part = Self::of(side, self.round);
            names.with(&Naming {
                address: part.address(),
                name: part.role.name().to_owned(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::config::tests::EXAMPLE;

    fn development() -> AppConfig {
        AppConfig::parse(EXAMPLE).unwrap()
    }

    #[test]
    fn the_address_gives_the_part() {
        let config = development();
        let cast = |place, search: &str| Part::cast(&config, place, search);
        for side in Side::BOTH {
            let part = Part::of(side, 3);
            let href = part.href();
            let (search, _) = href.trim_start_matches('/').split_once('#').unwrap();
            assert_eq!(cast(Place::App, search), Some(part));
            assert_eq!(part.side(), Some(side));
        }
        let guest = Part {
            role: Role::Guest,
            round: 7,
        };
        assert_eq!(cast(Place::parse(&guest.href()), ""), Some(guest));
        assert_eq!(cast(Place::App, "?role=alice"), None);
        assert_eq!(cast(Place::App, "?round=1"), None);
        assert_eq!(cast(Place::App, "?role=guest&round=1"), None);
        assert_eq!(cast(Place::App, "?role=bob&round=-1"), None);
    }

    #[test]
    fn nobody_plays_off_development_chains() {
        let silent = EXAMPLE.replace("\"development\":true", "\"development\":false");
        for text in [silent, EXAMPLE.replace("31337", "1")] {
            let config = AppConfig::parse(&text).unwrap();
            assert_eq!(Part::cast(&config, Place::App, "?role=alice&round=1"), None);
            assert_eq!(Part::cast(&config, Place::Guest(1), ""), None);
        }
    }

    #[test]
    fn every_part_of_every_round_is_somebody_else() {
        let mut seen = std::collections::BTreeSet::new();
        for round in 0..4 {
            for role in [Role::Alice, Role::Bob] {
                assert!(seen.insert(Part { role, round }.address()));
            }
        }
        let part = Part::of(Side::Bob, 2);
        let names = part.introduce(&Names::default());
        assert_eq!(names.of(part.address()), Some("Bob"));
        assert_eq!(names.of(Part::of(Side::Alice, 2).address()), Some("Alice"));
    }
}

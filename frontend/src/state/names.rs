//! Names that a person gives to addresses: kept in this browser, shown beside the address, told to nobody.

use std::{collections::BTreeMap, rc::Rc};
use thunder_channel::{Address, parse_address};

/// The longest name, in characters: it has to fit beside an address on a phone.
pub const MAX_NAME: usize = 32;
/// How many people can have one: as many as there can be channels.
pub const MAX_NAMES: usize = 1_000;

/// Every name, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Rc<BTreeMap<Address, String>>);

/// Gives an address a name; an empty one takes it away.
#[derive(Clone, Debug)]
pub struct Naming {
    /// Whose.
    pub address: Address,
    /// As it was typed.
    pub name: String,
}

impl Names {
    /// Reads what was stored. What is no name of an address is left out: losing a name loses no money.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let stored: BTreeMap<String, String> = serde_json::from_str(text).unwrap_or_default();
        let names = stored.into_iter().filter_map(|(address, name)| {
            let name = tidy(&name);
            Some((parse_address(&address).ok()?, name)).filter(|(_, name)| !name.is_empty())
        });
        Self(Rc::new(names.take(MAX_NAMES).collect()))
    }

    /// As it is stored.
    #[must_use]
    pub fn to_text(&self) -> String {
        let stored: BTreeMap<String, &String> = self
            .0
            .iter()
            .map(|(address, name)| (format!("{address:#x}"), name))
            .collect();
        // Texts always have a JSON form.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// With one name given, or taken away, on top of these.
    #[must_use]
    pub fn with(&self, naming: &Naming) -> Self {
        let mut names = (*self.0).clone();
        let name = tidy(&naming.name);
        if name.is_empty() {
            names.remove(&naming.address);
        } else if names.len() < MAX_NAMES || names.contains_key(&naming.address) {
            names.insert(naming.address, name);
        }
        Self(Rc::new(names))
    }

    /// An address's name, if it has one.
    #[must_use]
    pub fn of(&self, address: Address) -> Option<&str> {
        self.0.get(&address).map(String::as_str)
    }

    /// The name, or the short form of the address.
    #[must_use]
    pub fn call(&self, address: Address) -> String {
        self.of(address)
            .map_or_else(|| crate::words::short(address), str::to_owned)
    }
}

/// A name without what could make it look like other text: control characters and those that turn the writing around.
fn tidy(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let kept: String = name.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    kept.trim().chars().take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(byte: u8) -> Address {
        Address::repeat_byte(byte)
    }

    fn named(names: Names, byte: u8, name: &str) -> Names {
        let naming = Naming {
            address: address(byte),
            name: name.to_owned(),
        };
        names.with(&naming)
    }

    #[test]
    fn a_name_takes_the_place_of_the_short_address() {
        let names = named(Names::default(), 1, "  Carol ");
        assert_eq!(names.call(address(1)), "Carol");
        assert_eq!(names.call(address(2)), "0x0202…0202");
        assert_eq!(Names::parse(&names.to_text()), names);
        assert_eq!(named(names, 1, " ").call(address(1)), "0x0101…0101");
    }

    #[test]
    fn what_two_windows_name_is_kept_of_both() {
        // Each gives its name on top of what is stored by then, not of what it showed.
        let stored = named(Names::parse(""), 1, "Carol").to_text();
        let stored = named(Names::parse(&stored), 2, "Dave").to_text();
        let stored = named(Names::parse(&stored), 1, "Carla").to_text();
        let names = Names::parse(&stored);
        assert_eq!(
            (names.of(address(1)), names.of(address(2))),
            (Some("Carla"), Some("Dave"))
        );
    }

    #[test]
    fn a_name_cannot_pretend() {
        let names = named(Names::default(), 1, "a\u{202e}b\u{0}c\n\u{200b}");
        assert_eq!(names.of(address(1)), Some("abc"));
        let long = named(names, 1, &"ä".repeat(100));
        assert_eq!(long.of(address(1)).unwrap().chars().count(), MAX_NAME);
        assert_eq!(named(long, 1, "\u{200f}").of(address(1)), None);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for text in ["", "[]", "{\"0x12\":\"a\"}", "{\"x\":1}"] {
            assert_eq!(Names::parse(text), Names::default(), "{text}");
        }
    }

    #[test]
    fn names_are_bounded() {
        let text: BTreeMap<String, String> = (0..MAX_NAMES as u64 + 5)
            .map(|n| (format!("{:#x}", Address::from_low_u64_be(n)), n.to_string()))
            .collect();
        let names = Names::parse(&serde_json::to_string(&text).unwrap());
        assert_eq!(names.0.len(), MAX_NAMES);
        let full = named(names, 0xee, "one more");
        assert_eq!(full.of(address(0xee)), None);
    }
}

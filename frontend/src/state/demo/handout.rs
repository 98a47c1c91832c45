//! The link for somebody in the room: who can open it, and what stands in the way.

use super::Part;
use crate::{state::seat::Role, words::say};

/// The demo's option by which other machines can play: in words that may not break at its hyphens.
pub const TLS: &str = "--tls";

/// From where the page's own address can be opened, and played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From anywhere in the network.
    Network,
    /// Opened from anywhere, but no secure context there.
    Insecure,
    /// From this machine only.
    Machine,
}

impl Reach {
    /// Reads `location.hostname` and `location.protocol`.
    #[must_use]
    pub fn of(hostname: &str, protocol: &str) -> Self {
        let own = matches!(hostname, "localhost" | "127.0.0.1" | "[::1]") || hostname.ends_with(".localhost");
        match protocol {
            _ if own => Self::Machine,
            "https:" => Self::Network,
            _ => Self::Insecure,
        }
    }

    /// What to say about it; nothing if all is well.
    #[must_use]
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Network => None,
            Self::Insecure => Some(say::reach_insecure()),
            Self::Machine => Some(say::reach_machine()),
        }
    }
}

/// The link, short enough to be typed from the screen.
#[must_use]
pub fn link(origin: &str, round: u32) -> String {
    let role = Role::Guest;
    format!("{origin}{}", Part { role, round }.href())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_known_before_somebody_tries() {
        for own in ["localhost", "127.0.0.1", "[::1]", "demo.localhost"] {
            assert_eq!(Reach::of(own, "http:"), Reach::Machine);
            assert_eq!(Reach::of(own, "https:"), Reach::Machine);
        }
        assert_eq!(Reach::of("192.168.1.5", "http:"), Reach::Insecure);
        assert_eq!(Reach::of("192.168.1.5", "https:"), Reach::Network);
        for reach in [Reach::Insecure, Reach::Machine] {
            assert!(reach.words().unwrap().contains(TLS), "{reach:?}");
        }
        assert_eq!(Reach::Network.words(), None);
        assert_eq!(
            link("https://192.168.1.5:8080", 2),
            "https://192.168.1.5:8080/demo/2"
        );
    }
}

//! The two sides of a channel, and pairs of things that exist once per side.

use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// One of the two sides. Alice is the side that opened the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The side that opened the channel.
    Alice,
    /// The other side.
    Bob,
}

impl Side {
    /// Both sides, alice first: the order of every array in the hub's interface.
    pub const BOTH: [Self; 2] = [Self::Alice, Self::Bob];

    /// The counterparty of this side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Alice => Self::Bob,
            Self::Bob => Self::Alice,
        }
    }

    /// The value of the hub's `Side` enum.
    #[must_use]
    pub const fn index(self) -> u8 {
        match self {
            Self::Alice => 0,
            Self::Bob => 1,
        }
    }

    /// Reads the hub's `Side` enum; `None` for any other number.
    #[must_use]
    pub const fn from_index(index: u8) -> Option<Self> {
        match index {
            0 => Some(Self::Alice),
            1 => Some(Self::Bob),
            _ => None,
        }
    }
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Alice => "alice",
            Self::Bob => "bob",
        })
    }
}

/// Something that exists once per side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PerSide<T> {
    /// Alice's.
    pub alice: T,
    /// Bob's.
    pub bob: T,
}

impl<T> PerSide<T> {
    /// Builds the pair by asking once per side.
    pub fn from_fn(mut of: impl FnMut(Side) -> T) -> Self {
        Self {
            alice: of(Side::Alice),
            bob: of(Side::Bob),
        }
    }

    /// The same pair after `f`.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> PerSide<U> {
        PerSide {
            alice: f(self.alice),
            bob: f(self.bob),
        }
    }
}

impl<T> Index<Side> for PerSide<T> {
    type Output = T;
    fn index(&self, side: Side) -> &T {
        match side {
            Side::Alice => &self.alice,
            Side::Bob => &self.bob,
        }
    }
}

impl<T> IndexMut<Side> for PerSide<T> {
    fn index_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Alice => &mut self.alice,
            Side::Bob => &mut self.bob,
        }
    }
}

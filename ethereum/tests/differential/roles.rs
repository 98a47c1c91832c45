//! Who plays in a sequence, and how they take money.

/// The accounts of a sequence, by their place in every list of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Alice,
    Bob,
    Carol,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Alice, Self::Bob, Self::Carol];

    pub const fn place(self) -> usize {
        self as usize
    }
}

/// How an account takes money, as in contracts/test/mocks/Stage.sol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Accept,
    Revert,
    BurnGas,
    ReturnNothing,
    ReturnFalse,
    ReturnFalseButMove,
    MoveNothing,
    MoveLess,
    MoveMore,
}

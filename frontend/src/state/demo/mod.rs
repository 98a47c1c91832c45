//! The presenter's page as data: who plays in which round, what its two windows are told and say, and the tour.
//!
//! Nothing here exists off development chains: without [`Part::cast`] no window takes a cue, and it gives none elsewhere.

pub mod act;
pub mod cue;
pub mod handout;
pub mod part;
pub mod report;
pub mod show;
pub mod tour;

pub use act::{Act, Job, jobs};
pub use cue::{Arrow, Call, Cue, Said};
pub use part::Part;
pub use report::{Line, LineStage, Player, Report};
pub use show::{News, Scene, Show};
pub use tour::{Press, STEPS, Step, Tour};

use thunder_channel::Amount;

/// Digits behind THD's point: the token of every development chain.
const DECIMALS: u32 = 18;
/// What the faucet gives each side, in whole THD.
const PURSE: u128 = 1_000;
/// What Alice locks, in whole THD.
const DEPOSIT: u128 = 100;

/// So many whole THD.
#[must_use]
pub const fn thd(whole: u128) -> Amount {
    match Amount::new(whole * 10u128.pow(DECIMALS)) {
        Ok(amount) => amount,
        Err(_) => Amount::MAX,
    }
}

/// What funding a side gives it.
#[must_use]
pub const fn purse() -> Amount {
    thd(PURSE)
}

/// What Alice puts into the channel.
#[must_use]
pub const fn deposit() -> Amount {
    thd(DEPOSIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_thd_are_what_people_type() {
        assert_eq!(thd(20).display(18), "20");
        assert_eq!(purse().display(18), "1000");
    }
}

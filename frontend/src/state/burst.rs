//! Many payments, one after the other, as fast as they go: how many of how much, how far they have come, and how fast that was. Only on
//! development chains, to see what a channel is good for.

use super::{config::Token, draft::amount_up_to};
use crate::words::{Thing, count, counted, money, say, sentence, written};
use thunder_channel::Amount;

/// The most payments at once: a few seconds of them.
pub const MOST: u32 = 1_000;

/// What to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// How often.
    pub payments: u32,
    /// How much each time.
    pub each: Amount,
}

/// What is wrong with what was typed, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BurstFaults {
    /// With how many.
    pub payments: Option<String>,
    /// With how much.
    pub each: Option<String>,
}

impl Burst {
    /// Reads how many and how much, which have to be there all together.
    ///
    /// # Errors
    /// Words for each wrong field.
    pub fn read(payments: &str, each: &str, token: &Token, spendable: Amount) -> Result<Self, BurstFaults> {
        let payments = match payments.trim().parse::<u32>() {
            Ok(payments @ 1..=MOST) => Ok(payments),
            _ => Err(say::mine_range(&count(MOST.into()))),
        };
        let above = |limit| say::pay_at_most_here(&money(limit, token));
        let each = amount_up_to(each, token, Some(spendable), above);
        let each = each.and_then(|each| match &payments {
            // Both are in the form: less of either is right.
            Ok(payments) => {
                let all = each.units().saturating_mul(u128::from(*payments));
                if all > spendable.units() {
                    let all = Amount::new(all).unwrap_or(Amount::MAX);
                    return Err(say::many_above(&money(all, token), &money(spendable, token)));
                }
                Ok(each)
            }
            Err(_) => Ok(each),
        });
        match (payments, each) {
            (Ok(payments), Ok(each)) => Ok(Self { payments, each }),
            (payments, each) => Err(BurstFaults {
                payments: payments.err(),
                each: each.err(),
            }),
        }
    }
}

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// It has not begun.
    #[default]
    Idle,
    /// So many of so many are paid.
    Running(u32, u32),
    /// It is over: so many were paid in so many milliseconds.
    Ended(u32, u64, BurstEnd),
}

/// Why it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BurstEnd {
    /// All is paid.
    All,
    /// The person stopped it.
    Stopped,
    /// A payment was refused, in words.
    Refused(String),
}

impl Progress {
    /// What the person reads; nothing before it begins.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Idle => None,
            Self::Running(paid, of) => Some(say::many_so_far(&count((*paid).into()), &count((*of).into()))),
            Self::Ended(paid, ms, end) => Some(match end {
                BurstEnd::All => pace(*paid, *ms),
                BurstEnd::Stopped => format!("{} {}", say::many_stopped(), pace(*paid, *ms)),
                BurstEnd::Refused(words) => format!("{} {}", sentence(words), pace(*paid, *ms)),
            }),
        }
    }
}

/// `1,000 payments in 2.1 s: 476 a second.`
fn pace(paid: u32, ms: u64) -> String {
    let paid = u64::from(paid);
    if paid == 0 {
        return say::many_none().to_owned();
    }
    let rate = paid.saturating_mul(1_000) / ms.max(1);
    // Nothing takes no time.
    let tenths = (ms / 100).max(1);
    let seconds = written(&format!("{}.{}", tenths / 10, tenths % 10));
    say::many_pace(&counted(paid, Thing::Payment), &seconds, &count(rate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::standing::tests::units;

    #[test]
    fn only_what_is_there_is_sent() {
        let read = |payments, each| Burst::read(payments, each, &Token::ether(), units(10));
        let good = |payments, each: &str| {
            let each = Amount::parse(each, 18).unwrap();
            Ok(Burst { payments, each })
        };
        assert_eq!(read(" 1000 ", "0.01"), good(1_000, "0.01"));
        assert_eq!(read("1", "10"), good(1, "10"));
        let faults = read("1000", "0.010001").unwrap_err();
        assert_eq!(faults.payments, None);
        assert!(faults.each.unwrap().contains("10.001 ETH in all"));
        for payments in ["", "0", "-1", "1001", "1.5", "99999999999"] {
            let faults = read(payments, "0.01").unwrap_err();
            assert!(faults.payments.is_some() && faults.each.is_none(), "{payments}");
        }
        for each in ["", "0", "x", "11"] {
            let faults = read("2", each).unwrap_err();
            assert!(faults.each.is_some() && faults.payments.is_none(), "{each}");
        }
        let both = read("", "").unwrap_err();
        assert!(both.payments.is_some() && both.each.is_some());
    }

    #[test]
    fn it_says_how_far_and_how_fast() {
        let ended = |paid, ms, end| Progress::Ended(paid, ms, end).words().unwrap();
        assert_eq!(Progress::Idle.words(), None);
        assert_eq!(
            Progress::Running(20, 1_000).words().unwrap(),
            "20 of 1,000 are paid."
        );
        assert_eq!(
            ended(1_000, 2_100, BurstEnd::All),
            "1,000 payments in 2.1 s: 476 a second."
        );
        assert_eq!(ended(1, 0, BurstEnd::All), "1 payment in 0.1 s: 1,000 a second.");
        assert_eq!(
            ended(50, 500, BurstEnd::Stopped),
            "You stopped it. 50 payments in 0.5 s: 100 a second."
        );
        let refused = BurstEnd::Refused("you can pay at most 2 ETH".to_owned());
        assert_eq!(
            ended(0, 3, refused),
            "You can pay at most 2 ETH. Nothing was paid."
        );
    }
}

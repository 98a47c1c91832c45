//! What is wrong around the app right now: everything that a banner can say.

use std::rc::Rc;
use thunder_channel::Address;
use yew::{Callback, Reducible};

/// What the wallet is asked for at the moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Asking {
    /// Tells requests apart: a late answer to one says nothing about the next.
    pub id: u64,
    /// What to do in its window.
    pub words: &'static str,
    /// Gives the request up on this side.
    pub cancel: Callback<()>,
}

/// Everything a banner can say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// The wallet's window is expected to be open.
    pub asking: Option<Asking>,
    /// The chain the wallet is on, if it said.
    pub wallet_chain: Option<u64>,
    /// The accounts that the wallet gives this page, if it said.
    pub wallet_accounts: Option<Vec<Address>>,
    /// Which look at the wallet said so.
    pub looked: u64,
    /// Why the last reading of the chain failed.
    pub chain_problem: Option<String>,
    /// Whether the chain has been reached at least once.
    pub chain_seen: bool,
    /// Why the last write failed.
    pub store_problem: Option<String>,
    /// Databases of earlier chains of the same id.
    pub set_aside: Vec<String>,
    /// The chain behind the app's own address is not the one it was configured for.
    pub other_world: bool,
    /// The window's connections are cut on purpose, in a demo.
    pub asleep: bool,
}

/// What changes it.
#[derive(Clone, Debug)]
pub enum Sign {
    /// The wallet is asked.
    Asking(Asking),
    /// The request of this id was answered or given up.
    Answered(u64),
    /// The wallet said where it is and whom it gives.
    Wallet {
        /// Counts the looks, by when they began.
        look: u64,
        /// Chain id.
        chain: Option<u64>,
        /// Accounts.
        accounts: Option<Vec<Address>>,
    },
    /// The chain was read, or not.
    Chain(Result<(), String>),
    /// A write became durable, or not.
    Store(Result<(), String>),
    /// Databases of earlier chains.
    SetAside(Vec<String>),
    /// Another chain answers at the app's own address.
    OtherWorld,
    /// The connections were cut on purpose, or made again.
    Asleep(bool),
    /// Another account.
    Reset,
}

impl Reducible for Health {
    type Action = Sign;

    fn reduce(self: Rc<Self>, action: Sign) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Sign::Asking(asking) => next.asking = Some(asking),
            Sign::Answered(id) => next.asking = next.asking.filter(|asking| asking.id != id),
            // An earlier look, whose answer came later: what is known is newer.
            Sign::Wallet { look, .. } if look < next.looked => (),
            Sign::Wallet {
                look,
                chain,
                accounts,
            } => {
                next.looked = look;
                next.wallet_chain = chain.or(next.wallet_chain);
                next.wallet_accounts = accounts.or(next.wallet_accounts);
            }
            Sign::Chain(Ok(())) => (next.chain_problem, next.chain_seen) = (None, true),
            Sign::Chain(Err(words)) => next.chain_problem = Some(words),
            Sign::Store(result) => next.store_problem = result.err(),
            Sign::SetAside(names) => next.set_aside = names,
            Sign::OtherWorld => next.other_world = true,
            Sign::Asleep(asleep) => next.asleep = asleep,
            // Who is somebody else now sleeps on.
            Sign::Reset => {
                next = Self {
                    asleep: next.asleep,
                    looked: next.looked,
                    ..Self::default()
                }
            }
        }
        // Called every second: what is the same is not drawn again.
        if next == *self { self } else { Rc::new(next) }
    }
}

impl Health {
    /// Whether there is something to say before anybody sits here.
    #[must_use]
    pub fn concerns_everybody(&self) -> bool {
        self.other_world
            || self.store_problem.is_some()
            || self.asking.is_some()
            || !self.set_aside.is_empty()
    }

    /// The wallet's chain, if it is not the hub's.
    #[must_use]
    pub fn wrong_chain(&self, wanted: u64) -> Option<u64> {
        self.wallet_chain.filter(|chain| *chain != wanted)
    }

    /// What the wallet gives instead, if it no longer gives the pinned account. The inner option is empty if it gives none.
    #[must_use]
    pub fn wrong_account(&self, pinned: Address) -> Option<Option<Address>> {
        let accounts = self.wallet_accounts.as_ref()?;
        (!accounts.contains(&pinned)).then(|| accounts.first().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_has_banners_only_for_what_concerns_everybody() {
        let health = |sign| Rc::new(Health::default()).reduce(sign);
        assert!(!Health::default().concerns_everybody());
        assert!(!health(Sign::Asleep(true)).concerns_everybody());
        assert!(health(Sign::OtherWorld).concerns_everybody());
        assert!(health(Sign::Store(Err("full".to_owned()))).concerns_everybody());
        assert!(health(Sign::SetAside(vec!["old".to_owned()])).concerns_everybody());
        let asking = Asking {
            id: 1,
            words: "sign",
            cancel: Callback::noop(),
        };
        assert!(health(Sign::Asking(asking)).concerns_everybody());
    }

    #[test]
    fn a_silent_wallet_raises_no_banner() {
        let health = Health::default();
        assert_eq!(health.wrong_chain(1), None);
        assert_eq!(health.wrong_account(Address::zero()), None);
    }

    #[test]
    fn the_pinned_account_is_never_followed() {
        let (ours, other) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let said = |accounts: Vec<Address>| {
            Rc::new(Health::default()).reduce(Sign::Wallet {
                look: 1,
                chain: Some(1),
                accounts: Some(accounts),
            })
        };
        assert_eq!(said(vec![other, ours]).wrong_account(ours), None);
        assert_eq!(said(vec![other]).wrong_account(ours), Some(Some(other)));
        assert_eq!(said(vec![]).wrong_account(ours), Some(None));
        assert_eq!(said(vec![ours]).wrong_chain(31337), Some(1));
        // A wallet that answers one of the questions keeps its other answer.
        let health = said(vec![other]).reduce(Sign::Wallet {
            look: 2,
            chain: Some(31337),
            accounts: None,
        });
        assert_eq!(health.wrong_chain(31337), None);
        assert_eq!(health.wrong_account(ours), Some(Some(other)));
    }

    /// The wallet moves while it is asked, and answers the second look first.
    #[test]
    fn an_earlier_look_that_is_answered_later_is_no_news() {
        let said = |look, chain| Sign::Wallet {
            look,
            chain: Some(chain),
            accounts: None,
        };
        let health = Rc::new(Health::default());
        let health = health.reduce(said(2, 1)).reduce(said(1, 31337));
        assert_eq!(health.wrong_chain(31337), Some(1));
        // Also over another account.
        let health = health.reduce(Sign::Reset).reduce(said(1, 31337));
        assert_eq!(health.wallet_chain, None);
        assert_eq!(health.reduce(said(3, 31337)).wallet_chain, Some(31337));
    }

    #[test]
    fn a_late_answer_hides_no_newer_request() {
        let asking = |id| {
            Sign::Asking(Asking {
                id,
                words: "sign",
                cancel: Callback::noop(),
            })
        };
        let health = Rc::new(Health::default())
            .reduce(asking(1))
            .reduce(asking(2))
            .reduce(Sign::Answered(1));
        assert_eq!(health.asking.as_ref().map(|asking| asking.id), Some(2));
        assert_eq!(health.reduce(Sign::Answered(2)).asking, None);
    }

    #[test]
    fn problems_go_away_when_things_work_again() {
        let health = Rc::new(Health::default());
        let health = health.reduce(Sign::Chain(Err("no answer".to_owned())));
        assert!(health.chain_problem.is_some() && !health.chain_seen);
        let health = health.reduce(Sign::Chain(Ok(())));
        assert!(health.chain_problem.is_none() && health.chain_seen);
        let same = health.clone().reduce(Sign::Chain(Ok(())));
        assert!(Rc::ptr_eq(&same, &health));
        let health = health.reduce(Sign::Store(Err("full".to_owned())));
        assert_eq!(health.store_problem.as_deref(), Some("full"));
        assert!(health.reduce(Sign::Store(Ok(()))).store_problem.is_none());
    }
}

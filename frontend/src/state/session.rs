//! How far this window has come: from choosing a wallet to running. Answers to a step that was given up are ignored.

use super::{seat::Seat, wallet::Wallet};
use std::rc::Rc;
use thunder_channel::Address;
use yew::Reducible;

/// Where the window is. `D` is what runs at the end; tests use something small.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage<D> {
    /// The list of wallets.
    Choosing {
        /// Why the last attempt failed.
        problem: Option<String>,
    },
    /// A wallet was asked for its accounts.
    Asking {
        /// Its name.
        wallet: String,
    },
    /// It gave several.
    Accounts {
        /// The wallet.
        wallet: Wallet,
        /// Whom to choose from.
        accounts: Vec<Address>,
    },
    /// Another window of this browser holds the account.
    Held {
        /// The wallet.
        wallet: Wallet,
        /// Who would sit here.
        seat: Seat,
        /// Since when, in words.
        since: Option<String>,
    },
    /// No payment key yet.
    SetUp {
        /// The wallet.
        wallet: Wallet,
        /// Who sits here.
        seat: Seat,
        /// The wallet is being asked.
        busy: bool,
        /// Why the last attempt failed.
        problem: Option<String>,
    },
    /// The store is being read.
    Starting,
    /// Running.
    Running(D),
    /// Another window took the account over while this one ran.
    TakenOver {
        /// The wallet.
        wallet: Wallet,
        /// Who sat here.
        seat: Seat,
    },
    /// It cannot go on; the words say why and what to do.
    Broken {
        /// For the person.
        words: String,
    },
}

/// A stage and the attempt it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Session<D> {
    /// Rises with each attempt; what an earlier attempt brings is ignored.
    pub attempt: u64,
    /// Where the window is.
    pub stage: Stage<D>,
}

impl<D> Default for Session<D> {
    fn default() -> Self {
        Self {
            attempt: 0,
            stage: Stage::Starting,
        }
    }
}

/// What changes it.
#[derive(Clone, Debug)]
pub enum Turn<D> {
    /// A new attempt: earlier ones no longer count.
    Begin {
        /// Its number.
        attempt: u64,
        /// Its first stage.
        stage: Stage<D>,
    },
    /// An attempt has come further.
    Further {
        /// Its number.
        attempt: u64,
        /// Its next stage.
        stage: Stage<D>,
    },
}

impl<D: Clone> Reducible for Session<D> {
    type Action = Turn<D>;

    fn reduce(self: Rc<Self>, action: Turn<D>) -> Rc<Self> {
        match action {
            Turn::Begin { attempt, stage } if attempt > self.attempt => Rc::new(Self { attempt, stage }),
            Turn::Further { attempt, stage } if attempt == self.attempt => Rc::new(Self { attempt, stage }),
            Turn::Begin { .. } | Turn::Further { .. } => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(wallet: &str) -> Stage<()> {
        Stage::Asking {
            wallet: wallet.to_owned(),
        }
    }

    #[test]
    fn an_answer_after_cancel_is_ignored() {
        let session = Rc::new(Session::default());
        let session = session.reduce(Turn::Begin {
            attempt: 1,
            stage: asking("one"),
        });
        let cancelled = session.reduce(Turn::Begin {
            attempt: 2,
            stage: Stage::Choosing { problem: None },
        });
        let late = cancelled.clone().reduce(Turn::Further {
            attempt: 1,
            stage: Stage::Running(()),
        });
        assert_eq!(late, cancelled);
        let running = late.reduce(Turn::Further {
            attempt: 2,
            stage: Stage::Running(()),
        });
        assert_eq!(running.stage, Stage::Running(()));
        let old = running.clone().reduce(Turn::Begin {
            attempt: 1,
            stage: asking("old"),
        });
        assert_eq!(old, running);
    }
}

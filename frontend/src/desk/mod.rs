//! The running app behind the pages: from choosing a wallet to a client that lives as long as its owner.

mod backup;
mod connect;
mod demo;
pub mod downloads;
mod engine;
pub mod fetching;
mod lookup;
mod observer;
mod running;
mod sent;
mod telling;
mod waiting;

pub use engine::{Engine, Stores};

use crate::{
    adapters::indexed_db::IndexedDb,
    state::{
        activity::Tone,
        config::{AppConfig, Token},
        draft::OpenPlan,
        seat::Seat,
        wallet::Wallet,
    },
    words::{Said, money, say, sentence},
};
use std::rc::Rc;
use thunder_channel::{Address, Amount, ChannelId, Delegation, Invite};
use thunder_client::{Command, Driver, Outcome, Refusal};
use thunder_ethereum::{Chain, HttpProvider, sign_typed};
use yew::Callback;

/// What a page works with once the client runs.
#[derive(Clone)]
pub struct Desk {
    /// The world.
    pub config: Rc<AppConfig>,
    /// Who sits here.
    pub seat: Seat,
    /// The wallet, behind its gate.
    pub wallet: Wallet,
    /// The client.
    pub driver: Rc<Driver>,
    /// Where the client's records and the payment key are stored.
    pub store: Rc<IndexedDb>,
    /// The payment key's address.
    pub payment_key: Address,
    /// The app's own way to the chain.
    pub chain: Chain<HttpProvider>,
    /// Tells something once: tone, sentence, detail.
    pub tell: Callback<(Tone, String, Option<String>)>,
    /// Reads the chain now.
    pub read_now: Callback<()>,
    /// Sessions with providers, where there is a contract for them.
    pub downloads: Option<Rc<downloads::Downloads>>,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.driver, &other.driver)
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desk({})", self.seat.name())
    }
}

impl Desk {
    /// Who others open a channel with.
    #[must_use]
    pub const fn invite(&self) -> Invite {
        Invite {
            address: self.seat.account,
            signer: self.payment_key,
        }
    }

    /// Does what a person asked for; an error is words for that person.
    ///
    /// # Errors
    /// The refusal's words.
    pub async fn command(&self, command: Command) -> Result<Outcome, String> {
        let token = self.token_of(&command);
        let takes_out = matches!(command, Command::ProposeWithdrawal { .. });
        let outcome = self
            .driver
            .command(command)
            .await
            .map_err(|refusal| refusal_words(&refusal, takes_out, &token));
        // What happened between the two sides only, such as a payment, has changed nothing on the chain.
        if outcome != Ok(Outcome::Done) {
            self.read_now.emit(());
        }
        outcome
    }

    /// Opens a channel; its id, once it is mined.
    ///
    /// # Errors
    /// Words for the person.
    pub async fn open(&self, plan: OpenPlan) -> Result<ChannelId, String> {
        let mut salt = [0; 8];
        getrandom::getrandom(&mut salt).map_err(|_| say::no_random().to_owned())?;
        let salt = u64::from_be_bytes(salt);
        let key = plan
            .key(self.seat.account, self.payment_key, salt, &self.config)
            .map_err(|fault| fault.said())?;
        let amount = plan.amount;
        self.command(Command::Open { key, amount }).await?;
        // The salt is random, so this key was never opened before.
        Ok(key.id(0))
    }

    /// Says that what the other side paid was shown. No money depends on it, so a refusal is nobody's news.
    pub async fn mark_read(&self, channel: ChannelId, total: Amount) {
        drop(self.driver.command(Command::MarkRead { channel, total }).await);
    }

    /// Takes a channel as one's own.
    ///
    /// # Errors
    /// The refusal's words.
    pub async fn join(&self, channel: ChannelId) -> Result<(), String> {
        self.driver.join(channel).await.map_err(|refusal| refusal.said())
    }

    /// Lets this browser hear the other side in a channel whose payments the wallet signs: one wallet signature.
    ///
    /// # Errors
    /// The refusal's words.
    pub async fn follow(&self, channel: ChannelId) -> Result<(), String> {
        self.driver
            .follow(channel)
            .await
            .map_err(|refusal| refusal.said())
    }

    /// Lets the payment key sign in a channel whose signer is the wallet: one wallet signature.
    ///
    /// # Errors
    /// The wallet's or the refusal's words.
    pub async fn allow_payment_key(&self, channel: ChannelId) -> Result<(), String> {
        let statement = Delegation {
            channel,
            key: self.payment_key,
        };
        let delegation = sign_typed(
            &*self.wallet.provider,
            self.seat.account,
            &statement,
            &self.seat.domain,
        )
        .await
        .map_err(|error| error.said())?;
        self.command(Command::Delegate { channel, delegation })
            .await
            .map(drop)
    }

    /// Mines blocks, on a development chain.
    ///
    /// # Errors
    /// The node's words.
    pub async fn mine(&self, blocks: u64) -> Result<(), String> {
        self.chain.mine(blocks).await.map_err(|error| error.said())?;
        self.driver.read_chain().await;
        self.read_now.emit(());
        Ok(())
    }

    /// The token that a command's amounts are in.
    fn token_of(&self, command: &Command) -> Token {
        let channel = match command {
            Command::Pay { channel, .. }
            | Command::Deposit { channel, .. }
            | Command::ProposeWithdrawal { channel, .. } => *channel,
            _ => return Token::ether(),
        };
        let view = self.driver.summary(channel);
        view.map_or_else(Token::ether, |view| self.config.token(view.key.token))
    }
}

/// A refusal in words; amounts with the token's decimals.
fn refusal_words(refusal: &Refusal, takes_out: bool, token: &Token) -> String {
    match refusal {
        Refusal::AboveSpendable { spendable } => {
            let most = money(*spendable, token);
            if takes_out {
                say::take_out_at_most(&most)
            } else {
                say::pay_at_most(&most)
            }
        }
        Refusal::AbovePaymentLimit { limit } => say::above_payment_limit(&money(*limit, token)),
        Refusal::AboveDayLimit { limit, left } => {
            say::above_day_limit(&money(*limit, token), &money(*left, token))
        }
        other => sentence(&other.said()),
    }
}

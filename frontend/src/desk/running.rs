//! A client at work: its timers, its socket, and what it reads of the wallet's money.

use super::{Desk, Engine, downloads::Downloads, observer::Watcher, telling::Telling};
use crate::{
    adapters::{clock::BrowserClock, indexed_db::IndexedDb, socket::Heard, watched_store::WatchedStore},
    state::{fees::Fees, health::Sign, seat::Seat, session::Stage, snapshot::Reading, wallet::Wallet},
    words::Said,
};
use futures::{
    StreamExt,
    channel::mpsc,
    future::{join, select},
};
use gloo::{events::EventListener, timers::future::TimeoutFuture};
use std::rc::Rc;
use thunder_channel::{Address, Amount, SigningKey};
use thunder_client::{Accepted, Config, Driver, Ports};
use thunder_ethereum::{Token as Erc20, U256};
use yew::Callback;

/// How often the chain is read on a development chain, where blocks come on request, and elsewhere, in milliseconds.
const DEVELOPMENT_READING_MS: u32 = 1_000;
const READING_MS: u32 = 10_000;
/// Channels kept: more than a person scrolls through.
const MAX_CHANNELS: usize = 1_000;

impl Engine {
    pub(super) async fn run(
        self: &Rc<Self>,
        attempt: u64,
        wallet: Wallet,
        seat: Seat,
        store: Rc<IndexedDb>,
        key: SigningKey,
    ) -> Option<Desk> {
        let origin = gloo::utils::window().location().origin().unwrap_or_default();
        let payment_key = key.address();
        let session_signer = key.clone();
        let watcher = Watcher::new(self.config.clone(), seat, self.stores.clone());
        let ports = Ports {
            store: Rc::new(WatchedStore {
                inner: store.clone(),
                tell: self.health(),
            }),
            relay: Rc::new(self.relay.clone()),
            clock: Rc::new(BrowserClock),
            chain: Rc::new(self.node.clone()),
            wallet: wallet.provider.clone(),
            replacing: None,
            observer: Rc::new(watcher.clone()),
        };
        let driver = match Driver::start(self.client_config(seat.account, key, origin.clone()), ports).await {
            Ok(driver) => driver,
            Err(error) => {
                self.broken(attempt, &error.said());
                return None;
            }
        };
        if !self.is_current(attempt) {
            return None;
        }
        let telling = Telling::start(driver.clone(), &seat);
        watcher.watch(&driver, &telling);
        self.owned.borrow_mut().listeners.push(Box::new(telling));
        let mut desk = Desk {
            config: self.config.clone(),
            seat,
            wallet: wallet.clone(),
            driver: driver.clone(),
            store,
            payment_key,
            chain: self.chain(),
            tell: self.teller(),
            read_now: {
                let engine = Rc::downgrade(self);
                Callback::from(move |()| {
                    if let Some(engine) = engine.upgrade() {
                        engine.read_now();
                    }
                })
            },
            downloads: None,
        };
        if let Some(downloads) = Downloads::new(
            desk.clone(),
            session_signer,
            self.node.clone(),
            self.relay.clone(),
        ) {
            downloads.start();
            self.owned.borrow_mut().downloads = Some(downloads.clone());
            desk.downloads = Some(downloads);
        }
        self.keep_running(&desk, &origin);
        self.follow_sent(&desk, &watcher);
        self.owned.borrow_mut().watcher = Some(watcher);
        self.further(attempt, Stage::Running(desk.clone()));
        Some(desk)
    }

    fn client_config(&self, account: Address, payment_key: SigningKey, relay_origin: String) -> Config {
        let config = &self.config;
        Config {
            domain: config.domain,
            account,
            payment_key,
            tokens: config.tokens.iter().map(|token| token.address).collect(),
            confirmations: config.confirmations,
            deployment_block: config.deployment_block,
            development: config.is_development(),
            relay_origin,
            accepted: Accepted {
                min_period: *config.periods().start(),
                max_period: *config.periods().end(),
                // The page names the policy before a person joins.
                forfeit: true,
                channels: MAX_CHANNELS,
            },
        }
    }

    fn keep_running(self: &Rc<Self>, desk: &Desk, origin: &str) {
        let mut owned = self.owned.borrow_mut();
        let (nudge, nudged) = mpsc::channel(1);
        *self.nudge.borrow_mut() = Some(nudge);
        owned.tasks.spawn(self.clone().keep_reading(desk.clone(), nudged));

        let url = format!("{}/ws", origin.replacen("http", "ws", 1));
        let (driver, downloads) = (desk.driver.clone(), desk.downloads.clone());
        owned
            .tasks
            .spawn(self.relay.clone().run(url, async move |heard| match heard {
                Heard::Text(text) => {
                    let was_known = driver.relay_online();
                    let notice = driver.relay_text(&text).await;
                    let Some(downloads) = &downloads else { return };
                    if !was_known && driver.relay_online() {
                        downloads.greet_relay();
                    }
                    if let Some(notice) = notice {
                        downloads.hear(&notice).await;
                    }
                }
                Heard::Down => driver.relay_down().await,
            }));

        let engine = Rc::downgrade(self);
        let focus = EventListener::new(&gloo::utils::window(), "focus", move |_| {
            if let Some(engine) = engine.upgrade() {
                engine.read_now();
            }
        });
        owned.listeners.push(Box::new(focus));
    }

    async fn keep_reading(self: Rc<Self>, desk: Desk, mut nudged: mpsc::Receiver<()>) {
        let pause = if self.config.is_development() {
            DEVELOPMENT_READING_MS
        } else {
            READING_MS
        };
        let mut genesis_checked = false;
        loop {
            if self.relay.is_asleep() {
                drop(select(TimeoutFuture::new(pause), nudged.next()).await);
                continue;
            }
            if !genesis_checked && let Ok(genesis) = desk.chain.genesis_hash().await {
                genesis_checked = genesis == self.config.genesis;
                if !genesis_checked {
                    // Nothing that this page stores or signs belongs to the chain that answers.
                    self.stores.health.dispatch(Sign::OtherWorld);
                    return;
                }
            }
            // Side by side: a node that hangs is found out once, not twice in a row.
            let reading = async {
                if genesis_checked {
                    desk.driver.read_chain().await;
                }
            };
            let ((), money) = join(reading, self.read_money(&desk)).await;
            let unreachable = money.is_err();
            self.stores.health.dispatch(Sign::Chain(money));
            // A chain that was away may have come back as another one.
            genesis_checked &= !unreachable;
            drop(select(TimeoutFuture::new(pause), nudged.next()).await);
        }
    }

    /// What the account owns outside channels, what the hub owes it, and what the network takes for a transaction.
    async fn read_money(&self, desk: &Desk) -> Result<(), String> {
        let account = desk.seat.account;
        let mut wallet = Vec::new();
        let mut owed = Vec::new();
        for token in self.config.tokens.iter().map(|token| token.address) {
            let balance = if token.is_zero() {
                desk.chain.balance(account).await
            } else {
                desk.chain.token_balance(Erc20::new(token), account).await
            };
            wallet.push((token, Some(amount(balance.map_err(|error| error.said())?))));
            let left = desk
                .chain
                .owed(token, account)
                .await
                .map_err(|error| error.said())?;
            if !left.is_zero() {
                owed.push((token, amount(left)));
            }
        }
        // A node that does not say costs a line on the screen, and nothing else.
        let gas_price = desk.chain.gas_price().await.ok();
        let coin = self.config.token(Address::zero());
        let fees = gas_price.map(|gas_price| Fees { gas_price, coin });
        self.stores.latest.dispatch(Reading::Money { wallet, owed, fees });
        Ok(())
    }
}

/// What a channel could hold of it: more than `uint96` cannot be deposited anyway.
fn amount(number: U256) -> Amount {
    let number = u128::try_from(number).unwrap_or(u128::MAX);
    Amount::new(number).unwrap_or(Amount::MAX)
}

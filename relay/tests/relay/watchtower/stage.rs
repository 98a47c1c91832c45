//! A relay with a watchtower, a closer that cheats, and a chain whose mining is the test's business.

use crate::support::{Client, TestChain, World, amount};
use relay::{Config, Handle, config::WatchtowerConfig, counters::Count};
use serde_json::{Value, json};
use std::time::Duration;
use thunder_channel::{
    Authorization, ChannelKey, Policy, SettleForMe, Side, SignedRequest, SigningKey, Totals, TypedMessage,
    wire::{ClientFrame, Message},
};
use thunder_ethereum::{At, HubChannel, signing_key_from_phrase};

pub const ETHER: u128 = 1_000_000_000_000_000_000;
pub const GWEI: u128 = 1_000_000_000;
/// Blocks of a finalization period here.
pub const PERIOD: u32 = 24;

/// The account of the `index`th watchtower: nobody else's.
pub fn tower_key(index: u32) -> SigningKey {
    signing_key_from_phrase(
        "test test test test test test test test test test test junk",
        7 + index,
    )
    .unwrap()
}

/// The configuration of a relay that looks when the test says so.
pub fn awake(index: u32) -> impl Fn(&mut Config) {
    move |config| {
        config.limits.look = Duration::from_secs(3600);
        config.watchtower = Some(WatchtowerConfig {
            key: tower_key(index),
            ether_percent: 50,
            token_wei: ETHER / 100,
            low_wei: 0,
        });
    }
}

/// What a test does with the chain by hand.
impl TestChain {
    pub async fn rpc(&self, method: &str, params: Value) -> Value {
        self.chain.provider.call(method, params).await.unwrap()
    }

    /// Whether transactions are mined as they come.
    pub async fn automine(&self, on: bool) {
        self.rpc("evm_setAutomine", json!([on])).await;
    }

    pub async fn mine(&self, blocks: u64) {
        self.chain.mine(blocks).await.unwrap();
    }

    pub async fn next_base_fee(&self, wei: u128) {
        self.rpc("anvil_setNextBlockBaseFeePerGas", json!([format!("{wei:#x}")]))
            .await;
    }

    pub async fn block_number(&self) -> u64 {
        self.chain.block_number().await.unwrap()
    }

    /// How many transactions of an account are mined.
    pub async fn nonce(&self, key: &SigningKey) -> u64 {
        let count = self
            .rpc("eth_getTransactionCount", json!([key.address(), "latest"]))
            .await;
        number(&count)
    }

    /// What an account's transaction at this place of the pool offers: the most, and the tip.
    pub async fn offer(&self, key: &SigningKey, place: u64) -> Option<(u128, u128)> {
        let pool = self.rpc("txpool_content", json!([])).await;
        let account = format!("{:#x}", key.address());
        let transaction = ["pending", "queued"]
            .iter()
            .find_map(|part| pool[part].get(&account)?.get(place.to_string()))?;
        let fee = |name: &str| u128::from_str_radix(&transaction[name].as_str().unwrap()[2..], 16).unwrap();
        Some((fee("maxFeePerGas"), fee("maxPriorityFeePerGas")))
    }

    pub async fn state(&self, key: &ChannelKey) -> HubChannel {
        self.chain.hub_channel(key, At::Latest).await.unwrap()
    }

    /// The totals of a closing channel.
    pub async fn totals(&self, key: &ChannelKey) -> Totals {
        match self.state(key).await {
            HubChannel::Closing { totals, .. } => totals,
            other => panic!("not closing: {other:?}"),
        }
    }

    pub async fn closes_at(&self, key: &ChannelKey) -> u64 {
        match self.state(key).await {
            HubChannel::Closing { closes_at, .. } => closes_at,
            other => panic!("not closing: {other:?}"),
        }
    }

    /// `side` closes, declaring that it paid `paid` and showing nothing. From here on the test mines.
    pub async fn close(&self, key: &ChannelKey, side: Side, paid: u128) {
        let call = self.hub.close(key, 0, amount(paid), None, u64::MAX);
        self.automine(true).await;
        self.send(side, &call).await;
        self.automine(false).await;
    }

    /// A channel of this policy with a deposit of both sides.
    pub async fn open_both(&self, salt: u64, policy: Policy, deposit: u128) -> ChannelKey {
        let key = ChannelKey {
            finalization_period: PERIOD,
            ..self.key(salt, policy)
        };
        self.open_key(&key, deposit).await;
        self.send(Side::Bob, &self.hub.deposit(&key, 0, Side::Bob, amount(deposit)))
            .await;
        key
    }
}

pub fn number(value: &Value) -> u64 {
    u64::from_str_radix(&value.as_str().unwrap()[2..], 16).unwrap()
}

/// A world in which one side has paid the other, the relay has the claim, and everybody has gone to sleep.
pub struct Stage {
    pub world: World,
    pub key: ChannelKey,
    pub payer: Side,
}

/// What the payer has paid.
pub const PAID: u128 = ETHER / 2;

impl Stage {
    /// Alice has paid Bob half an ether of the one that she put in.
    pub async fn new() -> Self {
        Self::with(Policy::Refute, Side::Alice, |_| ()).await
    }

    pub async fn with(policy: Policy, payer: Side, change: impl FnOnce(&mut Config)) -> Self {
        Self::on(TestChain::new().await, policy, payer, change).await
    }

    /// As [`new`](Self::new), on a chain that is there already.
    pub async fn over(chain: TestChain, change: impl FnOnce(&mut Config)) -> Self {
        Self::on(chain, Policy::Refute, Side::Alice, change).await
    }

    async fn on(chain: TestChain, policy: Policy, payer: Side, change: impl FnOnce(&mut Config)) -> Self {
        let world = World::over(chain, |config| {
            awake(0)(config);
            change(config);
        })
        .await;
        let key = world.chain.open_both(1, policy, ETHER).await;
        let stage = Self { world, key, payer };
        stage.hand_in(&stage.world.relay, PAID).await;
        stage
    }

    /// The payee hands the payer's claim in at a relay, and goes.
    pub async fn hand_in(&self, relay: &Handle, total: u128) {
        let chain = &self.world.chain;
        let payee = chain.signing_key(self.payer.other());
        let mut client = Client::signed_in(relay.addr, payee, &chain.domain()).await;
        client.follow(&self.key).await;
        client
            .pay(self.payer, chain.claim(&self.key, self.payer, total, 1))
            .await;
        client.leave().await;
    }

    /// `side` asks for the settlement, and goes.
    pub async fn ask_to_settle(&self, side: Side) {
        let chain = &self.world.chain;
        let request = SettleForMe {
            channel: self.key.id(0),
        };
        let signature = chain.signing_key(side).sign(&request.digest(&chain.domain()));
        let mut client = self.world.client(chain.signing_key(side)).await;
        client.follow(&self.key).await;
        client
            .say(&ClientFrame::Message {
                channel: self.key.id(0),
                message: Message::SettleForMe(SignedRequest {
                    request,
                    authorization: Authorization::direct(signature),
                }),
            })
            .await;
        // Frames are taken in order, so this answer comes after the message was stored.
        client.follow(&self.key).await;
        client.leave().await;
    }

    /// The payer closes and declares that it paid nothing.
    pub async fn cheat(&self) {
        self.world.chain.close(&self.key, self.payer, 0).await;
    }

    pub async fn look(&self) -> u64 {
        self.world.relay.look().await.unwrap()
    }

    /// Looks, and lets what is sent be mined.
    pub async fn look_and_mine(&self) {
        self.look().await;
        self.world.chain.mine(1).await;
    }

    pub fn count(&self, count: Count) -> u64 {
        self.world.relay.counters().get(count)
    }

    /// What the payer has paid, by the hub.
    pub async fn shown(&self) -> u128 {
        self.world.chain.totals(&self.key).await[self.payer].units()
    }

    pub async fn restarted(self) -> Self {
        Self {
            world: self.world.restarted().await,
            ..self
        }
    }
}

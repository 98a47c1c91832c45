//! Following many channels on a real chain: a reading asks for what can have changed, and in turn for some of the rest.

use crate::anvil::World;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::{cell::Cell, collections::BTreeSet, rc::Rc};
use thunder_channel::{Address, ChannelId, ChannelKey, Policy, Side};
use thunder_client::{Attention, ChainReader, ChainUpdate, Config, Watched};
use thunder_ethereum::{HttpProvider, Hub, HubChannel, Provider, RpcError};

/// More than a reading asks for in turn.
const CHANNELS: u64 = 150;
/// More than the blocks that are searched again.
const LONG: u64 = 40;

/// Counts calls of contracts.
struct Counting {
    node: HttpProvider,
    calls: Rc<Cell<usize>>,
}

#[async_trait(?Send)]
impl Provider for Counting {
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        self.calls
            .set(self.calls.get() + usize::from(method == "eth_call"));
        self.node.request(method, params).await
    }
}

struct Follower {
    reader: ChainReader<Counting>,
    calls: Rc<Cell<usize>>,
    watched: Vec<Watched>,
}

impl Follower {
    /// The reading, and how many calls it took.
    async fn read(&self) -> (ChainUpdate, usize) {
        let before = self.calls.get();
        let (update, cursor) = self.reader.read(&self.watched).await.unwrap();
        self.reader.advance(&cursor);
        (update, self.calls.get() - before)
    }
}

fn named(update: &ChainUpdate) -> BTreeSet<ChannelId> {
    let ids = update.channels.iter().map(|told| told.key.id(told.epoch));
    ids.collect()
}

fn state(update: &ChainUpdate, key: &ChannelKey) -> Option<HubChannel> {
    let mut channels = update.channels.iter();
    channels.find(|told| told.key == *key).map(|told| told.now)
}

async fn send(world: &World, call: thunder_ethereum::Call) {
    let from = world.people[Side::Alice].account();
    let data: String = call.data.iter().map(|byte| format!("{byte:02x}")).collect();
    let transaction = json!({
        "from": from, "to": call.to, "data": format!("0x{data}"), "value": format!("{:#x}", call.value), "gas": "0x40000",
    });
    let sent = world.node.request("eth_sendTransaction", json!([transaction]));
    sent.await.unwrap();
}

async fn mine(world: &World, blocks: u64) {
    let mined = world.node.request("anvil_mine", json!([format!("{blocks:#x}")]));
    mined.await.unwrap();
}

#[tokio::test]
async fn quiet_channels_are_asked_about_in_turn_and_others_at_once() {
    let world = World::new().await;
    let hub = Hub::new(world.domain.hub);
    let keys: Vec<_> = (0..CHANNELS)
        .map(|salt| ChannelKey {
            salt,
            ..world.key(Address::zero(), Policy::Refute)
        })
        .collect();
    for key in &keys {
        send(&world, hub.open(key, crate::support::amount(10))).await;
    }
    mine(&world, 1).await;

    let config = Config {
        domain: world.domain,
        ..world.people[Side::Alice].config()
    };
    let calls = Rc::new(Cell::new(0));
    let counting = Counting {
        node: world.node.clone(),
        calls: calls.clone(),
    };
    let mut follower = Follower {
        reader: ChainReader::new(counting, &config, 0),
        calls,
        watched: Vec::new(),
    };
    let (first, _) = follower.read().await;
    assert_eq!(first.channels.len(), keys.len(), "what is new is all asked for");
    follower.watched = keys
        .iter()
        .map(|key| Watched {
            key: *key,
            epoch: 0,
            attention: Attention::Quiet,
        })
        .collect();

    // What was searched last time is searched again, and what happened there is asked for once more, in case it was replaced.
    for _ in 0..2 {
        mine(&world, LONG).await;
        follower.read().await;
    }
    let mut seen = BTreeSet::new();
    for _ in 0..CHANNELS.div_ceil(64) {
        mine(&world, 1).await;
        let (update, calls) = follower.read().await;
        assert!(calls <= 64 + 2, "{calls} calls");
        seen.extend(named(&update));
    }
    assert_eq!(seen.len(), keys.len(), "everyone has its turn");

    // Whichever it is, something that happens to it is seen at once, and so is that it did not happen after all.
    for key in &keys[..5] {
        let before = world.node.request("evm_snapshot", json!([])).await.unwrap();
        send(
            &world,
            hub.deposit(key, 0, Side::Alice, crate::support::amount(5)),
        )
        .await;
        mine(&world, 1).await;
        let (with, _) = follower.read().await;
        let deposit = |update: &ChainUpdate| match state(update, key) {
            Some(HubChannel::Open { funding, .. }) => funding.deposit[Side::Alice].units(),
            other => panic!("{other:?}"),
        };
        assert_eq!(deposit(&with), 15);
        world.node.request("evm_revert", json!([before])).await.unwrap();
        mine(&world, 3).await;
        let (without, _) = follower.read().await;
        assert_eq!(deposit(&without), 10);
    }

    // One that needs attention is always asked about.
    follower.watched[7].attention = Attention::Restless;
    follower.watched[8].attention = Attention::Finished;
    for _ in 0..4 {
        mine(&world, LONG).await;
        let (update, _) = follower.read().await;
        assert!(named(&update).contains(&keys[7].id(0)));
        assert!(!named(&update).contains(&keys[8].id(0)));
    }
}

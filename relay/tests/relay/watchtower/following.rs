//! What the relay knows of the chain: at which depth, through which node, and for how long.

use super::stage::{ETHER, PAID, Stage, awake, tower_key};
use crate::support::World;
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use relay::{
    Server,
    counters::Count,
    store::{Kept, SqliteStore, Store, World as StoreWorld},
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use thunder_channel::{Policy, Side, wire::ErrorCode};
use thunder_ethereum::HttpProvider;

/// A node that a test can break: it passes everything on to the real one.
struct Road {
    url: String,
    state: Arc<RoadState>,
}

struct RoadState {
    node: HttpProvider,
    condition: AtomicU64,
}

/// Everything is passed on.
const UP: u64 = u64::MAX;
/// Nothing is answered.
const DOWN: u64 = u64::MAX - 1;

impl Road {
    async fn to(url: &str, condition: u64) -> Self {
        let state = Arc::new(RoadState {
            node: HttpProvider::new(url).unwrap(),
            condition: AtomicU64::new(condition),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new()
            .route("/", post(pass_on))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, state }
    }

    /// [`UP`], [`DOWN`], or the number of the block that is the newest here.
    fn set(&self, condition: u64) {
        self.state.condition.store(condition, Ordering::SeqCst);
    }
}

async fn pass_on(
    State(road): State<Arc<RoadState>>,
    Json(mut request): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    let condition = road.condition.load(Ordering::SeqCst);
    if condition == DOWN {
        return Err(StatusCode::BAD_GATEWAY);
    }
    let method = request["method"].as_str().unwrap().to_owned();
    if condition != UP && method == "eth_getBlockByNumber" && request["params"][0] == "latest" {
        request["params"][0] = json!(format!("{condition:#x}"));
    }
    let id = request["id"].clone();
    let answer = match road.node.call(&method, request["params"].take()).await {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(error) => {
            json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32000, "message": error.message } })
        }
    };
    Ok(Json(answer))
}

#[tokio::test]
async fn a_node_that_fails_is_replaced_by_the_next() {
    let mut roads = Vec::new();
    let stage = {
        let chain = crate::support::TestChain::new().await;
        for _ in 0..2 {
            roads.push(Road::to(&chain.anvil.url, UP).await);
        }
        let urls: Vec<_> = roads.iter().map(|road| road.url.clone()).collect();
        Stage::over(chain, |config| config.rpc = urls).await
    };
    stage.cheat().await;
    roads[0].set(DOWN);
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID);
    assert!(stage.count(Count::NodeFailed) > 0);
    // Claims are taken as well.
    stage.hand_in(&stage.world.relay, PAID + ETHER / 10).await;

    // Both are down: the look fails as a whole, and the next one goes on.
    roads[1].set(DOWN);
    assert!(stage.world.relay.look().await.is_err());
    assert_eq!(stage.count(Count::LookFailed), 1);
    roads[1].set(UP);
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID + ETHER / 10);
    // The first one is back, the second one gone.
    roads[0].set(UP);
    roads[1].set(DOWN);
    stage.world.chain.mine(1).await;
    assert_eq!(stage.look().await, stage.world.chain.block_number().await);
}

#[tokio::test]
async fn a_node_that_is_behind_is_not_asked() {
    let chain = crate::support::TestChain::new().await;
    let roads = [
        Road::to(&chain.anvil.url, UP).await,
        Road::to(&chain.anvil.url, UP).await,
    ];
    let urls = roads.iter().map(|road| road.url.clone()).collect();
    let stage = Stage::over(chain, |config| config.rpc = urls).await;
    let chain = &stage.world.chain;
    roads[0].set(chain.block_number().await);
    stage.cheat().await;
    chain.mine(5).await;
    assert_eq!(stage.look().await, chain.block_number().await);
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
    assert!(stage.count(Count::NodeStale) > 0);
    // Left with the one that is behind, the relay takes nothing for undone that is not.
    roads[1].set(DOWN);
    let words = stage.world.relay.look().await.unwrap_err();
    assert!(words.contains("are behind"), "{words}");
    roads[1].set(UP);
    stage.look().await;
    chain.mine(1).await;
    stage.look().await;
    assert_eq!(chain.nonce(&tower_key(0)).await, 1);
    assert_eq!(
        (
            stage.count(Count::TowerCancelled),
            stage.count(Count::Reorganised)
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn a_node_of_another_chain_is_never_used() {
    let chain = crate::support::TestChain::new().await;
    let other = crate::support::Anvil::start(31338);
    let road = Road::to(&other.url, DOWN).await;
    let urls = vec![road.url.clone(), chain.anvil.url.clone()];
    let stage = Stage::over(chain, |config| config.rpc = urls).await;
    road.set(UP);
    stage.cheat().await;
    stage.look_and_mine().await;
    assert_eq!(stage.shown().await, PAID);
    // At the start it is an error: the operator is there to hear it.
    let mut config = stage.world.config.clone();
    config.data = config.data.join("second");
    let error = Server::spawn(config).await.err().unwrap();
    assert!(format!("{error:#}").contains("has id 31338"), "{error:#}");
}

#[tokio::test]
async fn claims_are_taken_at_the_depth_that_the_operator_asks_for() {
    let world = World::with(|config| {
        awake(0)(config);
        config.confirmations = 3;
    })
    .await;
    let key = world.chain.open(1, ETHER).await;
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    let claim = world.chain.claim(&key, Side::Alice, 5, 1);
    assert_eq!(alice.pay_in_vain(claim).await, ErrorCode::UnknownChannel);
    world.chain.mine(2).await;
    world.relay.look().await.unwrap();
    assert_eq!(alice.pay_in_vain(claim).await, ErrorCode::UnknownChannel);
    world.chain.mine(1).await;
    world.relay.look().await.unwrap();
    alice.pay(Side::Alice, claim).await;
}

#[tokio::test]
async fn an_opening_that_is_undone_does_not_count() {
    let world = World::with(awake(0)).await;
    let chain = &world.chain;
    let snapshot = chain.rpc("evm_snapshot", json!([])).await;
    let key = chain.open(1, ETHER).await;
    world.relay.look().await.unwrap();
    let mut alice = world.alice().await;
    alice.follow(&key).await;
    alice.pay(Side::Alice, chain.claim(&key, Side::Alice, 5, 1)).await;
    chain.rpc("evm_revert", json!([snapshot])).await;
    chain.mine(3).await;
    world.relay.look().await.unwrap();
    assert_eq!(
        alice.pay_in_vain(chain.claim(&key, Side::Alice, 6, 2)).await,
        ErrorCode::UnknownChannel
    );
}

#[tokio::test]
async fn a_settled_channel_is_noticed_at_once_and_its_claims_deleted_later() {
    let stage = Stage::with(Policy::Refute, Side::Alice, |config| {
        config.limits.keep_settled_blocks = 4;
    })
    .await;
    let chain = &stage.world.chain;
    let channel = stage.key.id(0);
    let mut alice = stage.world.alice().await;
    alice.follow(&stage.key).await;
    chain.settle(&stage.key).await;
    stage.look().await;
    let late = chain.claim(&stage.key, Side::Alice, PAID + 1, 2);
    assert_eq!(alice.pay_in_vain(late).await, ErrorCode::UnknownChannel);
    chain.mine(3).await;
    stage.look().await;
    assert_eq!(stage.count(Count::ChannelForgotten), 0);
    chain.mine(1).await;
    stage.look().await;
    assert_eq!(stage.count(Count::ChannelForgotten), 1);
    stage.look().await;
    assert_eq!(stage.count(Count::ChannelForgotten), 1);

    let genesis = chain.chain.genesis_hash().await.unwrap();
    let (hub, config) = (chain.hub.address, stage.world.config.clone());
    alice.leave().await;
    stage.world.relay.shutdown().await;
    let world = StoreWorld {
        chain_id: 31337,
        genesis: genesis.0,
        hub: hub.0,
    };
    let store = SqliteStore::open(&config.data, &world, &config.limits).unwrap();
    assert_eq!(store.load(channel).await.unwrap(), Kept::default());
    store.close().await;
}

/// Blocks that no look saw are read with the next one, in searches of the length that the operator allows.
#[tokio::test]
async fn missed_blocks_are_read_in_steps() {
    let stage = Stage::with(Policy::Refute, Side::Alice, |config| config.limits.log_blocks = 2).await;
    let chain = &stage.world.chain;
    chain.mine(9).await;
    stage.cheat().await;
    chain.mine(7).await;
    let head = chain.block_number().await;
    assert_eq!(stage.look().await, head);
    chain.mine(1).await;
    assert_eq!(stage.shown().await, PAID);
}

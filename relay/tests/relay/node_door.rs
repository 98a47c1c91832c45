//! The chain at the relay's own address.

use crate::support::{Answer, World, get, post};

const QUESTION: &str = r#"{"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]}"#;

async fn ask(world: &World, headers: &[(&str, &str)], question: &str) -> Answer {
    post(world.relay.addr, "/rpc", headers, question).await
}

#[tokio::test]
async fn on_a_development_chain_requests_are_passed_on_as_they_are() {
    let world = World::new().await;
    let own = format!("http://{}", world.relay.addr);
    let answer = ask(&world, &[("origin", &own)], QUESTION).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    let expected = serde_json::json!({"jsonrpc": "2.0", "id": 7, "result": "0x7a69"});
    assert_eq!(answer.json(), expected);
    // The node's refusal, code and all, is the node's.
    let refused = ask(&world, &[], &QUESTION.replace("eth_chainId", "eth_nothing")).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (200, &(-32601).into())
    );
}

#[tokio::test]
async fn strange_pages_and_endless_requests_are_not() {
    let world = World::new().await;
    let strange = ask(&world, &[("origin", "https://evil.example")], QUESTION).await;
    assert_eq!(strange.status, 403);
    let long = format!("{QUESTION}{}", " ".repeat(256 * 1024));
    assert_eq!(ask(&world, &[], &long).await.status, 413);
    assert_eq!(get(world.relay.addr, "/rpc").await.status, 405);
}

#[tokio::test]
async fn off_development_chains_there_is_no_such_door() {
    let world = World::with(|config| config.development = false).await;
    assert_eq!(ask(&world, &[], QUESTION).await.status, 404);
}

#[tokio::test]
async fn a_node_that_is_gone_is_a_bad_gateway() {
    let mut world = World::new().await;
    world.chain.anvil.stop();
    assert_eq!(ask(&world, &[], QUESTION).await.status, 502);
}

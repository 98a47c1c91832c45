//! Which pages may connect.

use crate::support::{Client, World, request};
use relay::counters::Count;

const UPGRADE: [(&str, &str); 3] = [
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[tokio::test]
async fn pages_of_other_origins_cannot_connect() {
    let world = World::with(|config| config.allow_origins = vec!["https://relay.example".into()]).await;
    let addr = world.relay.addr;
    let own = format!("http://{addr}");
    let client = Client::dial_as(addr, Some(&own)).await.ok().unwrap();
    assert_eq!(client.challenge.origin, own);
    let client = Client::dial_as(addr, Some("https://relay.example"))
        .await
        .ok()
        .unwrap();
    assert_eq!(client.challenge.origin, "https://relay.example");
    for foreign in [
        "https://evil.example",
        "null",
        "http://127.0.0.1",
        "http://localhost:1",
    ] {
        assert_eq!(
            Client::dial_as(addr, Some(foreign)).await.err(),
            Some(403),
            "{foreign}"
        );
    }
    assert_eq!(world.relay.counters().get(Count::ForeignOrigin), 4);
}

#[tokio::test]
async fn a_stranger_cannot_choose_the_origin_by_the_host() {
    let world = World::new().await;
    let mut headers = vec![("connection", "upgrade, close"), ("host", "evil.example")];
    headers.extend(UPGRADE);
    let answer = request(world.relay.addr, "GET", "/ws", &headers).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("--allow-origin"), "{}", answer.text());
}

#[tokio::test]
async fn a_plain_request_is_no_connection() {
    let world = World::new().await;
    let answer = request(world.relay.addr, "GET", "/ws", &[]).await;
    assert!((400..500).contains(&answer.status), "{}", answer.status);
}

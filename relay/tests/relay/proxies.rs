//! Where a client is: what a trusted proxy says, and nobody else.

use crate::support::{Client, World};
use relay::counters::Count;
use std::net::SocketAddr;

async fn dial(relay: SocketAddr, chain: &str) -> Result<Client, u16> {
    Client::dial_with(relay, &[("x-forwarded-for", chain)]).await
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_is_counted_by_itself() {
    let world = World::with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.limits.connections_per_address = 1;
        // The proxy's own sockets are not counted together.
        config.limits.sockets_per_address = 1;
    })
    .await;
    let addr = world.relay.addr;
    let _one = dial(addr, "192.0.2.1").await.ok().unwrap();
    let _other = dial(addr, "192.0.2.2").await.ok().unwrap();
    // Whatever a client writes in front.
    assert_eq!(dial(addr, "192.0.2.3, 192.0.2.1").await.err(), Some(429));
    // A household has one network.
    let _six = dial(addr, "2001:db8::1").await.ok().unwrap();
    assert_eq!(dial(addr, "2001:db8::2").await.err(), Some(429));
    assert_eq!(world.relay.counters().get(Count::TooManyOfAddress), 2);
}

#[tokio::test]
async fn without_a_trusted_proxy_the_header_counts_for_nothing() {
    let world = World::with(|config| config.limits.connections_per_address = 1).await;
    let addr = world.relay.addr;
    let _one = dial(addr, "192.0.2.1").await.ok().unwrap();
    assert_eq!(dial(addr, "192.0.2.2").await.err(), Some(429));
}

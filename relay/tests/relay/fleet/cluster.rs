//! Three NATS servers that each keep a copy, and relays that may use any of them.

use super::{
    Fleet,
    nats::{NatsServer, Way},
};
use crate::support::{Client, PATIENCE};
use async_nats::jetstream;
use futures::StreamExt;
use std::time::Duration;
use tempfile::TempDir;
use thunder_channel::{ChannelKey, Side};

const SERVERS: usize = 3;

struct Cluster {
    servers: Vec<NatsServer>,
    ways: Vec<Way>,
}

impl Cluster {
    async fn start() -> Self {
        let servers = NatsServer::cluster(SERVERS);
        let mut ways = Vec::new();
        for server in &servers {
            ways.push(server.way().await);
        }
        Self { servers, ways }
    }

    /// All servers, and three copies.
    fn url(&self) -> String {
        let addresses: Vec<_> = self
            .ways
            .iter()
            .map(|way| way.url().trim_start_matches("nats://").to_owned())
            .collect();
        format!("nats://{}/thunder?replicas={SERVERS}", addresses.join(","))
    }

    /// Waits until every server has everything.
    async fn whole(&self) {
        let urls: Vec<_> = self.ways.iter().map(Way::url).collect();
        let client = async_nats::ConnectOptions::new()
            .retry_on_initial_connect()
            .connect(urls)
            .await
            .unwrap();
        let context = jetstream::new(client);
        let healing = async { while !all_current(&context).await.unwrap_or(false) {} };
        let healed = tokio::time::timeout(4 * PATIENCE, healing).await;
        assert!(healed.is_ok(), "the cluster does not get whole again");
    }
}

/// Whether a leader says that all the others follow. `None` where nobody answers for now.
async fn all_current(context: &jetstream::Context) -> Option<bool> {
    let answer = tokio::time::timeout(Duration::from_secs(2), async {
        let name = context.stream_names().next().await?.ok()?;
        let mut stream = context.get_stream(name).await.ok()?;
        stream.info().await.ok()?.cluster.clone()
    });
    let cluster = answer.await.ok().flatten()?;
    let current = cluster
        .replicas
        .iter()
        .filter(|replica| replica.current && !replica.offline)
        .count();
    Some(cluster.leader.is_some() && current == SERVERS - 1)
}

impl Fleet {
    async fn over(cluster: &Cluster, relays: usize) -> Self {
        let mut fleet = Self::of(0).await;
        fleet.start_relays(cluster, relays).await;
        fleet
    }

    async fn start_relays(&mut self, cluster: &Cluster, relays: usize) {
        let config = self.config(&cluster.url());
        for _ in 0..relays {
            // Until the servers have found each other and chosen a leader, a relay does not start.
            let starting = async {
                loop {
                    if let Ok(relay) = relay::Server::spawn(config.clone()).await {
                        return relay;
                    }
                }
            };
            let started = tokio::time::timeout(4 * PATIENCE, starting).await;
            self.relays.push(started.expect("the cluster serves nobody"));
        }
    }
}

/// Pays more and more, and knows what was acknowledged.
struct Payer {
    alice: Client,
    signed: u64,
}

impl Payer {
    async fn pay(&mut self, fleet: &Fleet, key: &ChannelKey, times: u64) {
        for _ in 0..times {
            self.signed += 1;
            let claim = fleet
                .chain
                .claim(key, Side::Alice, self.signed.into(), self.signed);
            self.alice.pay_in_the_end(claim).await;
        }
    }
}

#[tokio::test]
async fn a_cluster_loses_nothing_with_any_one_of_its_servers_or_disks() {
    let mut cluster = Cluster::start().await;
    let mut fleet = Fleet::over(&cluster, 2).await;
    let key = fleet.chain.open(1, 1_000_000).await;
    let mut alice = fleet.alice(0).await;
    alice.follow(&key).await;
    let mut bob = fleet.bob(1).await;
    bob.follow(&key).await;
    let mut payer = Payer { alice, signed: 0 };
    payer.pay(&fleet, &key, 10).await;

    for server in 0..SERVERS {
        cluster.whole().await;
        cluster.servers[server].kill();
        // Whether or not it was the leader, and whoever was connected to it.
        payer.pay(&fleet, &key, 10).await;
        let last = fleet
            .chain
            .claim(&key, Side::Alice, payer.signed.into(), payer.signed);
        bob.hear_of(last).await;
        // Its disk is lost with it: what it knew, it has to get from the others.
        cluster.servers[server].put_back(TempDir::new().unwrap());
        cluster.servers[server].restart();
    }

    cluster.whole().await;
    let best = fleet
        .chain
        .claim(&key, Side::Alice, payer.signed.into(), payer.signed);
    fleet
        .converged(&key, |snapshot| snapshot.claims.alice == Some(best))
        .await;
    // A relay that knows nothing yet reads it from servers each of which has lost its disk once.
    drop((payer, bob));
    for relay in fleet.relays.drain(..) {
        relay.shutdown().await;
    }
    fleet.start_relays(&cluster, 1).await;
    assert_eq!(fleet.bob(0).await.follow(&key).await.claims.alice, Some(best));
}

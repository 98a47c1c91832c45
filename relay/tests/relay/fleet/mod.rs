//! Several relays over one NATS server: they serve the same channels, and nothing acknowledged is lost whichever part fails.

mod cluster;
mod nats;

use crate::{
    restart::{Relay, rounds},
    support::{Client, NOW, PATIENCE, TestChain, amount, config, subscribe},
};
use futures::StreamExt;
use nats::{NatsServer, Way};
use relay::{
    Config, Handle, Limits, Server,
    clock::{Clock, ManualClock},
    counters::{Count, Counters},
    store::{Kept, NatsStore, Store, StoreAddress, World},
};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use thunder_channel::{
    Authorization, ChannelKey, PerSide, Settlement, Side, SignedClaim, SignedSettlement, SigningKey,
    TypedMessage,
    wire::{ClientFrame, ErrorCode, Message, RelayFrame, Snapshot},
};
use thunder_ethereum::{HttpProvider, query};

/// Relays over one server, each by a way of its own.
struct Fleet {
    chain: TestChain,
    nats: NatsServer,
    ways: Vec<Way>,
    relays: Vec<Handle>,
    clock: Arc<ManualClock>,
    data: TempDir,
}

impl Fleet {
    async fn of(number: usize) -> Self {
        let mut fleet = Self {
            chain: TestChain::new().await,
            nats: NatsServer::start(),
            ways: Vec::new(),
            relays: Vec::new(),
            clock: Arc::new(ManualClock::at(NOW)),
            data: TempDir::new().unwrap(),
        };
        for _ in 0..number {
            fleet.grow().await;
        }
        fleet
    }

    /// One more relay.
    async fn grow(&mut self) -> usize {
        let way = self.nats.way().await;
        let relay = Server::spawn(self.config(&way.url())).await.unwrap();
        self.ways.push(way);
        self.relays.push(relay);
        self.relays.len() - 1
    }

    fn config(&self, url: &str) -> Config {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let mut config = config(&self.chain, &self.data, clock);
        config.store = url.parse::<StoreAddress>().unwrap();
        config
    }

    /// A client of one of the relays.
    async fn client(&self, key: &SigningKey, relay: usize) -> Client {
        Client::signed_in(self.relays[relay].addr, key, &self.chain.domain()).await
    }

    async fn alice(&self, relay: usize) -> Client {
        self.client(&self.chain.alice, relay).await
    }

    async fn bob(&self, relay: usize) -> Client {
        self.client(&self.chain.bob, relay).await
    }

    /// What every relay shows somebody who comes anew, once all show the same and it is as expected. Each shows at once what
    /// it took itself, and what another took a moment later.
    async fn converged(&self, key: &ChannelKey, expected: impl Fn(&Snapshot) -> bool) -> Snapshot {
        let mut clients = Vec::new();
        for relay in 0..self.relays.len() {
            clients.push(self.alice(relay).await);
        }
        let mut shown: Vec<Snapshot> = Vec::new();
        let converging = async {
            while shown.is_empty()
                || !shown
                    .iter()
                    .all(|snapshot| *snapshot == shown[0] && expected(snapshot))
            {
                shown.clear();
                for client in &mut clients {
                    let mut snapshot = client.hear_snapshot(key).await;
                    snapshot.online = PerSide::default();
                    shown.push(snapshot);
                }
            }
        };
        let converged = tokio::time::timeout(PATIENCE, converging).await;
        assert!(converged.is_ok(), "the relays do not agree: {shown:#?}");
        shown.remove(0)
    }

    /// The name of the stream in which the relays keep everything.
    async fn bucket(&self, context: &async_nats::jetstream::Context) -> String {
        context.stream_names().next().await.expect("a bucket").unwrap()
    }

    fn proposal(&self, key: &ChannelKey, side: Side, alice_total: u128) -> Message {
        let settlement = Settlement {
            channel: key.id(0),
            alice_total: amount(alice_total),
            bob_total: amount(0),
            expiry: 1000,
        };
        let signer = self.chain.signing_key(side);
        let signature = signer.sign(&settlement.digest(&self.chain.domain()));
        Message::Settlement(SignedSettlement {
            settlement,
            authorization: Authorization::direct(signature),
        })
    }
}

impl Client {
    /// The next frame that is not about who is connected.
    async fn hear_said(&mut self) -> RelayFrame {
        loop {
            match self.hear().await {
                RelayFrame::Presence { .. } => (),
                frame => return frame,
            }
        }
    }

    /// Reads on to a claim; earlier ones and messages may come before it.
    async fn hear_of(&mut self, claim: SignedClaim) {
        loop {
            if let RelayFrame::Claim { claim: heard, .. } = self.hear().await
                && heard == claim
            {
                return;
            }
        }
    }

    async fn hear_of_message(&mut self, message: &Message) {
        loop {
            if let RelayFrame::Message { message: heard, .. } = self.hear().await
                && heard == *message
            {
                return;
            }
        }
    }

    /// Follows a channel and reads on until the other side is shown as connected.
    async fn follow_with(&mut self, key: &ChannelKey, other: Side) {
        if !self.follow(key).await.online[other] {
            self.hear_that(other, true).await;
        }
    }

    /// Reads on to a presence of that kind.
    async fn hear_that(&mut self, side: Side, online: bool) {
        loop {
            if let RelayFrame::Presence {
                side: heard,
                online: is,
                ..
            } = self.hear().await
                && (heard, is) == (side, online)
            {
                return;
            }
        }
    }

    /// Asks for the channel again.
    async fn hear_snapshot(&mut self, key: &ChannelKey) -> Snapshot {
        self.say(&subscribe(key, 0)).await;
        loop {
            if let RelayFrame::Snapshot(snapshot) = self.hear().await {
                return *snapshot;
            }
        }
    }

    /// Hands in a claim until it is acknowledged: while NATS is away, the relay refuses.
    async fn pay_in_the_end(&mut self, claim: SignedClaim) {
        let paid = tokio::time::timeout(4 * PATIENCE, self.hand_in(claim)).await;
        paid.expect("no relay takes the claim");
    }

    async fn hand_in(&mut self, claim: SignedClaim) {
        loop {
            self.say(&ClientFrame::Claim(claim)).await;
            loop {
                match self.hear().await {
                    RelayFrame::Ack { nonce, .. } if nonce == claim.claim.nonce => return,
                    RelayFrame::Error {
                        code: ErrorCode::Unavailable,
                        ..
                    } => break,
                    // Of an earlier one.
                    _ => (),
                }
            }
        }
    }
}

#[tokio::test]
async fn what_one_relay_takes_all_show() {
    let fleet = Fleet::of(3).await;
    let key = fleet.chain.open(1, 1000).await;
    let (mut alice, mut bob) = (fleet.alice(0).await, fleet.bob(1).await);
    let mut phone = fleet.alice(2).await;
    alice.follow(&key).await;
    bob.follow(&key).await;
    phone.follow(&key).await;

    let paid = fleet.chain.claim(&key, Side::Alice, 100, 1);
    alice.pay_in_the_end(paid).await;
    bob.hear_of(paid).await;
    phone.hear_of(paid).await;
    let back = fleet.chain.claim(&key, Side::Bob, 50, 1);
    bob.pay_in_the_end(back).await;
    alice.hear_of(back).await;
    phone.hear_of(back).await;
    // More than was put in, justified by what another relay took.
    let more = fleet.chain.claim(&key, Side::Alice, 1050, 2);
    phone.pay_in_the_end(more).await;
    alice.hear_of(more).await;
    bob.hear_of(more).await;

    let proposal = fleet.proposal(&key, Side::Alice, 1050);
    let frame = ClientFrame::Message {
        channel: key.id(0),
        message: proposal.clone(),
    };
    alice.say(&frame).await;
    bob.hear_of_message(&proposal).await;
    phone.hear_of_message(&proposal).await;

    let expected = |snapshot: &Snapshot| {
        snapshot.claims.alice == Some(more)
            && snapshot.claims.bob == Some(back)
            && snapshot.history.alice.len() == 2
            && snapshot.messages == [proposal.clone()]
    };
    fleet.converged(&key, expected).await;
}

#[tokio::test]
async fn a_claim_that_is_not_higher_gets_the_better_one_of_another_relay() {
    let fleet = Fleet::of(2).await;
    let key = fleet.chain.open(1, 1000).await;
    let (mut alice, mut phone) = (fleet.alice(0).await, fleet.alice(1).await);
    alice.follow(&key).await;
    phone.follow(&key).await;
    // So that the phone's relay cannot have heard of it when it has to answer.
    fleet.ways[1].cut();
    let better = fleet.chain.claim(&key, Side::Alice, 100, 2);
    alice.pay(Side::Alice, better).await;
    fleet.ways[1].mend();
    phone
        .say(&ClientFrame::Claim(fleet.chain.claim(&key, Side::Alice, 99, 3)))
        .await;
    let mut refused = false;
    let mut adopted = false;
    while !(refused && adopted) {
        match phone.hear_said().await {
            RelayFrame::Error { code, .. } => {
                assert_eq!(code, ErrorCode::NotHigher);
                refused = true;
            }
            RelayFrame::Claim { claim, .. } => {
                assert_eq!(claim, better);
                adopted = true;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn who_is_connected_to_another_relay_is_shown() {
    let fleet = Fleet::of(2).await;
    let key = fleet.chain.open(1, 1000).await;
    let (mut alice, mut bob) = (fleet.alice(0).await, fleet.bob(1).await);
    alice.follow(&key).await;
    bob.follow_with(&key, Side::Alice).await;
    alice.hear_that(Side::Bob, true).await;
    bob.leave().await;
    alice.hear_that(Side::Bob, false).await;
    // A relay that nobody of the channel was connected to asks anew.
    let mut bob = fleet.bob(1).await;
    bob.follow_with(&key, Side::Alice).await;
    alice.hear_that(Side::Bob, true).await;
}

#[tokio::test]
async fn of_a_relay_that_is_gone_nobody_is_connected() {
    let mut fleet = Fleet::of(0).await;
    let way = fleet.nats.way().await;
    let mut config = fleet.config(&way.url());
    config.limits.nats_beat = Duration::from_millis(50);
    config.limits.nats_silence = Duration::from_millis(500);
    fleet.relays.push(Server::spawn(config.clone()).await.unwrap());
    let other = fleet.nats.way().await;
    config.store = other.url().parse().unwrap();
    fleet.relays.push(Server::spawn(config).await.unwrap());
    let key = fleet.chain.open(1, 1000).await;
    let (mut alice, mut bob) = (fleet.alice(0).await, fleet.bob(1).await);
    alice.follow(&key).await;
    bob.follow(&key).await;
    alice.hear_that(Side::Bob, true).await;
    other.cut();
    alice.hear_that(Side::Bob, false).await;
    other.mend();
    alice.hear_that(Side::Bob, true).await;
}

#[tokio::test]
async fn relays_that_write_one_channel_at_once_lose_nothing_to_each_other() {
    const EACH: u64 = 40;
    let fleet = Fleet::of(3).await;
    let key = fleet.chain.open(1, 1_000_000).await;
    let mut clients = Vec::new();
    for relay in 0..3 {
        let mut client = fleet.alice(relay).await;
        client.follow(&key).await;
        clients.push(client);
    }
    // Bob pays by relay 2, Alice by the others, in turns.
    let claim = |relay: usize, step: u64| match relay {
        2 => fleet.chain.claim(&key, Side::Bob, step.into(), step),
        _ => {
            let total = 2 * step + relay as u64;
            fleet.chain.claim(&key, Side::Alice, total.into(), total)
        }
    };
    for step in 1..=EACH {
        for (relay, client) in clients.iter_mut().enumerate() {
            client.say(&ClientFrame::Claim(claim(relay, step))).await;
        }
    }
    for (relay, client) in clients.iter_mut().enumerate() {
        let last = claim(relay, EACH);
        loop {
            match client.hear_said().await {
                RelayFrame::Ack { nonce, .. } if nonce == last.claim.nonce => break,
                // The last that Alice says to relay 0 may be overtaken by the last that she says to relay 1.
                RelayFrame::Claim { claim: heard, .. }
                    if heard.claim.to == last.claim.to && heard.supersedes(&last) =>
                {
                    break;
                }
                RelayFrame::Error { code, .. } => assert_eq!(code, ErrorCode::NotHigher),
                _ => (),
            }
        }
    }
    // What was overtaken is answered by now, or is on its way to a relay that knows better.
    let last = fleet.chain.claim(&key, Side::Alice, 1000, 1000);
    clients[0].pay_in_the_end(last).await;
    let bobs = claim(2, EACH);
    let shown = fleet
        .converged(&key, |snapshot| {
            snapshot.claims
                == PerSide {
                    alice: Some(last),
                    bob: Some(bobs),
                }
        })
        .await;
    let nonces: Vec<_> = shown.history.alice.iter().map(|record| record.nonce).collect();
    assert!(nonces.is_sorted_by(|one, next| one < next), "{nonces:?}");
}

#[tokio::test]
async fn a_killed_relay_loses_nothing_that_it_acknowledged() {
    let fleet = Fleet::of(2).await;
    let key = fleet.chain.open(1, 1_000_000).await;
    // Waiting for the program to start would stop a way of this thread.
    let store = format!("nats://{}", fleet.nats.addr());
    let mut bob = fleet.bob(1).await;
    bob.follow(&key).await;
    let (mut signed, mut acknowledged) = (0, 0);
    for round in 0..rounds(3) {
        // The real program, for a SIGKILL.
        let doomed = Relay::start(&fleet.chain, fleet.data.path(), &["--store", &store]);
        let mut alice = Client::signed_in(doomed.addr, &fleet.chain.alice, &fleet.chain.domain()).await;
        let kept = alice
            .follow(&key)
            .await
            .claims
            .alice
            .map_or(0, |claim| claim.claim.nonce);
        assert!(
            kept >= acknowledged,
            "round {round}: {acknowledged} was acknowledged, {kept} is kept"
        );
        for _ in 0..60 {
            signed += 1;
            let claim = fleet.chain.claim(&key, Side::Alice, signed.into(), signed);
            alice.say(&ClientFrame::Claim(claim)).await;
        }
        while acknowledged + 30 < signed {
            if let RelayFrame::Ack { nonce, .. } = alice.hear_said().await {
                acknowledged = nonce;
            }
        }
        drop(doomed);
        // On another relay, at once.
        let mut alice = fleet.alice(0).await;
        let kept = alice.follow(&key).await.claims.alice.unwrap();
        assert!(kept.claim.nonce >= acknowledged, "round {round}");
        bob.hear_of(kept).await;
    }
    let shown = fleet.converged(&key, |_| true).await;
    assert!(shown.claims.alice.unwrap().claim.nonce >= acknowledged);
}

#[tokio::test]
async fn a_killed_nats_server_loses_nothing_that_was_acknowledged() {
    let mut fleet = Fleet::of(3).await;
    let key = fleet.chain.open(1, 1_000_000).await;
    let (mut alice, mut bob) = (fleet.alice(0).await, fleet.bob(1).await);
    alice.follow(&key).await;
    bob.follow(&key).await;
    let (mut signed, mut acknowledged) = (0, 0);
    for round in 0..rounds(3) {
        for _ in 0..60 {
            signed += 1;
            let claim = fleet.chain.claim(&key, Side::Alice, signed.into(), signed);
            alice.say(&ClientFrame::Claim(claim)).await;
        }
        // Some are on their way when the end comes.
        while acknowledged + 40 < signed {
            if let RelayFrame::Ack { nonce, .. } = alice.hear_said().await {
                acknowledged = nonce;
            }
        }
        fleet.nats.kill();
        fleet.nats.restart();
        // Nobody has to connect again, or to know.
        signed += 1;
        let last = fleet.chain.claim(&key, Side::Alice, signed.into(), signed);
        alice.pay_in_the_end(last).await;
        acknowledged = signed;
        bob.hear_of(last).await;
        let shown = fleet.converged(&key, |_| true).await;
        assert_eq!(shown.claims.alice, Some(last), "round {round}");
    }
}

#[tokio::test]
async fn a_relay_that_was_cut_off_catches_up_when_it_returns() {
    let fleet = Fleet::of(3).await;
    let key = fleet.chain.open(1, 1000).await;
    let (mut alice, mut bob) = (fleet.alice(0).await, fleet.bob(1).await);
    alice.follow(&key).await;
    bob.follow(&key).await;
    alice
        .pay_in_the_end(fleet.chain.claim(&key, Side::Alice, 10, 1))
        .await;

    fleet.ways[1].cut();
    let paid = fleet.chain.claim(&key, Side::Alice, 20, 2);
    alice.pay_in_the_end(paid).await;
    let proposal = fleet.proposal(&key, Side::Alice, 20);
    let frame = ClientFrame::Message {
        channel: key.id(0),
        message: proposal.clone(),
    };
    alice.say(&frame).await;
    // Bob's relay can store nothing now; it acknowledges once it can, or says that it cannot.
    let back = fleet.chain.claim(&key, Side::Bob, 5, 1);
    bob.say(&ClientFrame::Claim(back)).await;
    fleet.ways[1].mend();
    bob.pay_in_the_end(back).await;
    alice.hear_of(back).await;
    let expected = |snapshot: &Snapshot| {
        snapshot.claims
            == PerSide {
                alice: Some(paid),
                bob: Some(back),
            }
            && snapshot.messages == [proposal.clone()]
    };
    fleet.converged(&key, expected).await;
}

#[tokio::test]
async fn followers_of_a_relay_that_was_cut_off_are_told_what_they_missed() {
    let fleet = Fleet::of(2).await;
    let key = fleet.chain.open(1, 1000).await;
    let (mut alice, mut bob) = (fleet.alice(0).await, fleet.bob(1).await);
    alice.follow(&key).await;
    bob.follow(&key).await;
    fleet.ways[1].cut();
    let paid = fleet.chain.claim(&key, Side::Alice, 20, 2);
    alice.pay_in_the_end(paid).await;
    fleet.ways[1].mend();
    // Without a word of Bob's.
    bob.hear_of(paid).await;
}

#[tokio::test]
async fn claims_that_the_server_lost_are_given_back_by_the_relays() {
    let mut fleet = Fleet::of(2).await;
    let key = fleet.chain.open(1, 1000).await;
    let mut alice = fleet.alice(0).await;
    alice.follow(&key).await;
    alice
        .pay_in_the_end(fleet.chain.claim(&key, Side::Alice, 10, 1))
        .await;
    fleet.nats.kill();
    let earlier = fleet.nats.copy_data();
    fleet.nats.restart();
    for number in 2..20 {
        let claim = fleet
            .chain
            .claim(&key, Side::Alice, 10 * u128::from(number), number);
        alice.pay_in_the_end(claim).await;
    }
    // The power supply fails before the disk has any of it.
    fleet.nats.kill();
    fleet.nats.put_back(earlier);
    fleet.nats.restart();
    // A relay that knows nothing hears of it once another one has given it back.
    let best = fleet.chain.claim(&key, Side::Alice, 190, 19);
    let stranger = fleet.grow().await;
    let mut bob = fleet.bob(stranger).await;
    if bob.follow(&key).await.claims.alice != Some(best) {
        bob.hear_of(best).await;
    }
    // And it goes on from there.
    alice
        .pay_in_the_end(fleet.chain.claim(&key, Side::Alice, 200, 20))
        .await;
    // Counted when the relay was told that it is there, so before what it wrote next.
    assert!(fleet.relays[0].counters().get(Count::Restored) > 0);
}

#[tokio::test]
async fn a_relay_says_why_it_cannot_use_a_server() {
    let fleet = Fleet::of(0).await;
    let refused = async |url: String| {
        let error = Server::spawn(fleet.config(&url)).await.err().expect("refused");
        format!("{error:#}")
    };
    let nowhere = fleet.nats.way().await;
    nowhere.cut();
    let words = refused(nowhere.url()).await;
    assert!(words.contains("cannot be reached at 127.0.0.1:"), "{words}");
    let forgetful = NatsServer::without_jetstream();
    let words = refused(format!("nats://{}", forgetful.addr())).await;
    assert!(words.contains("JetStream"), "{words}");
    let words = refused(format!("nats://{}/x?replicas=3", fleet.nats.addr())).await;
    assert!(words.contains("3 of them in a cluster"), "{words}");
}

/// Whoever runs the servers may make the bucket, by hand.
#[tokio::test]
async fn a_bucket_that_would_forget_is_refused() {
    let fleet = Fleet::of(1).await;
    let client = async_nats::connect(fleet.nats.addr().to_string()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    let name = fleet.bucket(&context).await;
    let mut config = context
        .get_stream(&name)
        .await
        .unwrap()
        .cached_info()
        .config
        .clone();
    config.max_age = Duration::from_secs(3600);
    context.update_stream(&config).await.unwrap();
    let url = format!("nats://{}", fleet.nats.addr());
    let refused = Server::spawn(fleet.config(&url)).await.err().expect("refused");
    let words = format!("{refused:#}");
    assert!(words.contains("max-age"), "{words}");
}

#[tokio::test]
async fn what_somebody_else_put_into_the_bucket_is_refused_and_left_alone() {
    let fleet = Fleet::of(1).await;
    let key = fleet.chain.open(1, 1000).await;
    let other = fleet.chain.open(2, 1000).await;
    let client = async_nats::connect(fleet.nats.addr().to_string()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    let name = fleet.bucket(&context).await;
    let bucket = context.get_key_value(&name["KV_".len()..]).await.unwrap();
    let id: String = key
        .id(0)
        .0
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Of a newer relay, and of nobody that it knows.
    bucket.put(&id, vec![9, 1, 2, 3].into()).await.unwrap();
    bucket.put("hello", "world".into()).await.unwrap();
    let mut alice = fleet.alice(0).await;
    alice.say(&subscribe(&key, 0)).await;
    assert_eq!(alice.hear_error().await, ErrorCode::Unavailable);
    assert_eq!(bucket.get(&id).await.unwrap().unwrap().as_ref(), [9, 1, 2, 3]);
    // Other channels do not suffer.
    alice.follow(&other).await;
    alice
        .pay(Side::Alice, fleet.chain.claim(&other, Side::Alice, 1, 1))
        .await;
}

#[tokio::test]
async fn a_forgotten_channel_leaves_nothing_in_the_bucket() {
    let fleet = Fleet::of(1).await;
    let key = fleet.chain.open(1, 1000).await;
    let claim = fleet.chain.claim(&key, Side::Alice, 10, 1);
    let mut alice = fleet.alice(0).await;
    alice.follow(&key).await;
    alice.pay(Side::Alice, claim).await;
    let StoreAddress::Nats(address) = format!("nats://{}", fleet.nats.addr()).parse().unwrap() else {
        panic!("a NATS address");
    };
    let node = HttpProvider::new(&fleet.chain.anvil.url).unwrap();
    let genesis = node.ask(query::block_at(0)).await.unwrap().unwrap().hash.0;
    let world = World {
        chain_id: 31337,
        genesis,
        hub: fleet.chain.hub.address.0,
    };
    let counters = Arc::new(Counters::default());
    let store = NatsStore::open(&address, &world, &Limits::default(), counters)
        .await
        .unwrap();
    assert_eq!(
        store.load(key.id(0)).await.unwrap().claims.alice.unwrap().claim,
        claim
    );
    store.forget(key.id(0)).await.unwrap();
    assert_eq!(store.load(key.id(0)).await.unwrap(), Kept::default());
    store.close().await;
    // The relay remembers the entry that it wrote, finds that it is gone, and begins anew.
    let next = fleet.chain.claim(&key, Side::Alice, 20, 2);
    alice.pay(Side::Alice, next).await;
    assert_eq!(fleet.alice(0).await.follow(&key).await.claims.alice, Some(next));
}

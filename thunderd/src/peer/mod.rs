//! Other nodes: links that are encrypted, on which both ends have proved their accounts, and which are dialled again when lost.
//!
//! A link begins with a Noise handshake (`Noise_NN_25519_ChaChaPoly_BLAKE2s`). Then each end signs the handshake's hash with its
//! account; whoever stands in between has two handshakes, so two hashes. Nothing is parsed before the handshake, nothing about channels
//! before the signatures. After that, each end is to the other what a relay is: see [`PeerFrame`].

mod introduction;
mod noise;
mod session;

pub use crate::{
    node::{ServiceFrame, accounts::AccountFrame},
    traffic::SessionFrame,
};
pub use introduction::Speaker;
pub use noise::{Reader, Writer};
pub use session::{link, open_stream};

use crate::node::{Account, Core};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};
use thunder_api::{Code, Peer, Problem};
use thunder_channel::{
    Address, LinkEnd,
    wire::{ClientFrame, RelayFrame},
};
use tokio::{
    net::{TcpStream, lookup_host},
    time::{sleep, timeout},
};

/// The port's first byte for a link: the high byte of the first message's length, which no HTTP request begins with.
pub const FIRST_BYTE: u8 = 0;
/// How long connecting, the handshake and the introduction may take together.
const OPENING: Duration = Duration::from_secs(5);
/// Links at once: more than a node has counterparties, and little memory.
const MAX_LINKS: usize = 256;
/// The pause before a node is dialled again, doubled from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));
/// How often lost nodes are looked for.
const LOOK: Duration = Duration::from_millis(250);

/// What travels on a link: one JSON object per message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerFrame {
    /// As a client says it to a relay.
    Say(Box<ClientFrame>),
    /// As a relay answers.
    Answer(Box<RelayFrame>),
    /// About a service.
    Service(Box<ServiceFrame>),
    /// About a metered session.
    Session(Box<SessionFrame>),
    /// Is anybody there?
    Ping,
    /// Somebody is.
    Pong,
    /// About an account.
    Account(Box<AccountFrame>),
}

/// Connects to a node that the operator names, and keeps it.
///
/// # Errors
/// It cannot be reached, is on another chain, or is this node; in words for who asked.
pub async fn connect(core: Rc<Core>, account: Rc<Account>, address: &str) -> Result<Peer, Problem> {
    let unreachable = |words: String| Problem::new(Code::PeerUnreachable, words);
    let malformed = || {
        let words = format!("{address:?} is no address of a node: it looks like 192.0.2.7:2001");
        Problem::new(Code::Malformed, words)
    };
    let (host, port) = address.rsplit_once(':').ok_or_else(malformed)?;
    if host.is_empty() || port.parse::<u16>().is_err() {
        return Err(malformed());
    }
    let (met, meeting) = tokio::sync::oneshot::channel();
    let (dialler, dialled) = (account.clone(), address.to_owned());
    let dialling = async move {
        match timeout(OPENING, open(&dialled)).await {
            Err(_) => drop(met.send(Err(format!("{dialled} does not answer")))),
            Ok(Err(error)) => drop(met.send(Err(format!("{dialled} cannot be reached: {error}")))),
            Ok(Ok(stream)) => link(core, dialler, stream, LinkEnd::Initiator, Some((dialled, met))).await,
        }
    };
    account.run(dialling);
    let gone = |_| {
        unreachable(format!(
            "{address} hung up before it had said who it is: is a node there, and its wallet open?"
        ))
    };
    meeting.await.map_err(gone)?.map_err(unreachable)
}

/// Dials the kept nodes that are not linked, for ever.
pub async fn dial(core: Rc<Core>, account: Rc<Account>) {
    let mut tries: BTreeMap<Address, (Instant, Duration)> = BTreeMap::new();
    loop {
        for peer in account.peers() {
            let Some(address) = peer.address.filter(|_| !account.links.is_linked(peer.account)) else {
                tries.remove(&peer.account);
                continue;
            };
            let (due, pause) = *tries.entry(peer.account).or_insert((Instant::now(), PAUSES.0));
            if due > Instant::now() {
                continue;
            }
            let [jitter] = crate::data_dir::random::<1>().unwrap_or_default();
            let next = (pause * 2).min(PAUSES.1);
            tries.insert(
                peer.account,
                (Instant::now() + pause + pause * u32::from(jitter) / 256, next),
            );
            let (core, dialler) = (core.clone(), account.clone());
            account.run(async move {
                if let Ok(Ok(stream)) = timeout(OPENING, open(&address)).await {
                    link(core, dialler, stream, LinkEnd::Initiator, None).await;
                }
            });
        }
        tokio::select! {
            () = sleep(LOOK) => (),
            () = account.dial.notified() => tries.clear(),
        }
    }
}

async fn open(address: &str) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::other("no such host");
    let found: Vec<SocketAddr> = lookup_host(address).await?.collect();
    for address in found {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

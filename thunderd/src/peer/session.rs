//! One link, from the handshake to its end.

use super::{
    MAX_LINKS, OPENING, PeerFrame,
    introduction::{Introduction, Purpose, Speaker},
    noise::{self, Reader, Writer},
};
use crate::{
    node::{Account, Core, accounts, service},
    traffic,
};
use std::{collections::VecDeque, net::SocketAddr, rc::Rc, time::Duration};
use thunder_api::{EventKind, Peer};
use thunder_channel::{
    Address, LinkEnd, SignedClaim,
    wire::{ClientFrame, MAX_RELAY_FRAME},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until, timeout},
};

/// The longest message, in bytes: a snapshot, and the name of its kind.
pub const MAX_MESSAGE: usize = MAX_RELAY_FRAME + 64;
/// Frames that may wait to be handled. Above it the other end has to wait.
const MAX_UNHANDLED: usize = 256;
/// Frames a second that are read; faster ends are slowed down, and lose nothing.
const RATE: u32 = 5_000;
/// How often an idle link is tried, and after how long a silent one is gone.
const PING: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(30);

/// Where the operator had it dialled, and who waits for the outcome.
pub type Dialled = (String, oneshot::Sender<Result<Peer, String>>);

/// Runs a link until it ends.
pub async fn link(
    core: Rc<Core>,
    account: Rc<Account>,
    stream: TcpStream,
    end: LinkEnd,
    dialled: Option<Dialled>,
) {
    let remote = stream.peer_addr().ok();
    let (address, waiting) =
        dialled.map_or((None, None), |(address, waiting)| (Some(address), Some(waiting)));
    let speaker = account.speaker(core.port);
    let opened = async {
        // Small frames do not wait for each other.
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let (input, output) = stream.into_split();
        introduce(&core, &speaker, Purpose::Link, (input, output), end).await
    };
    let opened = timeout(OPENING, opened).await;
    let opened = opened.unwrap_or_else(|_| Err("it did not say who it is in time".to_owned()));
    let (reader, writer, theirs) = match (opened, remote) {
        (Ok((reader, writer, theirs)), _) if theirs.purpose == Purpose::Stream => {
            if end == LinkEnd::Responder {
                traffic::serve(&core, &account, theirs.account, reader, writer).await;
            }
            return;
        }
        (Ok(opened), Some(_)) if account.links.count() < MAX_LINKS => opened,
        (outcome, _) => {
            let words = outcome
                .err()
                .unwrap_or_else(|| "too many nodes are linked already".to_owned());
            tracing::debug!(words, "no link");
            if let Some(waiting) = waiting {
                // Whoever asked may have gone.
                let _ = waiting.send(Err(words));
            }
            return;
        }
    };
    let asked_for = address.is_some();
    let announced = |remote: SocketAddr| {
        (theirs.port != 0).then(|| SocketAddr::new(remote.ip(), theirs.port).to_string())
    };
    let met = Peer {
        account: theirs.account,
        payment_key: theirs.payment_key,
        address: match end {
            LinkEnd::Initiator => address,
            LinkEnd::Responder => remote.and_then(announced),
        },
        connected: true,
    };
    let peer = met.account;
    let (frames, outgoing) = mpsc::channel(crate::node::MAX_WAITING);
    // Only the table of links keeps it open: who takes its place there ends it.
    let say = frames.downgrade();
    let Some(number) = account.links.attach(peer, end, frames) else {
        // Both dialled at once; the other link is the one that stays.
        account.meet(met.clone(), asked_for);
        if let Some(waiting) = waiting {
            let _ = waiting.send(Ok(met));
        }
        return;
    };
    account.meet(met.clone(), asked_for);
    tracing::info!(peer = %thunder_channel::checksummed(peer), "linked");
    core.events.tell(EventKind::Peer {
        account: peer,
        connected: true,
    });
    account.driver.peer_up(peer).await;
    if let Some(waiting) = waiting {
        let _ = waiting.send(Ok(met));
    }
    service::remind(&account, peer);
    traffic::remind(&account, peer);
    accounts::greet(&core, &account, peer);
    let ended = talk(&core, &account, peer, reader, writer, say, outgoing).await;
    if account.links.detach(peer, number) {
        account.lose(peer);
        account.driver.peer_down(peer).await;
        core.events.tell(EventKind::Peer {
            account: peer,
            connected: false,
        });
        tracing::info!(peer = %thunder_channel::checksummed(peer), ended, "no longer linked");
    }
}

/// Opens a connection for one stream of traffic to `provider`, over whatever leads there.
///
/// # Errors
/// It cannot be reached, or somebody else answers.
pub async fn open_stream(
    core: &Core,
    speaker: &Speaker<'_>,
    provider: Address,
    over: (
        impl AsyncRead + Unpin + 'static,
        impl AsyncWrite + Unpin + 'static,
    ),
) -> Result<(Reader, Writer), String> {
    let opening = introduce(core, speaker, Purpose::Stream, over, LinkEnd::Initiator);
    let opened = timeout(OPENING, opening).await;
    let (reader, writer, theirs) =
        opened.map_err(|_| "the provider did not say who it is in time".to_owned())??;
    if theirs.account != provider {
        return Err("another node answers at the provider's address".to_owned());
    }
    Ok((reader, writer))
}

async fn introduce(
    core: &Core,
    speaker: &Speaker<'_>,
    purpose: Purpose,
    (input, output): (
        impl AsyncRead + Unpin + 'static,
        impl AsyncWrite + Unpin + 'static,
    ),
    end: LinkEnd,
) -> Result<(Reader, Writer, Introduction), String> {
    let lost = |error: std::io::Error| format!("it is no Thunder node, or its wallet is locked ({error})");
    let (mut reader, mut writer, handshake) = noise::handshake(input, output, end).await.map_err(lost)?;
    let own = Introduction::new(&core.world, speaker, purpose, handshake, end);
    let own = serde_json::to_vec(&own).map_err(|error| error.to_string())?;
    writer.write(&own).await.map_err(lost)?;
    let theirs = reader.read().await.map_err(lost)?;
    let other = match end {
        LinkEnd::Initiator => LinkEnd::Responder,
        LinkEnd::Responder => LinkEnd::Initiator,
    };
    let theirs = Introduction::read(&theirs, &core.world, speaker.key.address(), handshake, other)?;
    Ok((reader, writer, theirs))
}

/// Speaks and listens until one end has had enough; says why.
async fn talk(
    core: &Rc<Core>,
    account: &Rc<Account>,
    peer: Address,
    reader: Reader,
    writer: Writer,
    say: mpsc::WeakSender<PeerFrame>,
    outgoing: mpsc::Receiver<PeerFrame>,
) -> &'static str {
    let (heard, unhandled) = mpsc::channel(MAX_UNHANDLED);
    tokio::select! {
        ended = listen(reader, heard) => ended,
        ended = speak(writer, outgoing) => ended,
        ended = handle(core, account, peer, unhandled, say) => ended,
    }
}

async fn listen(mut reader: Reader, heard: mpsc::Sender<PeerFrame>) -> &'static str {
    let (mut second, mut read) = (Instant::now(), 0);
    loop {
        let text = match timeout(SILENCE, reader.read()).await {
            Err(_) => return "it is silent",
            Ok(Err(_)) => return "the connection is gone",
            Ok(Ok(text)) => text,
        };
        let Ok(frame) = serde_json::from_slice(&text) else {
            return "it says what no node says";
        };
        if heard.send(frame).await.is_err() {
            return "nobody listens";
        }
        read += 1;
        if read == RATE {
            sleep_until(second + Duration::from_secs(1)).await;
            (second, read) = (Instant::now(), 0);
        }
    }
}

async fn speak(mut writer: Writer, mut outgoing: mpsc::Receiver<PeerFrame>) -> &'static str {
    loop {
        let frame = match timeout(PING, outgoing.recv()).await {
            Err(_) => PeerFrame::Ping,
            Ok(Some(frame)) => frame,
            Ok(None) => return "a newer link took its place, or it was cut",
        };
        let Ok(text) = serde_json::to_vec(&frame) else {
            continue;
        };
        match timeout(SILENCE, writer.write(&text)).await {
            Ok(Ok(())) => (),
            Ok(Err(_)) | Err(_) => return "it does not listen",
        }
    }
}

async fn handle(
    core: &Rc<Core>,
    account: &Rc<Account>,
    peer: Address,
    mut unhandled: mpsc::Receiver<PeerFrame>,
    say: mpsc::WeakSender<PeerFrame>,
) -> &'static str {
    let mut waiting = VecDeque::new();
    loop {
        let Some(frame) = (if waiting.is_empty() {
            unhandled.recv().await
        } else {
            waiting.pop_front()
        }) else {
            return "the connection is gone";
        };
        while let Ok(next) = unhandled.try_recv() {
            waiting.push_back(next);
        }
        if is_overtaken(&frame, waiting.front()) {
            continue;
        }
        let answer = match frame {
            PeerFrame::Say(frame) => {
                let offers = matches!(*frame, ClientFrame::Message { .. });
                let answer = account.driver.peer_says(peer, *frame).await;
                if offers {
                    account.duty.notify_one();
                }
                answer.map(|answer| PeerFrame::Answer(Box::new(answer)))
            }
            PeerFrame::Answer(answer) => {
                account.driver.peer_answers(peer, (*answer).clone()).await;
                account.links.note_answer(&answer);
                account.links.moved.notify_waiters();
                None
            }
            PeerFrame::Service(frame) => {
                let answer = service::hear(core, account, peer, *frame).await;
                answer.map(|answer| PeerFrame::Service(Box::new(answer)))
            }
            PeerFrame::Session(frame) => {
                let answer = traffic::hear(core, account, peer, *frame).await;
                answer.map(|answer| PeerFrame::Session(Box::new(answer)))
            }
            PeerFrame::Ping => Some(PeerFrame::Pong),
            PeerFrame::Pong => None,
            PeerFrame::Account(frame) => {
                accounts::hear(core, account, peer, *frame);
                None
            }
        };
        if let Some(answer) = answer {
            let Some(say) = say.upgrade() else {
                return "it was cut";
            };
            // An end that asks more than it reads waits for itself.
            if say.send(answer).await.is_err() {
                return "it was cut";
            }
        }
    }
}

/// Whether a claim is followed by a higher one of the same channel and payer: the higher one says everything, and is checked and
/// stored alone. A higher one that is bad harms only who sent it.
fn is_overtaken(frame: &PeerFrame, next: Option<&PeerFrame>) -> bool {
    let claim = |frame: &PeerFrame| -> Option<SignedClaim> {
        match frame {
            PeerFrame::Say(said) => match **said {
                ClientFrame::Claim(claim) => Some(claim),
                _ => None,
            },
            _ => None,
        }
    };
    let (Some(one), Some(other)) = (claim(frame), next.and_then(claim)) else {
        return false;
    };
    (one.claim.channel, one.claim.to) == (other.claim.channel, other.claim.to) && other.supersedes(&one)
}

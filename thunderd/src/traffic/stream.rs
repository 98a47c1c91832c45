//! One stream of traffic: a connection of its own from the client to the provider, counted byte by byte at both ends.
//!
//! After the introduction the client names the session and where it wants to go ([`Connect`]); the provider connects there and answers.
//! From then on a message is data, the end of one direction, or the client's wish that the provider stops: what is on its way then is
//! still read and counted, so that a download that is broken off leaves no difference between the counts.

use super::{
    exits,
    metered::{Metered, Over, Stream},
};
use crate::{
    node::{Account, Core},
    peer::{Reader, Writer},
};
use serde::{Deserialize, Serialize};
use std::{cell::Cell, io, rc::Rc, time::Duration};
use thunder_channel::{
    Address,
    metering::{Role, SessionId},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::{Mutex, Notify},
    time::{Instant, sleep, timeout},
};

/// How long connecting to a target may take, and saying where to.
const CONNECTING: Duration = Duration::from_secs(15);
/// A stream on which nothing has moved for so long is over.
const IDLE: Duration = Duration::from_secs(15 * 60);
/// How long the two ends have to say that a stream has ended, when the session is over.
const FAREWELL: Duration = Duration::from_secs(3);
/// Streams of all sessions of a provider at once: some 200 KiB each.
const MAX_SERVED: u32 = 4_096;
/// How much is read at once: it fits one message.
const PIECE: usize = 60 * 1_024;

/// The first byte of a message: what it is.
const DATA: u8 = 0;
const END: u8 = 1;
const STOP: u8 = 2;

/// Where a client wants to go.
#[derive(Debug, Serialize, Deserialize)]
struct Connect {
    /// Under which session.
    session: SessionId,
    /// A host and a port, such as `example.org:443`.
    target: String,
}

/// The provider's answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Connected {
    Yes,
    No(String),
}

// -------------------------------------------------------------------------------------------------- the provider's end

/// Serves a stream to `client`, which has proved its account.
pub async fn serve(
    core: &Rc<Core>,
    account: &Rc<Account>,
    client: Address,
    mut reader: Reader,
    mut writer: Writer,
) {
    let served = Served::new(account);
    let opened = timeout(CONNECTING, open_target(core, account, client, &mut reader)).await;
    let opened = opened.unwrap_or_else(|_| Err("the target does not answer".to_owned()));
    let answer = match &opened {
        _ if served.count() > MAX_SERVED => Connected::No("too many streams run here".to_owned()),
        Ok(_) => Connected::Yes,
        Err(words) => Connected::No(words.clone()),
    };
    let told = match serde_json::to_vec(&answer) {
        Ok(text) => writer.write(&text).await,
        Err(error) => Err(error.into()),
    };
    if let (Ok((stream, target)), Connected::Yes, Ok(())) = (opened, answer, told) {
        let (input, output) = target.into_split();
        carry(
            &stream,
            Ends {
                input,
                output,
                reader,
                writer,
            },
        )
        .await;
    }
}

/// Counts the streams that are served.
struct Served<'a>(&'a Account);

impl<'a> Served<'a> {
    fn new(account: &'a Account) -> Self {
        account.traffic.served.set(account.traffic.served.get() + 1);
        Self(account)
    }

    fn count(&self) -> u32 {
        self.0.traffic.served.get()
    }
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.0.traffic.served.set(self.count() - 1);
    }
}

async fn open_target(
    core: &Rc<Core>,
    account: &Rc<Account>,
    client: Address,
    reader: &mut Reader,
) -> Result<(Stream, tokio::net::TcpStream), String> {
    let text = reader.read().await.map_err(|error| error.to_string())?;
    let wanted: Connect =
        serde_json::from_slice(&text).map_err(|_| "this is no wish to be connected".to_owned())?;
    let Some(offer) = account.traffic.offer else {
        return Err("this node serves no traffic".to_owned());
    };
    let metered = account.traffic.session(wanted.session).ok();
    let metered = metered.filter(|metered| metered.serves(client));
    let metered = metered.ok_or_else(|| "there is no such session with you".to_owned())?;
    if !metered.is_open() {
        // The deposit may have come this moment.
        super::watch::look_at(core, account, &metered).await.ok();
    }
    let stream = metered
        .enter()
        .ok_or_else(|| "the session does not run, or has too many streams".to_owned())?;
    Ok((stream, exits::connect(&wanted.target, offer.private).await?))
}

// --------------------------------------------------------------------------------------------------- the client's end

/// Says where to go on a connection that is introduced, and waits for the answer.
///
/// # Errors
/// The provider's words, or that the connection is gone.
pub async fn ask_for(
    session: SessionId,
    target: String,
    reader: &mut Reader,
    writer: &mut Writer,
) -> Result<(), String> {
    let wanted = Connect { session, target };
    let text = serde_json::to_vec(&wanted).map_err(|error| error.to_string())?;
    let asked = async {
        writer.write(&text).await?;
        reader.read().await
    };
    let answer = timeout(CONNECTING + Duration::from_secs(1), asked).await;
    let answer = answer.map_err(|_| "the provider does not answer".to_owned())?;
    let answer = answer.map_err(|_| "the provider hung up".to_owned())?;
    match serde_json::from_slice(&answer) {
        Ok(Connected::Yes) => Ok(()),
        Ok(Connected::No(words)) => Err(super::frames::printable(&words)),
        Err(_) => Err("the provider answers something else".to_owned()),
    }
}

// ---------------------------------------------------------------------------------------------------------- both ends

/// The two connections that a node stands between: a program's or a target's, and the other node's.
pub struct Ends<R, W> {
    /// What the program or the target says.
    pub input: R,
    /// What it hears.
    pub output: W,
    /// What the other node says.
    pub reader: Reader,
    /// What it hears.
    pub writer: Writer,
}

/// What both directions of a stream share.
struct Shared {
    writer: Mutex<Writer>,
    moved_at: Cell<Instant>,
    /// The other side wants no more.
    stop: Cell<bool>,
    stopping: Notify,
}

impl Shared {
    async fn say(&self, kind: u8, data: &[u8]) -> io::Result<()> {
        self.moved_at.set(Instant::now());
        self.writer.lock().await.write(&[&[kind], data].concat()).await
    }

    fn stop(&self) {
        self.stop.set(true);
        self.stopping.notify_waiters();
    }

    /// Waits for the wish to stop.
    async fn stopped(&self) {
        loop {
            let stopping = self.stopping.notified();
            if self.stop.get() {
                return;
            }
            stopping.await;
        }
    }
}

/// Carries bytes both ways until both have ended, or the session has.
pub async fn carry<R, W>(stream: &Stream, ends: Ends<R, W>)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let metered = stream.session();
    let shared = Shared {
        writer: Mutex::new(ends.writer),
        moved_at: Cell::new(Instant::now()),
        stop: Cell::new(false),
        stopping: Notify::new(),
    };
    let over = async {
        tokio::join!(
            inward(metered, &shared, ends.input),
            outward(metered, &shared, ends.reader, ends.output),
        );
    };
    tokio::select! {
        () = over => (),
        () = mind(metered, &shared) => tracing::debug!(session = %metered.id(), "a stream was cut off"),
    }
}

/// Comes to its end when the stream has to: nothing has moved for long, or the session is over and the farewell too.
async fn mind(metered: &Rc<Metered>, shared: &Shared) {
    while shared.moved_at.get().elapsed() < IDLE {
        let moved = metered.moved.notified();
        if !metered.is_open() {
            shared.stop();
            if metered.role == Role::Client {
                // What is on its way is still counted; the connection may be gone.
                shared.say(STOP, &[]).await.ok();
            }
            sleep(FAREWELL).await;
            return;
        }
        timeout(IDLE / 15, moved).await.ok();
    }
}

/// From the program or the target to the other node.
async fn inward(metered: &Rc<Metered>, shared: &Shared, mut input: impl AsyncRead + Unpin) {
    let mut piece = vec![0; PIECE];
    loop {
        let read = tokio::select! {
            read = input.read(&mut piece) => read,
            () = shared.stopped() => Ok(0),
        };
        // A target that breaks off has ended; there is no other word for it on this side.
        let length = read.unwrap_or(0);
        if length == 0 {
            break;
        }
        if pass_on(metered, shared, &piece[..length]).await.is_err() {
            break;
        }
    }
    // The connection may be gone.
    shared.say(END, &[]).await.ok();
}

async fn pass_on(metered: &Rc<Metered>, shared: &Shared, mut rest: &[u8]) -> Result<(), Over> {
    while !rest.is_empty() {
        let taken = tokio::select! {
            taken = metered.take_room(length(rest)) => taken?,
            () = shared.stopped() => return Err(Over),
        };
        let (now, later) = rest.split_at(usize::try_from(taken).unwrap_or(rest.len()));
        shared.say(DATA, now).await.map_err(|_| Over)?;
        rest = later;
    }
    Ok(())
}

/// From the other node to the program or the target.
async fn outward(
    metered: &Rc<Metered>,
    shared: &Shared,
    mut reader: Reader,
    output: impl AsyncWrite + Unpin,
) {
    let mut output = Some(output);
    loop {
        let Ok(message) = reader.read().await else {
            // Gone, or broken: there is nobody to send anything to either.
            shared.stop();
            break;
        };
        shared.moved_at.set(Instant::now());
        match message.split_first() {
            Some((&DATA, data)) => {
                let written = match (metered.role, &mut output) {
                    (Role::Client, output) => {
                        // What came is counted, whether anybody wants it still or not.
                        metered.count(length(data));
                        tokio::select! {
                            written = write(output, data) => written,
                            // A program that does not read holds nothing up.
                            () = shared.stopped() => Err(Over),
                        }
                    }
                    (Role::Provider, Some(output)) => serve_piece(metered, output, data).await,
                    (Role::Provider, None) => Ok(()),
                };
                if written.is_err() && output.take().is_some() {
                    match metered.role {
                        // Nobody wants it: the provider need not send it.
                        Role::Client => {
                            shared.say(STOP, &[]).await.ok();
                            shared.stop();
                        }
                        Role::Provider => shared.stop(),
                    }
                }
            }
            // A client that has ended may still want the provider to stop; whoever has nothing more to hear goes away.
            Some((&END, _)) if metered.role == Role::Provider => close(&mut output).await,
            Some((&END, _)) => break,
            Some((&STOP, _)) => shared.stop(),
            // Of a newer version, or nonsense.
            _ => break,
        }
    }
    close(&mut output).await;
}

async fn close(output: &mut Option<impl AsyncWrite + Unpin>) {
    if let Some(mut output) = output.take() {
        // It may be gone already.
        output.shutdown().await.ok();
    }
}

async fn write(output: &mut Option<impl AsyncWrite + Unpin>, data: &[u8]) -> Result<(), Over> {
    match output {
        Some(output) => output.write_all(data).await.map_err(|_| Over),
        None => Ok(()),
    }
}

async fn serve_piece(
    metered: &Rc<Metered>,
    output: &mut (impl AsyncWrite + Unpin),
    mut rest: &[u8],
) -> Result<(), Over> {
    while !rest.is_empty() {
        let taken = metered.take_room(length(rest)).await?;
        let (now, later) = rest.split_at(usize::try_from(taken).unwrap_or(rest.len()));
        output.write_all(now).await.map_err(|_| Over)?;
        rest = later;
    }
    Ok(())
}

fn length(data: &[u8]) -> u64 {
    u64::try_from(data.len()).unwrap_or(u64::MAX)
}

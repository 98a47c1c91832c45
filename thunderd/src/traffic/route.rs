//! A route: a local SOCKS5 port, and the sessions that its streams run through, one inside the other.

use super::{
    ROUTE, ending,
    metered::{LowRule, Metered, Stream},
    opening::{self, Wanted},
    stream::{self, Ends},
};
use crate::{
    keystore::disk,
    node::{Account, Core},
    peer::{self, Reader, Writer},
};
use anyhow::Context;
use fast_socks5::{
    ReplyError, Socks5Command,
    server::{Socks5ServerProtocol, states::CommandRead},
};
use serde::{Deserialize, Serialize};
use std::{cell::Cell, collections::BTreeSet, rc::Rc, time::Duration};
use thunder_api::{self as api, Code, Problem, SessionEnd, UseTraffic};
use thunder_channel::metering::SessionId;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::{sleep, timeout},
};

/// Providers one behind the other: each costs, and sees less.
const MAX_HOPS: usize = 3;
/// How long a program has to say where it wants to go.
const ASKING: Duration = Duration::from_secs(10);
/// What may be on its way between two hops of one stream, in bytes.
const BETWEEN: usize = 128 * 1_024;
/// How long a port that is taken is waited for after a restart.
const AGAIN: Duration = Duration::from_secs(5);

/// A route that is open.
pub struct Route {
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// Its sessions, in the order of the providers.
    pub sessions: Vec<Rc<Metered>>,
    streams: Cell<u32>,
    closed: Notify,
}

/// What is stored of a route.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredRoute {
    port: u16,
    sessions: Vec<SessionId>,
}

impl Route {
    /// How it is shown.
    pub fn view(&self) -> api::Route {
        api::Route {
            port: self.port,
            sessions: self.sessions.iter().map(|metered| metered.id()).collect(),
            streams: self.streams.get(),
        }
    }
}

/// Opens a session with each provider, and a port for programs.
///
/// # Errors
/// Why not. Sessions that were opened already are ended again.
pub async fn use_traffic(
    core: &Rc<Core>,
    account: &Rc<Account>,
    wanted: UseTraffic,
) -> Result<api::Route, Problem> {
    let malformed = |words: &str| Err(Problem::new(Code::Malformed, words));
    if !(1..=MAX_HOPS).contains(&wanted.providers.len()) {
        return malformed("a route has one to three providers");
    }
    let different: BTreeSet<_> = wanted.providers.iter().collect();
    if different.len() < wanted.providers.len() {
        return malformed("a route has each provider once");
    }
    if wanted.max_price.is_zero() || wanted.limit.is_zero() {
        return malformed("what may a megabyte cost at most, and everything? Amounts above zero");
    }
    let step = wanted.deposit.unwrap_or(wanted.limit);
    if step > wanted.limit {
        return malformed("the deposit is above the limit");
    }
    for provider in &wanted.providers {
        if address_of(account, *provider).is_none() {
            return Err(Problem::new(
                Code::PeerUnreachable,
                "it is not known where this provider listens: connect to it first",
            ));
        }
    }
    // Before money is spent.
    let listener = listen(wanted.port.unwrap_or(0)).await?;
    let low = LowRule {
        when_low: wanted.when_low,
        step,
        limit: wanted.limit,
    };
    let mut sessions = Vec::new();
    for provider in wanted.providers {
        let wanted = Wanted {
            provider,
            max_price: wanted.max_price,
            low,
        };
        match opening::open(core, account, &wanted).await {
            Ok(metered) => sessions.push(metered),
            Err(problem) => {
                end_all(core, account, sessions).await;
                return Err(problem);
            }
        }
    }
    let stored = StoredRoute {
        port: listener.local_addr().map_err(|error| disk(&error.into()))?.port(),
        sessions: sessions.iter().map(|metered| metered.id()).collect(),
    };
    let kept = serde_json::to_string(&stored)
        .context("a route")
        .and_then(|text| account.traffic.store.put_session(&name(stored.port), &text));
    kept.map_err(|error| disk(&error))?;
    Ok(run(core, account, listener, stored.port, sessions).view())
}

async fn end_all(core: &Rc<Core>, account: &Rc<Account>, sessions: Vec<Rc<Metered>>) {
    for metered in sessions {
        if let Err(problem) = ending::end(core, account, &metered).await {
            tracing::warn!(session = %metered.id(), %problem, "not ended");
        }
    }
}

fn name(port: u16) -> String {
    format!("{ROUTE}{port}")
}

fn address_of(account: &Account, provider: thunder_channel::Address) -> Option<String> {
    account.peer(provider)?.address
}

async fn listen(port: u16) -> Result<TcpListener, Problem> {
    // Only for programs of this machine: whoever reaches the port spends the deposit.
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        Problem::new(
            Code::Refused,
            format!("the port {port} cannot be listened on ({error}): choose another one"),
        )
    })
}

/// Opens a route again after a restart.
pub async fn reopen(core: Rc<Core>, account: Rc<Account>, stored: StoredRoute) {
    let sessions: Result<Vec<_>, _> = stored
        .sessions
        .iter()
        .map(|id| account.traffic.session(*id))
        .collect();
    let Ok(sessions) = sessions else {
        account.traffic.store.delete_session(&name(stored.port)).ok();
        return;
    };
    loop {
        match listen(stored.port).await {
            Ok(listener) => {
                run(&core, &account, listener, stored.port, sessions);
                return;
            }
            Err(problem) => tracing::warn!(%problem, "a route waits for its port"),
        }
        sleep(AGAIN).await;
    }
}

fn run(
    core: &Rc<Core>,
    account: &Rc<Account>,
    listener: TcpListener,
    port: u16,
    sessions: Vec<Rc<Metered>>,
) -> Rc<Route> {
    let route = Rc::new(Route {
        port,
        sessions,
        streams: Cell::new(0),
        closed: Notify::new(),
    });
    account.traffic.routes.borrow_mut().insert(port, route.clone());
    account.run(let_in(core.clone(), account.clone(), route.clone(), listener));
    route
}

async fn let_in(core: Rc<Core>, account: Rc<Account>, route: Rc<Route>, listener: TcpListener) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = route.closed.notified() => return,
        };
        match accepted {
            Ok((program, _)) => {
                let (core, user, route) = (core.clone(), account.clone(), route.clone());
                account.run(async move {
                    route.streams.set(route.streams.get() + 1);
                    if let Err(words) = lead(&core, &user, &route, program).await {
                        tracing::debug!(port = route.port, words, "a stream was not led on");
                    }
                    route.streams.set(route.streams.get() - 1);
                });
            }
            // Out of files, most likely: what is open goes on, and ends at some time.
            Err(error) => {
                tracing::warn!(%error, "a program was not let in");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Leads one program's stream to where it wants to go.
async fn lead(
    core: &Rc<Core>,
    account: &Rc<Account>,
    route: &Route,
    program: TcpStream,
) -> Result<(), String> {
    program.set_nodelay(true).ok();
    let asked = timeout(ASKING, ask(program)).await;
    let (asked, command, target) = asked.map_err(|_| "it did not say where to go".to_owned())??;
    if command != Socks5Command::TCPConnect {
        asked.reply_error(&ReplyError::CommandNotSupported).await.ok();
        return Err("it wants more than a connection".to_owned());
    }
    let (last, reader, writer) = match through(core, account, &route.sessions, target).await {
        Ok(opened) => opened,
        Err(words) => {
            asked.reply_error(&ReplyError::HostUnreachable).await.ok();
            return Err(words);
        }
    };
    let nowhere = ([0, 0, 0, 0], 0).into();
    let program = asked
        .reply_success(nowhere)
        .await
        .map_err(|error| error.to_string())?;
    let (input, output) = program.into_split();
    let ends = Ends {
        input,
        output,
        reader,
        writer,
    };
    stream::carry(&last, ends).await;
    Ok(())
}

type Asked = (
    Socks5ServerProtocol<TcpStream, CommandRead>,
    Socks5Command,
    String,
);

async fn ask(program: TcpStream) -> Result<Asked, String> {
    let words = |error: fast_socks5::server::SocksServerError| error.to_string();
    let open = Socks5ServerProtocol::accept_no_auth(program)
        .await
        .map_err(words)?;
    let (asked, command, target) = open.read_command().await.map_err(words)?;
    // Names are looked up by the last provider: this machine's resolver learns nothing.
    Ok((asked, command, target.to_string()))
}

/// Opens a stream through all sessions, each inside the one before it.
async fn through(
    core: &Rc<Core>,
    account: &Rc<Account>,
    sessions: &[Rc<Metered>],
    target: String,
) -> Result<(Stream, Reader, Writer), String> {
    let (first, rest) = sessions.split_first().ok_or("the route leads nowhere")?;
    let nowhere = || "it is not known where a provider listens".to_owned();
    let address = address_of(account, first.with()).ok_or_else(nowhere)?;
    let connection = TcpStream::connect(&address)
        .await
        .map_err(|error| format!("{address}: {error}"))?;
    connection.set_nodelay(true).ok();
    let (input, output) = connection.into_split();
    let mut over: (Box<dyn AsyncRead + Unpin>, Box<dyn AsyncWrite + Unpin>) =
        (Box::new(input), Box::new(output));
    let mut metered = first;
    for next in rest {
        let goal = address_of(account, next.with()).ok_or_else(nowhere)?;
        let (stream, reader, writer) = hop(core, account, metered, over, goal).await?;
        let (near, far) = tokio::io::duplex(BETWEEN);
        let (input, output) = tokio::io::split(far);
        account.run(async move {
            let ends = Ends {
                input,
                output,
                reader,
                writer,
            };
            stream::carry(&stream, ends).await;
        });
        let (input, output) = tokio::io::split(near);
        over = (Box::new(input), Box::new(output));
        metered = next;
    }
    hop(core, account, metered, over, target).await
}

async fn hop(
    core: &Rc<Core>,
    account: &Rc<Account>,
    metered: &Rc<Metered>,
    over: (Box<dyn AsyncRead + Unpin>, Box<dyn AsyncWrite + Unpin>),
    target: String,
) -> Result<(Stream, Reader, Writer), String> {
    let stream = metered
        .enter()
        .ok_or("the session does not run, or has too many streams")?;
    let speaker = account.speaker(0);
    let (mut reader, mut writer) = peer::open_stream(core, &speaker, metered.with(), over).await?;
    stream::ask_for(metered, target, &mut reader, &mut writer).await?;
    Ok((stream, reader, writer))
}

/// Closes a route and ends its sessions.
///
/// # Errors
/// There is no such route. What is said of a session that could not be ended is in its words.
pub async fn close(core: &Rc<Core>, account: &Rc<Account>, port: u16) -> Result<Vec<SessionEnd>, Problem> {
    let route = account.traffic.routes.borrow_mut().remove(&port);
    let none = || {
        Problem::new(
            Code::NotFound,
            "no route has this port; `thunder-cli sessions` lists them",
        )
    };
    let route = route.ok_or_else(none)?;
    route.closed.notify_waiters();
    account
        .traffic
        .store
        .delete_session(&name(port))
        .map_err(|error| disk(&error))?;
    let mut ends = Vec::new();
    for metered in &route.sessions {
        match ending::end(core, account, metered).await {
            Ok(end) => ends.push(end),
            Err(problem) => {
                tracing::warn!(session = %metered.id(), %problem, "not ended");
                ends.push(SessionEnd {
                    session: metered.view(),
                    together: false,
                });
            }
        }
    }
    Ok(ends)
}

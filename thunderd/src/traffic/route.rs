//! A route: a local SOCKS5 port, and the sessions that its streams run through, one inside the other.

use super::{
    ROUTE, ending,
    metered::{LowRule, Metered, Stream},
    opening::{self, Wanted},
    proxy,
    stream::{self, Ends},
};
use crate::{
    keystore::disk,
    node::{Account, Core},
    peer::{self, Reader, Speaker, Writer},
};
use anyhow::Context;
use fast_socks5::{
    ReplyError, Socks5Command,
    server::{Socks5ServerProtocol, states::CommandRead},
};
use serde::{Deserialize, Serialize};
use std::{cell::Cell, collections::BTreeSet, rc::Rc, time::Duration};
use thunder_api::{self as api, Code, Problem, SessionEnd, UseTraffic};
use thunder_channel::{Address, SigningKey, metering::SessionId};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::{sleep, timeout},
};

/// Providers one behind the other: each costs, and no site sees more than the last one.
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
    port: u16,
    /// The providers' sessions, in their order.
    hops: Vec<Hop>,
    streams: Cell<u32>,
    closed: Notify,
}

/// One provider of a route.
struct Hop {
    /// Under which this node counts and pays.
    metered: Rc<Metered>,
    /// Where the provider does not know this node: how it is reached there.
    hidden: Option<Hidden>,
}

/// How a provider is reached that is paid by a proxy.
struct Hidden {
    provider: Address,
    address: String,
    /// The proxy's session with it.
    session: SessionId,
    /// By what this node is known there.
    key: SigningKey,
}

/// What is stored of a route.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredRoute {
    port: u16,
    hops: Vec<StoredHop>,
}

#[derive(Clone, Serialize, Deserialize)]
struct StoredHop {
    session: SessionId,
    hidden: Option<StoredHidden>,
}

#[derive(Clone, Serialize, Deserialize)]
struct StoredHidden {
    provider: Address,
    address: String,
    session: SessionId,
    /// Hexadecimal. It is worth nothing but the link between two sessions.
    key: String,
}

impl Hop {
    fn stored(&self) -> StoredHop {
        StoredHop {
            session: self.metered.id(),
            hidden: self.hidden.as_ref().map(|hidden| StoredHidden {
                provider: hidden.provider,
                address: hidden.address.clone(),
                session: hidden.session,
                key: hex::encode(hidden.key.secret().as_slice()),
            }),
        }
    }

    /// The hop as it was stored; nothing if it is of no session that is still known.
    fn restored(account: &Account, stored: &StoredHop) -> Option<Self> {
        let hidden = match &stored.hidden {
            None => None,
            Some(hidden) => Some(Hidden {
                provider: hidden.provider,
                address: hidden.address.clone(),
                session: hidden.session,
                key: SigningKey::from_hex(&hidden.key).ok()?,
            }),
        };
        Some(Self {
            metered: account.traffic.session(stored.session).ok()?,
            hidden,
        })
    }

    /// Where the provider listens.
    fn address(&self, account: &Account) -> Result<String, String> {
        match &self.hidden {
            Some(hidden) => Ok(hidden.address.clone()),
            None => address_of(account, self.metered.with())
                .ok_or_else(|| "it is not known where a provider listens".to_owned()),
        }
    }
}

impl Route {
    /// How it is shown.
    pub fn view(&self) -> api::Route {
        api::Route {
            port: self.port,
            sessions: self.hops.iter().map(|hop| hop.metered.id()).collect(),
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
        return malformed("a route has one to three providers that this node pays itself");
    }
    let hidden = wanted.behind.iter().flat_map(|by| [by.provider, by.proxy]);
    let parties: Vec<_> = wanted.providers.iter().copied().chain(hidden).collect();
    let different: BTreeSet<_> = parties.iter().collect();
    if different.len() < parties.len() {
        return malformed("a route has each node once");
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
    let mut hops = Vec::new();
    if let Err(problem) = open_all(core, account, &wanted, low, &mut hops).await {
        end_all(core, account, hops).await;
        return Err(problem);
    }
    let stored = StoredRoute {
        port: listener.local_addr().map_err(|error| disk(&error.into()))?.port(),
        hops: hops.iter().map(Hop::stored).collect(),
    };
    let kept = serde_json::to_string(&stored)
        .context("a route")
        .and_then(|text| account.traffic.store.put_now(name(stored.port), text));
    kept.map_err(|error| disk(&error))?;
    Ok(run(core, account, listener, stored.port, hops).view())
}

/// Opens what is wanted, one after the other; what was opened is in `hops`, whatever comes next.
async fn open_all(
    core: &Rc<Core>,
    account: &Rc<Account>,
    wanted: &UseTraffic,
    low: LowRule,
    hops: &mut Vec<Hop>,
) -> Result<(), Problem> {
    let max_price = wanted.max_price;
    for provider in &wanted.providers {
        let wanted = Wanted {
            provider: *provider,
            max_price,
            low,
            behind: None,
        };
        hops.push(Hop {
            metered: opening::open(core, account, &wanted).await?,
            hidden: None,
        });
    }
    if let Some(by) = &wanted.behind {
        let found = proxy::hide(core, account, by, max_price, low).await?;
        hops.push(Hop {
            metered: found.metered,
            hidden: Some(Hidden {
                provider: by.provider,
                address: by.address.clone(),
                session: found.session,
                key: found.key,
            }),
        });
    }
    Ok(())
}

async fn end_all(core: &Rc<Core>, account: &Rc<Account>, hops: Vec<Hop>) {
    for Hop { metered, .. } in hops {
        if let Err(problem) = ending::end(core, account, &metered).await {
            tracing::warn!(session = %metered.id(), %problem, "not ended");
        }
    }
}

fn name(port: u16) -> String {
    format!("{ROUTE}{port}")
}

fn address_of(account: &Account, provider: Address) -> Option<String> {
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
    let hops = stored.hops.iter().map(|hop| Hop::restored(&account, hop));
    let Some(hops) = hops.collect::<Option<Vec<_>>>() else {
        account.traffic.store.delete(name(stored.port)).ok();
        return;
    };
    loop {
        match listen(stored.port).await {
            Ok(listener) => {
                run(&core, &account, listener, stored.port, hops);
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
    hops: Vec<Hop>,
) -> Rc<Route> {
    let route = Rc::new(Route {
        port,
        hops,
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
    let (last, reader, writer) = match through(core, account, &route.hops, target).await {
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
    hops: &[Hop],
    target: String,
) -> Result<(Stream, Reader, Writer), String> {
    let (first, rest) = hops.split_first().ok_or("the route leads nowhere")?;
    let address = first.address(account)?;
    let connection = TcpStream::connect(&address)
        .await
        .map_err(|error| format!("{address}: {error}"))?;
    connection.set_nodelay(true).ok();
    let (input, output) = connection.into_split();
    let mut over: (Box<dyn AsyncRead + Unpin>, Box<dyn AsyncWrite + Unpin>) =
        (Box::new(input), Box::new(output));
    let mut hop = first;
    for next in rest {
        let goal = next.address(account)?;
        let (stream, reader, writer) = take(core, account, hop, over, goal).await?;
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
        hop = next;
    }
    take(core, account, hop, over, target).await
}

/// Opens a stream to a target at one provider, over what leads to the provider.
async fn take(
    core: &Rc<Core>,
    account: &Rc<Account>,
    hop: &Hop,
    over: (Box<dyn AsyncRead + Unpin>, Box<dyn AsyncWrite + Unpin>),
    target: String,
) -> Result<(Stream, Reader, Writer), String> {
    let stream = hop
        .metered
        .enter()
        .ok_or("the session does not run, or has too many streams")?;
    let (speaker, provider, session) = match &hop.hidden {
        None => (account.speaker(0), hop.metered.with(), hop.metered.id()),
        Some(hidden) => {
            // Nothing of this node's own: the key was made for this.
            let speaker = Speaker {
                key: &hidden.key,
                payment_key: hidden.key.address(),
                port: 0,
            };
            (speaker, hidden.provider, hidden.session)
        }
    };
    let (mut reader, mut writer) = peer::open_stream(core, &speaker, provider, over).await?;
    stream::ask_for(session, target, &mut reader, &mut writer).await?;
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
        .delete(name(port))
        .map_err(|error| disk(&error))?;
    let mut ends = Vec::new();
    for Hop { metered, .. } in &route.hops {
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

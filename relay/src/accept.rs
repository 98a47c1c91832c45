//! Accepting connections and speaking HTTP on them, each bounded in number and time until it is a WebSocket.

use crate::{
    Limits,
    client_address::{Proxies, household},
    counters::{Count, Counters},
    limits::{ACCEPT_PAUSE, HTTP_HEAD},
    metered::Metered,
    quota::{Place, Quotas},
};
use axum::{Router, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Instant,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_service::Service;

/// The door of one port.
pub struct Door {
    routes: Router,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    counters: Arc<Counters>,
    proxies: Proxies,
    sockets: Arc<Semaphore>,
    addresses: Quotas<IpAddr>,
    /// Of new sockets.
    arrivals: Quotas<IpAddr>,
    /// Connections that are no WebSockets (yet).
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// The TCP connection that a request came on.
#[derive(Clone)]
pub struct Socket {
    /// Its other end.
    pub peer: SocketAddr,
    /// A WebSocket holds on to these: it is still the same socket.
    pub places: Arc<(OwnedSemaphorePermit, Option<Place>)>,
}

impl Door {
    /// A door to these routes. `stop` closes it.
    #[must_use]
    pub fn new(
        routes: Router,
        tls: Option<TlsAcceptor>,
        limits: Limits,
        counters: Arc<Counters>,
        proxies: Proxies,
        stop: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            routes,
            tls,
            counters,
            proxies,
            sockets: Arc::new(Semaphore::new(limits.sockets.min(Semaphore::MAX_PERMITS))),
            // Of bytes: what is said is counted where it is understood.
            addresses: Quotas::new(limits.address_bytes_per_second, limits.address_bytes_burst),
            arrivals: Quotas::new(limits.address_sockets_per_second, limits.address_sockets_burst),
            limits,
            tasks: TaskTracker::new(),
            stop,
        })
    }

    /// Accepts until it is stopped; returns when every request was answered, or cut off after the farewell limit.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        while let Some(accepted) = self.stop.run_until_cancelled(listener.accept()).await {
            match accepted {
                Ok((stream, peer)) => self.admit(stream, peer),
                Err(error) => {
                    self.counters.add(Count::AcceptFailed);
                    tracing::warn!(%error, "a connection could not be accepted");
                    let _ = self.stop.run_until_cancelled(sleep(ACCEPT_PAUSE)).await;
                }
            }
        }
        drop(listener);
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Whoever finds no place is hung up on: words would need a task and time, of which there is too little.
    fn admit(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        let Ok(permit) = Arc::clone(&self.sockets).try_acquire_owned() else {
            self.counters.add(Count::TooManySockets);
            return;
        };
        // Everybody comes from a proxy's address.
        let (address, place) = if self.proxies.trust(peer.ip()) {
            (None, None)
        } else {
            let (household, now) = (household(peer.ip()), Instant::now());
            if !self.arrivals.of(household, now).spend(1, now) {
                self.counters.add(Count::TooFastSockets);
                return;
            }
            let address = self.addresses.of(household, now);
            let Some(place) = address.enter(self.limits.sockets_per_address) else {
                self.counters.add(Count::TooManySocketsOfAddress);
                return;
            };
            (Some(address), Some(place))
        };
        // Claims are small and wait for nobody.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        let socket = Socket {
            peer,
            places: Arc::new((permit, place)),
        };
        let stream = Metered::new(stream, address, &self.limits, Arc::clone(&self.counters));
        let door = Arc::clone(self);
        self.tasks.spawn(async move {
            match &door.tls {
                None => door.converse(stream, socket).await,
                Some(tls) => match timeout(door.limits.header, tls.accept(stream)).await {
                    Ok(Ok(stream)) => door.converse(stream, socket).await,
                    Ok(Err(_)) | Err(_) => door.counters.add(Count::TlsFailed),
                },
            }
        });
    }

    /// Answers requests. Ends when one of them makes it a WebSocket, which has its own task.
    async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(&self, stream: S, socket: Socket) {
        let service = service_fn(|mut request: Request<Incoming>| {
            request.extensions_mut().insert(socket.clone());
            self.routes.clone().call(request)
        });
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.limits.header)
                .max_buf_size(HTTP_HEAD)
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades()
        );
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = sleep(self.limits.http) => {
                self.counters.add(Count::HttpTimeout);
                return;
            }
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = timeout(self.limits.farewell, connection).await;
                return;
            }
        };
        if let Err(error) = ended {
            if error.is_timeout() {
                self.counters.add(Count::HeaderTimeout);
            } else if error.is_parse() {
                self.counters.add(Count::BadRequest);
            }
            tracing::debug!(%error, "a connection failed");
        }
    }
}

//! The listener for pages: nothing is here but one socket, and only pages of named origins get it.
//!
//! Other programs send whatever origin they like. The check protects the people in front of browsers, whose pages do not: a stranger's
//! page cannot use what the app has in their browser. What protects the node are its bounds and the signatures.

use super::{House, connection};
use crate::node::Node;
use axum::{
    Extension, Router,
    extract::{State, WebSocketUpgrade, ws::WebSocket, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, Request, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{sync::Arc, time::Duration};
use thunder_channel::metering::download::{DOWNLOADS_PATH, MAX_ASKED};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower_service::Service;

/// Connections at once, of strangers too: some 100 KiB each where nothing is sent.
const MAX_SOCKETS: usize = 256;
/// How long a request may take until it is a socket.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes: hyper's least.
const HTTP_HEAD: usize = 8 * 1_024;
/// The pause after a connection could not be taken: out of files, most likely.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The listener, and what is behind it.
pub struct Shop {
    listener: TcpListener,
    house: Arc<House>,
}

/// What requests are answered with.
#[derive(Clone)]
struct Counter {
    house: Arc<House>,
    node: Node,
}

/// A connection's place among all. It is free again when the last clone is gone.
#[derive(Clone)]
struct Place {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl Shop {
    pub(super) fn new(listener: TcpListener, house: House) -> Self {
        Self {
            listener,
            house: Arc::new(house),
        }
    }

    /// What pages dial.
    pub fn address(&self) -> &str {
        &self.house.origin
    }

    /// Lets pages in until the node stops.
    pub async fn serve(self, node: Node, stop: CancellationToken) {
        let counter = Counter {
            house: self.house,
            node,
        };
        let router = Router::new()
            .route(DOWNLOADS_PATH, get(upgrade))
            .fallback(async || {
                (
                    StatusCode::NOT_FOUND,
                    "nothing is here but the socket for downloads\n",
                )
            })
            .with_state(counter);
        let sockets = Arc::new(Semaphore::new(MAX_SOCKETS));
        while let Some(accepted) = stop.run_until_cancelled(self.listener.accept()).await {
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a page's connection was not taken");
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            // Whoever finds no place is hung up on: words would need one.
            let Ok(permit) = sockets.clone().try_acquire_owned() else {
                continue;
            };
            let place = Place {
                _permit: Arc::new(permit),
            };
            let (router, stop) = (router.clone(), stop.clone());
            tokio::spawn(async move {
                // The socket that it may become has a task of its own.
                let answered = timeout(PATIENCE, answer(stream, place, router));
                stop.run_until_cancelled(answered).await;
            });
        }
    }
}

/// Answers one request of a connection.
async fn answer(stream: TcpStream, place: Place, router: Router) {
    // Statements are small, and somebody waits for them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was refused");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(place.clone());
        router.clone().call(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(HTTP_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a page's request failed");
    }
}

async fn upgrade(
    State(counter): State<Counter>,
    Extension(place): Extension<Place>,
    headers: HeaderMap,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if counter.house.pages.admitted(&headers).is_none() {
        let words = "pages of this origin may not download here: the operator names those that may with --provide-origin\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let socket = match socket {
        Ok(socket) => socket,
        Err(rejection) => return rejection.into_response(),
    };
    if let Err(problem) = counter.node.ask(async |core| core.account().map(drop)).await {
        tracing::warn!(%problem, "a page was sent away");
        return (StatusCode::SERVICE_UNAVAILABLE, "the node's wallet is locked\n").into_response();
    }
    socket
        .max_message_size(MAX_ASKED)
        .max_frame_size(MAX_ASKED)
        .on_upgrade(move |socket| hand_over(counter, socket, place))
}

/// Hands a socket to the node's thread, where it lives on.
async fn hand_over(counter: Counter, socket: WebSocket, place: Place) {
    let Counter { house, node } = counter;
    let handed = node.ask(async move |core| {
        let account = core.account()?;
        let connection = connection::serve(core, account.clone(), house, socket);
        account.run(async move {
            connection.await;
            drop(place);
        });
        Ok(())
    });
    if let Err(problem) = handed.await {
        tracing::debug!(%problem, "a page was not let in");
    }
}

//! One port for two kinds of callers, told apart by their first byte: other nodes from anywhere, and programs of this machine.

use crate::{node::Node, peer};
use axum::{Router, serve::Listener};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use thunder_channel::LinkEnd;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// Connections that have not shown what they are.
const MAX_STRANGERS: usize = 256;
/// How long they have for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections of programs that wait to be served.
const MAX_WAITING: usize = 64;
/// How long programs may take to finish when the node stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// Connections that turned out to be of programs.
struct Programs {
    waiting: mpsc::Receiver<(TcpStream, SocketAddr)>,
    local: SocketAddr,
}

impl Listener for Programs {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        match self.waiting.recv().await {
            Some(accepted) => accepted,
            // The door is closed; the server is told otherwise.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.local)
    }
}

/// Lets callers in until the node stops.
pub async fn serve(listener: TcpListener, router: Router, node: Node, stop: CancellationToken) {
    let (programs, waiting) = mpsc::channel(MAX_WAITING);
    let local = listener
        .local_addr()
        .unwrap_or_else(|_| ([127, 0, 0, 1], 0).into());
    let server = axum::serve(Programs { waiting, local }, router)
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let server = tokio::spawn(async move { server.await });
    let strangers = Arc::new(Semaphore::new(MAX_STRANGERS));
    loop {
        let (stream, from) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of files, most likely: what is open goes on, and ends at some time.
                    tracing::warn!(%error, "a connection was not taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Ok(place) = strangers.clone().try_acquire_owned() else {
            continue;
        };
        let (programs, node) = (programs.clone(), node.clone());
        tokio::spawn(async move {
            let mut first = [0; 1];
            let shown = timeout(PATIENCE, stream.peek(&mut first)).await;
            let Ok(Ok(1)) = shown else {
                return;
            };
            if first[0] == peer::FIRST_BYTE {
                greet(&node, stream).await;
            } else if from.ip().is_loopback() {
                // The server is behind for a moment at most; it ends before this only when the node stops.
                let _ = timeout(PATIENCE, programs.send((stream, from))).await;
            }
            drop(place);
        });
    }
    if timeout(FAREWELL, server).await.is_err() {
        tracing::warn!("a program was cut off");
    }
}

/// Hands a connection to the node's thread, where it lives on.
async fn greet(node: &Node, stream: TcpStream) {
    // A socket belongs to the runtime that polls it.
    let Ok(stream) = stream.into_std() else {
        return;
    };
    let greeted = node.ask(async move |core| {
        // Without a wallet there is nobody to link to.
        if let (Ok(account), Ok(stream)) = (core.account(), TcpStream::from_std(stream)) {
            let link = peer::link(core, account.clone(), stream, LinkEnd::Responder, None);
            account.run(link);
        }
        Ok(())
    });
    if let Err(problem) = greeted.await {
        tracing::debug!(%problem, "a node was not let in");
    }
}

//! A Thunder node: one account's channels, guarded, served to programs over a REST API, and linked to other nodes.
//!
//! One thread owns the participant, its store and its timers ([`node`]); everything that comes over sockets reaches it as jobs. One
//! port serves other nodes ([`peer`]) and, from this machine only, the API ([`api`]).

mod api;
mod clock;
mod data_dir;
mod door;
mod downloads;
mod events;
mod keystore;
mod node;
mod pages;
pub mod paywall;
mod peer;
mod place;
pub mod settings;
mod store;
mod traffic;
mod world;

use anyhow::Context;
use data_dir::DataDir;
use events::Events;
use settings::Settings;
use std::{io::Write, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The OpenAPI document of the REST API, in JSON.
#[must_use]
pub fn openapi() -> String {
    api::document().to_pretty_json().unwrap_or_default()
}

/// Runs a node until it is told to stop.
///
/// # Errors
/// In words for the operator.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no runtime")?
        .block_on(serve(settings))
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    // Before anything is announced, so that an early signal is not lost.
    let stop = stop_signal()?;
    let data = DataDir::open(&settings.data_dir()?)?;
    let token = data.api_token()?;
    let listen = settings.listen.unwrap_or_else(|| [0, 0, 0, 0].into());
    let addr = SocketAddr::new(listen, settings.port());
    let listener = TcpListener::bind(addr).await.with_context(|| {
        format!("cannot listen on {addr}: is another node there? Choose a port with --port")
    })?;
    let port = listener.local_addr()?.port();
    let shop = downloads::open(&settings.provide).await?;

    let ended = CancellationToken::new();
    let events = Arc::new(Events::default());
    let node = node::spawn(settings, data, port, events.clone(), ended.clone()).await?;
    let router = api::router(node.clone(), events, &token);
    let doors = tokio::spawn(door::serve(listener, router, node.clone(), ended.clone()));
    let shop = shop.map(|shop| {
        tracing::info!(at = shop.address(), "pages can download");
        tokio::spawn(shop.serve(node.clone(), ended.clone()))
    });
    // Whoever started the node may have stopped reading; that is no reason to stop.
    let mut out = std::io::stdout();
    let _ = writeln!(out, "listening on port {port}").and_then(|()| out.flush());
    tokio::select! {
        () = stop => tracing::info!("stopping"),
        () = ended.cancelled() => tracing::error!("the node ended"),
    }
    ended.cancel();
    doors.await.context("a door ended badly")?;
    if let Some(shop) = shop {
        shop.await.context("the pages' door ended badly")?;
    }
    node.close().await;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => (),
            _ = interrupt.recv() => (),
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

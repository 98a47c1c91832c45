//! A reverse proxy in front of a service that is to be paid for: who has paid enough in a channel is let through.
//!
//! It is a program of its own beside the node, which it asks over the REST API as any other program does: the node takes claims in,
//! knows what was paid and keeps what was charged ([`thunder_api::Charge`]). So the proxy may be killed at any time, and several may
//! stand before one node. It keeps in memory only what is reserved for requests that the service has not answered yet.

mod cors;
mod gate;
mod options;
mod proxy;
mod teller;

pub use options::Options;

use crate::stop_signal;
use anyhow::Context;
use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state, routing::post};
use gate::Gate;
use std::{io::Write, sync::Arc};
use teller::Teller;
use thunder_api::CLAIMS_PATH;
use tokio::net::TcpListener;

/// What requests are handled with.
struct Paywall {
    gate: Arc<Gate>,
    /// The service's origin, without a slash at its end.
    upstream: String,
    http: reqwest::Client,
}

/// Runs a paywall until it is told to stop.
///
/// # Errors
/// In words for the operator.
pub fn run(options: &Options) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no runtime")?
        .block_on(serve(options))
}

async fn serve(options: &Options) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    let teller = Teller::find(options)?;
    let tariff = options.tariff(&teller.node().await?)?;
    let http = reqwest::Client::builder()
        // What the service answers is passed on as it is.
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(options::CONNECT)
        .build()?;
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("cannot listen on {}", options.listen))?;
    let address = listener.local_addr()?;
    let paywall = Arc::new(Paywall {
        gate: Arc::new(Gate::new(teller, tariff)),
        upstream: options.upstream()?,
        http,
    });
    let router = Router::new()
        .route(CLAIMS_PATH, post(proxy::take_claim))
        .fallback(proxy::pass)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(
            Arc::new(options.pages()?),
            cors::open_to_pages,
        ))
        .with_state(paywall);
    let mut out = std::io::stdout();
    let _ = writeln!(out, "listening on {address}").and_then(|()| out.flush());
    axum::serve(listener, router).with_graceful_shutdown(stop).await?;
    Ok(())
}

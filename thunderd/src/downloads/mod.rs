//! Metered downloads for pages of browsers: files of one directory, paid by the byte in the same sessions as traffic.
//!
//! `thunder_channel::metering::download` is what a page and this node say to each other. The listener ([`door`]) lets in pages of named
//! origins only, and hands their sockets to the node's thread, where each is a connection of its own ([`connection`]). Files are found and
//! read by [`files`], and sent by [`sending`].

mod connection;
mod door;
mod files;
mod receipts;
mod sending;
mod sign_in;
mod wire;

pub use connection::Attendance;
pub use door::Shop;
pub use wire::Line;

use crate::{pages::Pages, settings::Provide};
use anyhow::{Context, bail};
use files::Catalogue;
use std::{net::SocketAddr, path::Path};
use tokio::net::TcpListener;
use url::Url;

/// What every connection needs to know.
pub struct House {
    /// The origin that pages dial, to be signed by them.
    origin: String,
    /// Whose pages are let in.
    pages: Pages,
    catalogue: Catalogue,
}

/// Opens the listener for pages, if the operator wants one.
///
/// # Errors
/// What was said makes no sense, or the port is taken; in words for the operator.
pub async fn open(settings: &Provide) -> anyhow::Result<Option<Shop>> {
    let Some(listen) = settings.web else {
        let others = [
            (settings.files.is_some(), "--provide-files"),
            (settings.origins.is_some(), "--provide-origin"),
            (settings.web_url.is_some(), "--provide-web-url"),
        ];
        return match others.into_iter().find(|(said, _)| *said) {
            Some((_, option)) => bail!("{option} needs --provide-web, where to listen for pages"),
            None => Ok(None),
        };
    };
    if settings.enabled != Some(true) {
        bail!("--provide-web needs --provide, and --provide-price");
    }
    let files = settings
        .files
        .as_deref()
        .context("--provide-web needs --provide-files, the directory whose files can be downloaded")?;
    let catalogue = catalogue(files)?;
    let pages = pages(settings.origins.as_deref().unwrap_or_default())?;
    let named = settings.web_url.as_deref().map(dialled).transpose()?;
    if named.is_none() && listen.ip().is_unspecified() {
        bail!(
            "no page dials {listen}: say with --provide-web-url what it dials, such as ws://192.0.2.7:2080"
        );
    }
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen for pages on {listen}: choose another port with --provide-web")
    })?;
    let bound: SocketAddr = listener.local_addr()?;
    let house = House {
        origin: named.unwrap_or_else(|| format!("ws://{bound}")),
        pages,
        catalogue,
    };
    Ok(Some(Shop::new(listener, house)))
}

fn catalogue(directory: &Path) -> anyhow::Result<Catalogue> {
    let shown = directory.display();
    let directory = directory
        .canonicalize()
        .with_context(|| format!("--provide-files {shown} cannot be used"))?;
    let catalogue = Catalogue::new(directory);
    catalogue
        .read()
        .with_context(|| format!("--provide-files {shown} is no directory that can be read"))?;
    Ok(catalogue)
}

fn pages(origins: &[String]) -> anyhow::Result<Pages> {
    let pages = Pages::new(origins).map_err(|text| {
        anyhow::anyhow!("--provide-origin {text:?} is no origin such as https://app.example, without a path")
    })?;
    if pages.is_empty() {
        bail!(
            "--provide-web needs --provide-origin, the origin of the app whose pages may download, such as https://app.example"
        );
    }
    Ok(pages)
}

/// An origin that pages dial.
fn dialled(text: &str) -> anyhow::Result<String> {
    let origin = Url::parse(text).ok().and_then(|url| {
        let origin = url.origin().ascii_serialization();
        let bare = matches!(url.scheme(), "ws" | "wss") && text.trim_end_matches('/') == origin;
        bare.then_some(origin)
    });
    origin.with_context(|| {
        format!("--provide-web-url {text:?} is no address such as wss://node.example, without a path")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_pages_dial_has_no_path() {
        assert_eq!(dialled("wss://node.example").unwrap(), "wss://node.example");
        assert_eq!(dialled("ws://192.0.2.7:2080/").unwrap(), "ws://192.0.2.7:2080");
        for bad in [
            "node.example",
            "https://node.example",
            "wss://node.example/downloads",
            "*",
        ] {
            assert!(dialled(bad).is_err(), "{bad}");
        }
    }
}

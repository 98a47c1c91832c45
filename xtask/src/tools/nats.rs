//! The message server that a fleet of relays shares.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::{Lane, Tool, apt};
use crate::project::which;

/// The server that the relay's tests start; they look for it in the same places.
pub const TOOL: Tool = Tool {
    name: "NATS server",
    why: "for the tests of relays that share a store",
    needs: &[],
    lane: Lane::System,
    left_out: super::never,
    missing: |_| Ok(program().is_none().then(|| "no nats-server in PATH".into())),
    install: |project| {
        if !apt::here() {
            bail!("install nats-server 2.9 or later, or set NATS_SERVER to the path of one");
        }
        apt::install(project, "NATS server", &["nats-server"])
    },
};

/// Debian puts it where daemons are, which is not in everybody's path.
const PLACES: [&str; 2] = ["/usr/sbin/nats-server", "/usr/local/sbin/nats-server"];

/// The server, wherever it is.
#[must_use]
pub fn program() -> Option<PathBuf> {
    let named = env::var_os("NATS_SERVER").map(PathBuf::from);
    let placed = PLACES.iter().map(|path| Path::new(path).to_owned());
    named
        .into_iter()
        .chain(which("nats-server"))
        .chain(placed)
        .find(|path| path.is_file())
}

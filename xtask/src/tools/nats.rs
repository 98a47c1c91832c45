//! The message server that a fleet of relays shares.

use std::env;
use std::path::Path;

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
    missing: |_| Ok((!is_here()).then(|| "no nats-server in PATH".into())),
    install: |project| {
        if !apt::here() {
            bail!("install nats-server 2.9 or later, or set NATS_SERVER to the path of one");
        }
        apt::install(project, "NATS server", &["nats-server"])
    },
};

/// Debian puts it where daemons are, which is not in everybody's path.
const PLACES: [&str; 2] = ["/usr/sbin/nats-server", "/usr/local/sbin/nats-server"];

fn is_here() -> bool {
    env::var_os("NATS_SERVER").is_some_and(|path| Path::new(&path).is_file())
        || which("nats-server").is_some()
        || PLACES.iter().any(|path| Path::new(path).is_file())
}

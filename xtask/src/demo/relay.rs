//! The relay, which also serves the app.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail};

use super::chain::Chain;
use super::data::Data;
use super::rpc;
use super::service::Service;
use super::tls::Tls;
use crate::project::Project;
use crate::{app, report, run};

/// The relay's executable, built or not.
#[must_use]
pub fn binary(project: &Project) -> PathBuf {
    project.binary("thunder-relay")
}

/// Builds the relay and returns its executable. Not a release build: that would compile every dependency a second time
/// beside the tests' builds, and the dependencies are optimised as it is.
///
/// # Errors
/// If it does not compile.
pub fn build(project: &Project) -> Result<PathBuf> {
    let since = Instant::now();
    run::must(
        "relay",
        project.command("cargo").args(["build", "--package", "relay"]),
    )?;
    let binary = binary(project);
    if !binary.is_file() {
        bail!("the relay was built, but {} is absent", binary.display());
    }
    report::done(&format!("relay ({})", report::time(since.elapsed())));
    Ok(binary)
}

/// How people reach it.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// The port.
    pub port: u16,
    /// Whether other machines are let in, and how.
    pub tls: Option<&'a Tls>,
}

/// Starts it.
///
/// # Errors
/// If it cannot be started.
pub fn start(
    project: &Project,
    data: &Data,
    chain: &Chain,
    door: Door<'_>,
    binary: &Path,
) -> Result<Service> {
    let mut relay = project.command(binary);
    relay.args(["--rpc", &chain.rpc.0]);
    match door.tls {
        None => relay.args([
            "--listen",
            &format!("127.0.0.1:{}", door.port),
            "--public-rpc",
            &chain.public_url(),
        ]),
        Some(tls) => {
            let origin = tls.origin(door.port);
            relay
                .args(["--listen", &format!("0.0.0.0:{}", door.port)])
                // The chain listens on this machine only, and a page that came over https asks nothing over http.
                .args([
                    "--public-rpc",
                    &format!("{origin}/rpc"),
                    "--allow-origin",
                    &origin,
                ])
                .arg("--tls-cert")
                .arg(&tls.cert)
                .arg("--tls-key")
                .arg(&tls.key)
        }
    };
    relay
        .arg("--addresses")
        .arg(data.addresses())
        .arg("--data")
        .arg(data.relay());
    relay.arg("--app").arg(app::dist(project)).arg("--development");
    Service::start("relay", &mut relay, data.log("relay"))
}

/// Whether it is ready. Over TLS, which these tools do not speak, by what it says itself.
#[must_use]
pub fn is_ready(data: &Data, door: Door<'_>) -> bool {
    match door.tls {
        None => rpc::is_healthy(door.port),
        Some(_) => {
            fs::read_to_string(data.log("relay")).is_ok_and(|log| log.contains("listening on https://"))
        }
    }
}

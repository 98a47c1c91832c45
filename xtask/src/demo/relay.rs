//! The relay, which also serves the app.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail};

use super::chain::Chain;
use super::data::Data;
use super::service::Service;
use crate::project::Project;
use crate::{app, report, run};

/// The relay's executable, built or not.
#[must_use]
pub fn binary(project: &Project) -> PathBuf {
    project
        .target()
        .join("debug")
        .join(format!("thunder-relay{}", std::env::consts::EXE_SUFFIX))
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
    let binary = project
        .target()
        .join("debug")
        .join(format!("thunder-relay{}", std::env::consts::EXE_SUFFIX));
    if !binary.is_file() {
        bail!("the relay was built, but {} is absent", binary.display());
    }
    report::done(&format!("relay ({})", report::time(since.elapsed())));
    Ok(binary)
}

/// Starts it.
///
/// # Errors
/// If it cannot be started.
pub fn start(project: &Project, data: &Data, chain: &Chain, port: u16, binary: &Path) -> Result<Service> {
    let mut relay = project.command(binary);
    relay.args([
        "--listen",
        &format!("127.0.0.1:{port}"),
        "--rpc",
        &chain.rpc.0,
        "--public-rpc",
        &chain.public_url(),
    ]);
    relay
        .arg("--addresses")
        .arg(data.addresses())
        .arg("--data")
        .arg(data.relay());
    relay.arg("--app").arg(app::dist(project)).arg("--development");
    Service::start("relay", &mut relay, data.log("relay"))
}

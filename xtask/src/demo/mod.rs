//! `demo`: a chain, the contracts, the relay and the app, up until Ctrl-C.

mod chain;
mod contracts;
mod data;
mod ports;
mod relay;
mod rpc;
mod service;
mod tls;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use anyhow::{Result, anyhow};

use crate::project::Project;
use crate::tools::Need;
use crate::{app, report, setup, signals};
pub use chain::CHAIN_ID;
use chain::Chain;
use data::Data;
pub use relay::{binary as relay_binary, build as build_relay};
pub use rpc::Rpc;
use service::{POLL, Service};
use tls::Tls;

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The port of the app and the relay.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// The port of the local chain.
    #[arg(long, default_value_t = 8545, value_parser = clap::value_parser!(u16).range(1..))]
    chain_port: u16,
    /// Let other machines in the network in, over https with a certificate of this machine's own making.
    #[arg(long)]
    tls: bool,
    /// Forget the chain and the relay's data of earlier demos.
    #[arg(long)]
    fresh: bool,
    /// Where chain, addresses, relay data and logs are kept [default: .thunder in the repository].
    #[arg(long, value_name = "DIRECTORY")]
    data: Option<PathBuf>,
}

/// The command. Ends after a signal, with everything it started ended.
///
/// # Errors
/// If something cannot be built or started, or ends by itself.
pub fn command(project: &Project, options: &Options) -> Result<()> {
    let since = Instant::now();
    let data = Data::open(project, options.data.as_deref())?;
    // First, as nobody wants to learn of a taken port after a long build.
    ports::check(options, &data)?;
    if options.fresh {
        data.forget()?;
    }
    let tls = options.tls.then(|| Tls::prepare(&data)).transpose()?;
    setup::ensure(project, Need::Demo)?;
    let relay = build(project)?;

    let stop = signals::listen();
    let mut services = Services {
        data: &data,
        running: Vec::new(),
    };
    match services.start(project, options, tls.as_ref(), &relay, &stop) {
        // Stopped while starting: not an error, and nothing is up.
        Err(_) if signals::stopping() => return Ok(()),
        outcome => outcome?,
    }
    greet(options, tls.as_ref(), &data, since);
    services.watch(&stop)
}

/// Builds app, contracts and relay side by side, as each leaves a processor idle at times. Returns the relay.
fn build(project: &Project) -> Result<PathBuf> {
    std::thread::scope(|scope| {
        let app = scope.spawn(|| app::build(project));
        let contracts = scope.spawn(|| contracts::build(project));
        let relay = relay::build(project);
        for other in [app, contracts] {
            other
                .join()
                .unwrap_or_else(|_| Err(anyhow!("a build stopped unexpectedly")))?;
        }
        relay
    })
}

/// Everything that runs, in the order it was started. Ends in reverse when dropped, so also after an error.
#[derive(Debug)]
struct Services<'a> {
    data: &'a Data,
    running: Vec<Service>,
}

impl Services<'_> {
    fn start(
        &mut self,
        project: &Project,
        options: &Options,
        tls: Option<&Tls>,
        relay: &std::path::Path,
        stop: &Receiver<()>,
    ) -> Result<()> {
        let chain = Chain::new(options.chain_port);
        let anvil = self.add(chain.start(project, self.data)?)?;
        anvil.wait_for(stop, || chain.answers())?;
        chain.tell_time()?;
        contracts::deploy_if_needed(project, self.data, &chain)?;
        let data = self.data;
        let door = relay::Door {
            port: options.port,
            tls,
        };
        let server = self.add(relay::start(project, data, &chain, door, relay)?)?;
        server.wait_for(stop, || relay::is_ready(data, door))
    }

    fn add(&mut self, service: Service) -> Result<&mut Service> {
        self.running.push(service);
        self.data.note_processes(&self.running)?;
        self.running
            .last_mut()
            .ok_or_else(|| anyhow!("no service was started"))
    }

    /// Waits for a signal; a service that ends before is an error.
    fn watch(&mut self, stop: &Receiver<()>) -> Result<()> {
        while let Err(RecvTimeoutError::Timeout) = stop.recv_timeout(POLL) {
            for service in &mut self.running {
                service.must_run()?;
            }
        }
        Ok(())
    }
}

impl Drop for Services<'_> {
    fn drop(&mut self) {
        if self.running.is_empty() {
            return;
        }
        report::say("\nEnding.");
        while let Some(mut service) = self.running.pop() {
            service.end();
        }
        self.data.forget_processes();
    }
}

/// The links come first in what is printed: people and scripts take the first for Alice's.
fn greet(options: &Options, tls: Option<&Tls>, data: &Data, since: Instant) {
    let Options { port, chain_port, .. } = options;
    let origin = tls.map_or_else(|| format!("http://localhost:{port}"), |tls| tls.origin(*port));
    report::done(&format!("ready ({})", report::time(since.elapsed())));
    let directory = data.directory().display();
    println!(
        "
Thunder is running. Ctrl-C ends it.

  Alice   {origin}/?role=alice
  Bob     {origin}/?role=bob
  Demo    {origin}/demo

Open Alice's and Bob's in a window each, side by side. Both hold 10,000 THD and ether on a chain of your own.
  1. As Alice, open a channel with Bob and deposit 100 THD.
  2. As Bob, see it appear, or join it by its link. It costs him no transaction.
  3. Pay back and forth: at once, without a block. Reload or close a window in between.
  4. As Bob, close; mine the blocks of the period from the page; settle.
  5. Cheat: as Alice, close with less than you paid. Bob is warned, and claims the rest.
The demo has both windows in one page, with other accounts, and tells that story in twelve steps by the right arrow key.

Your own wallet works too: add the network http://localhost:{chain_port}, chain id 31337.
Logs and data are in {directory}; --fresh starts over."
    );
    if tls.is_some() {
        println!(
            "Every machine in this network can open these links, and use the chain. Browsers ask once about the certificate, which this \
             machine made itself."
        );
    }
}

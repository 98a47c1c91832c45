//! The Thunder relay as a program.

use anyhow::Context;
use clap::{Parser, ValueEnum};
use relay::{AddressBook, Config, Limits, Server, clock::SystemClock};
use std::{
    io::{IsTerminal, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};
use tokio::signal;
use tracing_subscriber::EnvFilter;

/// Keeps the best claim per channel and direction, forwards it, and serves the app.
#[derive(Parser)]
#[command(name = "thunder-relay", version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The RPC endpoint that the relay asks.
    #[arg(long, default_value = "http://127.0.0.1:8545")]
    rpc: String,
    /// The RPC endpoint that the app asks, as browsers reach it. Default: the relay's own.
    #[arg(long)]
    public_rpc: Option<String>,
    /// The address book that the deployment wrote.
    #[arg(long)]
    addresses: PathBuf,
    /// The directory for what is kept.
    #[arg(long)]
    data: PathBuf,
    /// The directory of the built app; none is served without it.
    #[arg(long)]
    app: Option<PathBuf>,
    /// A further origin by which the relay is reached, such as https://relay.example. May be repeated.
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    allow_origins: Vec<String>,
    /// Offer the development wallet and mining in the app. Only on chain 31337.
    #[arg(long)]
    development: bool,
    /// Blocks on top of a deposit before the app counts it.
    #[arg(long, default_value_t = 0)]
    confirmations: u64,
    /// How to write the log, to standard error. RUST_LOG chooses what is in it.
    #[arg(long, value_enum, default_value_t = LogFormat::Auto)]
    log: LogFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// For programs.
    Json,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(arguments.log);
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no runtime")
        .and_then(|runtime| runtime.block_on(run(arguments)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In words only: a backtrace helps no operator.
            let _ = writeln!(std::io::stderr(), "thunder-relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    // Before anything is announced, so that an early signal is not lost.
    let stop = stop_signal()?;
    let config = Config {
        listen: arguments.listen,
        public_rpc: arguments.public_rpc.unwrap_or_else(|| arguments.rpc.clone()),
        rpc: arguments.rpc,
        addresses: AddressBook::read(&arguments.addresses)?,
        data: arguments.data,
        app: arguments.app,
        allow_origins: arguments.allow_origins,
        development: arguments.development,
        confirmations: arguments.confirmations,
        limits: Limits::default(),
        clock: Arc::new(SystemClock),
    };
    let handle = Server::spawn(config).await?;
    // Whoever started the relay may have stopped reading; that is no reason to stop.
    let mut out = std::io::stdout();
    let _ = writeln!(out, "listening on http://{}", handle.addr).and_then(|()| out.flush());
    stop.await;
    tracing::info!("stopping");
    handle.shutdown().await;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use signal::unix::{SignalKind, signal};
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
        let _ = signal::ctrl_c().await;
    })
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Json => log.json().init(),
        LogFormat::Auto if !terminal => log.json().init(),
        LogFormat::Auto | LogFormat::Text => log.with_ansi(terminal).init(),
    }
}

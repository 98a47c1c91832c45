//! The Thunder relay as a program.

use anyhow::Context;
use clap::Parser;
use relay::{
    Config, Server,
    settings::{LogFormat, Settings},
    store::backup::BackUp,
};
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};
use tokio::signal;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == "backup") {
        return ended(BackUp::parse_from(std::env::args_os().skip(1)).run());
    }
    let arguments = Settings::parse();
    let outcome = arguments
        .with_file()
        .map_err(anyhow::Error::from)
        .and_then(|settings| {
            start_log(settings.log.unwrap_or(LogFormat::Auto));
            let config = settings.config()?;
            tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .context("no runtime")?
                .block_on(run(config))
        });
    ended(outcome)
}

fn ended(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In words only: a backtrace helps no operator.
            let _ = writeln!(std::io::stderr(), "thunder-relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(mut config: Config) -> anyhow::Result<()> {
    // Before anything is announced, so that an early signal is not lost.
    let stop = stop_signal()?;
    relay::files::make_room(&mut config.limits);
    let exit = config.limits.exit;
    let handle = Server::spawn(config).await?;
    // Whoever started the relay may have stopped reading; that is no reason to stop.
    let mut out = std::io::stdout();
    let _ = writeln!(out, "listening on {}", handle.url()).and_then(|()| out.flush());
    if let Some(addr) = handle.metrics_addr {
        tracing::info!(%addr, "metrics");
    }
    stop.await;
    tracing::info!("stopping");
    // A disk that hangs does not keep the program: what was acknowledged is on it, what was not was promised to nobody.
    tokio::time::timeout(exit, handle.shutdown())
        .await
        .with_context(|| {
            format!(
                "the end took longer than {} ms and was cut short",
                exit.as_millis()
            )
        })
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

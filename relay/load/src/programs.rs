//! The programs of one run: started here, ended with the value that holds them.

use anyhow::{Context, Result, bail};
use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};
use tokio::{sync::mpsc, time::timeout};

use crate::usage::Usage;

/// Reading ten thousand openings takes a relay seconds on a busy machine.
const READY: Duration = Duration::from_secs(60);
/// Lines that may wait for somebody who looks for a word among them; later ones are dropped.
const LINES: usize = 1024;

/// A running program. It is killed when this is dropped.
pub struct Program {
    name: &'static str,
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Program {
    /// Starts it.
    ///
    /// # Errors
    /// If there is no such program.
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("the {name} cannot be started"))?;
        let (sender, lines) = mpsc::channel(LINES);
        if let (Some(out), Some(error)) = (child.stdout.take(), child.stderr.take()) {
            let other = sender.clone();
            thread::spawn(move || drain(out, &sender));
            thread::spawn(move || drain(error, &other));
        }
        Ok(Self { name, child, lines })
    }

    /// Reads what it writes until `look` finds something.
    ///
    /// # Errors
    /// If it ends before, or takes too long; with what it wrote last.
    pub async fn wait_for<T>(&mut self, mut look: impl FnMut(&str) -> Option<T>) -> Result<T> {
        let mut last = String::new();
        let search = async {
            while let Some(line) = self.lines.recv().await {
                if let Some(found) = look(&line) {
                    return Some(found);
                }
                last = line;
            }
            None
        };
        match timeout(READY, search).await {
            Ok(Some(found)) => Ok(found),
            Ok(None) => bail!("the {} ended: {last}", self.name),
            Err(_) => bail!("the {} did not become ready: {last}", self.name),
        }
    }

    /// What it uses now.
    ///
    /// # Errors
    /// If it has ended.
    pub fn usage(&self) -> Result<Usage> {
        Usage::of(self.child.id()).with_context(|| format!("the {} has ended", self.name))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // An error means that it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads on even if nobody looks: a program stops at a full pipe.
fn drain(stream: impl Read, lines: &mpsc::Sender<String>) {
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        let _ = lines.try_send(line);
    }
}

/// Where the programs are.
#[derive(Clone, Debug, clap::Args)]
pub struct Places {
    /// The relay, built for release.
    #[arg(long, value_name = "PROGRAM")]
    pub relay: PathBuf,
    /// anvil, a local chain.
    #[arg(long, value_name = "PROGRAM")]
    pub anvil: PathBuf,
    /// The compiled hub, as forge writes it.
    #[arg(long, value_name = "FILE")]
    pub hub: PathBuf,
    /// nats-server; without it that store is left out.
    #[arg(long, value_name = "PROGRAM")]
    pub nats: Option<PathBuf>,
    /// Where the stores lie for as long as they are measured: on the disk that is meant.
    #[arg(long, value_name = "DIRECTORY")]
    pub scratch: PathBuf,
}

/// A NATS server that keeps what it is given in `data`; gives its address.
///
/// # Errors
/// If it cannot be started.
pub async fn nats(program: &Path, data: &Path) -> Result<(Program, String)> {
    let mut command = Command::new(program);
    command
        .args(["-a", "127.0.0.1", "-p", "-1", "-js", "-sd"])
        .arg(data);
    let mut server = Program::start("NATS server", &mut command)?;
    let address = server
        .wait_for(|line| {
            line.split_once("Listening for client connections on ")
                .map(|(_, address)| address.trim().to_owned())
        })
        .await?;
    server
        .wait_for(|line| line.contains("Server is ready").then_some(()))
        .await?;
    Ok((server, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_program_writes_is_found_and_its_end_is_noticed() {
        let script = ["-c", "echo one; echo port=7 >&2; echo last; exec sleep 60"];
        let mut program = Program::start("shell", Command::new("sh").args(script)).unwrap();
        let port = program
            .wait_for(|line| line.strip_prefix("port=").map(str::to_owned))
            .await;
        assert_eq!(port.unwrap(), "7");
        assert!(program.usage().unwrap().memory > 0);
        let process = program.child.id();
        drop(program);
        assert!(Usage::of(process).is_err());
        let mut short = Program::start("shell", Command::new("sh").args(["-c", "echo why"])).unwrap();
        let error = short.wait_for(|_| None::<()>).await.unwrap_err().to_string();
        assert_eq!(error, "the shell ended: why");
    }
}

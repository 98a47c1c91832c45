//! The real program, as an operator starts it.

use super::{TestChain, World, addresses};
use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};
use tempfile::TempDir;

/// A relay process over a test's chain, ended with the value.
pub struct Program {
    process: Child,
    pub addr: SocketAddr,
    _book: TempDir,
}

impl Program {
    /// Starts it with its own data directory beside that of the world's relay, and these arguments.
    pub fn start(world: &World, arguments: &[&str]) -> Self {
        Self::over(&world.chain, &world.data.path().join("program"), arguments)
    }

    /// Starts it over this chain and data directory. `THUNDER_TEST_RELAY` names another build of it, to measure that.
    pub fn over(chain: &TestChain, data: &Path, arguments: &[&str]) -> Self {
        let program = std::env::var_os("THUNDER_TEST_RELAY");
        let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_thunder-relay").into());
        let book = TempDir::new().unwrap();
        let path = book.path().join("addresses.json");
        std::fs::write(&path, serde_json::to_string(&addresses(chain)).unwrap()).unwrap();
        let mut process = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--rpc", &chain.anvil.url])
            .arg("--addresses")
            .arg(&path)
            .arg("--data")
            .arg(data)
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let addr = line.trim().strip_prefix("listening on http://").unwrap();
        Self {
            addr: addr.parse().unwrap(),
            process,
            _book: book,
        }
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args(["-s", signal, &self.process.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for the end; gives how it ended and what it logged.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = self.process.wait().unwrap();
        let mut log = String::new();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (status, log)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

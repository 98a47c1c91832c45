//! Something that listens where the daemon would, and the program run against it.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tempfile::TempDir;
use thunder_api::{Code, Problem, TOKEN_FILE};
use tokio::sync::oneshot;

/// A listener, until it is dropped.
pub struct Daemon {
    port: u16,
    data: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Daemon {
    /// Answers as the routes say.
    pub fn start(routes: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    served = axum::serve(listener, routes) => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self {
            port,
            data: data(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Answers everything with a problem.
    pub fn refusing(code: Code, detail: &'static str) -> Self {
        Self::start(Router::new().fallback(move || async move { problem(code, detail) }))
    }

    /// A port at which nobody listens.
    pub fn absent() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        Self {
            port,
            data: data(),
            stop: None,
            thread: None,
        }
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The program, with nothing of the environment that it would look at.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(arguments);
        command.arg(format!("--port={}", self.port));
        command.arg("--data").arg(self.data.path());
        command
    }

    /// The data directory.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !std::thread::panicking() {
                ended.unwrap();
            }
        }
    }
}

/// The program, told neither port nor data.
pub fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thunder-cli"));
    command.args(arguments).stdin(Stdio::null());
    for variable in [
        "THUNDER_DATA",
        "THUNDER_TOKEN",
        "THUNDER_PASSWORD",
        "XDG_DATA_HOME",
    ] {
        command.env_remove(variable);
    }
    command
}

/// An answer with a problem, as the daemon gives it.
pub fn problem(code: Code, detail: &str) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap();
    let kind = [("content-type", "application/problem+json")];
    (status, kind, json(&Problem::new(code, detail))).into_response()
}

/// A value as JSON.
pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// How it ended, and what it said to people who look for errors.
pub fn ended(output: &Output) -> (i32, String) {
    (output.status.code().unwrap(), text(&output.stderr))
}

/// What was printed.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn data() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join(TOKEN_FILE), "secret\n").unwrap();
    data
}

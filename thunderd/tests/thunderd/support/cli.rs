//! `thunder-cli`, as a person or a script calls it.

use super::node::{Node, PASSWORD};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Lines},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::OnceLock,
};

/// What a call of `thunder-cli` came to.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// What was printed, if it was done.
    pub fn good(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }
}

/// The program, built beside the daemon.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        // It is another package, which cargo does not build for these tests by itself.
        let mut build = Command::new(env!("CARGO"));
        build.args([
            "build",
            "--quiet",
            "--package",
            "thunder-cli",
            "--bin",
            "thunder-cli",
        ]);
        assert!(build.status().unwrap().success());
        Path::new(env!("CARGO_BIN_EXE_thunderd"))
            .with_file_name("thunder-cli")
            .with_extension(std::env::consts::EXE_EXTENSION)
    })
}

/// Calls it for a node.
pub fn cli(node: &Node, arguments: &[&str]) -> Said {
    let output = command(node, arguments).output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn command(node: &Node, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(["--port", &node.port.to_string()])
        .arg("--data")
        .arg(&node.data)
        .args(arguments)
        .env("THUNDER_PASSWORD", PASSWORD)
        .env_remove("THUNDER_TOKEN")
        // What is fetched is on this machine.
        .env("NO_PROXY", "127.0.0.1");
    command
}

/// A call that goes on for a while and prints JSON, ended with the value.
pub struct Running {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

/// Begins a call.
pub fn start(node: &Node, arguments: &[&str]) -> Running {
    let mut process = command(node, arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    Running { process, lines }
}

impl Running {
    /// Waits for the next line that it prints.
    pub fn line(&mut self) -> Value {
        let line = self.lines.next().expect("a line").unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Ctrl-C.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        let mut kill = Command::new("kill");
        kill.args(["-s", "INT", &self.process.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    /// Waits for its end; gives the exit code.
    pub fn wait(&mut self) -> i32 {
        self.process.wait().unwrap().code().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The answer of a call with `--json`.
pub fn json(node: &Node, arguments: &[&str]) -> Value {
    let arguments = [&["--json"], arguments].concat();
    serde_json::from_str(&cli(node, &arguments).good()).unwrap()
}

//! `thunder-cli`, as a person or a script calls it.

use super::node::{Node, PASSWORD};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
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
    let output = Command::new(program())
        .args(["--port", &node.port.to_string()])
        .arg("--data")
        .arg(&node.data)
        .args(arguments)
        .env("THUNDER_PASSWORD", PASSWORD)
        .env_remove("THUNDER_TOKEN")
        // What is fetched is on this machine.
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The answer of a call with `--json`.
pub fn json(node: &Node, arguments: &[&str]) -> Value {
    let arguments = [&["--json"], arguments].concat();
    serde_json::from_str(&cli(node, &arguments).good()).unwrap()
}

//! What forge has built, and a chain to run it on. Needs `npm ci` and `forge build` in contracts/; says so where they are
//! missing.

use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts")
}

/// A contract of `file` as forge has built it, from where forge puts it.
pub fn built_in(file: &str, name: &str) -> Value {
    let out = std::env::var_os("FOUNDRY_OUT").map_or_else(|| contracts().join("out"), PathBuf::from);
    let path = out.join(format!("{file}/{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. Run `forge build` in contracts/ first",
            path.display()
        )
    });
    serde_json::from_str(&text).expect("forge writes JSON")
}

/// A chain of its own, ended with the value.
pub struct Anvil {
    process: Child,
    pub url: String,
}

impl Anvil {
    pub fn start(options: &[&str]) -> Self {
        let program = program();
        let mut process = Command::new(&program)
            .args(["--host", "127.0.0.1", "--port", "0", "--chain-id", "31337"])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Listening on ").map(str::to_owned))
            .expect("anvil says where it listens");
        // It logs every request, and would stop at a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self {
            process,
            url: format!("http://{address}"),
        }
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("THUNDER_ANVIL") {
        return path.into();
    }
    let packages = contracts().join("node_modules/@foundry-rs");
    std::fs::read_dir(&packages)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("anvil-"))
        .map(|entry| entry.path().join("bin/anvil"))
        .find(|path| path.exists())
        .unwrap_or_else(|| {
            panic!(
                "no anvil in {}: run `npm ci` in contracts/, or set THUNDER_ANVIL",
                packages.display()
            )
        })
}

//! The tools this project needs: what each is for, whether it is there, how to get it.

pub mod apt;
pub mod browser;
pub mod cargo_tools;
pub mod debian;
pub mod nats;
pub mod npm;
pub mod python;
pub mod rust;
pub mod wasm;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::project::Project;
use wasm::WasmToolchain;

/// Who needs a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Building the app.
    Build,
    /// The demo, which builds the app.
    Demo,
    /// The quick check.
    Check,
    /// The test suite, which does everything.
    Test,
}

/// Tools in one lane are installed one after the other, lanes side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// What comes from the system or rustup.
    System,
    /// npm packages.
    Npm,
    /// Trunk, the longest build.
    Trunk,
    /// The other things that cargo fetches and builds.
    Cargo,
    /// Python packages.
    Python,
}

impl Lane {
    /// All lanes.
    pub const ALL: [Self; 5] = [Self::System, Self::Npm, Self::Trunk, Self::Cargo, Self::Python];
}

/// One tool.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// What a person calls it.
    pub name: &'static str,
    /// Why it is needed, as the end of "needed …".
    pub why: &'static str,
    /// What needs it. The test suite needs everything.
    pub needs: &'static [Need],
    /// What it must wait for.
    pub lane: Lane,
    /// Says why this machine does without it, if it does: it is then neither there nor missing.
    pub left_out: fn(&Project) -> Option<String>,
    /// Says what is missing, or nothing if all is there. Cheap: it runs on every start.
    pub missing: fn(&Project) -> Result<Option<String>>,
    /// Gets it.
    pub install: fn(&Project) -> Result<()>,
}

/// All tools, those of a lane in the order of their installation.
pub const TOOLS: [Tool; 13] = [
    wasm::TOOL,
    rust::TOOL,
    browser::CHROME,
    browser::DRIVER,
    nats::TOOL,
    rust::NODE,
    npm::FRONTEND,
    npm::CONTRACTS,
    npm::E2E,
    cargo_tools::TRUNK,
    cargo_tools::CRATES,
    cargo_tools::WASM_BINDGEN,
    python::TOOL,
];

/// The environment in which wasm is built: the tools of the cache first in the path, and the toolchain that has the
/// target.
///
/// # Errors
/// If a tool is missing.
pub fn wasm_command(project: &Project, program: &str) -> Result<Command> {
    let mut command = project.command(program);
    let mut path: Vec<PathBuf> = Vec::new();
    for tool in [&cargo_tools::TRUNK_CRATE, &cargo_tools::WASM_BINDGEN_CRATE] {
        path.extend(
            tool.find(project)?
                .and_then(|found| found.parent().map(PathBuf::from)),
        );
    }
    path.push(project.path("frontend/node_modules/.bin"));
    WasmToolchain::require(project)?.apply(&mut command, &mut path);
    command
        .env("PATH", joined(path)?)
        .env("CARGO_TARGET_DIR", project.wasm_target());
    Ok(command)
}

/// No machine does without the tool.
fn never(_: &Project) -> Option<String> {
    None
}

/// The search path with `first` before everything else.
fn joined(mut first: Vec<PathBuf>) -> Result<OsString> {
    first.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    Ok(std::env::join_paths(first)?)
}

//! The commands of the suite.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;

use super::film;
use crate::project::Project;
use crate::tools::wasm::TARGET;
use crate::tools::{browser, python, wasm_command};
use crate::{app, demo, run};

/// Packages with tests that run inside a browser, and which of their test binaries: the others are for the host alone.
pub const WASM_TESTED: [(&str, &[&str]); 3] = [
    ("thunder-channel", &["--test", "web"]),
    ("thunder-ethereum", &["--test", "injected"]),
    ("frontend", &[]),
];
/// Seconds that one binary of such tests may take: signing is slow without optimisation.
const WASM_TEST_TIMEOUT: &str = "120";

/// A cargo command on the native toolchain.
#[must_use]
pub fn cargo(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.command("cargo");
    command.args(arguments);
    command
}

/// Builds the programs that the browser suites start.
#[must_use]
pub fn programs(project: &Project) -> Command {
    cargo(project, &["build", "--package", "relay", "--package", "thunderd"])
}

/// Builds the same programs where everything is built for the tests anyway: with the features that the tests' own dependencies ask for, so
/// that nothing is built a second time without them.
#[must_use]
pub fn tested_programs(project: &Project) -> Command {
    cargo(project, &["test", "--workspace", "--no-run"])
}

/// All native tests, also those after a failed one.
#[must_use]
pub fn cargo_test(project: &Project) -> Command {
    cargo(project, &["test", "--workspace", "--no-fail-fast"])
}

/// Whether cargo-deny is installed. It is not set up from here: it takes longer to build than everything else.
#[must_use]
pub fn cargo_deny_is_here(project: &Project) -> bool {
    run::answer(project.command("cargo").args(["deny", "--version"])).is_some()
}

/// Lints what only exists on wasm.
///
/// # Errors
/// If a tool is missing.
pub fn wasm_clippy(project: &Project) -> Result<Command> {
    let mut command = wasm_command(project, "cargo")?;
    command.arg("clippy");
    for (package, _) in WASM_TESTED {
        command.args(["--package", package]);
    }
    command.args([
        "--lib", "--bins", "--tests", "--target", TARGET, "--", "-D", "warnings",
    ]);
    Ok(command)
}

/// Runs a package's wasm tests in the browser.
///
/// # Errors
/// If a tool is missing.
pub fn wasm_test(project: &Project, package: &str, binaries: &[&str]) -> Result<Command> {
    let mut command = wasm_command(project, "cargo")?;
    let capabilities = capabilities_file(project)?;
    command
        .args(["test", "--package", package, "--target", TARGET, "--no-fail-fast"])
        .args(binaries)
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("CHROMEDRIVER", browser::require_driver()?)
        // Without it, tests that forgot to say where they run would run in node.
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", WASM_TEST_TIMEOUT)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities);
    Ok(command)
}

/// A native forge command; its npm script would hide the exit code.
#[must_use]
pub fn forge(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.command(project.foundry("forge"));
    command.current_dir(project.path("contracts")).args(arguments);
    command
}

/// slither on the contracts; any finding that is not suppressed is a failure.
///
/// # Errors
/// If it is not installed.
pub fn slither(project: &Project) -> Result<Command> {
    let mut command = analysis(project, "slither")?;
    command.arg(".").env("FOUNDRY_PROFILE", "slither");
    Ok(command)
}

/// halmos on `contracts/test/symbolic`.
///
/// # Errors
/// If it is not installed.
pub fn halmos(project: &Project) -> Result<Command> {
    let mut command = analysis(project, "halmos")?;
    command.env("FOUNDRY_PROFILE", "symbolic");
    Ok(command)
}

/// A Python program in `contracts`. It calls forge by name.
fn analysis(project: &Project, program: &str) -> Result<Command> {
    let forge = project.foundry("forge");
    let bin = forge.parent().context("forge has no directory")?;
    let mut command = python::command(project, program, bin)?;
    command.current_dir(project.path("contracts"));
    Ok(command)
}

/// The contract tests. A gas snapshot that changed is a failure: whoever runs `forge test` by hand gets it rewritten.
#[must_use]
pub fn forge_test(project: &Project) -> Command {
    let mut command = forge(project, &["test"]);
    command.env("FORGE_SNAPSHOT_CHECK", "true");
    command
}

/// Whether the contracts' code and addresses are the published ones, from the standard JSON input alone.
#[must_use]
pub fn verification(project: &Project) -> Command {
    let mut command = project.command("node");
    command.arg("contracts/script/verification.js");
    command
}

/// The test vectors, checked by an implementation that is not ours.
#[must_use]
pub fn vectors(project: &Project) -> Command {
    let mut command = project.command("node");
    command.args([
        "--test",
        "--test-reporter=tap",
        "e2e/vectors.test.mjs",
        "e2e/sessions.test.mjs",
    ]);
    command
}

/// The types of the browser suites.
#[must_use]
pub fn typecheck(project: &Project) -> Command {
    let mut command = project.command("node");
    command
        .current_dir(project.path("e2e"))
        .args(["node_modules/typescript/bin/tsc", "--noEmit"]);
    command
}

/// Where the browser suites leave their counts.
#[must_use]
pub fn playwright_report(project: &Project) -> PathBuf {
    project.target().join("xtask/playwright.json")
}

/// The browser suites, against the binaries and the app that were just built.
///
/// # Errors
/// If there is no browser.
pub fn playwright(project: &Project, report: &Path) -> Result<Command> {
    let mut command = e2e_command(project, &browser::require_headless()?)?;
    command.args([
        "node_modules/@playwright/test/cli.js",
        "test",
        "--reporter=list,json",
    ]);
    command.env("PLAYWRIGHT_JSON_OUTPUT_NAME", report);
    Ok(command)
}

/// A node command in `e2e` that knows the stack to start, and the browser.
///
/// # Errors
/// If what films is there and cannot be read.
pub fn e2e_command(project: &Project, browser: &Path) -> Result<Command> {
    let mut command = project.command("node");
    command
        .current_dir(project.path("e2e"))
        .env("THUNDER_ANVIL", project.foundry("anvil"))
        .env("THUNDER_FORGE", project.foundry("forge"))
        .env("THUNDER_RELAY", demo::relay_binary(project))
        .env("THUNDER_DAEMON", project.binary("thunderd"))
        .env("THUNDER_DIST", app::dist(project))
        .env("CHROME", browser);
    if let Some(studio) = film::studio(project)? {
        command.env("PLAYWRIGHT_BROWSERS_PATH", studio);
    }
    Ok(command)
}

/// Tells the driver which browser to start. The switches keep one without a network from waiting for it.
fn capabilities_file(project: &Project) -> Result<PathBuf> {
    let switches = [
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "no-first-run",
        "disable-quic",
    ];
    let options = json!({"goog:chromeOptions": {"binary": browser::require_chrome()?, "args": switches}});
    let path = project.target().join("xtask/webdriver.json");
    std::fs::create_dir_all(project.target().join("xtask"))
        .context("cannot write into the target directory")?;
    std::fs::write(&path, options.to_string()).context("cannot write into the target directory")?;
    Ok(path)
}

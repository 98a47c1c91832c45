//! The browser for the suites. The demo needs none: a person brings one.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{Lane, Tool, apt};
use crate::project::{Project, which};
use crate::report;

/// Chrome or Chromium.
pub const CHROME: Tool = Tool {
    name: "Chromium",
    why: "for the browser suites",
    needs: &[],
    lane: Lane::System,
    left_out: super::never,
    missing: |_| {
        Ok(chrome()
            .is_none()
            .then(|| "neither Chrome nor Chromium in PATH".into()))
    },
    install: |project| {
        install(project, "chromium", "CHROME")?;
        // Not every system that has the one has the other, and the suites run without it.
        if apt::install(project, HEADLESS, &[HEADLESS]).is_err() {
            report::say("no headless shell of Chromium here: the browser suites take a fifth longer");
        }
        Ok(())
    },
};

/// Its driver.
pub const DRIVER: Tool = Tool {
    name: "ChromeDriver",
    why: "to run the wasm tests inside the browser",
    needs: &[],
    lane: Lane::System,
    left_out: super::never,
    missing: |_| Ok(driver().is_none().then(|| "no chromedriver in PATH".into())),
    install: |project| install(project, "chromium-driver", "CHROMEDRIVER"),
};

/// Chromium without what only windows need: the same engine, and suites take a fifth less time. Its name is Debian's, in
/// the path and as a package.
const HEADLESS: &str = "chromium-headless-shell";

const CHROMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const MAC_CHROMES: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// The browser: `$CHROME`, or the first known one.
#[must_use]
pub fn chrome() -> Option<PathBuf> {
    named("CHROME")
        .or_else(|| CHROMES.iter().find_map(|name| which(name)))
        .or_else(|| MAC_CHROMES.iter().map(PathBuf::from).find(|path| path.is_file()))
}

/// The driver: `$CHROMEDRIVER`, or the one in the path.
#[must_use]
pub fn driver() -> Option<PathBuf> {
    named("CHROMEDRIVER").or_else(|| which("chromedriver"))
}

/// The browser.
///
/// # Errors
/// If there is none.
pub fn require_chrome() -> Result<PathBuf> {
    chrome().context("no Chrome or Chromium was found; run `cargo xtask setup`, or set CHROME to its path")
}

/// The browser where nobody looks on: `$CHROME`, the headless shell if it is there, or the browser.
///
/// # Errors
/// If there is none.
pub fn require_headless() -> Result<PathBuf> {
    named("CHROME")
        .or_else(|| which(HEADLESS))
        .map_or_else(require_chrome, Ok)
}

/// The driver.
///
/// # Errors
/// If there is none.
pub fn require_driver() -> Result<PathBuf> {
    driver().context("no chromedriver was found; run `cargo xtask setup`, or set CHROMEDRIVER to its path")
}

fn named(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os(variable)?);
    path.is_file().then_some(path)
}

fn install(project: &Project, package: &str, variable: &str) -> Result<()> {
    if !apt::here() {
        bail!("install {package} with this system's package manager, or set {variable} to the path of one");
    }
    apt::install(project, package, &[package])
}

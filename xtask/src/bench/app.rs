//! The app in a browser, over the real stack.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{measure, measure::Measure, parse, run_shown};
use crate::project::Project;
use crate::suite::steps;
use crate::tools::wasm::TARGET;
use crate::tools::{Need, browser, wasm_command};
use crate::{app, demo, run, setup};

/// The package of [`timing`].
const TIMING: &str = "thunder-timing";

/// Prints the table, and with `json` the figures by name as the last line.
///
/// # Errors
/// If the tools cannot be had, or something cannot be measured.
pub fn command(project: &Project, json: bool) -> Result<ExitCode> {
    setup::ensure(project, Need::Test)?;
    let figures = figures(project)?;
    println!("{}", measure::table(&parse::numbers(&figures.to_string())?));
    if json {
        println!("{figures}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The same, among other measures.
///
/// # Errors
/// If something cannot be measured.
pub fn measures(project: &Project) -> Result<Vec<Measure>> {
    parse::numbers(&figures(project)?.to_string())
}

/// The sizes, and what `e2e/bench.mjs` measures.
fn figures(project: &Project) -> Result<Value> {
    app::build(project)?;
    let sizes = app::wasm_sizes(&app::dist(project))?;
    demo::build_relay(project)?;
    let mut bench = steps::e2e_command(project, &browser::require_chrome()?)?;
    bench.arg("bench.mjs").env("THUNDER_TIMING", timing(project)?);
    let outcome = run_shown("app", bench)?;
    let line = outcome.output.lines().rev().find(|line| line.starts_with('{'));
    let line = line.context("e2e/bench.mjs printed no line of JSON")?;
    with_sizes(sizes, line)
}

/// Builds what signs in a page as the app does, beside other libraries; where it is then.
fn timing(project: &Project) -> Result<PathBuf> {
    let mut build = wasm_command(project, "cargo")?;
    build.args([
        "build",
        "--package",
        TIMING,
        "--profile",
        "wasm",
        "--target",
        TARGET,
    ]);
    run::must("timing", &mut build)?;
    let built = project
        .wasm_target()
        .join(TARGET)
        .join("wasm/thunder_timing.wasm");
    let folder = project.wasm_target().join("timing");
    let mut bind = wasm_command(project, "wasm-bindgen")?;
    bind.args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&folder)
        .arg(built);
    run::must("timing", &mut bind)?;
    Ok(folder)
}

/// Kilobytes, as the app's build says them, beside the figures of a line.
fn with_sizes((first, rest): ([u64; 3], [u64; 3]), line: &str) -> Result<Value> {
    let mut figures: Value = serde_json::from_str(line).context("not a line of JSON")?;
    let members = figures.as_object_mut().context("not a line of figures")?;
    let sizes = ["wasm_kb", "wasm_gzip_kb", "wasm_br_kb"].into_iter().zip(first);
    let rest = ["wasm_rest_kb", "wasm_rest_gzip_kb", "wasm_rest_br_kb"]
        .into_iter()
        .zip(rest);
    for (name, bytes) in sizes.chain(rest) {
        members.insert(name.to_owned(), json!(bytes.div_ceil(1000)));
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_stand_beside_what_the_browser_measured() {
        let figures = with_sizes(
            ([4000, 2001, 1000], [7000, 6000, 5000]),
            r#"{"pay_to_shown_ms":{"p50":31.5}}"#,
        )
        .unwrap();
        assert_eq!(
            figures,
            json!({"pay_to_shown_ms": {"p50": 31.5}, "wasm_kb": 4, "wasm_gzip_kb": 3, "wasm_br_kb": 1,
                "wasm_rest_kb": 7, "wasm_rest_gzip_kb": 6, "wasm_rest_br_kb": 5})
        );
        assert!(with_sizes(([1; 3], [1; 3]), "[]").is_err() && with_sizes(([1; 3], [1; 3]), "").is_err());
    }
}

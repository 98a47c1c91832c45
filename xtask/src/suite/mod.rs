//! `check`, for while one works, and `test`, which is everything.

mod counts;
mod film;
pub mod steps;
mod tally;

use std::process::ExitCode;

use anyhow::anyhow;

use crate::project::Project;
use crate::tools::{Need, python};
use crate::{app, setup};
use tally::Tally;

/// Format, lints and unit tests.
#[must_use]
pub fn check(project: &Project) -> ExitCode {
    let mut tally = Tally::new(project);
    tally.own("setup", || setup::ensure(project, Need::Check));
    format_and_lints(project, &mut tally);
    contracts(project, &mut tally);
    tally.tests("Rust tests", Ok(steps::cargo_test(project)), counts::cargo);
    tally.finish()
}

/// Everything. A failed step does not keep the others from running.
#[must_use]
pub fn test(project: &Project) -> ExitCode {
    let mut tally = Tally::new(project);
    tally.own("setup", || setup::ensure(project, Need::Test));
    format_and_lints(project, &mut tally);
    if steps::cargo_deny_is_here(project) {
        tally.one(
            "cargo deny",
            Ok(steps::cargo(project, &["deny", "--workspace", "check"])),
        );
    } else {
        tally.skip_tool("cargo-deny", "not installed");
    }
    contracts(project, &mut tally);
    tally.tests("Rust tests", Ok(steps::cargo_test(project)), counts::cargo);
    for (package, binaries) in steps::WASM_TESTED {
        tally.tests(
            &format!("wasm tests of {package}"),
            steps::wasm_test(project, package, binaries),
            counts::cargo,
        );
    }
    let app = app_and_what_needs_no_app(project, &mut tally);
    halmos(project, &mut tally);
    tally.own("app's weight", || app::check_weight(&app::dist(project)));
    let programs = tally.one("build of relay and node", Ok(steps::tested_programs(project)));
    let report = steps::playwright_report(project);
    // Left-overs of an earlier build would be tested in their place.
    let suites = if app && programs {
        steps::playwright(project, &report)
    } else {
        Err(anyhow!("what they test did not build"))
    };
    tally.tests_reported_in("browser suites", suites, &report, counts::playwright);
    tally.finish()
}

fn format_and_lints(project: &Project, tally: &mut Tally) {
    tally.one("format", Ok(steps::cargo(project, &["fmt", "--all", "--check"])));
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    tally.one("clippy", Ok(steps::cargo(project, &clippy)));
    tally.one("clippy for wasm", steps::wasm_clippy(project));
}

/// Before the Rust tests, some of which deploy what is compiled here.
fn contracts(project: &Project, tally: &mut Tally) {
    tally.one("forge fmt", Ok(steps::forge(project, &["fmt", "--check"])));
    tally.one(
        "forge build",
        Ok(steps::forge(project, &["build", "--deny", "warnings"])),
    );
}

/// Builds the app, and meanwhile tests what is not made of Rust: for most of the time the compiler puts one large module together, on one
/// core. Nothing here goes by the clock. Returns whether the app was built.
fn app_and_what_needs_no_app(project: &Project, tally: &mut Tally) -> bool {
    std::thread::scope(|scope| {
        let building = scope.spawn(|| app::build(project));
        tally.tests("contract tests", Ok(steps::forge_test(project)), counts::forge);
        tally.one("the contracts' bytecode", Ok(steps::verification(project)));
        slither(project, tally);
        tally.tests("test vectors in viem", Ok(steps::vectors(project)), counts::node);
        tally.one("types of the browser suites", Ok(steps::typecheck(project)));
        tally.own("app build", || {
            let ended = building.join();
            ended.unwrap_or_else(|_| Err(anyhow!("the build of the app came to a sudden end")))
        })
    })
}

/// What looks at the contracts from outside, where there is a Python for it.
fn slither(project: &Project, tally: &mut Tally) {
    match python::left_out(project) {
        Some(reason) => tally.skip_tool("slither", &reason),
        None => drop(tally.one("slither", steps::slither(project))),
    }
}

/// Likewise. Its solver goes by the clock, so nothing runs beside it.
fn halmos(project: &Project, tally: &mut Tally) {
    match python::left_out(project) {
        Some(reason) => tally.skip_tool("halmos", &reason),
        None => tally.tests("halmos", steps::halmos(project), counts::halmos),
    }
}

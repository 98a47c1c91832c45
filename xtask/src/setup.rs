//! `setup`: gets every tool that is missing, and says which and why.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::project::Project;
use crate::report;
use crate::tools::{Lane, Need, TOOLS, Tool};

/// The command: names every tool, also those that are there.
///
/// # Errors
/// If a tool could not be had; all were tried.
pub fn command(project: &Project) -> Result<()> {
    report::heading("Tools");
    for tool in TOOLS {
        if let Some(reason) = (tool.left_out)(project) {
            report::say(&format!("-- {} is left out: {reason}", tool.name));
        } else if (tool.missing)(project)?.is_none() {
            report::done(&format!("{}: there", tool.name));
        }
    }
    ensure(project, Need::Test)
}

/// Gets what `need` needs and says nothing if all of it is there.
///
/// # Errors
/// If a tool could not be had; all were tried.
pub fn ensure(project: &Project, need: Need) -> Result<()> {
    let mut missing: Vec<Tool> = Vec::new();
    for tool in TOOLS
        .into_iter()
        .filter(|tool| need == Need::Test || tool.needs.contains(&need))
        .filter(|tool| (tool.left_out)(project).is_none())
    {
        if let Some(reason) = (tool.missing)(project)? {
            report::say(&format!("-- {} is needed {}: {reason}", tool.name, tool.why));
            missing.push(tool);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    report::say(&format!(
        "Installing {} of these now. Tools are kept in {}.",
        missing.len(),
        project.cache.display()
    ));
    let failed: Vec<&str> = std::thread::scope(|scope| {
        let lanes = Lane::ALL.map(|lane| {
            let tools: Vec<Tool> = missing.iter().copied().filter(|tool| tool.lane == lane).collect();
            scope.spawn(move || install_all(project, &tools))
        });
        lanes
            .into_iter()
            .flat_map(|lane| lane.join().unwrap_or_else(|_| vec!["a lane of installations"]))
            .collect()
    });
    if !failed.is_empty() {
        bail!("could not get: {}", failed.join(", "));
    }
    Ok(())
}

/// Installs one after the other; returns the names of those that failed.
fn install_all(project: &Project, tools: &[Tool]) -> Vec<&'static str> {
    let mut failed = Vec::new();
    for tool in tools {
        let since = Instant::now();
        // An earlier tool of the lane may have brought this one.
        let there = matches!((tool.missing)(project), Ok(None));
        match if there { Ok(()) } else { (tool.install)(project) } {
            Ok(()) => report::done(&format!("{} ({})", tool.name, report::time(since.elapsed()))),
            Err(error) => {
                report::fail(&format!("{}: {error:#}", tool.name));
                failed.push(tool.name);
            }
        }
    }
    failed
}

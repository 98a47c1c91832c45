//! The npm packages of each part.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Lane, Need, Tool};
use crate::project::Project;
use crate::run;

/// npm itself; on Windows it is a script that has to be named whole.
pub const PROGRAM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// wasm-opt.
pub const FRONTEND: Tool = Tool {
    name: "wasm-opt (npm, frontend)",
    why: "to make the app small",
    needs: &[Need::Build, Need::Demo],
    lane: Lane::Npm,
    left_out: super::never,
    missing: |project| missing(project, "frontend"),
    install: |project| install(project, "frontend"),
};

/// The scope of Foundry's packages, one per program and platform.
const SCOPE: &str = "@foundry-rs/";
/// The programs of Foundry that are used.
const FOUNDRY: [&str; 2] = ["forge", "anvil"];

/// forge, anvil, solc and the Solidity libraries.
pub const CONTRACTS: Tool = Tool {
    name: "forge, anvil and solc (npm, contracts)",
    why: "to build, test and deploy the contracts, and as the local chain",
    needs: &[Need::Demo, Need::Check],
    lane: Lane::Npm,
    left_out: super::never,
    missing: |project| {
        let absent = FOUNDRY.into_iter().find(|name| !project.foundry(name).is_file());
        Ok(missing(project, "contracts")?
            .or_else(|| absent.map(|name| format!("no {name} for this platform"))))
    },
    install: |project| {
        install(project, "contracts")?;
        FOUNDRY
            .into_iter()
            .try_for_each(|name| for_this_platform(project, name))
    },
};

/// Playwright and viem.
pub const E2E: Tool = Tool {
    name: "Playwright and viem (npm, e2e)",
    why: "for the browser suites and the independent check of the test vectors",
    needs: &[],
    lane: Lane::Npm,
    left_out: super::never,
    missing: |project| missing(project, "e2e"),
    install: |project| install(project, "e2e"),
};

/// Installs the packages of a part that no set-up wants by itself.
///
/// # Errors
/// If they cannot be had.
pub fn ensure(project: &Project, part: &str) -> Result<()> {
    match missing(project, part)? {
        Some(_) => install(project, part),
        None => Ok(()),
    }
}

fn install(project: &Project, part: &str) -> Result<()> {
    let mut npm = project.command(PROGRAM);
    npm.current_dir(project.path(part))
        .args(["ci", "--no-audit", "--no-fund"]);
    // The suites use the browser that is installed; Playwright's own would be a large second one.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run::must(&format!("npm, {part}"), &mut npm).map(drop)
}

/// Adds a program of Foundry for a platform that the lock file does not name: a lock file can only hold what the registry had
/// when it was written, and npm refuses one that names a package without its hash.
fn for_this_platform(project: &Project, name: &str) -> Result<()> {
    let program = project.foundry(name);
    if program.is_file() {
        return Ok(());
    }
    let package =
        read(&project.path("contracts/package.json"))?.context("contracts/package.json is missing")?;
    let version = package["optionalDependencies"][format!("{SCOPE}{name}-linux-amd64")]
        .as_str()
        .with_context(|| format!("contracts/package.json names no version of {name}"))?;
    let platform = program
        .ancestors()
        .nth(2)
        .and_then(Path::file_name)
        .and_then(|name| name.to_str())
        .context("the program has no package")?;
    let mut npm = project.command(PROGRAM);
    npm.current_dir(project.path("contracts"))
        .args(["install", "--no-save", "--no-audit", "--no-fund"])
        .arg(format!("{SCOPE}{platform}@{version}"));
    run::must("npm, contracts, for this platform", &mut npm)?;
    if !program.is_file() {
        bail!(
            "npm has no {name} for this platform; {} is absent",
            program.display()
        );
    }
    Ok(())
}

fn missing(project: &Project, part: &str) -> Result<Option<String>> {
    let dir = project.path(part);
    let wanted = read(&dir.join("package-lock.json"))?
        .with_context(|| format!("{part}/package-lock.json is missing"))?;
    let installed = read(&dir.join("node_modules/.package-lock.json"))?;
    Ok(match installed {
        None => Some("not installed".into()),
        Some(installed) => {
            difference(&wanted, &installed).map(|name| format!("{name} is not as the lock file says"))
        }
    })
}

/// Compares the lock file with npm's own record of what it installed, which it writes last. Optional packages may be
/// absent: most are for other platforms.
fn difference(wanted: &Value, installed: &Value) -> Option<String> {
    let wanted = wanted["packages"].as_object()?;
    let empty = serde_json::Map::new();
    let installed = installed["packages"].as_object().unwrap_or(&empty);
    let same = |name: &String, package: &Value| match installed.get(name) {
        Some(found) => found["version"] == package["version"] && found["integrity"] == package["integrity"],
        None => package["optional"] == true,
    };
    let changed = wanted
        .iter()
        .filter(|(name, _)| !name.is_empty())
        .find(|(name, package)| !same(name, package));
    let changed = changed.map(|(name, _)| name);
    changed
        .or_else(|| {
            // Added for this platform, see `for_this_platform`.
            let unknown = |name: &&String| !wanted.contains_key(*name) && !bare(name).starts_with(SCOPE);
            installed.keys().find(unknown)
        })
        .map(|name| bare(name).to_owned())
}

fn bare(name: &str) -> &str {
    name.rsplit("node_modules/").next().unwrap_or(name)
}

fn read(path: &Path) -> Result<Option<Value>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lock() -> Value {
        json!({"packages": {
            "": {"name": "thunder"},
            "node_modules/viem": {"version": "2.57.0", "integrity": "a"},
            "node_modules/@x/y-darwin": {"version": "1.0.0", "integrity": "b", "optional": true},
        }})
    }

    #[test]
    fn an_exact_installation_is_complete_without_other_platforms() {
        let installed = json!({"packages": {"node_modules/viem": {"version": "2.57.0", "integrity": "a"}}});
        assert_eq!(difference(&lock(), &installed), None);
    }

    #[test]
    fn a_missing_a_changed_and_a_superfluous_package_are_named() {
        assert_eq!(
            difference(&lock(), &json!({"packages": {}})).as_deref(),
            Some("viem")
        );
        let older = json!({"packages": {"node_modules/viem": {"version": "2.56.0", "integrity": "a"}}});
        assert_eq!(difference(&lock(), &older).as_deref(), Some("viem"));
        let more = json!({"packages": {
            "node_modules/viem": {"version": "2.57.0", "integrity": "a"},
            "node_modules/@a/b": {"version": "1.0.0"},
        }});
        assert_eq!(difference(&lock(), &more).as_deref(), Some("@a/b"));
    }
}

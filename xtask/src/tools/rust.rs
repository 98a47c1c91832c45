//! What has to be there from the start, and Rust's own components.

use anyhow::bail;

use super::{Lane, Need, Tool};
use crate::project::{Project, which};
use crate::run;

/// The oldest Node that the npm packages run on.
const NODE_MAJOR: u32 = 20;

/// rustfmt and clippy; a minimal toolchain has neither.
pub const TOOL: Tool = Tool {
    name: "rustfmt and clippy",
    why: "to check the code",
    needs: &[Need::Check],
    lane: Lane::System,
    left_out: super::never,
    missing: |project| {
        let absent: Vec<&str> = ["fmt", "clippy"]
            .into_iter()
            .filter(|part| run::answer(project.command("cargo").args([part, "--version"])).is_none())
            .collect();
        Ok((!absent.is_empty()).then(|| format!("no cargo {}", absent.join(" and no cargo "))))
    },
    install: |project| {
        if which("rustup").is_none() {
            bail!(
                "rustfmt and clippy are missing; install them with the package manager that Rust came from"
            );
        }
        run::must(
            TOOL.name,
            project
                .command("rustup")
                .args(["component", "add", "rustfmt", "clippy"]),
        )
        .map(drop)
    },
};

/// Node, which is never installed from here.
pub const NODE: Tool = Tool {
    name: "Node and npm",
    why: "for the contract tools and the browser suites",
    needs: &[Need::Build, Need::Demo, Need::Check],
    lane: Lane::Npm,
    left_out: super::never,
    missing: |project| {
        let version = run::answer(project.command("node").arg("--version"));
        let usable = version
            .as_deref()
            .and_then(major)
            .is_some_and(|major| major >= NODE_MAJOR);
        Ok(match version {
            Some(_) if usable && which(super::npm::PROGRAM).is_some() => None,
            Some(_) if usable => Some("npm is missing".into()),
            Some(version) => Some(format!("Node {version} is too old")),
            None => Some("node is missing".into()),
        })
    },
    install: |_| bail!("install Node {NODE_MAJOR} or newer with npm, from nodejs.org or a package manager"),
};

/// `v20.1.2` is 20.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// The exact compiler, as part of what a built app depends on.
#[must_use]
pub fn compiler(project: &Project) -> String {
    run::answer(project.command("rustc").arg("--version")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_major_version_is_read() {
        assert_eq!(super::major("v20.20.2"), Some(20));
        assert_eq!(super::major("rubbish"), None);
    }
}

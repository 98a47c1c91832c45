//! The systems that programs are handed out for, and which of them can be built for from here.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::project::{Project, which};
use crate::run;
use crate::tools::wasm::has_std;

/// A system.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// What Rust calls it.
    pub triple: &'static str,
    /// What its archive is called.
    pub name: &'static str,
    /// How the names of its programs end.
    pub exe: &'static str,
    /// What links for it from another system.
    linker: Linker,
}

/// What links, and compiles the parts that are C (SQLite, libsecp256k1).
#[derive(Debug, PartialEq, Eq)]
enum Linker {
    /// Its own system's.
    Own,
    /// That of a system of the same maker, for any processor.
    Makers(&'static str),
    /// A program.
    Program(&'static str),
}

/// All of them.
const TARGETS: [Target; 6] = [
    Target {
        triple: "x86_64-unknown-linux-gnu",
        name: "linux-amd64",
        exe: "",
        linker: Linker::Own,
    },
    Target {
        triple: "aarch64-unknown-linux-gnu",
        name: "linux-arm64",
        exe: "",
        linker: Linker::Own,
    },
    Target {
        triple: "aarch64-apple-darwin",
        name: "darwin-arm64",
        exe: "",
        linker: Linker::Makers("apple-darwin"),
    },
    Target {
        triple: "x86_64-apple-darwin",
        name: "darwin-amd64",
        exe: "",
        linker: Linker::Makers("apple-darwin"),
    },
    Target {
        triple: "x86_64-pc-windows-gnu",
        name: "windows-amd64-gnu",
        exe: ".exe",
        linker: Linker::Program("x86_64-w64-mingw32-gcc"),
    },
    Target {
        triple: "x86_64-pc-windows-msvc",
        name: "windows-amd64",
        exe: ".exe",
        linker: Linker::Makers("windows-msvc"),
    },
];

/// Whether a system can be built for.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    Ready,
    /// There is no standard library for it; and how to have one.
    NoStd(String),
    /// There is nothing to link with; and what would do.
    NoLinker(String),
}

/// The system that this runs on, as Rust calls it.
///
/// # Errors
/// If the compiler does not say.
pub fn host(project: &Project) -> Result<String> {
    let version = run::answer(project.command("rustc").arg("-vV")).context("rustc does not answer")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say what it runs on")?.to_owned())
}

/// The systems that were named; else this one first, and then the others.
///
/// # Errors
/// If one is not known.
pub fn chosen(named: &[String], host: &str) -> Result<Vec<&'static Target>> {
    if named.is_empty() {
        let (mut all, others): (Vec<_>, Vec<_>) = TARGETS.iter().partition(|target| target.triple == host);
        if all.is_empty() {
            bail!(
                "nothing is handed out for {host}; name one of {} with --target",
                names()
            );
        }
        // Of Linux there is one more kind of machine than is handed out from elsewhere.
        all.extend(others.into_iter().filter(|target| target.linker != Linker::Own));
        return Ok(all);
    }
    let known = |name: &String| TARGETS.iter().find(|target| target.triple == name);
    named
        .iter()
        .map(|name| known(name).with_context(|| format!("{name} is not one of {}", names())))
        .collect()
}

/// Whether it can be built for from here.
#[must_use]
pub fn standing(project: &Project, target: &Target, host: &str) -> Standing {
    let libdir = ["--print", "target-libdir", "--target", target.triple];
    let libdir = run::answer(project.command("rustc").args(libdir)).map(PathBuf::from);
    if !libdir.is_some_and(|libdir| has_std(&libdir)) {
        return Standing::NoStd(format!(
            "it has no standard library here; `rustup target add {}` gets it",
            target.triple
        ));
    }
    linking(target, host, |program| which(program).is_some())
}

fn linking(target: &Target, host: &str, is_there: impl Fn(&str) -> bool) -> Standing {
    if target.triple == host {
        return Standing::Ready;
    }
    match target.linker {
        Linker::Makers(maker) if host.ends_with(maker) => Standing::Ready,
        Linker::Program(program) if is_there(program) => Standing::Ready,
        Linker::Program(program) => Standing::NoLinker(format!("there is no {program} to link with")),
        Linker::Own | Linker::Makers(_) => {
            Standing::NoLinker("only a machine of its own kind links for it".to_owned())
        }
    }
}

fn names() -> String {
    TARGETS.map(|target| target.triple).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINUX: &str = "x86_64-unknown-linux-gnu";
    const MAC: &str = "aarch64-apple-darwin";

    fn named(triple: &str) -> &'static Target {
        chosen(&[triple.to_owned()], LINUX).unwrap()[0]
    }

    #[test]
    fn this_system_comes_first() {
        let triples = |host| -> Vec<&str> {
            chosen(&[], host)
                .unwrap()
                .iter()
                .map(|target| target.triple)
                .collect()
        };
        assert_eq!((triples(LINUX)[0], triples(LINUX).len()), (LINUX, 5));
        assert_eq!((triples(MAC)[0], triples(MAC).len()), (MAC, 4));
        assert!(chosen(&[], "riscv64gc-unknown-linux-gnu").is_err());
    }

    #[test]
    fn what_is_not_handed_out_is_refused() {
        let error = chosen(&["wasm32-unknown-unknown".to_owned()], LINUX)
            .unwrap_err()
            .to_string();
        assert!(error.contains("x86_64-pc-windows-msvc"), "{error}");
    }

    #[test]
    fn archives_are_told_apart() {
        let mut archives = TARGETS.map(|target| target.name).to_vec();
        archives.sort_unstable();
        archives.dedup();
        assert_eq!(archives.len(), TARGETS.len());
    }

    #[test]
    fn what_links_is_looked_for() {
        let ready =
            |triple, host, is_there: bool| linking(named(triple), host, |_| is_there) == Standing::Ready;
        assert!(ready(LINUX, LINUX, false));
        assert!(ready("x86_64-apple-darwin", MAC, false));
        assert!(!ready("x86_64-apple-darwin", LINUX, true));
        assert!(ready("x86_64-pc-windows-gnu", LINUX, true));
        assert!(!ready("x86_64-pc-windows-gnu", LINUX, false));
        assert!(!ready("x86_64-pc-windows-msvc", LINUX, true));
    }
}

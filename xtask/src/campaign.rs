//! `campaign`: the searches of the test suite, for as long as one likes and from another seed.

use std::process::{Command, ExitCode};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::project::Project;
use crate::suite::steps;
use crate::tools::Need;
use crate::{report, run, setup};

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Which searches; all of them if none is named.
    #[arg(value_enum)]
    searches: Vec<Search>,
    /// Where to begin; a number of the clock's choosing otherwise. It is printed.
    #[arg(long)]
    seed: Option<u64>,
    /// How much: 1 takes some ten minutes for each search, 10 ten times as long. Mutation takes what it takes.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    times: u32,
}

/// One kind of search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Search {
    /// The contracts' fuzz tests, with many more inputs.
    Fuzz,
    /// The contracts' invariant suites, with many more and longer runs.
    Invariants,
    /// The hub on a chain against its model in Rust, with many more sequences.
    Differential,
    /// Relays and the servers that they keep claims in, killed a thousand times while claims flow.
    Kills,
    /// Nodes, killed a thousand times while they pay each other.
    Nodes,
    /// Every small change of the hub: does a test notice?
    Mutation,
}

const ALL: [Search; 6] = [
    Search::Fuzz,
    Search::Invariants,
    Search::Differential,
    Search::Kills,
    Search::Nodes,
    Search::Mutation,
];

/// Inputs for each fuzz test; the suite takes 256.
const FUZZ_RUNS: u64 = 20_000;
/// Runs of each invariant suite, and calls in each.
const INVARIANT_RUNS: u64 = 400;
const INVARIANT_DEPTH: u64 = 250;
/// Sequences; the suite takes 4,000.
const SEQUENCES: u64 = 40_000;
/// Of each kind; the suite makes 3 to 5.
const KILLS: u64 = 1_000;

/// The command. A failed search does not keep the others from running.
///
/// # Errors
/// If the tools cannot be had.
pub fn command(project: &Project, options: &Options) -> Result<ExitCode> {
    setup::ensure(project, Need::Test)?;
    let seed = options.seed.unwrap_or_else(seed_of_now);
    let searches = if options.searches.is_empty() {
        &ALL[..]
    } else {
        &options.searches
    };
    report::say(&format!("seed {seed}"));
    run::must("contracts", &mut steps::forge(project, &["build"]))?;
    let mut code = ExitCode::SUCCESS;
    for search in searches {
        let name = format!("{search:?}").to_lowercase();
        let since = Instant::now();
        let mut command = search.command(project, seed, options.times);
        report::say(&format!("$ {}", run::shown(&command)));
        let outcome = run::watch(&name, &mut command)?;
        println!("{}", run::last_lines(&outcome.output, run::LAST_LINES));
        let took = report::time(since.elapsed());
        if outcome.ok() {
            report::done(&format!("{name}, seed {seed} ({took})"));
        } else {
            report::fail(&format!("{name}, seed {seed} ({took})"));
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

impl Search {
    fn command(self, project: &Project, seed: u64, times: u32) -> Command {
        let much = |amount: u64| (amount * u64::from(times)).to_string();
        let hex = format!("{seed:#x}");
        match self {
            Self::Fuzz => {
                let mut forge = steps::forge(
                    project,
                    &["test", "--match-test", "testFuzz", "--fuzz-seed", &hex],
                );
                forge.env("FOUNDRY_FUZZ_RUNS", much(FUZZ_RUNS));
                forge
            }
            Self::Invariants => {
                let mut forge = steps::forge(
                    project,
                    &[
                        "test",
                        "--match-path",
                        "test/{invariants/*,sessions/SessionInvariants.t.sol}",
                        "--fuzz-seed",
                        &hex,
                    ],
                );
                forge
                    .env("FOUNDRY_INVARIANT_RUNS", much(INVARIANT_RUNS))
                    .env("FOUNDRY_INVARIANT_DEPTH", INVARIANT_DEPTH.to_string());
                forge
            }
            Self::Differential => {
                let tests = ["--test", "differential", "--test", "sessions"];
                let test = [&["test", "--package", "thunder-ethereum"][..], &tests].concat();
                let mut cargo = steps::cargo(project, &test);
                cargo
                    .args(["--", "--nocapture"])
                    .env("THUNDER_SEED", seed.to_string())
                    .env("THUNDER_SEQUENCES", much(SEQUENCES));
                cargo
            }
            Self::Kills => {
                let test = ["test", "--package", "relay", "--test", "relay", "killed"];
                let mut cargo = steps::cargo(project, &test);
                cargo
                    .args(["--", "--nocapture"])
                    .env("THUNDER_KILLS", much(KILLS));
                cargo
            }
            Self::Nodes => {
                let test = [
                    "test",
                    "--package",
                    "thunderd",
                    "--test",
                    "thunderd",
                    "killing_nodes",
                ];
                let mut cargo = steps::cargo(project, &test);
                cargo
                    .args(["--", "--nocapture"])
                    .env("THUNDER_SEED", seed.to_string())
                    .env("THUNDER_KILLS", much(KILLS));
                cargo
            }
            Self::Mutation => {
                let mut node = project.command("node");
                node.arg("contracts/mutation/mutate.mjs");
                node
            }
        }
    }
}

fn seed_of_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

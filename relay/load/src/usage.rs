//! What a process uses, as the system counts it.

use anyhow::{Context, Result};
use std::{fs, time::Duration};

/// Processor time and memory of one process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of all its threads since it began.
    pub processor: Duration,
    /// Resident bytes.
    pub memory: u64,
}

impl Usage {
    /// Of this process now.
    ///
    /// # Errors
    /// If it is gone.
    pub fn of(process: u32) -> Result<Self> {
        let read = |file: &str| {
            fs::read_to_string(format!("/proc/{process}/{file}"))
                .with_context(|| format!("process {process} cannot be watched"))
        };
        Ok(Self {
            processor: processor_time(&read("stat")?, rustix::param::clock_ticks_per_second())?,
            memory: resident(&read("status")?)?,
        })
    }
}

/// Lets this process open as many files as the system allows: each connection is one.
///
/// # Errors
/// If the system refuses.
pub fn allow_files() -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: maximum,
            maximum,
        },
    )
    .context("no more files are allowed")
}

/// The name, the second field, may hold anything but ends with the last parenthesis; user and system time are fields 14 and 15.
fn processor_time(stat: &str, ticks_per_second: u64) -> Result<Duration> {
    let (_, fields) = stat.rsplit_once(')').context("no such line of /proc")?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<_, _>>()?;
    Ok(Duration::from_micros(ticks * 1_000_000 / ticks_per_second))
}

fn resident(status: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let line = line.context("/proc shows no memory")?;
    let kilobytes = line.trim().strip_suffix(" kB").context("/proc counts in kB")?;
    Ok(kilobytes.trim().parse::<u64>()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_does_not_move_the_fields() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 3 4";
        assert_eq!(processor_time(stat, 100).unwrap(), Duration::from_secs(2));
        assert!(processor_time("nothing", 100).is_err());
    }

    #[test]
    fn this_process_uses_memory() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t    12 kB\n").unwrap(), 12 * 1024);
        assert!(Usage::of(std::process::id()).unwrap().memory > 100_000);
        assert!(Usage::of(u32::MAX).is_err());
    }
}

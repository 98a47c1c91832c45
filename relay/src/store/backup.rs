//! Copies of the embedded store, made while the relay runs: `thunder-relay backup`.

use clap::Parser;
use std::{io::Write, path::PathBuf};

/// Copies every register in the data directory into another directory, while the relay runs or not. That directory can then be
/// used as --data. What is in a NATS store is backed up with NATS's own tools.
#[derive(Debug, Parser)]
#[command(name = "thunder-relay backup")]
pub struct BackUp {
    /// The directory for what is kept
    #[arg(long, env = "THUNDER_RELAY_DATA", value_name = "DIRECTORY")]
    pub data: PathBuf,
    /// Where to put the copies; earlier ones in it are replaced
    #[arg(value_name = "TARGET")]
    pub target: PathBuf,
}

impl BackUp {
    /// Copies, and names the copies.
    ///
    /// # Errors
    /// In words for the operator: a directory cannot be read or written, or a register is damaged.
    pub fn run(&self) -> anyhow::Result<()> {
        let copies = super::sqlite::back_up(&self.data, &self.target)?;
        anyhow::ensure!(
            !copies.is_empty(),
            "there is no register in {}",
            self.data.display()
        );
        let mut out = std::io::stdout();
        for copy in copies {
            // Whoever started it may have stopped reading.
            let _ = writeln!(out, "{}", copy.display());
        }
        Ok(())
    }
}

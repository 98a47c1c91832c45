//! What a shell and `man` know about this program. No daemon is asked.

use std::io::{self, Write};
use std::path::Path;

use clap::CommandFactory;

use crate::arguments::{Arguments, Shell};
use crate::exit::Failure;

/// `completions`
pub fn completions(shell: Shell) -> Result<(), Failure> {
    // Into memory first: a reader that has gone would make the generator panic.
    let mut script = Vec::new();
    clap_complete::generate(
        clap_complete::Shell::from(shell),
        &mut Arguments::command(),
        "thunder-cli",
        &mut script,
    );
    let mut out = io::stdout().lock();
    out.write_all(&script)
        .and_then(|()| out.flush())
        .map_err(|error| Failure::printing(&error))
}

/// `man`
pub fn manual(directory: &Path) -> Result<(), Failure> {
    clap_mangen::generate_to(Arguments::command(), directory).map_err(|error| {
        Failure::Here(format!(
            "cannot write manual pages into {}: {error}",
            directory.display()
        ))
    })
}

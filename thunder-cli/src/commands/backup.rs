//! Backups of the node.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use thunder_api::{Backup, WalletInfo};

use crate::api::PATIENT;
use crate::exit::Failure;
use crate::session::Session;
use crate::words::{count, wallet};

/// `export`
pub fn export(session: &Session, path: &Path) -> Result<(), Failure> {
    let backup = session.api.get::<Backup>("/v1/backup")?;
    // Made only now, so that a daemon that refuses leaves no empty file behind.
    let mut file = only_mine(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Here(format!(
            "{} exists and is not overwritten; name another file, or remove it",
            path.display()
        )),
        _ => Failure::Here(format!("cannot make {}: {error}", path.display())),
    })?;
    file.write_all(backup.text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|error| Failure::Here(format!("cannot write {}: {error}", path.display())))?;
    session.output.words(&format!(
        "wrote {} and the encrypted key to {}\nnext: keep it where this machine's end does not reach it; the wallet's password opens it",
        count(backup.value.records.len(), "record"),
        path.display()
    ))
}

/// `import`
pub fn import(session: &Session, path: &Path) -> Result<(), Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Here(format!("cannot read {}: {error}", path.display())))?;
    let backup: Backup = serde_json::from_str(&text).map_err(|error| {
        Failure::Here(format!(
            "{} is no backup that this version can read: {error}",
            path.display()
        ))
    })?;
    let answer = session.api.post::<WalletInfo>("/v1/restore", &backup, PATIENT)?;
    session.output.answer(&answer, |info| {
        format!(
            "restored\n{}",
            wallet::whole(info, &session.caller, session.output.style)
        )
    })
}

/// A file that was not there before and that nobody else can read, from its first moment on.
fn only_mine(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

//! What Playwright films a failed test with. It would fetch an ffmpeg of its own from its makers; npm's does as well, put where
//! Playwright looks for one.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::project::Project;

/// The directory for `PLAYWRIGHT_BROWSERS_PATH`, or nothing where npm has no ffmpeg for this platform: then nothing is filmed.
///
/// # Errors
/// If Playwright does not say which one it looks for, or the place cannot be written.
pub fn studio(project: &Project) -> Result<Option<PathBuf>> {
    let modules = project.path("e2e/node_modules");
    let Some((package, looked_for)) = names() else {
        return Ok(None);
    };
    let program = modules.join("@ffmpeg-installer").join(package).join("ffmpeg");
    if !program.is_file() {
        return Ok(None);
    }
    let list = modules.join("playwright-core/browsers.json");
    let list = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let revision = revision(&list).context("Playwright does not say which ffmpeg it looks for")?;
    let studio = project.target().join("xtask/playwright");
    put(
        &program,
        &studio.join(format!("ffmpeg-{revision}")).join(looked_for),
    )
    .context("cannot put ffmpeg where Playwright looks for it")?;
    Ok(Some(studio))
}

/// npm's name of this platform, and Playwright's of the program.
fn names() -> Option<(&'static str, &'static str)> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some(("linux-x64", "ffmpeg-linux")),
        ("linux", "aarch64") => Some(("linux-arm64", "ffmpeg-linux")),
        ("macos", "x86_64") => Some(("darwin-x64", "ffmpeg-mac")),
        ("macos", "aarch64") => Some(("darwin-arm64", "ffmpeg-mac")),
        _ => None,
    }
}

fn revision(list: &str) -> Option<String> {
    let list: Value = serde_json::from_str(list).ok()?;
    let ours = list["browsers"]
        .as_array()?
        .iter()
        .find(|one| one["name"] == "ffmpeg")?;
    Some(ours["revision"].as_str()?.to_owned())
}

/// A link, made anew: what it led to may have moved.
fn put(program: &Path, place: &Path) -> std::io::Result<()> {
    if let Some(dir) = place.parent() {
        fs::create_dir_all(dir)?;
    }
    match fs::remove_file(place) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        // The package leaves that to a script, and scripts of packages may be switched off.
        fs::set_permissions(program, fs::Permissions::from_mode(0o755))?;
        symlink(program, place)
    }
    #[cfg(not(unix))]
    {
        fs::copy(program, place).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playwrights_list_names_the_revision() {
        let list = r#"{"browsers": [{"name": "chromium", "revision": "1"}, {"name": "ffmpeg", "revision": "1013"}]}"#;
        assert_eq!(revision(list).as_deref(), Some("1013"));
        assert_eq!(revision(r#"{"browsers": []}"#), None);
        assert_eq!(revision("rubbish"), None);
    }

    #[test]
    fn the_program_is_where_it_is_looked_for_after_a_second_time_too() {
        let dir = tempfile::tempdir().unwrap();
        let (program, place) = (
            dir.path().join("ffmpeg"),
            dir.path().join("studio/ffmpeg-1/ffmpeg-linux"),
        );
        for content in ["one", "two"] {
            fs::write(&program, content).unwrap();
            put(&program, &place).unwrap();
            assert_eq!(fs::read_to_string(&place).unwrap(), content);
        }
    }
}

//! The bearer token that the daemon asks for, and where it lies: the daemon writes it into a file that only its own user can
//! read, so whoever can read the file is let in.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::header::HeaderValue;
use thunder_api::TOKEN_FILE;

use crate::exit::Failure;

/// What goes before the file.
pub const VARIABLE: &str = "THUNDER_TOKEN";

/// The token, fit to be sent.
#[derive(Debug, Clone)]
pub struct Token(HeaderValue);

impl Token {
    /// The token of the environment, or else of the data directory.
    ///
    /// # Errors
    /// [`Failure::NoToken`] if there is none, or what there is cannot be one.
    pub fn find(data: &Path) -> Result<Self, Failure> {
        if let Some(token) = env::var_os(VARIABLE).filter(|token| !token.is_empty()) {
            return token.to_str().and_then(Self::parse).ok_or_else(|| {
                Failure::NoToken(format!(
                    "{VARIABLE} does not hold a token: it is one word of ASCII"
                ))
            });
        }
        let path = data.join(TOKEN_FILE);
        let text = fs::read_to_string(&path).map_err(|error| {
            Failure::NoToken(format!(
                "cannot read the daemon's token in {}: {error}. Name its data directory with --data or THUNDER_DATA, or the port it listens on with --port",
                path.display()
            ))
        })?;
        Self::parse(&text)
            .ok_or_else(|| Failure::NoToken(format!("{} does not hold a token", path.display())))
    }

    fn parse(text: &str) -> Option<Self> {
        let token = text.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
        header.set_sensitive(true);
        Some(Self(header))
    }

    /// As the header has it.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// The data directory: as chosen, or where the daemon at that port has it when it was told nothing.
///
/// # Errors
/// If there is no home.
pub fn data_directory(chosen: Option<&Path>, port: u16) -> Result<PathBuf, Failure> {
    if let Some(chosen) = chosen {
        return Ok(chosen.to_path_buf());
    }
    let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
    default_directory(env::var_os("XDG_DATA_HOME"), home, port).ok_or_else(|| {
        Failure::NoToken(
            "no home directory is known; name the daemon's data directory with --data or THUNDER_DATA"
                .to_owned(),
        )
    })
}

fn default_directory(data_home: Option<OsString>, home: Option<OsString>, port: u16) -> Option<PathBuf> {
    // What is not absolute there is to be ignored, says the XDG specification.
    let absolute = data_home.map(PathBuf::from).filter(|path| path.is_absolute());
    let home = home.filter(|home| !home.is_empty()).map(PathBuf::from);
    let base = absolute.or_else(|| home.map(|home| home.join(".local/share")))?;
    Some(base.join(format!("thunder/node-{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daemons_default_is_found() {
        let find = |data: Option<&str>, home: Option<&str>| {
            default_directory(data.map(OsString::from), home.map(OsString::from), 2002)
        };
        let at = |path: &str| Some(PathBuf::from(path));
        assert_eq!(find(Some("/d"), Some("/h")), at("/d/thunder/node-2002"));
        assert_eq!(
            find(Some(""), Some("/h")),
            at("/h/.local/share/thunder/node-2002")
        );
        assert_eq!(
            find(Some("d"), Some("/h")),
            at("/h/.local/share/thunder/node-2002")
        );
        assert_eq!(find(None, None), None);
    }

    #[test]
    fn a_token_is_one_word() {
        assert_eq!(Token::parse("abc\n").unwrap().header(), "Bearer abc");
        for text in ["", " \n", "a b", "a\u{e9}", "a\rb"] {
            assert!(Token::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let failure = Token::find(dir.path()).unwrap_err().to_string();
        assert!(
            failure.contains(TOKEN_FILE) && failure.contains("--data"),
            "{failure}"
        );
    }
}

//! Passwords and seed phrases: from a file, the environment, or a terminal that does not show them.
//!
//! Nothing is wiped from memory: the program ends within seconds of reading a secret, and what the HTTP client copied could not
//! be wiped with it.

use std::env;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use crate::arguments::PasswordSource;
use crate::exit::Failure;

/// The variable that holds a password.
const VARIABLE: &str = "THUNDER_PASSWORD";
/// The longest seed phrase that is read from the standard input; 24 words have some 200 bytes.
const MAX_PHRASE_BYTES: u64 = 4096;

/// A password that has been chosen before.
///
/// # Errors
/// If there is none to be had.
pub fn password(source: &PasswordSource) -> Result<String, Failure> {
    match given(source)? {
        Some(password) => Ok(password),
        None => ask("Password: "),
    }
}

/// A password that is chosen now: on a terminal it is typed twice, so that a slip does not lock a wallet for good.
///
/// # Errors
/// If there is none to be had, it is empty, or the two are not the same.
pub fn new_password(source: &PasswordSource) -> Result<String, Failure> {
    let password = match given(source)? {
        Some(password) => password,
        None => {
            let first = ask("New password: ")?;
            if ask("The same again: ")? != first {
                return Err(Failure::Usage(
                    "the two passwords are not the same; nothing was imported".to_owned(),
                ));
            }
            first
        }
    };
    if password.is_empty() {
        return Err(Failure::Usage(
            "the password is empty; choose one, as it protects the key on the disk".to_owned(),
        ));
    }
    Ok(password)
}

/// A seed phrase: as typed, from the standard input for `-`, or asked for if nothing was typed.
///
/// # Errors
/// If there is none to be had.
pub fn phrase(typed: &[String]) -> Result<String, Failure> {
    let text = match typed {
        [] => ask("Seed phrase: ")?,
        [dash] if dash == "-" => {
            let mut text = String::new();
            io::stdin()
                .take(MAX_PHRASE_BYTES)
                .read_to_string(&mut text)
                .map_err(|error| {
                    Failure::Usage(format!(
                        "cannot read the seed phrase from the standard input: {error}"
                    ))
                })?;
            text
        }
        words => words.join(" "),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        return Err(Failure::Usage("the seed phrase is empty".to_owned()));
    }
    Ok(words.join(" "))
}

/// What was said without a terminal.
fn given(source: &PasswordSource) -> Result<Option<String>, Failure> {
    if let Some(path) = &source.password_file {
        return content(path).map(Some);
    }
    match env::var(VARIABLE) {
        Ok(password) => Ok(Some(password)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Failure::Usage(format!("{VARIABLE} is not UTF-8"))),
    }
}

/// Editors end a file with a line's end; no password does. The daemon reads its own file in the same way.
fn content(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::Usage(format!("cannot read the password in {}: {error}", path.display()))
    })?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn ask(question: &str) -> Result<String, Failure> {
    // The phrase may come through the standard input while the terminal is still there.
    if !io::stdin().is_terminal() && !io::stderr().is_terminal() {
        return Err(Failure::Usage(format!(
            "there is no terminal to ask on; give the password with --password-file or {VARIABLE}, and a seed phrase with -"
        )));
    }
    rpassword::prompt_password(question)
        .map_err(|error| Failure::Usage(format!("cannot ask on this terminal: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_words_with_one_blank_between() {
        let typed = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(phrase(&typed(&["test  test\n junk "])).unwrap(), "test test junk");
        assert_eq!(phrase(&typed(&["test", "junk"])).unwrap(), "test junk");
        assert!(matches!(phrase(&typed(&[" "])), Err(Failure::Usage(_))));
    }

    #[test]
    fn the_end_of_a_files_last_line_is_no_part_of_the_password() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        let source = PasswordSource {
            password_file: Some(path.clone()),
        };
        assert!(
            password(&source)
                .unwrap_err()
                .to_string()
                .contains("cannot read the password")
        );
        fs::write(&path, " pass word \r\n").unwrap();
        assert_eq!(password(&source).unwrap(), " pass word ");
        fs::write(&path, "\n").unwrap();
        assert!(matches!(new_password(&source), Err(Failure::Usage(_))));
    }
}

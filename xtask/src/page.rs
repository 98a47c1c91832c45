//! The page of the app names what it starts with by content, and with the hash that the browser holds each file to
//! (<https://www.w3.org/TR/SRI/>). Trunk writes it for the stylesheets; the wasm is another one after it was cut, and `boot.js` would
//! come under a name that stays.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha384};

use crate::stamp;

const PAGE: &str = "index.html";
const BOOT: &str = "boot.js";

/// Writes the halves' names into the page in place of `whole`'s, renames `boot.js` after its content, and adds the hashes.
///
/// # Errors
/// If a file cannot be read or written, or the page does not name what it should exactly once.
pub fn seal(staged: &Path, whole: &str, first: &str, rest: &str) -> Result<()> {
    let page = staged.join(PAGE);
    let text = fs::read_to_string(&page).context("the app has no page")?;
    let script = module(&text)?.to_owned();
    let hash = |name: &str| {
        let bytes = fs::read(staged.join(name)).with_context(|| format!("the app has no {name}"))?;
        anyhow::Ok(integrity(&bytes))
    };
    let boot = boot_of(staged)?;
    let named = [
        (
            format!(r#"src="/{BOOT}""#),
            format!(r#"src="/{boot}" integrity="{}""#, hash(&boot)?),
        ),
        (
            format!(r#"data-wasm="/{whole}""#),
            format!(
                r#"data-wasm="/{first}" data-wasm-integrity="{}" data-rest="/{rest}" data-rest-integrity="{}""#,
                hash(first)?,
                hash(rest)?
            ),
        ),
        (
            format!(r#"href="/{script}""#),
            format!(r#"href="/{script}" integrity="{}""#, hash(&script)?),
        ),
    ];
    let sealed = named
        .iter()
        .try_fold(text, |text, (before, after)| put(&text, before, after))?;
    fs::write(&page, sealed).context("cannot write the app's page")
}

/// `boot.js` under a name of its content, so that a page never starts with another version's.
fn boot_of(staged: &Path) -> Result<String> {
    let bytes = fs::read(staged.join(BOOT)).with_context(|| format!("the app has no {BOOT}"))?;
    let name = format!("boot-{}.js", stamp::of_bytes(&[&bytes]));
    fs::rename(staged.join(BOOT), staged.join(&name)).with_context(|| format!("cannot rename {BOOT}"))?;
    Ok(name)
}

/// The module that loads the wasm, as the page names it.
fn module(page: &str) -> Result<&str> {
    let (_, after) = page
        .split_once(r#"data-js="/"#)
        .context("index.html names no module of the app's")?;
    let (name, _) = after.split_once('"').context("index.html is cut off")?;
    Ok(name)
}

fn put(text: &str, before: &str, after: &str) -> Result<String> {
    match text.matches(before).count() {
        1 => Ok(text.replace(before, after)),
        times => bail!("index.html has `{before}` {times} times; it has to be there once"),
    }
}

/// What an `integrity` attribute says of these bytes.
fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"<script type="module" src="/boot.js" data-js="/app-1.js" data-wasm="/app-1_bg.wasm"></script><link rel="modulepreload" href="/app-1.js" />"#;

    fn staged(page: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [
            (PAGE, page),
            (BOOT, "boot"),
            ("app-1.js", "abc"),
            ("app-2_bg.wasm", "first"),
            ("app-2_rest.wasm", "rest"),
        ] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    #[test]
    fn the_hash_is_the_standards() {
        // SHA-384 of "abc", from FIPS 180-4's example.
        assert_eq!(
            integrity(b"abc"),
            "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn"
        );
    }

    #[test]
    fn all_that_the_page_starts_with_is_named_with_its_hash() {
        let dir = staged(TEXT);
        seal(dir.path(), "app-1_bg.wasm", "app-2_bg.wasm", "app-2_rest.wasm").unwrap();
        let page = fs::read_to_string(dir.path().join(PAGE)).unwrap();
        for (name, bytes) in [
            ("app-1.js", "abc"),
            ("app-2_bg.wasm", "first"),
            ("app-2_rest.wasm", "rest"),
        ] {
            let hash = integrity(bytes.as_bytes());
            assert!(page.contains(&format!(r#""/{name}" "#)), "{page}");
            assert!(page.contains(&hash), "{page}");
        }
        assert!(
            page.contains(&integrity(b"boot")) && !page.contains("/boot.js"),
            "{page}"
        );
        assert!(!dir.path().join(BOOT).exists());
        assert!(!page.contains("app-1_bg"), "{page}");
    }

    #[test]
    fn a_page_that_lacks_something_is_refused() {
        for (before, after) in [
            ("data-wasm", "data-x"),
            ("src=", "x="),
            ("href=", "x="),
            ("data-js", "x"),
        ] {
            let dir = staged(&TEXT.replace(before, after));
            let sealed = seal(dir.path(), "app-1_bg.wasm", "app-2_bg.wasm", "app-2_rest.wasm");
            assert!(sealed.is_err(), "{before}");
        }
    }
}

//! The built app, read into memory once: what is served cannot change under a visitor, and no request touches the disk, so
//! no path in a request can lead out of the app's directory.

use crate::Limits;
use anyhow::{Context, bail};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

const INDEX: &str = "index.html";
/// For files whose name changes with their content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For the others: kept, but asked about before use.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");
/// Digits in a content hash, as Trunk writes it into names: sixteen, but it leaves out the zero before a byte's only digit.
const HASH_DIGITS: std::ops::RangeInclusive<usize> = 10..=16;

/// The app's files by path.
pub struct AppFiles {
    files: HashMap<String, AppFile>,
}

struct AppFile {
    mime: HeaderValue,
    cache: HeaderValue,
    plain: Form,
    brotli: Option<Form>,
    gzip: Option<Form>,
}

struct Form {
    bytes: Bytes,
    tag: HeaderValue,
}

impl AppFiles {
    /// Reads the directory that `trunk build` made, with the compressed files beside each.
    ///
    /// # Errors
    /// In words for the operator: it is not there, has no index.html, or is far larger than an app.
    pub fn read(directory: &Path, limits: &Limits) -> anyhow::Result<Self> {
        let mut found = Vec::new();
        let mut left = limits.app_bytes;
        collect(directory, "", &mut found, &mut left, limits.app_files).with_context(|| {
            format!(
                "the app in {} cannot be read; build it first",
                directory.display()
            )
        })?;
        let mut forms: HashMap<String, Form> = found
            .into_iter()
            .map(|(path, bytes)| Ok((path, Form::new(bytes)?)))
            .collect::<anyhow::Result<_>>()?;
        let paths: Vec<String> = forms.keys().cloned().collect();
        let mut files = HashMap::new();
        for path in paths {
            let uncompressed = path.strip_suffix(".br").or_else(|| path.strip_suffix(".gz"));
            if uncompressed.is_some_and(|path| files.contains_key(path) || forms.contains_key(path)) {
                continue;
            }
            let (brotli, gzip) = (
                forms.remove(&format!("{path}.br")),
                forms.remove(&format!("{path}.gz")),
            );
            let Some(plain) = forms.remove(&path) else {
                continue;
            };
            let file = AppFile {
                mime: HeaderValue::from_static(mime_of(&path)),
                cache: if is_hashed(&path) { FOREVER } else { ASK_FIRST },
                plain,
                brotli,
                gzip,
            };
            files.insert(path, file);
        }
        if !files.contains_key(INDEX) {
            bail!(
                "there is no {INDEX} in {}; build the app first",
                directory.display()
            );
        }
        Ok(Self { files })
    }

    /// Answers a request for a page or a file of the app.
    #[must_use]
    pub fn serve(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            let allow = [(header::ALLOW, "GET, HEAD")];
            return (StatusCode::METHOD_NOT_ALLOWED, allow, "only GET and HEAD\n").into_response();
        }
        let Some(path) = path_of(uri) else {
            return (StatusCode::BAD_REQUEST, "no such path can exist\n").into_response();
        };
        // A page of the app is named by its path, which the app itself reads.
        let is_page = !path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let found = self
            .files
            .get(&path)
            .or_else(|| is_page.then(|| self.files.get(INDEX)).flatten());
        match found {
            Some(file) => file.respond(method, headers),
            None => (StatusCode::NOT_FOUND, "not found\n").into_response(),
        }
    }
}

impl AppFile {
    fn respond(&self, method: &Method, headers: &HeaderMap) -> Response {
        let (encoding, form) = self.choose(headers);
        let mut response = Response::new(Body::empty());
        let out = response.headers_mut();
        out.insert(header::CACHE_CONTROL, self.cache.clone());
        out.insert(header::ETAG, form.tag.clone());
        out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        let known = headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|tag| tag.trim().trim_start_matches("W/").as_bytes() == form.tag.as_bytes());
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        out.insert(header::CONTENT_TYPE, self.mime.clone());
        out.insert(header::CONTENT_LENGTH, form.bytes.len().into());
        if let Some(encoding) = encoding {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        if method != Method::HEAD {
            *response.body_mut() = Body::from(form.bytes.clone());
        }
        response
    }

    fn choose(&self, headers: &HeaderMap) -> (Option<&'static str>, &Form) {
        [("br", &self.brotli), ("gzip", &self.gzip)]
            .into_iter()
            .filter(|(coding, _)| accepts(headers, coding))
            .find_map(|(coding, form)| form.as_ref().map(|form| (Some(coding), form)))
            .unwrap_or((None, &self.plain))
    }
}

impl Form {
    fn new(bytes: Vec<u8>) -> anyhow::Result<Self> {
        let hash = thunder_channel::keccak256(&bytes);
        let digits: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            bytes: bytes.into(),
            tag: HeaderValue::try_from(format!("\"{digits}\""))?,
        })
    }
}

fn collect(
    directory: &Path,
    prefix: &str,
    found: &mut Vec<(String, Vec<u8>)>,
    left: &mut u64,
    most: usize,
) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            bail!("{name:?} is not a name for the web")
        };
        // Trunk works in such a directory while it builds.
        if name.starts_with('.') {
            continue;
        }
        let (path, kind): (PathBuf, _) = (entry.path(), entry.file_type()?);
        let within = format!("{prefix}{name}");
        if kind.is_dir() {
            collect(&path, &format!("{within}/"), found, left, most)?;
        } else if kind.is_file() {
            let size = entry.metadata()?.len();
            *left = left
                .checked_sub(size)
                .context("it is far larger than an app should be")?;
            if found.len() >= most {
                bail!("it has more than {most} files");
            }
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            found.push((within, bytes));
        }
    }
    Ok(())
}

/// The path inside the app; `None` for paths that no honest client sends.
fn path_of(uri: &Uri) -> Option<String> {
    let decoded = percent_decode_str(uri.path()).decode_utf8().ok()?;
    let path = decoded.strip_prefix('/')?;
    let odd = |segment: &str| segment == "." || segment == ".." || segment.contains(['\\', '\0', '%']);
    if path.split('/').any(odd) {
        return None;
    }
    Some(if path.is_empty() {
        INDEX.to_owned()
    } else {
        path.to_owned()
    })
}

/// Whether a coding is among those that the client takes, by name or by `*`, and not refused by `q=0`.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let mut any = false;
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        for item in value.to_str().unwrap_or_default().split(',') {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let zero = parameters
                .trim()
                .strip_prefix("q=")
                .is_some_and(|quality| quality.trim_matches(['0', '.']).is_empty());
            match name.trim() {
                name if name.eq_ignore_ascii_case(coding) => return !zero,
                "*" => any = !zero,
                _ => (),
            }
        }
    }
    any
}

/// Whether the name carries a content hash: `-` and its hexadecimal digits, at the end of the name or of its first part.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    stem.split(['-', '_']).skip(1).any(|part| {
        HASH_DIGITS.contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
    })
}

fn mime_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_content_hash_are_kept_forever() {
        assert!(is_hashed("frontend-1f2e3d4c5b6a7980.js"));
        assert!(is_hashed("frontend-1f2e3d4c5b6a7980_bg.wasm"));
        assert!(is_hashed("style/main-1f2e3d4c5b6a7980.css"));
        assert!(is_hashed("frontend-271bb4dd014631_bg.wasm"), "zeros are left out");
        for other in [
            "boot.js",
            "index.html",
            "a-1f2e.js",
            "1f2e3d4c5b6a7980.js",
            "main-notahashnotahash.css",
        ] {
            assert!(!is_hashed(other), "{other}");
        }
    }

    #[test]
    fn reads_what_encodings_a_client_takes() {
        let takes = |text: &'static str, coding: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            accepts(&headers, coding)
        };
        assert!(takes("gzip, deflate, br", "br"));
        assert!(takes("GZIP;q=0.5", "gzip"));
        assert!(takes("*", "br"));
        assert!(!takes("br;q=0, gzip", "br"));
        assert!(!takes("*, br;q=0.0", "br"));
        assert!(!takes("identity", "gzip"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn paths_that_climb_are_refused() {
        let path = |text: &str| path_of(&text.parse::<Uri>().unwrap());
        assert_eq!(path("/"), Some("index.html".into()));
        assert_eq!(path("/a/b.js?x=1"), Some("a/b.js".into()));
        for bad in [
            "/../Cargo.toml",
            "/a/../../b",
            "/%2e%2e/b",
            "/..%2fb",
            "/..%5cb",
            "/%00",
            "/%252e%252e/x",
            "/%ff",
        ] {
            assert_eq!(path(bad), None, "{bad}");
        }
    }
}

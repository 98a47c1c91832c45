//! Pages of browsers, by the origins that an operator names. Browsers say truly where a page is from; no page is named by itself.

use axum::http::{HeaderMap, HeaderValue, header};
use url::Url;

/// The pages that may ask.
#[derive(Clone, Debug, Default)]
pub struct Pages(Vec<HeaderValue>);

impl Pages {
    /// Reads origins such as `https://app.example`.
    ///
    /// # Errors
    /// The text that is none.
    pub fn new(origins: &[String]) -> Result<Self, String> {
        let read = |text: &String| {
            let url = Url::parse(text).ok()?;
            let origin = url.origin().ascii_serialization();
            let bare = matches!(url.scheme(), "http" | "https") && text.trim_end_matches('/') == origin;
            HeaderValue::from_str(&origin).ok().filter(|_| bare)
        };
        let origins = origins.iter().map(|text| read(text).ok_or_else(|| text.clone()));
        origins.collect::<Result<_, _>>().map(Self)
    }

    /// The page that asks, if it may.
    pub fn admitted<'a>(&self, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
        headers
            .get(header::ORIGIN)
            .filter(|origin| self.0.contains(origin))
    }

    /// Whether nobody is named.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path_and_is_named_exactly() {
        let pages = Pages::new(&[
            "https://app.example".to_owned(),
            "http://localhost:8080/".to_owned(),
        ])
        .unwrap();
        let admitted = |origin: &'static str| {
            let headers = HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static(origin))]);
            pages.admitted(&headers).is_some()
        };
        assert!(admitted("https://app.example") && admitted("http://localhost:8080"));
        for other in [
            "http://app.example",
            "https://app.example:444",
            "https://app.example.evil",
            "null",
        ] {
            assert!(!admitted(other), "{other}");
        }
        assert!(pages.admitted(&HeaderMap::new()).is_none());
        for bad in [
            "*",
            "null",
            "app.example",
            "https://app.example/x",
            "ftp://app.example",
        ] {
            assert!(Pages::new(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}

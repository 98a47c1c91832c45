//! Pages of other origins: a browser lets one read an answer only where the paywall names it. None is named unless the operator does,
//! since what a service says to nobody in particular is not for every page that somebody happens to have open.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use thunder_api::{PAYMENT_REQUIRED, PAYMENT_RESPONSE};
use url::Url;

/// How long a browser may remember that a page may ask, in seconds.
const REMEMBERED: &str = "600";

/// The pages that may fetch here.
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
    fn admitted(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        self.0.contains(origin).then(|| origin.clone())
    }
}

/// Answers a browser's question before the request of an admitted page, and lets it read the answer. Others pass unchanged.
pub async fn open_to_pages(State(pages): State<Arc<Pages>>, request: Request, next: Next) -> Response {
    let Some(origin) = pages.admitted(request.headers()) else {
        return next.run(request).await;
    };
    let asked = request.headers();
    let mut answer = match asked.get(header::ACCESS_CONTROL_REQUEST_METHOD) {
        Some(method) if request.method() == Method::OPTIONS => {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, method.clone());
            if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
                headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
            }
            headers.insert(
                header::ACCESS_CONTROL_MAX_AGE,
                HeaderValue::from_static(REMEMBERED),
            );
            (StatusCode::NO_CONTENT, headers).into_response()
        }
        _ => next.run(request).await,
    };
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if let Ok(names) = HeaderValue::from_str(&readable()) {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, names);
    }
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    answer
}

/// What a page may read of an answer besides what every page may: what it costs, what became of the payment, and the file's name.
fn readable() -> String {
    format!("{PAYMENT_REQUIRED}, {PAYMENT_RESPONSE}, content-disposition")
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

//! Pages of other origins: a browser lets one read an answer only where the paywall names it. None is named unless the operator does,
//! since what a service says to nobody in particular is not for every page that somebody happens to have open.

use crate::pages::Pages;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use thunder_api::{PAYMENT_REQUIRED, PAYMENT_RESPONSE};

/// How long a browser may remember that a page may ask, in seconds.
const REMEMBERED: &str = "600";

/// Answers a browser's question before the request of an admitted page, and lets it read the answer. Others pass unchanged.
pub async fn open_to_pages(State(pages): State<Arc<Pages>>, request: Request, next: Next) -> Response {
    let Some(origin) = pages.admitted(request.headers()).cloned() else {
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

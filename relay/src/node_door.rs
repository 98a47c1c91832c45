//! The chain at the relay's own address, on development chains: a page that came over https may not ask a node over http, and
//! another machine does not reach a node that listens on this one only. What is asked is passed on as it is.

use crate::server::App;
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use std::sync::Arc;

/// The largest request that is passed on, in bytes: a transaction that deploys a large contract fits.
const MAX_REQUEST: usize = 256 * 1024;

/// The route.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/rpc", post(pass_on))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
}

async fn pass_on(State(app): State<Arc<App>>, headers: HeaderMap, request: String) -> Response {
    let Some(node) = &app.node else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // Development or not: a strange page that somebody has open has no business with the chain.
    if app.origins.admit(&headers).is_none() {
        return (StatusCode::FORBIDDEN, "this relay does not know this origin\n").into_response();
    }
    match node.pass_on(request).await {
        Ok(answer) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error}\n")).into_response(),
    }
}

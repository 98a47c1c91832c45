//! Whether the relay lives, and whether it does its work: `/health/live`, `/health/ready`, and both in `/health`.

use crate::server::App;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use std::sync::Arc;

const FRESH: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// The routes, on the public port and the operator's.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/health", get(health))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

/// 200 whenever there is an answer at all: a relay that gives none wants to be started anew. A failing disk or chain is no
/// reason for that.
async fn live() -> Response {
    (StatusCode::OK, FRESH, "live\n").into_response()
}

/// 200 while claims can be stored, 503 otherwise and while the relay stops: whether to send clients here.
async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.ready().await {
        (StatusCode::OK, FRESH, "ready\n").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, FRESH, "not ready\n").into_response()
    }
}

/// As [`ready`], in more words. An unreachable chain is only told: known channels go on without it.
async fn health(State(app): State<Arc<App>>) -> Response {
    let store = app.store.check().await.is_ok();
    let stopping = app.context.stop.is_cancelled();
    let ready = store && !stopping;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if ready { "ok" } else if stopping { "stopping" } else { "failing" },
        "store": if store { "ok" } else { "failing" },
        "chain": if app.chain.reachable() { "ok" } else { "unreachable" },
        "version": env!("CARGO_PKG_VERSION"),
        "connections": app.sessions.len(),
        "channels": app.context.register.followed(),
    });
    (status, FRESH, Json(body)).into_response()
}

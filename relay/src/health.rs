//! Whether the relay does its work: `/health`.

use crate::server::App;
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::sync::Arc;

/// 200 while claims can be stored, 503 otherwise. An unreachable chain is only told: known channels go on without it.
pub async fn health(State(app): State<Arc<App>>) -> Response {
    let store = app.store.check().await;
    let status = if store.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if store.is_ok() { "ok" } else { "failing" },
        "store": if store.is_ok() { "ok" } else { "failing" },
        "chain": if app.chain.reachable() { "ok" } else { "unreachable" },
        "version": env!("CARGO_PKG_VERSION"),
        "connections": app.sessions.len(),
        "channels": app.context.register.followed(),
    });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

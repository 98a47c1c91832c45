//! What this relay is and what it holds clients to: `/info`.

use crate::{board::MAX_NOTICES, server::App};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::sync::Arc;
use thunder_channel::wire::{
    MAX_CLIENT_FRAME, MAX_HISTORY, MAX_MEMOS, MAX_MESSAGES, MAX_RELAY_FRAME, MAX_REQUESTS, REQUEST_GRACE_S,
    VERSION,
};

/// The version, the chain, and the numbers as they are enforced.
pub async fn info(State(app): State<Arc<App>>) -> Response {
    let addresses = &app.public_config.addresses;
    let body = json!({
        "name": "thunder-relay",
        "version": env!("CARGO_PKG_VERSION"),
        "format": VERSION,
        "chainId": addresses.chain_id,
        "genesisHash": app.public_config.genesis_hash,
        "hub": addresses.hub,
        "watchtower": app.public_config.watchtower,
        "limits": app.context.limits.published(),
        "formatLimits": {
            "client_frame_bytes": MAX_CLIENT_FRAME,
            "relay_frame_bytes": MAX_RELAY_FRAME,
        },
        "retention": {
            "claims_per_direction": 1,
            "history_per_direction": MAX_HISTORY,
            "messages_per_channel": MAX_MESSAGES,
            "payment_requests_per_side": MAX_REQUESTS,
            "memos_per_side": MAX_MEMOS,
            "read_marks_per_side": 1,
            "payment_request_grace_s": REQUEST_GRACE_S,
            "notices_of_distrust": MAX_NOTICES,
        },
    });
    ([(header::CACHE_CONTROL, "no-cache")], Json(body)).into_response()
}

//! Other nodes.

use super::{Api, body::Body, failure::Failure, node::linked_first};
use crate::peer;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use thunder_api::{Code, Connect, Peer, Problem};

/// The nodes that are known.
#[utoipa::path(get, path = "/v1/peers", responses(
    (status = 200, body = [Peer]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(api): State<Api>) -> Result<Json<Vec<Peer>>, Failure> {
    let peers = api
        .node
        .ask(async |core| Ok(linked_first(core.account()?.peers())));
    Ok(Json(peers.await?))
}

/// Links to a node; both prove their accounts. It is found again after a restart.
#[utoipa::path(post, path = "/v1/peers", request_body = Connect, responses(
    (status = 200, body = Peer),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn connect(State(api): State<Api>, Body(to): Body<Connect>) -> Result<Json<Peer>, Failure> {
    let peer = api.node.ask(async move |core| {
        let account = core.account()?;
        peer::connect(core, account, &to.address).await
    });
    Ok(Json(peer.await?))
}

/// Forgets a node and cuts its link. Channels with it stay.
#[utoipa::path(delete, path = "/v1/peers/{account}", params(("account" = String, Path)), responses(
    (status = 204),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn forget(State(api): State<Api>, Path(account): Path<String>) -> Result<StatusCode, Failure> {
    let account = thunder_channel::parse_address(&account)
        .map_err(|error| Problem::new(Code::Malformed, error.to_string()))?;
    let done = api.node.ask(async move |core| core.account()?.forget(account));
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

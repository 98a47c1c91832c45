//! Accounts between nodes that serve each other.

use super::{Api, body::Body, failure::Failure};
use crate::node::accounts;
use axum::{
    Json,
    extract::{Path, State},
};
use thunder_api::{Booking, Code, PeerAccount, Problem, SetAccount, Swap};
use thunder_channel::{Address, parse_address};

/// The accounts with other nodes.
#[utoipa::path(get, path = "/v1/accounts", responses(
    (status = 200, body = [PeerAccount]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(api): State<Api>) -> Result<Json<Vec<PeerAccount>>, Failure> {
    let list = api.node.ask(async |core| Ok(accounts::list(&*core.account()?)));
    Ok(Json(list.await?))
}

/// One account.
#[utoipa::path(get, path = "/v1/accounts/{account}", params(("account" = String, Path)), responses(
    (status = 200, body = PeerAccount),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn one(State(api): State<Api>, Path(peer): Path<String>) -> Result<Json<PeerAccount>, Failure> {
    let peer = address(&peer)?;
    let one = api
        .node
        .ask(async move |core| accounts::one(&*core.account()?, peer));
    Ok(Json(one.await?))
}

/// Opens an account with a node, or sets its triggers.
#[utoipa::path(put, path = "/v1/accounts/{account}", params(("account" = String, Path)), request_body = SetAccount, responses(
    (status = 200, body = PeerAccount),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn set(
    State(api): State<Api>,
    Path(peer): Path<String>,
    Body(wanted): Body<SetAccount>,
) -> Result<Json<PeerAccount>, Failure> {
    let peer = address(&peer)?;
    let set = api
        .node
        .ask(async move |core| accounts::set(&core, &*core.account()?, peer, &wanted));
    Ok(Json(set.await?))
}

/// Books what was served to a node: one total that only grows. The other node pays by itself above its payment threshold.
#[utoipa::path(post, path = "/v1/accounts/{account}/bookings", params(("account" = String, Path)), request_body = Booking, responses(
    (status = 200, body = PeerAccount),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn book(
    State(api): State<Api>,
    Path(peer): Path<String>,
    Body(Booking { total }): Body<Booking>,
) -> Result<Json<PeerAccount>, Failure> {
    let peer = address(&peer)?;
    let booked = api
        .node
        .ask(async move |core| accounts::book(&core, &*core.account()?, peer, total));
    Ok(Json(booked.await?))
}

/// Looks for a ring in which three swap debts, to take something off the debt to this node. Events tell what comes of it.
#[utoipa::path(post, path = "/v1/accounts/{account}/net", params(("account" = String, Path)), responses(
    (status = 200, body = PeerAccount),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn net(State(api): State<Api>, Path(peer): Path<String>) -> Result<Json<PeerAccount>, Failure> {
    let peer = address(&peer)?;
    let sought = api
        .node
        .ask(async move |core| accounts::net(&core, &*core.account()?, peer));
    Ok(Json(sought.await?))
}

/// The swaps of debts that this node has signed.
#[utoipa::path(get, path = "/v1/swaps", responses(
    (status = 200, body = [Swap]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn swaps(State(api): State<Api>) -> Result<Json<Vec<Swap>>, Failure> {
    let swaps = api.node.ask(async |core| Ok(accounts::swaps(&*core.account()?)));
    Ok(Json(swaps.await?))
}

fn address(text: &str) -> Result<Address, Problem> {
    parse_address(text).map_err(|error| Problem::new(Code::Malformed, error.to_string()))
}

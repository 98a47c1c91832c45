//! Whom this node does not deal with.

use super::{Api, body::Body, failure::Failure};
use crate::traffic::distrust;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use thunder_api::{Code, Distrust, Distrusted, Problem};

/// What is said against accounts, newest first.
#[utoipa::path(get, path = "/v1/blacklist", responses(
    (status = 200, body = [Distrusted]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(api): State<Api>) -> Result<Json<Vec<Distrusted>>, Failure> {
    let list = api.node.ask(async |core| {
        let account = core.account()?;
        Ok(account.traffic.blacklist.list(account.address()))
    });
    Ok(Json(list.await?))
}

/// Deals with an account no more, and says so to the nodes that want to hear it.
#[utoipa::path(post, path = "/v1/blacklist", request_body = Distrust, responses(
    (status = 200, body = Distrusted),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn distrust(
    State(api): State<Api>,
    Body(said): Body<Distrust>,
) -> Result<Json<Distrusted>, Failure> {
    let entry = api
        .node
        .ask(async move |core| distrust::distrust(&core, &*core.account()?, said));
    Ok(Json(entry.await?))
}

/// Deals with an account again, whatever is said or proved against it.
#[utoipa::path(delete, path = "/v1/blacklist/{account}", params(("account" = String, Path)), responses(
    (status = 204),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn forgive(State(api): State<Api>, Path(account): Path<String>) -> Result<StatusCode, Failure> {
    let whom = thunder_channel::parse_address(&account)
        .map_err(|error| Problem::new(Code::Malformed, error.to_string()))?;
    let done = api
        .node
        .ask(async move |core| distrust::forgive(&*core.account()?, whom));
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Charging for what is served outside of the node.

use super::{Api, body::Body, failure::Failure};
use crate::node::charges;
use axum::{Json, extract::State};
use thunder_api::{Charge, Charged, Problem};

/// Takes a claim in and charges what is left of the payments in its channel. Where too little is left, nothing is charged, and the
/// answer says so.
#[utoipa::path(post, path = "/v1/charges", request_body = Charge, responses(
    (status = 200, body = Charged),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn charge(State(api): State<Api>, Body(charge): Body<Charge>) -> Result<Json<Charged>, Failure> {
    let charged = api
        .node
        .ask(async move |core| charges::charge(&*core.account()?, charge).await);
    Ok(Json(charged.await?))
}

//! Traffic through other nodes, and the metered sessions that it runs under.

use super::{Api, body::Body, failure::Failure};
use crate::traffic;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use thunder_api::{Code, Problem, Route, Session, SessionEnd, SessionEvidence, Tariff, TopUp, UseTraffic};
use thunder_channel::metering::SessionId;

fn id(text: &str) -> Result<SessionId, Problem> {
    let words = "this is no id of a session: 0x and 64 hexadecimal digits";
    serde_json::from_value(text.into()).map_err(|_| Problem::new(Code::Malformed, words))
}

/// What a connected node asks for traffic.
#[utoipa::path(get, path = "/v1/peers/{account}/tariff", params(("account" = String, Path)), responses(
    (status = 200, body = Tariff),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn tariff(State(api): State<Api>, Path(peer): Path<String>) -> Result<Json<Tariff>, Failure> {
    let peer = thunder_channel::parse_address(&peer)
        .map_err(|error| Problem::new(Code::Malformed, error.to_string()))?;
    let tariff = api
        .node
        .ask(async move |core| traffic::tariff_of(&*core.account()?, peer).await);
    Ok(Json(tariff.await?))
}

/// Sessions, newest first: as a client and as a provider.
#[utoipa::path(get, path = "/v1/sessions", responses(
    (status = 200, body = [Session]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(api): State<Api>) -> Result<Json<Vec<Session>>, Failure> {
    let sessions = api.node.ask(async |core| {
        let sessions = core.account()?.traffic.list();
        Ok(sessions.iter().map(|metered| metered.view()).collect())
    });
    Ok(Json(sessions.await?))
}

/// One session.
#[utoipa::path(get, path = "/v1/sessions/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = Session),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn one(State(api): State<Api>, Path(session): Path<String>) -> Result<Json<Session>, Failure> {
    let session = id(&session)?;
    let session = api
        .node
        .ask(async move |core| Ok(core.account()?.traffic.session(session)?.view()));
    Ok(Json(session.await?))
}

/// What proves a session's counts, and what the other node has signed against itself.
#[utoipa::path(get, path = "/v1/sessions/{id}/evidence", params(("id" = String, Path)), responses(
    (status = 200, body = SessionEvidence),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn evidence(
    State(api): State<Api>,
    Path(session): Path<String>,
) -> Result<Json<SessionEvidence>, Failure> {
    let session = id(&session)?;
    let evidence = api
        .node
        .ask(async move |core| Ok(core.account()?.traffic.session(session)?.proof()));
    Ok(Json(evidence.await?))
}

/// Deposits more in a session. Answers once it is mined.
#[utoipa::path(post, path = "/v1/sessions/{id}/deposit", params(("id" = String, Path)), request_body = TopUp, responses(
    (status = 200, body = Session),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn deposit(
    State(api): State<Api>,
    Path(session): Path<String>,
    Body(more): Body<TopUp>,
) -> Result<Json<Session>, Failure> {
    let session = id(&session)?;
    let session = api.node.ask(async move |core| {
        let account = core.account()?;
        let metered = account.traffic.session(session)?;
        traffic::top_up(&core, &account, &metered, more.amount).await?;
        Ok(metered.view())
    });
    Ok(Json(session.await?))
}

/// Ends a session: by agreement where the other node takes part, else by a close with the last statements.
#[utoipa::path(post, path = "/v1/sessions/{id}/end", params(("id" = String, Path)), responses(
    (status = 200, body = SessionEnd),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn end(State(api): State<Api>, Path(session): Path<String>) -> Result<Json<SessionEnd>, Failure> {
    let session = id(&session)?;
    let end = api.node.ask(async move |core| {
        let account = core.account()?;
        let metered = account.traffic.session(session)?;
        traffic::end(&core, &account, &metered).await
    });
    Ok(Json(end.await?))
}

/// Routes: local SOCKS5 ports, and the sessions that their streams run through.
#[utoipa::path(get, path = "/v1/routes", responses(
    (status = 200, body = [Route]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn routes(State(api): State<Api>) -> Result<Json<Vec<Route>>, Failure> {
    let routes = api.node.ask(async |core| {
        let routes = core.account()?.traffic.routes();
        Ok(routes.iter().map(|route| route.view()).collect())
    });
    Ok(Json(routes.await?))
}

/// Opens a session with each provider, and a local SOCKS5 port whose streams run through them. Answers once bytes may pass.
#[utoipa::path(post, path = "/v1/routes", request_body = UseTraffic, responses(
    (status = 201, body = Route),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn open(
    State(api): State<Api>,
    Body(wanted): Body<UseTraffic>,
) -> Result<(StatusCode, Json<Route>), Failure> {
    let route = api.node.ask(async move |core| {
        let account = core.account()?;
        traffic::use_traffic(&core, &account, wanted).await
    });
    Ok((StatusCode::CREATED, Json(route.await?)))
}

/// Closes a route and ends its sessions.
#[utoipa::path(delete, path = "/v1/routes/{port}", params(("port" = u16, Path)), responses(
    (status = 200, body = [SessionEnd]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn close(
    State(api): State<Api>,
    Path(port): Path<String>,
) -> Result<Json<Vec<SessionEnd>>, Failure> {
    let words = "this is no port";
    let port: u16 = port.parse().map_err(|_| Problem::new(Code::Malformed, words))?;
    let ends = api.node.ask(async move |core| {
        let account = core.account()?;
        traffic::close_route(&core, &account, port).await
    });
    Ok(Json(ends.await?))
}

//! Wishes to be paid.

use super::{
    Api,
    body::{Body, channel_id},
    failure::Failure,
    payments::which,
    views,
};
use crate::{clock::now_ms, node::closing::find};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use thunder_api::{Code, Invoice, Problem, Request};
use thunder_channel::{MemoText, RequestNumber};
use thunder_client::Command;

/// How long a request stands, if no time is named, in seconds.
const DAY_S: u64 = 24 * 60 * 60;

/// Requests of both sides, by channel.
#[utoipa::path(get, path = "/v1/requests", responses(
    (status = 200, body = [Invoice]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(api): State<Api>) -> Result<Json<Vec<Invoice>>, Failure> {
    let invoices = api.node.ask(async |core| {
        let mut invoices = Vec::new();
        for view in core.account()?.driver.summaries() {
            let to_me = view
                .requests_to_me
                .iter()
                .map(|request| views::invoice(view.id, false, request));
            let by_me = view
                .requests_by_me
                .iter()
                .map(|request| views::invoice(view.id, true, request));
            invoices.extend(to_me.chain(by_me));
        }
        Ok(invoices)
    });
    Ok(Json(invoices.await?))
}

/// Asks the other side of a channel to pay.
#[utoipa::path(post, path = "/v1/requests", request_body = Request, responses(
    (status = 201, body = Invoice),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(api): State<Api>,
    Body(wish): Body<Request>,
) -> Result<(StatusCode, Json<Invoice>), Failure> {
    let invoice = api.node.ask(async move |core| {
        let account = core.account()?;
        let channel = which(&core, &account, wish.channel, None, None)?;
        let memo = MemoText::parse(wish.memo.as_deref().unwrap_or_default())
            .map_err(|error| Problem::new(Code::Malformed, error.to_string()))?;
        let command = Command::Request {
            channel,
            amount: wish.amount,
            expiry: (now_ms() / 1_000).saturating_add(wish.expires_in_s.unwrap_or(DAY_S)),
            memo,
        };
        account.command(command).await?;
        let view = find(&account, channel)?;
        let newest = view.requests_by_me.iter().max_by_key(|request| request.number);
        let lost = || Problem::new(Code::Refused, "the request was not kept: too many are open");
        Ok(views::invoice(channel, true, newest.ok_or_else(lost)?))
    });
    Ok((StatusCode::CREATED, Json(invoice.await?)))
}

/// Takes a request of this node's back.
#[utoipa::path(delete, path = "/v1/requests/{channel}/{number}", params(("channel" = String, Path), ("number" = u64, Path)), responses(
    (status = 204),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn cancel(
    State(api): State<Api>,
    Path((channel, number)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let channel = channel_id(&channel)?;
    let number = number.parse().ok().and_then(RequestNumber::new);
    let number =
        number.ok_or_else(|| Problem::new(Code::Malformed, "a request's number is a number above zero"))?;
    let done = api.node.ask(async move |core| {
        let command = Command::CancelRequest { channel, number };
        core.account()?.command(command).await.map(drop)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

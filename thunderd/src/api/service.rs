//! Serving for money, and being served.

use super::{Api, body::Body, failure::Failure};
use crate::node::{Core, closing, service};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use std::rc::Rc;
use thunder_api::{Booking, Code, Conditions, Contract, ContractAccount, Deposit, Establish, Offer, Problem};
use thunder_client::Command;

/// What this node offers as a provider.
#[utoipa::path(get, path = "/v1/offer", responses(
    (status = 200, body = Offer),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn offer(State(api): State<Api>) -> Result<Json<Offer>, Failure> {
    let offer = api.node.ask(async |core| {
        let none = || Problem::new(Code::NotFound, "this node offers no service");
        core.account()?.service.offer().ok_or_else(none)
    });
    Ok(Json(offer.await?))
}

/// Publishes what this node offers. Contracts that stand keep their conditions.
#[utoipa::path(put, path = "/v1/offer", request_body = Offer, responses(
    (status = 200, body = Offer),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn publish(State(api): State<Api>, Body(offer): Body<Offer>) -> Result<Json<Offer>, Failure> {
    let offer = api.node.ask(async move |core| {
        if core
            .world
            .tokens
            .iter()
            .all(|token| token.address != offer.conditions.token)
        {
            return Err(Problem::new(Code::Malformed, "this token is not known here"));
        }
        core.account()?.service.publish(offer.clone())?;
        Ok(offer)
    });
    Ok(Json(offer.await?))
}

/// Asks another node for its conditions.
#[utoipa::path(get, path = "/v1/peers/{account}/conditions", params(("account" = String, Path)), responses(
    (status = 200, body = Conditions),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn conditions(
    State(api): State<Api>,
    Path(peer): Path<String>,
) -> Result<Json<Conditions>, Failure> {
    let peer = thunder_channel::parse_address(&peer)
        .map_err(|error| Problem::new(Code::Malformed, error.to_string()))?;
    let conditions = api.node.ask(async move |core| {
        let none = || Problem::new(Code::NotFound, "this node serves nobody");
        service::conditions_of(&*core.account()?, peer)
            .await?
            .ok_or_else(none)
    });
    Ok(Json(conditions.await?))
}

/// Contracts, newest first.
#[utoipa::path(get, path = "/v1/contracts", responses(
    (status = 200, body = [Contract]),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(api): State<Api>) -> Result<Json<Vec<Contract>>, Failure> {
    Ok(Json(
        api.node
            .ask(async |core| Ok(core.account()?.service.contracts()))
            .await?,
    ))
}

/// Proposes a contract. Once the provider accepts, this node opens the channel by itself; `contract` events tell.
#[utoipa::path(post, path = "/v1/contracts", request_body = Establish, responses(
    (status = 201, body = Contract),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn establish(
    State(api): State<Api>,
    Body(wanted): Body<Establish>,
) -> Result<(StatusCode, Json<Contract>), Failure> {
    let contract = api
        .node
        .ask(async move |core| service::establish(&core, &*core.account()?, &wanted));
    Ok((StatusCode::CREATED, Json(contract.await?)))
}

/// One contract.
#[utoipa::path(get, path = "/v1/contracts/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = Contract),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn one(State(api): State<Api>, Path(id): Path<String>) -> Result<Json<Contract>, Failure> {
    Ok(Json(
        api.node
            .ask(async move |core| core.account()?.service.contract(&id))
            .await?,
    ))
}

/// Accepts a proposal that waits for this node.
#[utoipa::path(post, path = "/v1/contracts/{id}/accept", params(("id" = String, Path)), responses(
    (status = 200, body = Contract),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn accept(State(api): State<Api>, Path(id): Path<String>) -> Result<Json<Contract>, Failure> {
    let contract = api
        .node
        .ask(async move |core| service::decide(&core, &*core.account()?, &id, true));
    Ok(Json(contract.await?))
}

/// Declines a proposal that waits for this node.
#[utoipa::path(post, path = "/v1/contracts/{id}/decline", params(("id" = String, Path)), responses(
    (status = 200, body = Contract),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn decline(State(api): State<Api>, Path(id): Path<String>) -> Result<Json<Contract>, Failure> {
    let contract = api
        .node
        .ask(async move |core| service::decide(&core, &*core.account()?, &id, false));
    Ok(Json(contract.await?))
}

/// How much was booked and paid, and how much is left.
#[utoipa::path(get, path = "/v1/contracts/{id}/account", params(("id" = String, Path)), responses(
    (status = 200, body = ContractAccount),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn account(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Result<Json<ContractAccount>, Failure> {
    let stand = api.node.ask(async move |core| {
        let account = core.account()?;
        service::stand(&account, &account.service.contract(&id)?)
    });
    Ok(Json(stand.await?))
}

/// Books what was delivered: one total that only grows. The client's node pays it by itself.
#[utoipa::path(post, path = "/v1/contracts/{id}/bookings", params(("id" = String, Path)), request_body = Booking, responses(
    (status = 200, body = Contract),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn book(
    State(api): State<Api>,
    Path(id): Path<String>,
    Body(Booking { total }): Body<Booking>,
) -> Result<Json<Contract>, Failure> {
    let contract = api
        .node
        .ask(async move |core| service::book(&core, &*core.account()?, &id, total));
    Ok(Json(contract.await?))
}

/// Puts more money into the contract's channel, and waits until that is mined.
#[utoipa::path(post, path = "/v1/contracts/{id}/deposit", params(("id" = String, Path)), request_body = Deposit, responses(
    (status = 200, body = ContractAccount),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn deposit(
    State(api): State<Api>,
    Path(id): Path<String>,
    Body(Deposit { amount }): Body<Deposit>,
) -> Result<Json<ContractAccount>, Failure> {
    let stand = api.node.ask(async move |core| {
        let account = core.account()?;
        let contract = account.service.contract(&id)?;
        let channel = contract.channel.ok_or_else(closing::unknown)?;
        account.command(Command::Deposit { channel, amount }).await?;
        service::stand(&account, &contract)
    });
    Ok(Json(stand.await?))
}

/// Ends a contract and closes its channel: together if the other side answers. What was not spent comes back.
#[utoipa::path(post, path = "/v1/contracts/{id}/close", params(("id" = String, Path)), responses(
    (status = 200, body = Contract),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
    (status = "5XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn close(State(api): State<Api>, Path(id): Path<String>) -> Result<Json<Contract>, Failure> {
    let contract = api.node.ask(async move |core| close_now(&core, &id).await);
    Ok(Json(contract.await?))
}

async fn close_now(core: &Rc<Core>, id: &str) -> Result<Contract, Problem> {
    let account = core.account()?;
    let contract = account.service.contract(id)?;
    if let Some(channel) = contract.channel {
        closing::close(&account, channel, closing::AGREEING.0).await?;
    }
    service::end(core, &account, id)
}

//! The REST API: what programs on this machine call. Handlers translate; the node decides.

mod accounts;
mod body;
mod channels;
mod charges;
mod distrust;
mod events;
mod failure;
mod guard;
mod node;
mod payments;
mod peers;
mod requests;
mod service;
mod traffic;
mod views;
mod wallet;

use crate::{events::Events, node::Node};
use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state, routing::get};
use failure::Failure;
use std::sync::Arc;
use thunder_api::{Code, Problem};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The longest body, in bytes. Only a backup may be longer.
const MAX_BODY: usize = 64 * 1024;
/// The longest backup, in bytes: a store with every bound at its fullest is below it.
const MAX_BACKUP: usize = 64 << 20;

/// What handlers have.
#[derive(Clone)]
struct Api {
    node: Node,
    events: Arc<Events>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "thunderd",
        description = "One Thunder node: channels of one account. Amounts are decimal strings in the token's smallest unit."
    ),
    security(("token" = [])),
    modifiers(&Token)
)]
struct Description;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("token", scheme);
    }
}

fn calls() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(node::info))
        .routes(routes!(node::balance))
        .routes(routes!(node::history))
        .routes(routes!(wallet::import))
        .routes(routes!(wallet::unlock))
        .routes(routes!(wallet::lock))
        .routes(routes!(wallet::backup))
        .routes(routes!(peers::list, peers::connect))
        .routes(routes!(peers::forget))
        .routes(routes!(channels::list, channels::open))
        .routes(routes!(channels::one))
        .routes(routes!(channels::deposit))
        .routes(routes!(channels::close))
        .routes(routes!(channels::challenge))
        .routes(routes!(channels::withdraw))
        .routes(routes!(channels::evidence))
        .routes(routes!(charges::charge))
        .routes(routes!(payments::pay))
        .routes(routes!(payments::paid))
        .routes(routes!(requests::list, requests::make))
        .routes(routes!(requests::cancel))
        .routes(routes!(service::offer, service::publish))
        .routes(routes!(service::conditions))
        .routes(routes!(service::list, service::establish))
        .routes(routes!(service::one))
        .routes(routes!(service::accept))
        .routes(routes!(service::decline))
        .routes(routes!(service::account))
        .routes(routes!(service::book))
        .routes(routes!(service::deposit))
        .routes(routes!(service::close))
        .routes(routes!(traffic::tariff))
        .routes(routes!(traffic::list))
        .routes(routes!(traffic::one))
        .routes(routes!(traffic::evidence))
        .routes(routes!(traffic::deposit))
        .routes(routes!(traffic::end))
        .routes(routes!(traffic::routes, traffic::open))
        .routes(routes!(traffic::close))
        .routes(routes!(distrust::list, distrust::distrust))
        .routes(routes!(distrust::forgive))
        .routes(routes!(events::stream))
        .routes(routes!(accounts::list))
        .routes(routes!(accounts::one, accounts::set))
        .routes(routes!(accounts::book))
        .routes(routes!(accounts::net))
        .routes(routes!(accounts::swaps))
        .layer(from_fn_with_state(MAX_BODY, body::whole))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(wallet::restore))
                .layer(from_fn_with_state(MAX_BACKUP, body::whole)),
        )
}

/// The OpenAPI document, made from the handlers.
pub fn document() -> Document {
    calls().split_for_parts().1
}

/// The API behind its token.
pub fn router(node: Node, events: Arc<Events>, token: &str) -> Router {
    let (router, document) = calls().split_for_parts();
    let document = document.to_json().unwrap_or_default();
    let json = [("content-type", "application/json")];
    let open = Router::new().route("/v1/openapi.json", get(async move || (json, document)));
    router
        .layer(from_fn_with_state(guard::Guard::new(token), guard::token))
        .merge(open)
        .fallback(async || {
            Failure(Problem::new(
                Code::NotFound,
                "there is no such call: /v1/openapi.json lists them",
            ))
        })
        .method_not_allowed_fallback(async || {
            Failure(Problem::new(
                Code::MethodNotAllowed,
                "this path takes no such method: /v1/openapi.json lists them",
            ))
        })
        .layer(axum::middleware::from_fn(guard::host))
        // `body::whole` has the limits.
        .layer(DefaultBodyLimit::disable())
        .with_state(Api { node, events })
}

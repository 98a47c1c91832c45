//! What happens, as it happens.

use super::Api;
use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{self, KeepAlive, Sse},
};
use futures::{Stream, StreamExt, stream};
use std::convert::Infallible;
use thunder_api::{Event, Problem};
use tokio_stream::wrappers::BroadcastStream;

/// Server-sent events: each one's data is an `Event`, its id the event's number. With `Last-Event-ID` come those after it first.
#[utoipa::path(get, path = "/v1/events", params(("last-event-id" = Option<String>, Header)), responses(
    (status = 200, body = String, content_type = "text/event-stream"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
pub async fn stream(
    State(api): State<Api>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let (missed, live) = api.events.after(last);
    // Who is too slow misses some, sees it by the numbers, and can come back with the last one.
    let live = BroadcastStream::new(live).filter_map(async |event| event.ok());
    let events = stream::iter(missed).chain(live);
    Sse::new(events.filter_map(async |event| Some(Ok(said(&event)?)))).keep_alive(KeepAlive::default())
}

fn said(event: &Event) -> Option<sse::Event> {
    let data = sse::Event::default()
        .id(event.number.to_string())
        .json_data(event);
    data.ok()
}

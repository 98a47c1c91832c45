//! What the operator's Prometheus reads, on a port of its own: `/metrics`.

use crate::{counters::BUCKETS_US, server::App};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use std::{
    fmt::{Display, Write},
    sync::Arc,
    time::Duration,
};

/// The operator's routes: metrics, and health as the public port shows it.
pub fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .merge(crate::health::routes())
        .with_state(app)
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let text = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (text, page(&app).await).into_response()
}

async fn page(app: &App) -> String {
    let counters = &app.context.counters;
    let mut page = Page::default();
    page.family("build_info", "gauge", "The version that runs.");
    page.sample("build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.family(
        "events_total",
        "counter",
        "What happened, and what was refused, dropped or cut off, by reason.",
    );
    for (event, number) in counters.all() {
        page.sample("events_total", &[("event", event)], number);
    }
    page.family(
        "refusals_total",
        "counter",
        "Errors that clients were told, by code.",
    );
    for (code, number) in counters.refusals() {
        page.sample("refusals_total", &[("code", &code)], number);
    }
    page.family("connections", "gauge", "WebSocket connections now.");
    page.sample("connections", &[], app.sessions.len());
    page.family("channels", "gauge", "Channels that somebody follows now.");
    page.sample("channels", &[], app.context.register.followed());
    page.family("ready", "gauge", "Whether claims can be stored.");
    page.sample("ready", &[], u8::from(app.ready().await));
    page.family(
        "chain_reachable",
        "gauge",
        "Whether the chain answered the last question.",
    );
    page.sample("chain_reachable", &[], u8::from(app.chain.reachable()));
    if let Some(tower) = app.lookout.tower() {
        page.family("watchtower_balance_gwei", "gauge", "Gas money of the watchtower.");
        page.sample("watchtower_balance_gwei", &[], tower.balance_gwei());
        page.family(
            "watchtower_closing",
            "gauge",
            "Closing channels that the watchtower looks at.",
        );
        page.sample("watchtower_closing", &[], tower.closing());
        page.family(
            "watchtower_in_flight",
            "gauge",
            "Transactions of the watchtower that wait to be mined.",
        );
        page.sample("watchtower_in_flight", &[], tower.in_flight());
    }
    page.family(
        "ack_seconds",
        "histogram",
        "From a claim's arrival to its acknowledgement.",
    );
    let counts = counters.ack_latency.cumulative();
    let ends = BUCKETS_US.map(|us| Duration::from_micros(us).as_secs_f64().to_string());
    let ends = ends.iter().map(String::as_str).chain(["+Inf"]);
    for (end, count) in ends.zip(&counts) {
        page.sample("ack_seconds_bucket", &[("le", end)], count);
    }
    page.sample("ack_seconds_sum", &[], counters.ack_latency.sum());
    page.sample(
        "ack_seconds_count",
        &[],
        counts.last().copied().unwrap_or_default(),
    );
    page.0
}

/// Prometheus' text format. Labels here are plain words; nothing in them needs escaping.
#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.0,
            "# HELP thunder_relay_{name} {help}\n# TYPE thunder_relay_{name} {kind}"
        );
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\""))
            .collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        let _ = writeln!(self.0, "thunder_relay_{name}{labels} {value}");
    }
}

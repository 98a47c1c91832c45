//! Asking the relay for the deployment.

use crate::{
    state::config::AppConfig,
    words::{Said, say},
};
use gloo::net::http::Request;

/// Fetches and parses `/config.json`.
///
/// # Errors
/// Words for the person.
pub async fn fetch() -> Result<AppConfig, String> {
    let unreachable = say::relay_silent();
    let response = Request::get("/config.json")
        .send()
        .await
        .map_err(|_| unreachable.to_owned())?;
    if !response.ok() {
        return Err(say::relay_answered(&response.status().to_string()));
    }
    let text = response.text().await.map_err(|_| unreachable.to_owned())?;
    AppConfig::parse(&text).map_err(|error| error.said())
}

//! Asking the relay for the deployment.

use crate::state::config::AppConfig;
use gloo::net::http::Request;

/// Fetches and parses `/config.json`.
///
/// # Errors
/// Words for the person.
pub async fn fetch() -> Result<AppConfig, String> {
    let unreachable = "the relay that serves this page does not answer; check that it runs, then try again";
    let response = Request::get("/config.json")
        .send()
        .await
        .map_err(|_| unreachable.to_owned())?;
    if !response.ok() {
        return Err(format!(
            "the relay answered {} when asked for its configuration",
            response.status()
        ));
    }
    let text = response.text().await.map_err(|_| unreachable.to_owned())?;
    AppConfig::parse(&text).map_err(|error| error.to_string())
}

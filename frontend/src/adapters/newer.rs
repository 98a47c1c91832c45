//! Whether the relay serves another app by now than the one that runs here: its wasm is named after its content.

use gloo::{net::http::Request, utils::document};
use web_sys::RequestCache;

/// Whether it does; no if nobody answers.
pub async fn is_served() -> bool {
    let Some(ours) = ours() else {
        return false;
    };
    page().await.is_some_and(|page| !page.contains(&ours))
}

/// The name of the wasm that runs here; nothing where the page was not made by the build.
fn ours() -> Option<String> {
    document()
        .query_selector("script[data-wasm]")
        .ok()
        .flatten()?
        .get_attribute("data-wasm")
}

/// The page as it is served now. What answers without the mark of a page of ours, such as a hotel's sign-in, is none.
async fn page() -> Option<String> {
    let answer = Request::get("/").cache(RequestCache::NoStore).send().await.ok()?;
    let text = answer.text().await.ok()?;
    (answer.ok() && text.contains("data-wasm=")).then_some(text)
}

//! Whether the relay serves another app by now than the one that runs here: its code is named after its content. A stylesheet alone is not
//! worth a word.

use gloo::{net::http::Request, utils::document};
use web_sys::RequestCache;

/// Whether it does; no if nobody answers.
pub async fn is_served() -> bool {
    let Some(ours) = ours() else {
        return false;
    };
    page()
        .await
        .is_some_and(|page| ours.iter().any(|name| !page.contains(name)))
}

/// The names of what runs here; nothing where the page was not made by the build.
fn ours() -> Option<[String; 3]> {
    let script = document().query_selector("script[data-wasm]").ok().flatten()?;
    let named = |attribute| script.get_attribute(attribute);
    Some([named("data-wasm")?, named("data-js")?, named("src")?])
}

/// The page as it is served now. What answers without the mark of a page of ours, such as a hotel's sign-in, is none.
async fn page() -> Option<String> {
    let answer = Request::get("/").cache(RequestCache::NoStore).send().await.ok()?;
    let text = answer.text().await.ok()?;
    (answer.ok() && text.contains("data-wasm=")).then_some(text)
}

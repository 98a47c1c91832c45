//! Files that a person saves from the page and gives to it.

use crate::{state::backup::MAX_FILE, words::say};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// Has the browser save a text as a file of this name.
///
/// # Errors
/// Words for the person.
pub fn save(name: &str, kind: &str, text: &str) -> Result<(), String> {
    offer(name, kind, text).map_err(|_| say::cannot_save().to_owned())
}

fn offer(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let properties = BlobPropertyBag::new();
    properties.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &properties)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = gloo::utils::document().create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The download has its own hold on the data from here.
    Url::revoke_object_url(&url)
}

/// The text of a file that a person chose.
///
/// # Errors
/// Words for the person.
pub async fn read(file: &File) -> Result<String, String> {
    // A file's size is a number of JavaScript's.
    #[allow(clippy::cast_precision_loss)]
    if file.size() > MAX_FILE as f64 {
        return Err(say::file_too_large().to_owned());
    }
    let text = JsFuture::from(file.text()).await;
    text.ok()
        .and_then(|text| text.as_string())
        .ok_or_else(|| say::file_unreadable().to_owned())
}

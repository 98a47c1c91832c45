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

/// Has the browser save something as a file of this name.
///
/// # Errors
/// Words for the person.
pub fn save_blob(name: &str, blob: &Blob) -> Result<(), String> {
    offer_blob(name, blob).map_err(|_| say::cannot_save().to_owned())
}

/// The pieces of something, as one. `None` if the browser has no room for it.
#[must_use]
pub fn joined(pieces: &Array, kind: &str) -> Option<Blob> {
    let properties = BlobPropertyBag::new();
    properties.set_type(kind);
    Blob::new_with_u8_array_sequence_and_options(pieces, &properties).ok()
}

/// Parts of something, as one. `None` if the browser has no room for it.
#[must_use]
pub fn joined_blobs(parts: &Array) -> Option<Blob> {
    Blob::new_with_blob_sequence(parts).ok()
}

/// The beginning of something, as text.
pub async fn beginning(blob: &Blob, bytes: u32) -> Option<String> {
    let part = blob.slice_with_i32_and_i32(0, i32::try_from(bytes).ok()?).ok()?;
    JsFuture::from(part.text()).await.ok()?.as_string()
}

/// Something as a `data:` address: the page's policy lets it show no other that was not served with it.
pub async fn data_url(blob: &Blob) -> Option<String> {
    let blob = gloo::file::Blob::from(blob.clone());
    gloo::file::futures::read_as_data_url(&blob).await.ok()
}

fn offer(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let properties = BlobPropertyBag::new();
    properties.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &properties)?;
    offer_blob(name, &blob)
}

fn offer_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
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

//! Sealing and opening a backup with the browser's own cryptography: PBKDF2 with SHA-256, then AES-256-GCM.

use crate::{
    state::backup::{BackupError, ITERATIONS, NONCE, SALT, Sealed},
    words::{Said, say},
};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// Seals some text.
///
/// # Errors
/// Words for the person.
pub async fn seal(text: &str, password: &str) -> Result<Sealed, String> {
    let unavailable = |_: JsValue| say::no_encryption().to_owned();
    let (mut salt, mut nonce) = ([0; SALT], [0; NONCE]);
    for random in [&mut salt[..], &mut nonce[..]] {
        getrandom::getrandom(random).map_err(|_| say::no_encryption().to_owned())?;
    }
    let subtle = subtle().map_err(unavailable)?;
    let key = derive(&subtle, password, &salt, ITERATIONS)
        .await
        .map_err(unavailable)?;
    let sealed = cipher(&nonce)
        .and_then(|cipher| subtle.encrypt_with_object_and_u8_array(&cipher, &key, text.as_bytes()))
        .map_err(unavailable)?;
    let sealed = settled(sealed).await.map_err(unavailable)?;
    Ok(Sealed {
        iterations: ITERATIONS,
        salt,
        nonce,
        bytes: Uint8Array::new(&sealed).to_vec(),
    })
}

/// Opens what was sealed.
///
/// # Errors
/// Words for the person: the wrong password and a file that was changed look the same.
pub async fn open(sealed: &Sealed, password: &str) -> Result<Vec<u8>, String> {
    let unavailable = |_: JsValue| say::no_encryption().to_owned();
    let subtle = subtle().map_err(unavailable)?;
    let key = derive(&subtle, password, &sealed.salt, sealed.iterations)
        .await
        .map_err(unavailable)?;
    let opened = cipher(&sealed.nonce)
        .and_then(|cipher| subtle.decrypt_with_object_and_u8_array(&cipher, &key, &sealed.bytes))
        .map_err(unavailable)?;
    let opened = settled(opened).await.map_err(|_| BackupError::Password.said())?;
    Ok(Uint8Array::new(&opened).to_vec())
}

/// Absent where the page is no secure context.
fn subtle() -> Result<SubtleCrypto, JsValue> {
    let crypto = gloo::utils::window().crypto()?;
    Reflect::get(&crypto, &"subtle".into())?.dyn_into()
}

async fn derive(
    subtle: &SubtleCrypto,
    password: &str,
    salt: &[u8],
    iterations: u32,
) -> Result<CryptoKey, JsValue> {
    let password = Uint8Array::from(password.as_bytes());
    let usages = Array::of1(&"deriveKey".into());
    let password = subtle.import_key_with_str("raw", &password, "PBKDF2", false, &usages)?;
    let password: CryptoKey = settled(password).await?.dyn_into()?;
    let stretching = object(&[
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", Uint8Array::from(salt).into()),
        ("iterations", iterations.into()),
    ])?;
    let key = object(&[("name", "AES-GCM".into()), ("length", 256.into())])?;
    let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
    let key = subtle.derive_key_with_object_and_object(&stretching, &password, &key, false, &usages)?;
    settled(key).await?.dyn_into()
}

fn cipher(nonce: &[u8]) -> Result<Object, JsValue> {
    object(&[("name", "AES-GCM".into()), ("iv", Uint8Array::from(nonce).into())])
}

fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}

async fn settled(promise: Promise) -> Result<JsValue, JsValue> {
    JsFuture::from(promise).await
}

//! A wallet in the browser: any object with EIP-1193's `request`, found by EIP-6963 or at `window.ethereum`.

use crate::{Provider, RpcError, RpcErrorKind};
use async_trait::async_trait;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use serde_json::Value;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// A wallet's provider object.
#[derive(Clone, Debug)]
pub struct InjectedProvider {
    object: JsValue,
}

impl InjectedProvider {
    /// Takes an object as a wallet; `None` if it has no `request`.
    #[must_use]
    pub fn new(object: JsValue) -> Option<Self> {
        method(&object, "request")?;
        Some(Self { object })
    }

    /// The object itself. Two announcements of one object are one wallet.
    #[must_use]
    pub const fn object(&self) -> &JsValue {
        &self.object
    }

    /// Calls back with what the wallet sends with an event, such as `accountsChanged`. Values that are not JSON arrive as
    /// `Null`. Ends when the subscription is dropped. A wallet that has no events gives a subscription that stays silent.
    pub fn subscribe(&self, event: &str, callback: impl Fn(Value) + 'static) -> Subscription {
        let wanted = Rc::new(Cell::new(true));
        let listening = wanted.clone();
        let listener = Closure::<dyn Fn(JsValue)>::new(move |payload: JsValue| {
            if listening.get() {
                callback(from_js(&payload).unwrap_or(Value::Null));
            }
        });
        if let Some(on) = method(&self.object, "on") {
            // A wallet that throws here sends no events; the page also asks by itself.
            drop(on.call2(&self.object, &event.into(), listener.as_ref()));
        }
        Subscription {
            object: self.object.clone(),
            event: event.to_owned(),
            listener: Some(listener),
            wanted,
        }
    }
}

/// Listens until it is dropped.
#[derive(Debug)]
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    object: JsValue,
    event: String,
    listener: Option<Closure<dyn Fn(JsValue)>>,
    // A wallet without `removeListener` goes on calling.
    wanted: Rc<Cell<bool>>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.wanted.set(false);
        let Some(listener) = self.listener.take() else {
            return;
        };
        let removed = ["removeListener", "off"].iter().any(|name| {
            method(&self.object, name).is_some_and(|remove| {
                remove
                    .call2(&self.object, &self.event.as_str().into(), listener.as_ref())
                    .is_ok()
            })
        });
        if !removed {
            // The wallet will call it again; a freed closure would throw into the wallet.
            listener.forget();
        }
    }
}

#[async_trait(?Send)]
impl Provider for InjectedProvider {
    async fn request(&self, name: &str, params: Value) -> Result<Value, RpcError> {
        let request = method(&self.object, "request")
            .ok_or_else(|| RpcError::local(RpcErrorKind::Disconnected, "the wallet has gone"))?;
        let argument = Object::new();
        let set = |field: &str, value: &JsValue| Reflect::set(&argument, &field.into(), value);
        set("method", &name.into()).map_err(|error| read_error(&error))?;
        if !params.is_null() {
            set("params", &to_js(&params)?).map_err(|error| read_error(&error))?;
        }
        // Wallets throw at once or reject later, and one answers without a promise.
        let answer = request
            .call1(&self.object, &argument)
            .map_err(|error| read_error(&error))?;
        let answer = JsFuture::from(Promise::resolve(&answer))
            .await
            .map_err(|error| read_error(&error))?;
        from_js(&answer).ok_or_else(|| RpcError::local(RpcErrorKind::Malformed, "the answer is not JSON"))
    }
}

fn method(object: &JsValue, name: &str) -> Option<Function> {
    // `Reflect.get` throws for what is no object, and for getters that throw.
    Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
}

fn to_js(value: &Value) -> Result<JsValue, RpcError> {
    JSON::parse(&value.to_string()).map_err(|error| read_error(&error))
}

/// `undefined` is JSON's `null`. Cycles, functions and big integers are not JSON.
fn from_js(value: &JsValue) -> Option<Value> {
    if value.is_undefined() || value.is_null() {
        return Some(Value::Null);
    }
    let text = JSON::stringify(value).ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}

/// Reads whatever a wallet threw: a plain object, an `Error`, a text.
fn read_error(error: &JsValue) -> RpcError {
    if let Some(text) = error.as_string() {
        return RpcError::new(None, text, None);
    }
    // By reflection: the fields of an `Error` are not enumerable, so `JSON.stringify` would lose them.
    let get = |name: &str| Reflect::get(error, &name.into()).ok();
    let code = get("code").as_ref().and_then(whole_number);
    let message = get("message")
        .and_then(|message| message.as_string())
        .unwrap_or_default();
    let data = get("data").filter(|data| !data.is_null() && !data.is_undefined());
    RpcError::new(code, message, data.as_ref().and_then(from_js))
}

/// An integer code, as a number or as text.
fn whole_number(value: &JsValue) -> Option<i64> {
    if let Some(text) = value.as_string() {
        return text.parse().ok();
    }
    from_js(value)?.as_i64()
}

/// The provider objects that `window.ethereum` stands for: itself, or the list that several wallets share.
#[must_use]
pub fn legacy_providers(ethereum: &JsValue) -> Vec<InjectedProvider> {
    let shared = Reflect::get(ethereum, &"providers".into())
        .ok()
        .and_then(|list| list.dyn_into::<Array>().ok());
    let objects = shared.map_or_else(|| vec![ethereum.clone()], |list| list.iter().collect());
    objects.into_iter().filter_map(InjectedProvider::new).collect()
}

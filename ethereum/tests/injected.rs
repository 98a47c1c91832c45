//! Wallets as a page meets them: JavaScript objects of all sorts.

#![cfg(target_arch = "wasm32")]
// In a test, failing at once is the point.
#![allow(clippy::panic, clippy::unwrap_used)]

use js_sys::{Function, Reflect};
use serde_json::{Value, json};
use std::{cell::RefCell, rc::Rc};
use thunder_ethereum::{InjectedProvider, Provider, RpcErrorKind as Kind, legacy_providers};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// Evaluates a JavaScript expression.
fn js(expression: &str) -> JsValue {
    Function::new_no_args(&format!("return ({expression})"))
        .call0(&JsValue::NULL)
        .unwrap()
}

fn wallet(expression: &str) -> InjectedProvider {
    InjectedProvider::new(js(expression)).unwrap()
}

#[wasm_bindgen_test]
async fn requests_arrive_as_plain_objects() {
    let echo = wallet("{ async request(asked) { return asked; } }");
    let asked = echo.request("eth_call", json!([{ "to": "0x1" }, "latest"])).await;
    assert_eq!(
        asked,
        Ok(json!({ "method": "eth_call", "params": [{ "to": "0x1" }, "latest"] }))
    );
    assert_eq!(
        echo.request("eth_accounts", Value::Null).await,
        Ok(json!({ "method": "eth_accounts" }))
    );
}

#[wasm_bindgen_test]
async fn answers_of_every_sort_are_read() {
    for (body, expected) in [
        ("undefined", Ok(Value::Null)),
        ("null", Ok(Value::Null)),
        ("'0x1'", Ok(json!("0x1"))),
        ("31337", Ok(json!(31337))),
        (
            "(() => { const me = {}; me.me = me; return me; })()",
            Err(Kind::Malformed),
        ),
        ("10n", Err(Kind::Malformed)),
        ("() => 1", Err(Kind::Malformed)),
    ] {
        // Some wallets answer without a promise.
        for request in [
            format!("async request() {{ return {body}; }}"),
            format!("request() {{ return {body}; }}"),
        ] {
            let answer = wallet(&format!("{{ {request} }}"))
                .request("x", Value::Null)
                .await;
            assert_eq!(answer.map_err(|error| error.kind), expected, "{request}");
        }
    }
}

#[wasm_bindgen_test]
async fn errors_of_every_sort_are_read() {
    for (thrown, expected) in [
        (
            "({ code: 4001, message: 'no', data: { location: 'popup' } })",
            Kind::Rejected,
        ),
        (
            "Object.assign(new Error('no'), { code: 4902 })",
            Kind::UnknownChain,
        ),
        (
            "({ code: -32603, data: { originalError: { code: 4902 } } })",
            Kind::UnknownChain,
        ),
        ("({ code: '4001' })", Kind::Rejected),
        ("new Error('User rejected the request')", Kind::Rejected),
        ("'User rejected'", Kind::Rejected),
        ("undefined", Kind::Other(0)),
        ("null", Kind::Other(0)),
        ("7", Kind::Other(0)),
        ("({ code: 1.5 })", Kind::Other(0)),
        (
            "({ get code() { throw 1; }, get message() { throw 1; } })",
            Kind::Other(0),
        ),
    ] {
        for request in [
            format!("async request() {{ throw {thrown}; }}"),
            format!("request() {{ throw {thrown}; }}"),
        ] {
            let error = wallet(&format!("{{ {request} }}"))
                .request("x", Value::Null)
                .await
                .unwrap_err();
            assert_eq!(error.kind, expected, "{request}");
        }
    }
}

#[wasm_bindgen_test]
fn what_cannot_be_asked_is_no_wallet() {
    for object in [
        "undefined",
        "null",
        "7",
        "'wallet'",
        "({})",
        "({ request: 1 })",
        "({ get request() { throw 1; } })",
    ] {
        assert!(InjectedProvider::new(js(object)).is_none(), "{object}");
    }
    assert_eq!(legacy_providers(&js("undefined")).len(), 0);
    assert_eq!(legacy_providers(&js("({ request() {} })")).len(), 1);
    assert_eq!(
        legacy_providers(&js(
            "({ request() {}, providers: [{ request() {} }, {}, { request() {} }] })"
        ))
        .len(),
        2
    );
}

#[wasm_bindgen_test]
fn a_subscription_listens_until_it_is_dropped() {
    let emitter = wallet(
        "{
            request() {}, listeners: [],
            on(event, listener) { this.listeners.push([event, listener]); },
            removeListener(event, gone) { this.listeners = this.listeners.filter(([, one]) => one !== gone); },
            emit(event, value) { this.listeners.filter(([name]) => name === event).forEach(([, one]) => one(value)); },
        }",
    );
    let emit = |event: &str, value: &JsValue| {
        let emit: Function = Reflect::get(emitter.object(), &"emit".into()).unwrap().into();
        emit.call2(emitter.object(), &event.into(), value).unwrap();
    };
    let heard = Rc::new(RefCell::new(Vec::new()));
    let listener = heard.clone();
    let subscription = emitter.subscribe("chainChanged", move |value| listener.borrow_mut().push(value));
    emit("chainChanged", &"0x7a69".into());
    emit("accountsChanged", &js("[]"));
    emit("chainChanged", &js("() => 1"));
    drop(subscription);
    emit("chainChanged", &"0x1".into());
    assert_eq!(*heard.borrow(), [json!("0x7a69"), Value::Null]);
}

#[wasm_bindgen_test]
fn wallets_without_events_or_without_removal_do_no_harm() {
    drop(wallet("{ request() {} }").subscribe("connect", |_| panic!("nothing is sent")));
    drop(wallet("{ request() {}, on() { throw 1; } }").subscribe("connect", |_| panic!("nothing is sent")));
    let forgetful = wallet("{ request() {}, on(event, listener) { this.listener = listener; } }");
    let heard = Rc::new(RefCell::new(0));
    let listener = heard.clone();
    drop(forgetful.subscribe("connect", move |_| *listener.borrow_mut() += 1));
    // The wallet calls on; that must not throw into it, and nobody hears it any more.
    let listener: Function = Reflect::get(forgetful.object(), &"listener".into())
        .unwrap()
        .into();
    listener.call1(&JsValue::NULL, &JsValue::NULL).unwrap();
    assert_eq!(*heard.borrow(), 0);
}

//! The browser's storage and locks, in a browser.

#![cfg(target_arch = "wasm32")]
// Clippy does not take `#[wasm_bindgen_test]` for a test, so `allow-unwrap-in-tests` does not reach here.
#![allow(clippy::unwrap_used)]

use frontend::adapters::{
    indexed_db::IndexedDb,
    web_lock::{Rivalry, acquire},
};
use futures::{StreamExt, channel::mpsc};
use thunder_client::{
    Write,
    ports::{Store, StoreError},
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::Callback;

wasm_bindgen_test_configure!(run_in_browser);

fn put(key: &str, value: &str) -> Write {
    Write::Put {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

async fn fresh(name: &str) -> IndexedDb {
    IndexedDb::delete(name).await.unwrap();
    IndexedDb::open(name).await.unwrap()
}

#[wasm_bindgen_test]
async fn what_was_committed_is_there_after_opening_again() {
    let name = "test/commit";
    let store = fresh(name).await;
    assert_eq!(store.load().await.unwrap(), []);
    store.commit(&[]).await.unwrap();
    store.commit(&[put("b", "1"), put("a", "2")]).await.unwrap();
    store.commit(&[put("b", "3")]).await.unwrap();
    store.close();
    let store = IndexedDb::open(name).await.unwrap();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(store.load().await.unwrap(), [pair("a", "2"), pair("b", "3")]);
}

#[wasm_bindgen_test]
async fn transactions_are_strictly_durable() {
    assert_eq!(fresh("test/durability").await.durability().unwrap(), "strict");
}

#[wasm_bindgen_test]
async fn the_payment_key_is_kept_apart_from_the_records() {
    let store = fresh("test/key").await;
    assert_eq!(store.payment_key().await.unwrap(), None);
    store.keep_payment_key("00ff").await.unwrap();
    assert_eq!(store.payment_key().await.unwrap().as_deref(), Some("00ff"));
    assert_eq!(store.load().await.unwrap(), []);
}

#[wasm_bindgen_test]
async fn a_window_that_was_taken_over_can_no_longer_write() {
    let name = "test/takeover";
    let first = fresh(name).await;
    first.commit(&[put("a", "first")]).await.unwrap();
    let second = IndexedDb::open(name).await.unwrap();
    assert_eq!(
        first.commit(&[put("a", "late")]).await,
        Err(StoreError::TakenOver)
    );
    second.commit(&[put("b", "second")]).await.unwrap();
    let kept = second.load().await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0].1, "first", "nothing of the late write is there");
}

#[wasm_bindgen_test]
async fn a_closed_store_says_that_nothing_was_written() {
    let store = fresh("test/closed").await;
    store.close();
    let refused = store.commit(&[put("a", "1")]).await;
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
}

#[wasm_bindgen_test]
async fn a_write_that_fails_half_way_leaves_nothing() {
    let store = fresh("test/half").await;
    let original = js_sys::eval(
        "(() => { const put = IDBObjectStore.prototype.put; let calls = 0; \
         IDBObjectStore.prototype.put = function (...given) { \
           if (++calls === 2) throw new DOMException('full', 'QuotaExceededError'); return put.apply(this, given); }; \
         return put; })()",
    )
    .unwrap();
    let refused = store.commit(&[put("a", "1"), put("b", "2")]).await;
    let prototype = js_sys::eval("IDBObjectStore.prototype").unwrap();
    js_sys::Reflect::set(&prototype, &"put".into(), &original).unwrap();
    assert_eq!(refused, Err(StoreError::Full));
    assert_eq!(store.load().await.unwrap(), []);
    store.commit(&[put("a", "3")]).await.unwrap();
    assert_eq!(store.load().await.unwrap().len(), 1);
}

#[wasm_bindgen_test]
async fn databases_are_found_by_name() {
    let name = "test/names";
    fresh(name).await.close();
    assert!(IndexedDb::names().await.contains(&name.to_owned()));
    IndexedDb::delete(name).await.unwrap();
    assert!(!IndexedDb::names().await.contains(&name.to_owned()));
}

#[wasm_bindgen_test]
async fn one_window_holds_the_lock_until_it_lets_go() {
    let held = acquire("test/lock", Rivalry::Yield, Callback::noop())
        .await
        .unwrap();
    assert!(held.is_some());
    assert!(
        acquire("test/lock", Rivalry::Yield, Callback::noop())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        acquire("test/other", Rivalry::Yield, Callback::noop())
            .await
            .unwrap()
            .is_some()
    );
    drop(held);
    // Taking over a free lock is taking it.
    assert!(
        acquire("test/lock", Rivalry::TakeOver, Callback::noop())
            .await
            .unwrap()
            .is_some()
    );
}

#[wasm_bindgen_test]
async fn whoever_lost_the_lock_is_told() {
    let (said, mut heard) = mpsc::unbounded();
    let lost = Callback::from(move |()| said.unbounded_send(()).unwrap());
    let _first = acquire("test/steal", Rivalry::Yield, lost)
        .await
        .unwrap()
        .unwrap();
    let _second = acquire("test/steal", Rivalry::TakeOver, Callback::noop())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(heard.next().await, Some(()));
}

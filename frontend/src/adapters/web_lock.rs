//! One window per account and role. web-sys keeps Web Locks behind an unstable switch, so they are called by reflection.

use crate::words::say;
use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

/// What to do if another window holds the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rivalry {
    /// Leave it there.
    Yield,
    /// Take it away.
    TakeOver,
    /// Wait until it gives the lock up, or is closed.
    Wait,
}

/// The lock, held until it is dropped.
#[derive(Debug)]
pub struct WebLock {
    release: Function,
}

impl Drop for WebLock {
    fn drop(&mut self) {
        drop(self.release.call0(&JsValue::NULL));
    }
}

/// Asks for the lock; `None` if another window holds it. `lost` is called if another window takes it over later.
///
/// # Errors
/// Words for the person if this browser has no locks here.
pub async fn acquire(name: &str, rivalry: Rivalry, lost: Callback<()>) -> Result<Option<WebLock>, String> {
    let unavailable = |_| say::no_locks().to_owned();
    let locks = Reflect::get(&gloo::utils::window().navigator(), &"locks".into()).map_err(unavailable)?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .and_then(JsCast::dyn_into)
        .map_err(unavailable)?;
    let options = Object::new();
    let option = match rivalry {
        Rivalry::Yield => Some("ifAvailable"),
        Rivalry::TakeOver => Some("steal"),
        Rivalry::Wait => None,
    };
    if let Some(option) = option {
        Reflect::set(&options, &option.into(), &JsValue::TRUE).map_err(unavailable)?;
    }

    let (granted, answer) = oneshot::channel::<Option<WebLock>>();
    let granted = RefCell::new(Some(granted));
    // The lock is held as long as the promise that this returns is pending.
    let holder = Closure::once_into_js(move |lock: JsValue| -> Promise {
        let tell = |held| {
            if let Some(granted) = granted.borrow_mut().take() {
                drop(granted.send(held));
            }
        };
        if lock.is_null() || lock.is_undefined() {
            tell(None);
            return Promise::resolve(&JsValue::NULL);
        }
        Promise::new(&mut |release, _| tell(Some(WebLock { release })))
    });
    let ended: Promise = request
        .call3(&locks, &name.into(), &options, &holder)
        .and_then(JsCast::dyn_into)
        .map_err(unavailable)?;
    let held = Rc::new(RefCell::new(false));
    {
        let held = held.clone();
        spawn_local(async move {
            // Rejected only if the lock is taken away.
            if JsFuture::from(ended).await.is_err() && *held.borrow() {
                lost.emit(());
            }
        });
    }
    let lock = answer.await.map_err(|_| say::lock_refused().to_owned())?;
    *held.borrow_mut() = lock.is_some();
    Ok(lock)
}

//! One wallet request at a time, each with a time limit and a way to give it up: a wallet may never answer.

use crate::{
    state::health::{Asking, Sign},
    words::say,
};
use async_trait::async_trait;
use futures::{
    channel::oneshot,
    future::{Either, select},
    lock::Mutex,
};
use gloo::timers::future::TimeoutFuture;
use serde_json::Value;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use thunder_ethereum::{Provider, RpcError, RpcErrorKind};
use yew::Callback;

/// How long the page waits for a person in a wallet's window, in milliseconds. One wallet rejects by itself after 140 s.
const PERSON_MS: u32 = 180_000;
/// How long it waits for an answer that needs no person.
const SILENT_MS: u32 = 15_000;

/// A wallet behind its gate.
pub struct Gate {
    inner: Rc<dyn Provider>,
    /// A key held by this page opens no window, so nobody is told to look at one.
    opens_windows: bool,
    turn: Mutex<()>,
    tell: Callback<Sign>,
}

impl Gate {
    /// Guards a wallet; `tell` learns when its window is expected to be open.
    #[must_use]
    pub fn new(inner: Rc<dyn Provider>, opens_windows: bool, tell: Callback<Sign>) -> Self {
        Self {
            inner,
            opens_windows,
            turn: Mutex::new(()),
            tell,
        }
    }
}

/// What a person has to do in the wallet's window; `None` for what opens none.
fn window_words(method: &str) -> Option<&'static str> {
    match method {
        "eth_requestAccounts" | "wallet_requestPermissions" => Some(say::do_choose_account()),
        "eth_sendTransaction" => Some(say::do_confirm()),
        "eth_signTypedData_v4" | "personal_sign" => Some(say::do_sign()),
        "wallet_switchEthereumChain" | "wallet_addEthereumChain" => Some(say::do_switch()),
        _ => None,
    }
}

#[async_trait(?Send)]
impl Provider for Gate {
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let Some(words) = window_words(method).filter(|_| self.opens_windows) else {
            return within(SILENT_MS, self.inner.request(method, params)).await;
        };
        let _turn = self.turn.lock().await;
        let (cancel, cancelled) = oneshot::channel::<()>();
        let cancel = RefCell::new(Some(cancel));
        let cancel = Callback::from(move |()| {
            if let Some(cancel) = cancel.borrow_mut().take() {
                // Nobody listens if the answer has just come.
                let _: Result<(), ()> = cancel.send(());
            }
        });
        let _shown = Shown::new(&self.tell, words, cancel);
        let answer = Box::pin(within(PERSON_MS, self.inner.request(method, params)));
        match select(answer, cancelled).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(RpcError::local(RpcErrorKind::Rejected, "")),
        }
    }
}

/// The banner about an open request: gone however the request ends, also when nobody waits for it any more.
struct Shown {
    tell: Callback<Sign>,
    id: u64,
}

impl Shown {
    fn new(tell: &Callback<Sign>, words: &'static str, cancel: Callback<()>) -> Self {
        thread_local! {
            static NEXT: Cell<u64> = const { Cell::new(0) };
        }
        let id = NEXT.replace(NEXT.get() + 1);
        tell.emit(Sign::Asking(Asking { id, words, cancel }));
        Self {
            tell: tell.clone(),
            id,
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.tell.emit(Sign::Answered(self.id));
    }
}

async fn within(
    limit_ms: u32,
    request: impl Future<Output = Result<Value, RpcError>>,
) -> Result<Value, RpcError> {
    match select(Box::pin(request), TimeoutFuture::new(limit_ms)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(RpcError::local(RpcErrorKind::Timeout, say::look_for_window())),
    }
}

//! Finding the wallets of this browser (EIP-6963), `window.ethereum` as the last resort.

use crate::state::wallet::{Wallet, Watch};
use gloo::events::EventListener;
use js_sys::Reflect;
use std::{cell::RefCell, rc::Rc};
use thunder_ethereum::{InjectedProvider, legacy_providers};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, Event};
use yew::Callback;

/// Wallets that are listed; what announces more than this is no set of wallets.
const MAX_WALLETS: usize = 32;
/// Characters of a wallet's name that are shown.
const MAX_NAME: usize = 48;
/// The id of a bare `window.ethereum`.
const LEGACY: &str = "window.ethereum";

/// Listens for announcements as long as it lives.
pub struct Discovery {
    found: Rc<RefCell<Vec<(InjectedProvider, Wallet)>>>,
    _listener: EventListener,
}

impl Discovery {
    /// Starts listening and asks once. `changed` is called when a wallet was found.
    #[must_use]
    pub fn start(changed: Callback<()>) -> Self {
        let found: Rc<RefCell<Vec<(InjectedProvider, Wallet)>>> = Rc::default();
        let listener = {
            let found = found.clone();
            EventListener::new(&gloo::utils::window(), "eip6963:announceProvider", move |event| {
                let Some(announced) = event
                    .dyn_ref::<CustomEvent>()
                    .and_then(|event| read(&event.detail()))
                else {
                    return;
                };
                let mut found = found.borrow_mut();
                // One wallet announces one object twice, once under another's name: the object decides.
                let known = found
                    .iter()
                    .any(|(provider, _)| provider.object() == announced.0.object());
                if !known && found.len() < MAX_WALLETS {
                    found.push(announced);
                    changed.emit(());
                }
            })
        };
        let discovery = Self {
            found,
            _listener: listener,
        };
        discovery.ask();
        discovery
    }

    /// Asks again: some wallets announce themselves late.
    pub fn ask(&self) {
        if let Ok(event) = Event::new("eip6963:requestProvider") {
            drop(gloo::utils::window().dispatch_event(&event));
        }
    }

    /// The wallets found so far, in the order of announcement, then what `window.ethereum` has besides.
    #[must_use]
    pub fn wallets(&self) -> Vec<Wallet> {
        let found = self.found.borrow();
        let mut wallets: Vec<_> = found.iter().map(|(_, wallet)| wallet.clone()).collect();
        let ethereum = Reflect::get(&gloo::utils::window(), &"ethereum".into()).unwrap_or(JsValue::UNDEFINED);
        let bare = legacy_providers(&ethereum).into_iter().filter(|legacy| {
            !found
                .iter()
                .any(|(provider, _)| provider.object() == legacy.object())
        });
        if found.is_empty() {
            // Announced wallets also sit at `window.ethereum`, some behind a proxy: then it is no further wallet.
            wallets.extend(
                bare.take(1)
                    .map(|provider| wallet(provider, LEGACY.to_owned(), "Browser wallet".to_owned(), None)),
            );
        }
        wallets
    }
}

/// Reads an announcement: anything at all can stand in it.
fn read(detail: &JsValue) -> Option<(InjectedProvider, Wallet)> {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    let provider = InjectedProvider::new(get(detail, "provider")?)?;
    let info = get(detail, "info")?;
    let text = |name: &str| get(&info, name).and_then(|value| value.as_string());
    let name: String = text("name")?.chars().take(MAX_NAME).collect();
    // Other addresses would be requests to other hosts, and an SVG in the page could run scripts.
    let icon = text("icon").filter(|icon| icon.starts_with("data:image/"));
    let id = text("rdns").unwrap_or_else(|| name.clone());
    Some((provider.clone(), wallet(provider, id, name, icon)))
}

fn wallet(provider: InjectedProvider, id: String, name: String, icon: Option<String>) -> Wallet {
    let watch: Watch = {
        let provider = provider.clone();
        Rc::new(move |changed: Callback<()>| {
            let subscriptions: Vec<_> = ["accountsChanged", "chainChanged", "connect", "disconnect"]
                .into_iter()
                .map(|event| {
                    let changed = changed.clone();
                    // Payloads differ from wallet to wallet; the page asks again instead of reading them.
                    provider.subscribe(event, move |_| changed.emit(()))
                })
                .collect();
            Box::new(subscriptions)
        })
    };
    Wallet {
        id,
        name,
        icon,
        note: None,
        development: false,
        provider: Rc::new(provider),
        watch,
    }
}

//! Finding the wallets of this browser (EIP-6963), `window.ethereum` as the last resort.

use crate::{
    state::wallet::{Wallet, Watch},
    words::say,
};
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
/// Bytes of an icon; what is larger is no icon of 96 pixels, and would be kept and drawn for nothing.
const MAX_ICON: usize = 256 * 1024;
/// The id of a bare `window.ethereum`.
const LEGACY: &str = "window.ethereum";

/// Listens for announcements as long as it lives.
pub struct Discovery {
    found: Rc<RefCell<Vec<Announced>>>,
    _listener: EventListener,
}

/// One wallet that announced itself.
struct Announced {
    provider: InjectedProvider,
    /// What the wallet says tells it apart on this page.
    uuid: Option<String>,
    wallet: Wallet,
}

impl Announced {
    /// Wallets announce themselves again and again. One announces a single object twice, once under another's name, and one a
    /// new object each time under one uuid; another has the same uuid for everybody, so that alone does not decide either.
    fn is_same(&self, other: &Self) -> bool {
        self.provider.object() == other.provider.object()
            || (self.uuid.is_some() && self.uuid == other.uuid && self.wallet.id == other.wallet.id)
    }
}

impl Discovery {
    /// Starts listening and asks once. `changed` is called when a wallet was found.
    #[must_use]
    pub fn start(changed: Callback<()>) -> Self {
        let found: Rc<RefCell<Vec<Announced>>> = Rc::default();
        let listener = {
            let found = found.clone();
            EventListener::new(&gloo::utils::window(), "eip6963:announceProvider", move |event| {
                let Some(announced) = event
                    .dyn_ref::<CustomEvent>()
                    .and_then(|event| read(&event.detail()))
                else {
                    return;
                };
                let is_new = {
                    let mut found = found.borrow_mut();
                    let is_new =
                        found.len() < MAX_WALLETS && !found.iter().any(|known| known.is_same(&announced));
                    if is_new {
                        found.push(announced);
                    }
                    is_new
                };
                if is_new {
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

    /// The wallets that announced themselves, in that order; where none did, what sits at `window.ethereum`.
    #[must_use]
    pub fn wallets(&self) -> Vec<Wallet> {
        let found = self.found.borrow();
        if found.is_empty() {
            // Announced wallets also sit at `window.ethereum`, some behind a proxy: then it is no further wallet.
            return bare().into_iter().collect();
        }
        found.iter().map(|announced| announced.wallet.clone()).collect()
    }

    /// The wallet that was used before under this id. What was chosen as `window.ethereum` is looked for there again, also when
    /// it announces itself by now: one wallet does so only to pages that it is connected to.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Wallet> {
        if id == LEGACY {
            return bare();
        }
        self.wallets().into_iter().find(|wallet| wallet.id == id)
    }
}

/// What sits at `window.ethereum`.
fn bare() -> Option<Wallet> {
    let ethereum = Reflect::get(&gloo::utils::window(), &"ethereum".into()).unwrap_or(JsValue::UNDEFINED);
    let provider = legacy_providers(&ethereum).into_iter().next()?;
    Some(wallet(
        provider,
        LEGACY.to_owned(),
        say::browser_wallet().to_owned(),
        None,
    ))
}

/// Reads an announcement: anything at all can stand in it.
fn read(detail: &JsValue) -> Option<Announced> {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    let provider = InjectedProvider::new(get(detail, "provider")?)?;
    let info = get(detail, "info")?;
    let text = |name: &str| get(&info, name).and_then(|value| value.as_string());
    let name: String = text("name")?.chars().take(MAX_NAME).collect();
    // Other addresses would be requests to other hosts, and an SVG in the page could run scripts.
    let icon = text("icon").filter(|icon| icon.starts_with("data:image/") && icon.len() <= MAX_ICON);
    let id = text("rdns").unwrap_or_else(|| name.clone());
    Some(Announced {
        uuid: text("uuid"),
        wallet: wallet(provider.clone(), id, name, icon),
        provider,
    })
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

//! A wallet as the rest of the app knows it, wherever it came from.

use std::{any::Any, fmt, rc::Rc};
use thunder_ethereum::Provider;
use yew::Callback;

/// Calls back whenever the wallet says that something changed; ends when the returned value is dropped.
pub type Watch = Rc<dyn Fn(Callback<()>) -> Box<dyn Any>>;

/// A wallet that can be asked.
#[derive(Clone)]
pub struct Wallet {
    /// How it is found again after a reload: its rdns, or what kind of development wallet it is.
    pub id: String,
    /// Its own name.
    pub name: String,
    /// A `data:` image.
    pub icon: Option<String>,
    /// A word of explanation.
    pub note: Option<&'static str>,
    /// A key held by this page, on a development chain: it opens no window.
    pub development: bool,
    /// The way to ask it. Only accounts, chain switch, signatures and sending.
    pub provider: Rc<dyn Provider>,
    /// Its events.
    pub watch: Watch,
}

impl PartialEq for Wallet {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.provider, &other.provider)
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wallet({})", self.id)
    }
}

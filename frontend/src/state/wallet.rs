//! A wallet as the rest of the app knows it, wherever it came from.

use crate::words::say;
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

/// Puts the wallet that was used last before the others, and says that it was.
pub fn put_first(wallets: &mut [Wallet], last: &str) {
    let Some(place) = wallets.iter().position(|wallet| wallet.id == last) else {
        return;
    };
    wallets[..=place].rotate_right(1);
    wallets[0].note.get_or_insert(say::used_last());
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use serde_json::Value;
    use thunder_ethereum::RpcError;

    struct Silent;

    #[async_trait(?Send)]
    impl Provider for Silent {
        async fn request(&self, _: &str, _: Value) -> Result<Value, RpcError> {
            Ok(Value::Null)
        }
    }

    fn wallet(id: &str, note: Option<&'static str>) -> Wallet {
        Wallet {
            id: id.to_owned(),
            name: id.to_owned(),
            icon: None,
            note,
            development: false,
            provider: Rc::new(Silent),
            watch: Rc::new(|_| Box::new(())),
        }
    }

    #[test]
    fn the_wallet_used_last_comes_first_and_the_others_keep_their_order() {
        let mut wallets = [
            wallet("a", None),
            wallet("b", Some("of its own")),
            wallet("c", None),
        ];
        let ids = |wallets: &[Wallet]| wallets.iter().map(|one| one.id.clone()).collect::<String>();
        put_first(&mut wallets, "d");
        assert_eq!((ids(&wallets).as_str(), wallets[0].note), ("abc", None));
        put_first(&mut wallets, "c");
        assert_eq!(
            (ids(&wallets).as_str(), wallets[0].note),
            ("cab", Some(say::used_last()))
        );
        put_first(&mut wallets, "b");
        assert_eq!(
            (ids(&wallets).as_str(), wallets[0].note),
            ("bca", Some("of its own"))
        );
    }
}

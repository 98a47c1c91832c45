//! The wallet of a development chain's public account. Its key is made when the wallet is first asked: that takes longer than drawing the
//! page that offers it.

use async_trait::async_trait;
use serde_json::Value;
use std::cell::OnceCell;
use thunder_ethereum::{HttpProvider, LocalWallet, Provider, RpcError, signing_key_from_phrase};

/// The seed phrase of every development chain. It is public: nothing of worth may ever be sent to its accounts.
const PHRASE: &str = "test test test test test test test test test test test junk";

/// One account of the phrase.
pub struct DemoWallet {
    account: u32,
    node: HttpProvider,
    made: OnceCell<LocalWallet<HttpProvider>>,
}

impl DemoWallet {
    /// A wallet of this account on the node's chain.
    pub const fn new(account: u32, node: HttpProvider) -> Self {
        Self {
            account,
            node,
            made: OnceCell::new(),
        }
    }

    fn wallet(&self) -> Result<&LocalWallet<HttpProvider>, RpcError> {
        if self.made.get().is_none() {
            let key = signing_key_from_phrase(PHRASE, self.account)
                .map_err(|error| RpcError::new(None, error.to_string(), None))?;
            // It was empty just now, and nothing has run since.
            drop(self.made.set(LocalWallet::new(key, self.node.clone())));
        }
        self.made.get().ok_or_else(|| RpcError::new(None, "no key", None))
    }
}

#[async_trait(?Send)]
impl Provider for DemoWallet {
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        self.wallet()?.request(method, params).await
    }
}

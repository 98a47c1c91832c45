//! The one trait behind every road to a chain or a wallet: EIP-1193's `request`.

use crate::RpcError;
use async_trait::async_trait;
use serde_json::Value;
use std::{rc::Rc, sync::Arc};

/// Answers JSON-RPC requests: a node, a wallet, or a wallet around a node.
///
/// The futures are not `Send`, because those of a browser's wallet never are. Code that needs `Send` (a server on
/// several threads) uses [`crate::HttpProvider`]'s inherent methods.
#[async_trait(?Send)]
pub trait Provider {
    /// Asks for one method. `params` is what JSON-RPC has there: an array, or `Null` for none.
    ///
    /// # Errors
    /// [`RpcError`] for a refusal by the other end and for not reaching it.
    async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError>;
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        #[async_trait(?Send)]
        impl<P: Provider + ?Sized> Provider for $pointer {
            async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
                (**self).request(method, params).await
            }
        }
    )*};
}

forward!(&P, Box<P>, Rc<P>, Arc<P>);

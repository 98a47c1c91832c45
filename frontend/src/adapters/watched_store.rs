//! A store whose failures are seen at once.

use crate::{state::health::Sign, words::Said};
use async_trait::async_trait;
use std::rc::Rc;
use thunder_client::{
    Write,
    ports::{Store, StoreError},
};
use yew::Callback;

/// Passes everything on and tells how it went.
pub struct WatchedStore<S> {
    /// What stores.
    pub inner: Rc<S>,
    /// Learns how each write went.
    pub tell: Callback<Sign>,
}

#[async_trait(?Send)]
impl<S: Store> Store for WatchedStore<S> {
    async fn load(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.inner.load().await
    }

    async fn commit(&self, writes: &[Write]) -> Result<(), StoreError> {
        let result = self.inner.commit(writes).await;
        let said = result.as_ref().copied().map_err(Said::said);
        self.tell.emit(Sign::Store(said));
        result
    }
}

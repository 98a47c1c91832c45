//! Tasks with an owner: they end when it is dropped.

use futures::future::{AbortHandle, Abortable, Aborted};
use std::{cell::RefCell, future::Future};

/// Owns tasks.
#[derive(Debug, Default)]
pub struct Tasks {
    handles: RefCell<Vec<AbortHandle>>,
}

impl Tasks {
    /// Starts one. It is dropped at its next `await` once the owner is gone.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        let (handle, registration) = AbortHandle::new_pair();
        self.handles.borrow_mut().push(handle);
        wasm_bindgen_futures::spawn_local(async move {
            // Being aborted is how it is meant to end.
            let _: Result<(), Aborted> = Abortable::new(task, registration).await;
        });
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for handle in self.handles.borrow().iter() {
            handle.abort();
        }
    }
}

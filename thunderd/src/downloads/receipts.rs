//! What has come of the bytes that were sent on one connection.
//!
//! Behind each piece goes a WebSocket ping, which every client answers by itself (RFC 6455, 5.5.2), and bytes are counted once it is
//! answered. If they were counted as they are sent, each connection that breaks off would leave a difference between the counts, as large
//! as what the network holds, and early in a session that is more than the tolerance. It also bounds what waits before a statement.

use crate::traffic::Metered;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use tokio::sync::Notify;

/// The receipts of one connection.
#[derive(Default)]
pub struct Receipts {
    sent: Cell<u64>,
    come: Cell<u64>,
    /// Under which session they are counted.
    counted: RefCell<Option<Rc<Metered>>>,
    moved: Notify,
}

impl Receipts {
    /// Bytes of files that were sent on this connection: the mark of what is sent next.
    pub const fn mark(&self) -> u64 {
        self.sent.get()
    }

    /// Bytes that were sent, and of which nothing is known.
    pub const fn on_the_way(&self) -> u64 {
        self.sent.get() - self.come.get()
    }

    /// What is sent from here on is counted under a session, until [`end`](Self::end).
    pub fn begin(&self, metered: &Rc<Metered>) {
        self.counted.replace(Some(metered.clone()));
    }

    /// What is on its way is given up; gives how much that is.
    pub fn end(&self) -> u64 {
        self.counted.take();
        let lost = self.on_the_way();
        self.come.set(self.sent.get());
        lost
    }

    /// So many bytes are sent; gives the mark behind them.
    pub fn send(&self, bytes: u64) -> u64 {
        let mark = self.sent.get().saturating_add(bytes);
        self.sent.set(mark);
        mark
    }

    /// Everything up to a mark has come. Marks that were never set, and late ones, say nothing.
    pub fn came(&self, mark: u64) {
        if mark > self.sent.get() || mark <= self.come.get() {
            return;
        }
        let more = mark - self.come.replace(mark);
        if let Some(metered) = &*self.counted.borrow() {
            metered.came(more);
        }
        self.moved.notify_waiters();
    }

    /// Waits until less than so many bytes are on their way.
    pub async fn below(&self, most: u64) {
        loop {
            let moved = self.moved.notified();
            if self.on_the_way() < most {
                return;
            }
            moved.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_says_what_was_sent_and_no_more() {
        let receipts = Receipts::default();
        assert_eq!((receipts.send(10), receipts.send(5)), (10, 15));
        receipts.came(16);
        assert_eq!(receipts.on_the_way(), 15, "never sent");
        receipts.came(10);
        receipts.came(3);
        assert_eq!(receipts.on_the_way(), 5);
        assert_eq!(receipts.end(), 5);
        assert_eq!(receipts.send(2), 17);
        receipts.came(15);
        assert_eq!(receipts.on_the_way(), 2, "late");
    }
}

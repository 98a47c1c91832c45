//! The browser's clock.

use async_trait::async_trait;
use gloo::timers::future::TimeoutFuture;
use thunder_client::ports::Clock;

/// `Date.now()`
#[derive(Clone, Copy, Debug)]
pub struct BrowserClock;

#[async_trait(?Send)]
impl Clock for BrowserClock {
    fn now_ms(&self) -> u64 {
        now_ms()
    }

    async fn sleep(&self, ms: u64) {
        TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
    }
}

/// Milliseconds since 1970.
#[must_use]
pub fn now_ms() -> u64 {
    // A count of milliseconds: whole, positive and below 2^53 for the next 285,000 years; `as` saturates besides.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let now = js_sys::Date::now() as u64;
    now
}

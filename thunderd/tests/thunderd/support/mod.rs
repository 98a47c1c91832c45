//! A chain with the contracts, and nodes on it.

#[path = "../../../../ethereum/tests/support/mod.rs"]
#[allow(dead_code)]
pub mod chain;
pub mod cli;
pub mod download;
pub mod node;
pub mod paywall;
pub mod recorded;
pub mod relay;
pub mod traffic;
pub mod world;

pub use node::Node;
pub use world::World;

use serde_json::Value;
use std::time::{Duration, Instant};

/// Nothing here takes so long; a test that waits longer has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Looks again and again until `look` gives something.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(since.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whole THD in the smallest unit, as the API says it.
pub fn thd(whole: u64) -> String {
    format!("{whole}{}", "0".repeat(18))
}

/// An amount of an answer.
pub fn units(amount: &Value) -> u128 {
    amount
        .as_str()
        .expect("an amount")
        .parse()
        .expect("a whole number")
}

//! Following the hub, and the watchtower, on a real chain: each look is made by the test, each block is mined by it.

mod answers;
mod fees;
mod following;
mod reorganisations;
mod stage;
mod two;

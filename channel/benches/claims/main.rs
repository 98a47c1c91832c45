//! What a payment costs: typed-data digest and signature on one side, digest and recovery on the other.

#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(not(target_arch = "wasm32"))]
criterion::criterion_main!(native::claims);

#[cfg(target_arch = "wasm32")]
fn main() {}

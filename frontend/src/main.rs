//! Starts the app in the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    frontend::app::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The app runs in a browser: build it with `cargo xtask build`, or start `cargo xtask demo`.");
}

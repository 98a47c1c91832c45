//! Throws bytes at everything that reads foreign text: `cargo +nightly fuzz run decoders`.

#![no_main]

#[path = "../decode.rs"]
mod decode;

libfuzzer_sys::fuzz_target!(|text: &str| {
    decode::everything(text);
});

//! Writes `channel/vectors/vectors.json`, or what its argument names: `cargo run -p thunder-channel --example vectors`.

#[path = "../vectors/generate.rs"]
mod generate;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/vectors.json").to_owned());
    std::fs::write(&path, generate::text()?)?;
    println!("wrote {path}");
    Ok(())
}

//! Writes `vectors.json` and `sessions.json` into `channel/vectors`, or into the folder that its argument names:
//! `cargo run -p thunder-channel --example vectors`.

#[path = "../vectors/generate.rs"]
mod generate;
#[path = "../vectors/generate_sessions.rs"]
mod generate_sessions;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/vectors").to_owned());
    for (file, text) in [
        ("vectors.json", generate::text()?),
        ("sessions.json", generate_sessions::text()?),
    ] {
        let path = format!("{folder}/{file}");
        std::fs::write(&path, text)?;
        println!("wrote {path}");
    }
    Ok(())
}

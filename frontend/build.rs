//! Turns `locales/*.json` into Rust names, so that a missing text or argument fails to compile, in any language.

use std::{error::Error, fs, path::PathBuf};

use words::Texts;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("locales");
    let texts = match Texts::read(&folder) {
        Ok(texts) => texts,
        Err(fault) => {
            for line in fault.to_string().lines() {
                println!("cargo::error={line}");
            }
            return Ok(());
        }
    };
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("words.rs"), texts.rust())?;
    Ok(())
}

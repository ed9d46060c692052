//! Turns `locales/*.json` into Rust, so that a missing word or argument fails to compile.

use std::{error::Error, path::PathBuf};

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=Cargo.toml");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n");
    let options = ParseOptions::new().interpolate_display(true);
    let words = TranslationsInfos::parse(Config::new("en")?.parse_options(options))?;
    words.emit_diagnostics();
    words.rerun_if_locales_changed();
    words.generate_i18n_module(out)?;
    Ok(())
}

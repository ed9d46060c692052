//! The developer's commands of Touchline: `cargo xtask --help`.

mod bench;
mod browser;
mod build;
mod bundle;
mod chaos;
mod cli;
mod client;
mod clients;
mod demo;
mod dev;
mod nginx;
mod npm;
mod openapi;
mod process;
mod python;
mod run;
mod schemathesis;
mod server;
mod services;
mod system;
mod test;
mod wasm;
mod workspace;

use clap::Parser;

fn main() -> std::process::ExitCode {
    process::stop_children_on_signal();
    match cli::Cli::parse().command.execute() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

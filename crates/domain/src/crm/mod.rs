//! Whom one sells to, and how a sale goes on.

pub mod activity;
pub mod company;
pub mod contact;
pub mod deal;
pub mod deal_worth;
pub mod duplicate;
pub mod duplicate_group;
pub mod lead;
pub mod merge;
pub mod note;
#[cfg(not(target_family = "wasm"))]
pub mod note_text;
pub mod pipeline;
pub mod saved_view;
pub mod tag;

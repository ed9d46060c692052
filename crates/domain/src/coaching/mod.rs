//! How people get better: coaching.

pub mod access;
pub mod action_item;
pub mod action_plan;
pub mod metric;
pub mod metric_list;
pub mod proposal;
pub mod quick_note;
#[cfg(not(target_family = "wasm"))]
pub mod recurrence;
pub mod score;
pub mod session;

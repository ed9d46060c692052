//! How people get better: coaching.

mod access;
mod action_item;
mod action_plan;
mod quick_note;
mod report;

pub use access::*;
pub use action_item::*;
pub use action_plan::*;
pub use quick_note::*;
pub use report::*;

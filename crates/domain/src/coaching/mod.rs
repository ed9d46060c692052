//! How people get better: coaching.

pub mod access;
pub mod action_item;
pub mod action_plan;
pub mod quick_note;

//! Whom one sells to, and how a sale goes on.

pub mod company;
pub mod contact;
pub mod deal;
pub mod deal_worth;
pub mod duplicate;
pub mod duplicate_group;
pub mod lead;
pub mod merge;
pub mod pipeline;
pub mod saved_view;

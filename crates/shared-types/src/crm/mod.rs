//! Whom one sells to, and what is being sold.

mod activity;
mod address;
mod company;
mod contact;
mod deal;
mod deal_list;
mod duplicate;
mod duplicate_group;
mod lead;
mod lead_board;
mod lead_settings;
mod merge;
mod note;
mod pipeline;
mod product;
mod saved_view;
mod tag;

pub use activity::*;
pub use address::*;
pub use company::*;
pub use contact::*;
pub use deal::*;
pub use deal_list::*;
pub use duplicate::*;
pub use duplicate_group::*;
pub use lead::*;
pub use lead_board::*;
pub use lead_settings::*;
pub use merge::*;
pub use note::*;
pub use pipeline::*;
pub use product::*;
pub use saved_view::*;
pub use tag::*;

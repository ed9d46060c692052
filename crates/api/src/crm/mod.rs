//! Whom one sells to, and what is being sold.

pub mod about;
pub mod activity;
pub mod bulk;
pub mod company;
pub mod contact;
pub mod contact_private;
pub mod deal;
pub mod deal_board;
pub mod deal_input;
pub mod deal_step;
pub mod duplicate;
pub mod duplicate_group;
pub mod lead;
pub mod lead_assignment;
pub mod lead_board;
pub mod lead_convert;
pub mod lead_settings;
pub mod lost_reason;
pub mod merge;
mod merge_kind;
mod merge_preview;
mod merge_work;
pub mod note;
pub mod note_mention;
pub mod pipeline;
pub mod product;
pub mod product_category;
pub mod reference;
pub mod reminder;
pub mod saved_view;
pub mod tag;

use crate::core::app::Services;

/// The routes of this context.
pub fn routes(config: &mut impl Services) {
    // Before those of single records, which would take `bulk` for an id.
    bulk::routes(config);
    activity::routes(config);
    // Before `/companies/{id}` and its like, which would take `duplicates` for an id.
    duplicate::routes(config);
    duplicate_group::routes(config);
    merge::routes(config);
    company::routes(config);
    contact::routes(config);
    note::routes(config);
    // Before `/leads/{id}` and `/deals/{id}`, which would take `board` for an id.
    lead_board::routes(config);
    deal_board::routes(config);
    lead::routes(config);
    lead_convert::routes(config);
    lead_settings::routes(config);
    product_category::routes(config);
    product::routes(config);
    pipeline::routes(config);
    lost_reason::routes(config);
    deal::routes(config);
    deal_step::routes(config);
    saved_view::routes(config);
    tag::routes(config);
}

//! Companies, products, pipelines, deals.

pub mod about;
pub mod activity;
pub mod company;
pub mod contact;
pub mod contact_point;
pub mod deal;
pub mod deal_board;
pub mod deal_line;
pub mod deal_list;
pub mod deal_report;
pub mod deal_stage_stay;
pub mod duplicate;
pub mod duplicate_group;
pub mod lead;
pub mod lead_settings;
pub mod lost_reason;
pub mod merge;
pub mod note;
pub mod note_mention;
pub mod pipeline;
pub mod product;
pub mod product_category;
pub mod reminder;
pub mod saved_view;
pub mod saved_view_default;
pub mod stage;

//! Whom one sells to, and what is being sold.

pub mod api;
pub mod board;
mod board_card;
mod board_state;
pub mod companies;
pub mod company;
mod company_form;
pub mod contact;
mod contact_form;
pub mod contacts;
mod countries;
pub mod deal;
pub mod deal_api;
mod deal_close;
pub mod deal_fields;
mod deal_form;
pub mod deal_lines;
mod deal_parts;
pub mod deals;
pub mod pipelines;
mod points;
pub mod product;
pub mod products;
mod related;

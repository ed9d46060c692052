//! Whom one sells to, and what is being sold.

pub mod api;
pub mod companies;
pub mod company;
mod company_form;
mod countries;

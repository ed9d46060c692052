//! Other people's services, one folder each.

pub mod calendar;
pub mod mail;

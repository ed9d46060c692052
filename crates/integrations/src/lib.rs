//! Other people's services, one folder each.

pub mod mail;

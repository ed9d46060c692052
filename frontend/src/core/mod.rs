//! What every page uses.

pub mod auth;
pub mod components;
pub mod draft;
pub mod errors;
pub mod format;
pub mod http;
pub mod i18n;
pub mod live;
pub mod local_time;
pub mod page;
pub mod query;
pub mod storage;
pub mod theme;
pub mod toast;
pub mod url;

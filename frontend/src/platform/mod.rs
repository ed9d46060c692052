//! What serves every context: the dashboard, imports, the log, the palette.

pub mod audit;
mod audit_check;
mod dashboard;
mod dashboard_charts;
pub mod exports;
mod first_steps;
pub mod home;
pub mod import;
pub mod import_archive;
mod import_bring;
mod import_fields;
mod import_mapping;
mod import_values;
pub mod imports;
pub mod installation;
pub mod jobs;
mod notification_api;
pub mod notification_bell;
pub mod notification_preferences;
pub mod notifications;
pub mod palette;
pub mod shortcuts;

//! What serves every context: tables of text in and out, imports, jobs, reports.

pub mod archive;
pub mod csv;
pub mod event;
pub mod export;
pub mod import;
pub mod job;
pub mod notification;
pub mod report;

//! What serves every context: tables of text in and out, imports, reports.

pub mod csv;
pub mod export;
pub mod import;
pub mod report;

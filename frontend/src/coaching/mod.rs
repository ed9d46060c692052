//! How people get better: coaching.

pub mod metric_api;
mod metric_charts;
mod metric_form;
pub mod metric_settings;
pub mod metric_values;
pub mod proposals;
pub mod ranking;
pub mod rules;
pub mod scorecard;

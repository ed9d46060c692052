//! How people get better: coaching.

pub mod access;
pub mod metric;
pub mod metric_list;
pub mod proposal;

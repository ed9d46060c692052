//! How people get better: coaching.

mod access;
mod metric;
mod metric_value;
mod proposal;
mod rule;
mod scorecard;

pub use access::*;
pub use metric::*;
pub use metric_value::*;
pub use proposal::*;
pub use rule::*;
pub use scorecard::*;

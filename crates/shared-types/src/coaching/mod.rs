//! How people get better: coaching.

mod access;
mod action_item;
mod action_plan;
mod metric;
mod metric_value;
mod proposal;
mod quick_note;
mod report;
mod rubric;
mod rule;
mod scorecard;
mod session;
mod session_requests;
mod template;

pub use access::*;
pub use action_item::*;
pub use action_plan::*;
pub use metric::*;
pub use metric_value::*;
pub use proposal::*;
pub use quick_note::*;
pub use report::*;
pub use rubric::*;
pub use rule::*;
pub use scorecard::*;
pub use session::*;
pub use session_requests::*;
pub use template::*;

//! How people get better: coaching.

mod access;
mod rubric;
mod session;
mod session_requests;
mod template;

pub use access::*;
pub use rubric::*;
pub use session::*;
pub use session_requests::*;
pub use template::*;

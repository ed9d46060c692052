//! Who somebody is: organizations, users, members, sessions, teams.

mod absence;
mod api_key;
mod auth;
mod invitation;
mod member;
mod organization;
mod second_factor;
mod session;
mod team;

pub use absence::*;
pub use api_key::*;
pub use auth::*;
pub use invitation::*;
pub use member::*;
pub use organization::*;
pub use second_factor::*;
pub use session::*;
pub use team::*;

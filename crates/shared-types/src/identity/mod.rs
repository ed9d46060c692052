//! Who somebody is: organizations, users, members, sessions, teams.

mod api_key;
mod auth;
mod invitation;
mod member;
mod organization;
mod session;
mod team;

pub use api_key::*;
pub use auth::*;
pub use invitation::*;
pub use member::*;
pub use organization::*;
pub use session::*;
pub use team::*;

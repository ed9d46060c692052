//! Organizations, users, members, sessions, teams.

pub mod absence;
pub mod api_key;
pub mod hand_over;
pub mod invitation;
pub mod member;
pub mod one_time_token;
pub mod organization;
pub mod second_factor;
pub mod session;
pub mod team;
pub mod user;

//! Who may do what, how people stand to each other, and what they may sign in with.

pub mod absence;
pub mod api_key;
pub mod invitation;
pub mod member;
pub mod password;
pub mod role;
pub mod second_factor;

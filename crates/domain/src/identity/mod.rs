//! Who may do what, and how people stand to each other.

pub mod role;

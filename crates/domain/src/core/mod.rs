//! What the rules of every context use: errors, text, money, time.

pub mod decimal;
pub mod error;
pub mod graph;
pub mod money;
pub mod text;
pub mod time;

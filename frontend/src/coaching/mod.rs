//! How people get better: coaching.

mod answers;
mod api;
pub mod calendar;
mod notes;
mod rubric_form;
pub mod rubrics;
mod saver;
mod score;
pub mod session;
mod session_form;
mod session_parts;
pub mod sessions;
pub mod templates;

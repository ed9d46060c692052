//! How people get better: coaching.

pub mod action_item;
pub mod action_item_board;
mod action_item_form;
pub mod action_items;
pub mod action_plan;
pub mod action_plans;
pub mod my_coaching;
pub mod my_team;
pub mod quick_note_dialog;
pub mod quick_notes;
mod words;

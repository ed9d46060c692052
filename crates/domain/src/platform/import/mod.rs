//! Imports: from a file of text to records, in steps that each are pure.
//!
//! [`sniff`] tells encoding and delimiter from the first bytes, [`columns`] what the headers mean,
//! [`dates`], [`moments`] and the number formats of [`crate::core::decimal`] how values are written; [`kinds`]
//! says what records have, [`cells`], [`lines`] and [`rows`] read a row into a [`kinds::Draft`] or say what is wrong with it, [`names`] finds the
//! records that names mean, [`values`] what happens where they are not found; [`state`] says which step may follow which.

pub mod cells;
pub mod columns;
pub mod dates;
pub mod fields;
pub mod kinds;
pub mod lines;
pub mod moments;
pub mod names;
pub mod rows;
pub mod sniff;
pub mod state;
pub mod values;
pub mod words;

//! Imports: from a file of text to records, in steps that each are pure.
//!
//! [`sniff`] tells encoding and delimiter from the first bytes, [`columns`] what the headers mean,
//! [`dates`] and the number formats of [`crate::core::decimal`] how values are written; [`cells`]
//! and [`rows`] read a row into a [`drafts::Draft`] or say what is wrong with it, [`names`] finds the
//! records that names mean, [`values`] what happens where they are not found; [`state`] says which step may follow which.

pub mod cells;
pub mod columns;
pub mod dates;
pub mod drafts;
pub mod fields;
pub mod names;
mod records;
pub mod rows;
pub mod sniff;
pub mod state;
pub mod synonyms;
pub mod values;

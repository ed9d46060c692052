//! The pieces that pages are made of. Native elements where the browser has them: `<dialog>`,
//! popovers, `<select>`, `<input type="date">` (see `docs/adr/` for why).

pub mod adding;
pub mod badge;
pub mod board;
pub mod board_page;
pub mod bulk;
mod bulk_work;
pub mod columns;
pub mod combobox;
pub mod dialog;
pub mod field;
pub mod filter;
pub mod form;
pub mod icons;
pub mod inline;
pub mod list;
pub mod menu;
pub mod more_filters;
pub mod named;
pub mod pages;
pub mod popover;
pub mod record;
pub mod secret;
pub mod states;
pub mod table;
pub mod tags;
pub mod timeline;
pub mod views;
pub mod views_menu;

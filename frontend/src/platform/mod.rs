//! What serves every context: the first page, the palette.

pub mod audit;
pub mod home;
pub mod palette;

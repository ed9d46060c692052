//! What every context uses: ids, errors, pages, money, patches, permissions.

mod error;
mod id;
mod language;
mod money;
mod named;
mod page;
mod patch;
mod permission;
mod text;
mod text_enum;

pub use error::*;
pub use id::*;
pub use language::*;
pub use money::*;
pub use named::*;
pub use page::*;
pub use patch::*;
pub use permission::*;
pub use text::*;
pub use text_enum::*;

//! Connections, tenant-bound handles, pages, errors.

mod board;
mod entity;
mod error;
mod filter;
mod handle;
mod insert;
mod named;
mod outage;
mod page;
mod query;
mod run;
mod store;
mod system;
mod thread_pool;
mod together;
mod tx;

pub use board::*;
pub use entity::*;
pub use error::*;
pub use filter::*;
pub use handle::*;
pub use named::*;
pub use page::*;
pub use query::*;
pub(crate) use store::Pools;
pub use store::*;
pub use system::*;
pub use tx::*;

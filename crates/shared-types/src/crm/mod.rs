//! Whom one sells to, and what is being sold.

mod company;
mod contact;
mod deal;
mod pipeline;
mod product;

pub use company::*;
pub use contact::*;
pub use deal::*;
pub use pipeline::*;
pub use product::*;

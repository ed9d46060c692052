//! Companies, products, pipelines, deals.

pub mod company;

//! The board of leads: a column for each state.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Lead, LeadStatus};

/// The columns of a board of leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LeadBoard {
    /// One column for each state, in their order.
    pub columns: Vec<LeadBoardColumn>,
}

/// A column of the board: how many leads it has, and the first of them.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LeadBoardColumn {
    /// The state.
    pub status: LeadStatus,
    /// How many leads are in it.
    pub count: u64,
    /// The first of them, the highest score first, the newest of equals.
    pub leads: Vec<Lead>,
    /// For `cursor` of `GET /api/v1/leads` with the same filters, this `status` and `sort=-score`:
    /// the leads after these.
    pub next_cursor: Option<String>,
}

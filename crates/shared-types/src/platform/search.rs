//! One search over every record a member may read.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;
use validator::Validate;

use crate::platform::SubjectKind;

/// What to search for.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Search {
    /// Every word must occur, the last one may be a beginning.
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(
        feature = "openapi",
        param(min_length = 1, max_length = 200, example = "acme")
    )]
    pub q: String,
    /// The most hits to answer, 1–50, 20 unless said.
    #[validate(range(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 50))]
    pub limit: Option<u8>,
}

/// A record that was found.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The kind of record.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Uuid,
    /// Its name or title.
    pub title: String,
    /// What tells it from others of the same name.
    pub detail: Option<String>,
    /// The kind of record it is about, where it has no page of its own.
    pub about_kind: Option<SubjectKind>,
    /// Id of that record.
    pub about_id: Option<Uuid>,
}

impl SearchHit {
    /// A hit that is shown on a page of its own.
    #[must_use]
    pub fn new(
        kind: SubjectKind,
        id: impl Into<Uuid>,
        title: String,
        detail: Option<String>,
    ) -> Self {
        Self {
            kind,
            id: id.into(),
            title,
            detail,
            about_kind: None,
            about_id: None,
        }
    }
}

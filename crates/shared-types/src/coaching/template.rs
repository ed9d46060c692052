//! Templates: how a coaching session is prepared again and again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::CoachingKind;
use crate::{AnyOf, CoachingTemplateId, Patch, RubricId, list_query, patch, request, text_enum};

/// A template of coaching sessions. Sessions copy it: changing it changes none of them.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingTemplate {
    /// Id of the template.
    pub id: CoachingTemplateId,
    /// Its name, and the title of sessions that are made of it.
    pub name: String,
    /// What kind of session.
    pub kind: CoachingKind,
    /// How long it takes, in minutes.
    pub duration_minutes: i32,
    /// What is to be talked about, in order.
    pub agenda: Vec<String>,
    /// What the coach is to prepare.
    pub preparation_notes: Option<String>,
    /// The rubric it is scored by, any version of it; sessions take the published one.
    pub rubric_id: Option<RubricId>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

request! {
    /// Adds a template.
    #[cfg_attr(feature = "openapi", schema(example = json!({"name": "Pipeline review", "kind": "pipelineReview", "agenda": ["What moved", "What is stuck"]})))]
    pub struct CreateCoachingTemplate {
        /// Its name, and the title of sessions that are made of it.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub name: String,
        /// What kind of session; one-to-one unless said.
        pub kind: Option<CoachingKind>,
        /// How long it takes, in minutes; 60 unless said.
        #[validate(range(min = 5, max = 480))]
        #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 480))]
        pub duration_minutes: Option<i32>,
        /// What is to be talked about, in order.
        #[validate(length(max = 30), custom(function = crate::points))]
        #[cfg_attr(feature = "openapi", schema(max_items = 30))]
        pub agenda: Vec<String>,
        /// What the coach is to prepare.
        #[validate(length(max = 20_000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 20_000))]
        pub preparation_notes: Option<String>,
        /// The rubric it is scored by.
        pub rubric_id: Option<RubricId>,
    }
}

patch! {
    /// Changes a template.
    #[cfg_attr(feature = "openapi", schema(example = json!({"durationMinutes": 45})))]
    pub struct UpdateCoachingTemplate {
        /// Its name, and the title of sessions that are made of it.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub name: Option<String>,
        /// What kind of session.
        pub kind: Option<CoachingKind>,
        /// How long it takes, in minutes.
        #[validate(range(min = 5, max = 480))]
        #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 480))]
        pub duration_minutes: Option<i32>,
        /// What is to be talked about, in order, instead of what was.
        #[validate(length(max = 30), custom(function = crate::points))]
        #[cfg_attr(feature = "openapi", schema(max_items = 30))]
        pub agenda: Option<Vec<String>>,
        /// What the coach is to prepare.
        #[validate(length(max = 20_000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 20_000))]
        pub preparation_notes: Patch<String>,
        /// The rubric it is scored by.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<RubricId>))]
        pub rubric_id: Patch<RubricId>,
    }

    /// A field of a template that can be emptied.
    pub enum CoachingTemplateField {
        PreparationNotes = "preparationNotes" => preparation_notes,
        RubricId = "rubricId" => rubric_id,
    }
}

text_enum! {
    /// What templates are listed by.
    pub enum CoachingTemplateSort {
        Name = "name",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which templates to list.
    pub struct ListCoachingTemplates sort CoachingTemplateSort {
        /// Of any of these kinds.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "oneToOne,callReview"))]
        kind: AnyOf<CoachingKind>,
    }
}

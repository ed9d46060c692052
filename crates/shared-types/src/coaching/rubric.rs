//! Rubrics: weighted questions by which coaching is scored, in versions of which published ones stay as they are.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{AnyOf, RubricId, RubricQuestionId, list_query, request, text_enum};

text_enum! {
    /// How a version of a rubric stands.
    pub enum RubricStatus {
        /// Being written; nobody scores by it.
        Draft = "draft",
        /// What new sessions are scored by. It stays as it is.
        Published = "published",
        /// A later version took its place; sessions that have it keep it.
        Superseded = "superseded",
        /// No longer offered; sessions that have it keep it.
        Archived = "archived",
    }
}

text_enum! {
    /// How a question is answered.
    pub enum QuestionKind {
        /// From 1 to `scaleMax`: 1 is worth nothing, `scaleMax` all of the weight.
        Scale = "scale",
        /// 1 is yes and worth all of the weight, 0 no.
        YesNo = "yesNo",
        /// One of `choices` by its place, from 0; each is worth its `points` in percent of the weight.
        Choice = "choice",
        /// By words alone; it has no weight.
        Text = "text",
    }
}

/// An answer that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RubricChoice {
    /// What it says.
    #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub text: String,
    /// What it is worth, in percent of the weight of the question.
    #[validate(range(min = 0, max = 100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100))]
    pub points: i32,
}

/// A question of a rubric.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RubricQuestion {
    /// Id of the question, the same in all versions.
    pub id: RubricQuestionId,
    /// What is asked.
    pub text: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// How much it counts beside the others; 0 for questions answered by words.
    pub weight: i32,
    /// The highest answer of a scale.
    pub scale_max: Option<i32>,
    /// The answers that can be chosen.
    #[serde(default)]
    pub choices: Vec<RubricChoice>,
}

/// A question of a rubric, as it is written.
#[apply(
    Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")],
    Vec => #[serde(default, skip_serializing_if = "Vec::is_empty")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WriteRubricQuestion {
    /// Id of the question that is changed; a new one without.
    pub id: Option<RubricQuestionId>,
    /// What is asked.
    #[validate(length(min = 1, max = 500), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 500,
            example = "Were the customer's needs understood?"
        )
    )]
    pub text: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// How much it counts beside the others, 1–100; 1 unless said, and none for questions answered by words.
    #[validate(range(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    pub weight: Option<i32>,
    /// The highest answer of a scale, 2–10; 5 unless said.
    #[validate(range(min = 2, max = 10))]
    #[cfg_attr(feature = "openapi", schema(minimum = 2, maximum = 10))]
    pub scale_max: Option<i32>,
    /// The answers that can be chosen, 2–10 of them.
    #[validate(length(max = 10), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub choices: Vec<RubricChoice>,
}

/// A version of a rubric.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rubric {
    /// Id of this version.
    pub id: RubricId,
    /// Id of the first version, which all versions share.
    pub family_id: RubricId,
    /// Which version it is, from 1.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How it stands.
    pub status: RubricStatus,
    /// What is asked, in order.
    pub questions: Vec<RubricQuestion>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

request! {
    /// Adds a rubric, as a draft.
    #[cfg_attr(feature = "openapi", schema(example = json!({"name": "Discovery call", "questions": [{"text": "Was the next step agreed?", "kind": "yesNo", "weight": 2}]})))]
    pub struct CreateRubric {
        /// Its name.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub name: String,
        /// What it is for.
        #[validate(length(max = 2000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
        pub description: Option<String>,
        /// What is asked, in order.
        #[validate(length(max = 50), nested)]
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        pub questions: Vec<WriteRubricQuestion>,
    }
}

request! {
    /// Changes a draft.
    #[cfg_attr(feature = "openapi", schema(example = json!({"name": "Discovery call"})))]
    pub struct UpdateRubric {
        /// Its name.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub name: Option<String>,
        /// What it is for.
        #[validate(length(max = 2000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
        pub description: Option<String>,
        /// What is asked, in order, instead of what was.
        #[validate(length(max = 50), nested)]
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        pub questions: Option<Vec<WriteRubricQuestion>>,
    }
}

text_enum! {
    /// What rubrics are listed by.
    pub enum RubricSort {
        Name = "name",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which versions of rubrics to list.
    pub struct ListRubrics sort RubricSort {
        /// In any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "draft,published"))]
        status: AnyOf<RubricStatus>,
        /// Versions of the rubric with this first version.
        family_id: RubricId,
    }
}

/// What was answered to a question.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RubricAnswer {
    /// The question.
    pub question_id: RubricQuestionId,
    /// On a scale 1 to its highest; 1 for yes and 0 for no; the place of a choice, from 0. None for questions answered by words.
    #[validate(range(min = 0, max = 10))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10))]
    pub value: Option<i32>,
    /// What there is to say about it.
    #[validate(length(max = 2000), custom(function = crate::many_lines))]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub comment: Option<String>,
}

//! Pipelines: the stages a deal goes through.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{PipelineId, StageId, list_query, request, text_enum};

/// A pipeline with its stages in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pipeline {
    /// Id of the pipeline.
    pub id: PipelineId,
    /// Its name, unique in the organization.
    pub name: String,
    /// Whether new deals start here unless said.
    pub is_default: bool,
    /// Its stages, from first contact to the last before the deal is won or lost.
    pub stages: Vec<Stage>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

/// A stage of a pipeline.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// Id of the stage.
    pub id: StageId,
    /// Its name, unique in the pipeline.
    pub name: String,
    /// Chance that a deal here is won, in percent.
    pub probability: u8,
    /// Days after which a deal that has not moved rots; never without.
    pub rotting_days: Option<u16>,
}

/// A stage as it is written: with an id it is the stage of that id, without it is new.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StageInput {
    /// Id of the stage to keep; absent makes a new one.
    pub id: Option<StageId>,
    /// Its name, unique in the pipeline.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, example = "Engaging")
    )]
    pub name: String,
    /// Chance that a deal here is won, in percent.
    #[validate(range(max = 100))]
    #[cfg_attr(feature = "openapi", schema(maximum = 100, example = 40))]
    pub probability: u8,
    /// Days after which a deal that has not moved rots; never without.
    #[validate(range(min = 1, max = 3650))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3650))]
    pub rotting_days: Option<u16>,
}

/// Makes a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreatePipeline {
    /// Its name, unique in the organization.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, example = "New business")
    )]
    pub name: String,
    /// Its stages in order, 1–20.
    #[validate(length(min = 1, max = 20), nested)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub stages: Vec<StageInput>,
    /// Whether new deals start here unless said.
    #[serde(default)]
    pub is_default: bool,
}

request! {
    /// Changes a pipeline. A stage that is left out is removed, if no deal is in it.
    pub struct UpdatePipeline {
        /// Its name, unique in the organization.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub name: Option<String>,
        /// Its stages in order, 1–20.
        #[validate(length(min = 1, max = 20), nested)]
        #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
        pub stages: Option<Vec<StageInput>>,
        /// `true` makes this the pipeline where new deals start.
        pub is_default: Option<bool>,
    }
}

text_enum! {
    /// What pipelines are listed by.
    pub enum PipelineSort {
        Name = "name",
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which pipelines to list.
    pub struct ListPipelines sort PipelineSort {}
}

crate::named! {
    /// A reason for which deals are lost.
    LostReason(LostReasonId, example = "Price") {}
    /// Makes a reason for which deals are lost.
    CreateLostReason {}
    /// Changes the words of a reason for which deals are lost.
    UpdateLostReason {}
}

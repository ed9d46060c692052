//! Teams: named groups of members with an owner.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{MemberId, Patch, TeamId, list_query, patch, text_enum};

/// A team.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// Id of the team.
    pub id: TeamId,
    /// Its name, unique in the organization.
    pub name: String,
    /// The member to whom the team's records are in reach.
    pub owner_id: Option<MemberId>,
    /// How many active members it has.
    pub member_count: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Makes a team.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateTeam {
    /// Its name, unique in the organization.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, example = "Central")
    )]
    pub name: String,
    /// The member to whom the team's records are in reach.
    pub owner_id: Option<MemberId>,
}

patch! {
    /// Changes a team.
    pub struct UpdateTeam {
        /// Its name, unique in the organization.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub name: Option<String>,
        /// The member to whom the team's records are in reach.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MemberId>))]
        pub owner_id: Patch<MemberId>,
    }

    /// A field of a team that can be emptied.
    pub enum TeamField {
        OwnerId = "ownerId" => owner_id,
    }
}

text_enum! {
    /// What teams are listed by.
    pub enum TeamSort {
        Name = "name",
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which teams to list.
    pub struct ListTeams sort TeamSort {}
}

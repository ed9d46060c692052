//! Teams.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use shared_types::{MemberId, OrganizationId, TeamId};

/// A row of a team.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "teams")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TeamId,
    pub organization_id: OrganizationId,
    pub name: String,
    pub name_key: String,
    pub owner_id: Option<MemberId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

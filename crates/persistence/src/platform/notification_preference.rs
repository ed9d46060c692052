//! How members want to be told.

use chrono::{DateTime, Utc};
use sea_orm::{QueryFilter, entity::prelude::*, sea_query::OnConflict};
use shared_types::{MemberId, OrganizationId, platform::NotificationChannel};

use super::import;
use crate::{Db, StoreResult, Tx, any_of};

/// A row of what a member said.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_preferences")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// [`NotificationChannel`]s.
    pub channels: Json,
    pub time_zone: Option<String>,
    pub quiet_from: Option<String>,
    pub quiet_until: Option<String>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// How the member wants to be told of what. Kinds that this version does not know are left out.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`](crate::StoreError::Corrupt) when it cannot be read back.
    pub fn channels(&self) -> StoreResult<Vec<NotificationChannel>> {
        let all: Vec<Json> = import::read(&self.channels)?;
        let known = all.into_iter().map(serde_json::from_value);
        Ok(known.filter_map(Result::ok).collect())
    }
}

/// What some members said, as far as they did.
///
/// # Errors
/// When the database does not answer.
pub async fn of(db: &impl Db, members: &[MemberId]) -> StoreResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::MemberId, members.iter().map(|id| id.0)))
        .all(db)
        .await?)
}

/// Writes what a member says, in the place of what was said before.
///
/// # Errors
/// When the database does not answer.
pub async fn put(tx: &Tx, row: Model) -> StoreResult<()> {
    let place = OnConflict::columns([Column::OrganizationId, Column::MemberId])
        .update_columns([
            Column::Channels,
            Column::TimeZone,
            Column::QuietFrom,
            Column::QuietUntil,
            Column::UpdatedAt,
        ])
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(place)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

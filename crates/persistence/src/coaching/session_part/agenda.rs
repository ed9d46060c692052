//! Points of the agenda of a session.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*};
use shared_types::{
    CoachingAgendaPointId, CoachingSessionId, MemberId, OrganizationId,
    coaching::CoachingAgendaPoint,
};

use super::{HashMap, Place, member_name, of_sessions};
use crate::{
    Db, Filter, StoreResult,
    core::{row, view},
    delete_owned, update,
};

/// Its row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_agenda_points")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingAgendaPointId,
    pub organization_id: OrganizationId,
    pub session_id: CoachingSessionId,
    pub position: i32,
    pub text: String,
    pub done: bool,
    pub author_id: MemberId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Its row with the name of who added it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of who added it.
    pub author_name: String,
}

row!(Found);

view! {
    Found => CoachingAgendaPoint;
    shown(id, text, done, position, author_id);
    hidden(organization_id, session_id, created_at, updated_at, version);
    beside(author_name);
}

/// Those of some sessions, in order.
pub(super) async fn of(
    db: &impl Db,
    ids: &[CoachingSessionId],
) -> StoreResult<HashMap<CoachingSessionId, Vec<Found>>> {
    let place = Place {
        tenant: Column::OrganizationId,
        session: Column::SessionId,
        member: Column::AuthorId,
        order: Column::Position,
    };
    of_sessions::<Entity, Found>(db, ids, place, "author_name", |found| found.row.session_id).await
}

/// A point of the tenant.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: CoachingAgendaPointId) -> StoreResult<Found> {
    let select = Entity::find()
        .expr_as(member_name(db, Column::AuthorId), "author_name")
        .filter(db.owns(Column::OrganizationId));
    Filter::new(select).is(Column::Id, Some(id)).one(db).await
}

/// Writes a changed point.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Deletes a point.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl Db, id: CoachingAgendaPointId) -> StoreResult<()> {
    delete_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

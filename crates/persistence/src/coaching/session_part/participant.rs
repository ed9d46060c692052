//! Who takes part in a session.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryFilter, entity::prelude::*};
use shared_types::{
    CoachingSessionId, MemberId, OrganizationId,
    coaching::{CoachingParticipant, CoachingSide},
};

use super::{HashMap, Place, of_sessions};
use crate::{
    Db, StoreResult,
    core::{row, view},
};

/// Its row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_participants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: CoachingSessionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    pub side: CoachingSide,
    pub acknowledged_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Its row with the name of the member.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the member.
    pub member_name: String,
}

row!(Found);

view! {
    Found => CoachingParticipant;
    shown(member_id, side, acknowledged_at);
    hidden(organization_id, session_id);
    beside(member_name);
}

/// Those of some sessions, agents first.
pub(super) async fn of(
    db: &impl Db,
    ids: &[CoachingSessionId],
) -> StoreResult<HashMap<CoachingSessionId, Vec<Found>>> {
    let place = Place {
        tenant: Column::OrganizationId,
        session: Column::SessionId,
        member: Column::MemberId,
        order: Column::Side,
    };
    of_sessions::<Entity, Found>(db, ids, place, "member_name", |found| found.row.session_id).await
}

/// Says that an agent acknowledged a session.
///
/// # Errors
/// When the database does not answer.
pub async fn acknowledge(db: &impl Db, row: &Model, at: DateTime<Utc>) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::AcknowledgedAt, Expr::val(Some(at)))
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::SessionId.eq(row.session_id.0))
        .filter(Column::MemberId.eq(row.member_id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Takes somebody out of a session.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(db: &impl Db, session: CoachingSessionId, member: MemberId) -> StoreResult<()> {
    Entity::delete_many()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::SessionId.eq(session.0))
        .filter(Column::MemberId.eq(member.0))
        .exec(db)
        .await?;
    Ok(())
}

//! Disputes of scores.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, entity::prelude::*};
use shared_types::{
    CoachingDisputeId, CoachingSessionId, MemberId, OrganizationId, RubricQuestionId,
    coaching::{CoachingDispute, DisputeStatus},
};

use super::{HashMap, Place, of_sessions};
use crate::{
    Db, StoreResult,
    core::{row, view},
    find_owned, update,
};

/// Its row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_disputes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingDisputeId,
    pub organization_id: OrganizationId,
    pub session_id: CoachingSessionId,
    pub question_id: Option<RubricQuestionId>,
    pub reason: String,
    pub status: DisputeStatus,
    /// Hundredths of a point.
    pub score_before: i32,
    /// Hundredths of a point.
    pub score_after: Option<i32>,
    pub decided_by_id: Option<MemberId>,
    pub decision: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Its row with the name of who decided.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of who decided.
    pub decided_by_name: Option<String>,
}

row!(Found);

view! {
    Found => CoachingDispute;
    shown(
        id, question_id, reason, status, score_before, score_after, decided_by_id, decision, decided_at,
        created_at,
    );
    hidden(organization_id, session_id, version);
    beside(decided_by_name);
}

/// Those of some sessions, the first first.
pub(super) async fn of(
    db: &impl Db,
    ids: &[CoachingSessionId],
) -> StoreResult<HashMap<CoachingSessionId, Vec<Found>>> {
    let place = Place {
        tenant: Column::OrganizationId,
        session: Column::SessionId,
        member: Column::DecidedById,
        order: Column::CreatedAt,
    };
    let session = |found: &Found| found.row.session_id;
    of_sessions::<Entity, Found>(db, ids, place, "decided_by_name", session).await
}

/// A dispute of the tenant.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: CoachingDisputeId) -> StoreResult<Model> {
    find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

/// Writes a decided dispute.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

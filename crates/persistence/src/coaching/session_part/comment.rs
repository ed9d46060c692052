//! Comments on sessions.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, entity::prelude::*};
use shared_types::{
    CoachingCommentId, CoachingSessionId, MemberId, OrganizationId, coaching::CoachingComment,
};

use super::{HashMap, Place, of_sessions};
use crate::{
    Db, StoreResult,
    core::{row, view},
};

/// Its row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_comments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingCommentId,
    pub organization_id: OrganizationId,
    pub session_id: CoachingSessionId,
    pub body: String,
    pub author_id: MemberId,
    pub created_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Its row with the name of who wrote it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of who wrote it.
    pub author_name: String,
}

row!(Found);

view! {
    Found => CoachingComment;
    shown(id, body, author_id, created_at);
    hidden(organization_id, session_id);
    beside(author_name);
}

/// Those of some sessions, the first first.
pub(super) async fn of(
    db: &impl Db,
    ids: &[CoachingSessionId],
) -> StoreResult<HashMap<CoachingSessionId, Vec<Found>>> {
    let place = Place {
        tenant: Column::OrganizationId,
        session: Column::SessionId,
        member: Column::AuthorId,
        order: Column::CreatedAt,
    };
    of_sessions::<Entity, Found>(db, ids, place, "author_name", |found| found.row.session_id).await
}

//! The stream of events as its readers see it, and what decides who may read a record.

use std::collections::HashMap;

use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use shared_types::MemberId;
use uuid::Uuid;

use super::audit_verification::rows;
use crate::{Db, Read, StoreResult, any_of, platform::event};

/// An event with its place in the stream.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Streamed {
    /// Its place: grows with every event, over all tenants.
    pub seq: i64,
    /// The event.
    #[sea_orm(nested)]
    pub event: event::Model,
}

/// How many events are read at a time.
pub const BATCH: usize = 500;

/// The next events of the tenant after a place, in order: at most [`BATCH`].
///
/// # Errors
/// When the database does not answer.
pub async fn after(db: &Read, seq: i64) -> StoreResult<Vec<Streamed>> {
    let sql = format!(
        "SELECT p.seq, e.id, e.organization_id, e.kind, e.subject_type, e.subject_id, e.subject_name, e.actor_id, e.changes,
           e.request_id, e.ip_address, e.at
         FROM event_stream p JOIN events e ON e.organization_id = p.organization_id AND e.id = p.event_id
         WHERE p.organization_id = tenant.id AND p.seq > ?1 ORDER BY p.seq LIMIT {BATCH}"
    );
    rows(db, &sql, seq).await
}

#[derive(FromQueryResult)]
struct Newest {
    seq: i64,
}

/// The place of the last event of the tenant; 0 where there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(db: &Read) -> StoreResult<i64> {
    let sql =
        "SELECT coalesce(max(seq), ?1) AS seq FROM event_stream WHERE organization_id = tenant.id";
    let newest: Vec<Newest> = rows(db, sql, 0).await?;
    Ok(newest.first().map_or(0, |row| row.seq))
}

#[derive(FromQueryResult)]
struct Owned {
    id: Uuid,
    owner_id: Option<MemberId>,
}

/// Who owns each of some rows of a table of the tenant, in the trash or not.
///
/// # Errors
/// When the database does not answer.
pub async fn owners<E: EntityTrait>(
    db: &Read,
    tenant: E::Column,
    id: E::Column,
    owner: E::Column,
    ids: &[Uuid],
) -> StoreResult<HashMap<Uuid, Option<MemberId>>> {
    let rows = E::find()
        .select_only()
        .column_as(id, "id")
        .column_as(owner, "owner_id")
        .filter(db.owns(tenant))
        .filter(any_of(id, ids.iter().copied()))
        .into_model::<Owned>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.owner_id)).collect())
}

/// Some rows of a table of the tenant, in the trash or not.
///
/// # Errors
/// When the database does not answer.
pub async fn some<E: EntityTrait>(
    db: &Read,
    tenant: E::Column,
    id: E::Column,
    ids: &[Uuid],
) -> StoreResult<Vec<E::Model>> {
    Ok(E::find()
        .filter(db.owns(tenant))
        .filter(any_of(id, ids.iter().copied()))
        .all(db)
        .await?)
}

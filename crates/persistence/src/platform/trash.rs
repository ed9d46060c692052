//! The trash: what has been in it for too long goes for good.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use shared_types::{
    OrganizationId,
    platform::{EventKind, SubjectKind},
};
use uuid::Uuid;

use crate::{
    Db, StoreResult, System, Tx, coaching,
    crm::{about, merge_move, tag_link},
    platform::event::NewEvent,
};

/// A record that has been in the trash for too long.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Expired {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What it is.
    pub kind: SubjectKind,
    /// Which it is.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
}

impl System {
    /// Records that went into the trash before a time and that no other record refers to any
    /// more, deals first; at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn expired_trash(
        &self,
        before: DateTime<Utc>,
        limit: i32,
    ) -> StoreResult<Vec<Expired>> {
        self.all(
            "SELECT * FROM expired_trash($1, $2)",
            include_str!("trash.sql"),
            vec![before.into(), limit.into()],
            false,
        )
        .await
    }
}

/// Deletes a record of the trash for good, and says so in the log. `false` when it was restored, or
/// another record came to refer to it, meanwhile.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(tx: &Tx, expired: &Expired) -> StoreResult<bool> {
    let table = match expired.kind {
        SubjectKind::Deal => "deals",
        SubjectKind::Product => "products",
        SubjectKind::Company => "companies",
        SubjectKind::Contact => "contacts",
        SubjectKind::Lead => "leads",
        SubjectKind::Activity => "activities",
        SubjectKind::Note => "notes",
        SubjectKind::QuickNote => "quick_notes",
        SubjectKind::ActionPlan => "action_plans",
        SubjectKind::ActionItem => "action_items",
        SubjectKind::Metric => "metrics",
        SubjectKind::MetricValue => "metric_values",
        SubjectKind::CoachingRule => "coaching_rules",
        _ => return Ok(false),
    };
    let backend = tx.get_database_backend();
    let (org, id) = match backend {
        sea_orm::DbBackend::Postgres => ("$1", "$2"),
        _ => ("?", "?"),
    };
    let sql = format!(
        "DELETE FROM {table} WHERE organization_id = {org} AND id = {id} AND deleted_at IS NOT NULL"
    );
    let values = [tx.organization().0.into(), expired.id.into()];
    about::let_go(tx, expired.kind, expired.id).await?;
    coaching::let_go(tx, expired.kind, expired.id).await?;
    merge_move::let_go(tx, expired.kind, expired.id).await?;
    tag_link::let_go(tx, expired.kind, expired.id).await?;
    let result = tx
        .execute_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    if result.rows_affected() == 0 {
        return Ok(false);
    }
    tx.record(NewEvent::new(
        EventKind::Purged,
        expired.kind,
        expired.id,
        &expired.name,
    ));
    Ok(true)
}

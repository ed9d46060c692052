//! Merges: the journal by which they are taken back.

use chrono::{DateTime, Utc};
use domain::crm::merge::undoable_until;
use sea_orm::{
    FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use shared_types::{
    MemberId, MergeId, OrganizationId,
    crm::{ListMerges, Merge, MergeKind, MergeSort, MergedRecord},
};
use uuid::Uuid;

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreError, StoreResult, System, Tx, by,
    core::{relations, row, view},
    identity::member,
    listed, page,
};

/// A row of a merge.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MergeId,
    pub organization_id: OrganizationId,
    pub kind: MergeKind,
    pub winner_id: Uuid,
    pub winner_name: String,
    /// A list of [`Loser`].
    pub losers: Json,
    /// The fields of the winner that the merge changed, as they were.
    pub before: Json,
    /// The same as the merge left them.
    pub after: Json,
    /// What of both is encrypted where it comes from, encrypted.
    pub sealed_fields: Option<String>,
    /// A list of [`MovedCount`].
    pub moved: Json,
    pub merged_by_id: Option<MemberId>,
    pub merged_at: DateTime<Utc>,
    pub undone_at: Option<DateTime<Utc>>,
}

relations! { MergedBy = MergedById -> member }

/// A record that went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loser {
    /// Which.
    pub id: Uuid,
    /// What it was called.
    pub name: String,
    /// Its id in another system, if it gave it up.
    pub external_id: Option<String>,
}

/// A merge with the name of who made it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of who made it.
    pub merged_by_name: Option<String>,
}
row!(Found);

impl Model {
    /// The records that went.
    #[must_use]
    pub fn losers(&self) -> Vec<Loser> {
        listed(&self.losers)
    }
}

view! {
    Found => Merge;
    shown(id, kind, winner_id, winner_name, merged_by_id, merged_at, undone_at);
    hidden(organization_id, before, after, sealed_fields);
    used(losers, moved);
    beside(merged_by_name);
    made(
        losers = listed::<Loser>(&losers)
            .into_iter()
            .map(|Loser { id, name, .. }| MergedRecord { id, name })
            .collect(),
        moved = listed(&moved),
        undoable_until = undoable_until(merged_at),
    );
}

/// Marks a merge as undone, once.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn mark_undone(tx: &Tx, id: MergeId) -> StoreResult<()> {
    let result = Entity::update_many()
        .col_expr(Column::UndoneAt, Expr::val(tx.now()))
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Id.eq(id.0))
        .filter(Column::UndoneAt.is_null())
        .exec(tx)
        .await?;
    if result.rows_affected == 0 {
        return Err(StoreError::Stale);
    }
    Ok(())
}

/// Whose merges of a kind are meant: of all, or of one's own.
pub type Seen = [(MergeKind, Option<MemberId>)];

fn select(db: &impl Db, seen: &Seen) -> Select<Entity> {
    let mine = seen.iter().map(|(kind, of)| {
        let kind = Column::Kind.eq(kind.as_str());
        match of {
            Some(member) => kind.and(Column::MergedById.eq(member.0)),
            None => kind,
        }
    });
    let any = mine.reduce(|one, other| one.or(other));
    Entity::find()
        .column_as(member::Column::Name, "merged_by_name")
        .join(JoinType::LeftJoin, Relation::MergedBy.def())
        .filter(db.owns(Column::OrganizationId))
        .filter(any.unwrap_or(Expr::val(false)))
}

/// A merge among those that are seen.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: MergeId, seen: &Seen) -> StoreResult<Found> {
    Filter::new(select(db, seen))
        .is(Column::Id, Some(id))
        .one(db)
        .await
}

/// A page of merges, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListMerges,
    seen: &Seen,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db, seen))
        .any(Column::Kind, query.kind.as_ref())
        .and(
            query
                .q
                .as_ref()
                .map(|words| Column::WinnerName.contains(words)),
        )
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::greatest(
        Column::Id,
        query.sort,
        MergeSort::MergedAt,
        |key| match key {
            MergeSort::MergedAt => by(Column::MergedAt),
        },
    );
    page(db, select, &sorting, request).await
}

impl System {
    /// Forgets by what merges from before a time could be undone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clean_merges(&self, before: DateTime<Utc>) -> StoreResult<()> {
        if self.is_postgres() {
            let sql = "SELECT clean_merges($1)";
            self.rows(sql, "", vec![before.into()], true).await?;
            return Ok(());
        }
        let sql = "DELETE FROM merge_moves WHERE merge_id IN (SELECT id FROM merges WHERE merged_at < ?1)";
        self.rows("", sql, vec![before.into()], true).await?;
        let sql = "UPDATE merges SET before = '{}', after = '{}', sealed_fields = NULL WHERE merged_at < ?1 AND (before <> '{}' OR sealed_fields IS NOT NULL)";
        self.rows("", sql, vec![before.into()], true).await?;
        Ok(())
    }
}

//! Merges: what referred to the records that went, and the journal by which that is taken back.

use chrono::{DateTime, Utc};
use domain::crm::merge::undoable_until;
use sea_orm::{
    FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait, Statement, Value,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use serde::{Deserialize, Serialize};
use shared_types::{
    MemberId, MergeId, OrganizationId,
    crm::{ListMerges, Merge, MergeKind, MergeSort, MergedRecord, MovedCount, MovedKind},
    platform::SubjectKind,
};
use uuid::Uuid;

use super::merge_view;
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

/// A column by which rows refer to a kind of record.
struct Reference {
    table: &'static str,
    column: &'static str,
    /// What the rows are called; rows that nobody sees move without being counted.
    what: Option<MovedKind>,
}

const fn seen(table: &'static str, column: &'static str, what: MovedKind) -> Reference {
    Reference {
        table,
        column,
        what: Some(what),
    }
}

const fn unseen(table: &'static str, column: &'static str) -> Reference {
    Reference {
        table,
        column,
        what: None,
    }
}

/// What refers to a kind of record. A test holds it against the schema.
const fn references(kind: MergeKind) -> &'static [Reference] {
    match kind {
        MergeKind::Company => {
            const {
                &[
                    seen("contacts", "company_id", MovedKind::Contacts),
                    seen("deals", "company_id", MovedKind::Deals),
                    seen("activities", "company_id", MovedKind::Activities),
                    seen("notes", "company_id", MovedKind::Notes),
                    seen("leads", "company_id", MovedKind::Leads),
                    seen("companies", "parent_id", MovedKind::Subsidiaries),
                    unseen("companies", "merged_into"),
                ]
            }
        }
        MergeKind::Contact => {
            const {
                &[
                    seen("deals", "contact_id", MovedKind::Deals),
                    seen("activities", "contact_id", MovedKind::Activities),
                    seen("notes", "contact_id", MovedKind::Notes),
                    seen("leads", "contact_id", MovedKind::Leads),
                    unseen("contacts", "merged_into"),
                ]
            }
        }
        MergeKind::Lead => {
            const {
                &[
                    seen("activities", "lead_id", MovedKind::Activities),
                    seen("notes", "lead_id", MovedKind::Notes),
                    unseen("leads", "merged_into"),
                ]
            }
        }
    }
}

/// Every column that refers to records of a kind, as `table.column`.
#[must_use]
pub fn referring(kind: MergeKind) -> Vec<String> {
    references(kind).iter().map(Reference::name).collect()
}

impl Reference {
    fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }
}

/// How many rows refer to these records, and would move.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(
    db: &impl Db,
    kind: MergeKind,
    winner: Uuid,
    losers: &[Uuid],
) -> StoreResult<Vec<MovedCount>> {
    let mut counts = Vec::new();
    for reference in references(kind) {
        let Some(what) = reference.what else { continue };
        let table = Alias::new(reference.table);
        let query = Query::select()
            .expr_as(Expr::cust("count(*)"), Alias::new("count"))
            .from(table.clone())
            .and_where(Expr::col((table.clone(), Alias::new("organization_id"))).eq(db.tenant()))
            .and_where(
                Expr::col((table.clone(), Alias::new(reference.column)))
                    .is_in(losers.iter().copied()),
            )
            .and_where(Expr::col((table, Alias::new("id"))).ne(winner))
            .to_owned();
        let row = db.query_one(&query).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "count"))?;
        if count > 0 {
            counts.push(MovedCount { what, count });
        }
    }
    Ok(counts)
}

async fn run(tx: &Tx, sql: String, values: Vec<Value>) -> StoreResult<u64> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

/// The most records that go in a merge; fewer are padded, so that statements have one shape.
const LOSERS: usize = 5;

/// Re-points whatever refers to the records that go, and writes down what did; answers what moved.
///
/// # Errors
/// When the database does not answer.
pub async fn move_all(
    tx: &Tx,
    merge: MergeId,
    kind: MergeKind,
    winner: Uuid,
    losers: &[Uuid],
) -> StoreResult<Vec<MovedCount>> {
    let mut moved = Vec::new();
    merge_view::follow(tx, merge, winner, losers).await?;
    let padding = std::iter::repeat(losers.first().copied().unwrap_or(winner));
    let losers: Vec<Value> = losers
        .iter()
        .copied()
        .chain(padding)
        .take(LOSERS)
        .map(Value::from)
        .collect();
    for reference in references(kind) {
        let Reference {
            table,
            column,
            what,
        } = reference;
        let name = reference.name();
        let organization: Value = tx.organization().0.into();
        let rows =
            format!("organization_id = $1 AND {column} IN ($2, $3, $4, $5, $6) AND id <> $7");
        let common = || {
            std::iter::once(organization.clone())
                .chain(losers.clone())
                .chain([winner.into()])
        };
        let journal = format!(
            "INSERT INTO merge_moves (organization_id, merge_id, reference, row_id, from_id) \
             SELECT organization_id, $8, '{name}', id, {column} FROM {table} WHERE {rows}"
        );
        let values = common().chain([merge.0.into()]).collect();
        let count = run(tx, journal, values).await?;
        if count == 0 {
            continue;
        }
        let values = if what.is_some() {
            common().chain([tx.now().into()]).collect()
        } else {
            common().collect()
        };
        let update = match what {
            Some(_) => format!(
                "UPDATE {table} SET {column} = $7, updated_at = $8, version = version + 1 WHERE {rows}"
            ),
            None => format!("UPDATE {table} SET {column} = $7 WHERE {rows}"),
        };
        run(tx, update, values).await?;
        if let Some(what) = *what {
            moved.push(MovedCount {
                what,
                count: i64::try_from(count).unwrap_or(i64::MAX),
            });
        }
    }
    Ok(moved)
}

/// Gives back what had moved and still refers to the winner; answers how many rows of what is seen
/// stay where they are.
///
/// # Errors
/// When the database does not answer.
pub async fn move_back(tx: &Tx, merge: &Model) -> StoreResult<i64> {
    let moved: Vec<MovedCount> = serde_json::from_value(merge.moved.clone()).unwrap_or_default();
    let mut stayed: i64 = moved.iter().map(|moved| moved.count).sum();
    for reference in references(merge.kind) {
        let Reference {
            table,
            column,
            what,
        } = reference;
        let touch = match what {
            Some(_) => ", updated_at = $5, version = version + 1",
            None => "",
        };
        let sql = format!(
            "UPDATE {table} SET {column} = moves.from_id{touch} FROM merge_moves AS moves \
             WHERE moves.organization_id = $1 AND moves.merge_id = $2 AND moves.reference = $4 \
             AND {table}.organization_id = $1 AND {table}.id = moves.row_id AND {table}.{column} = $3"
        );
        let mut values: Vec<Value> = vec![
            tx.organization().0.into(),
            merge.id.0.into(),
            merge.winner_id.into(),
            reference.name().into(),
        ];
        values.extend(what.map(|_| tx.now().into()));
        let back = run(tx, sql, values).await?;
        if what.is_some() {
            stayed -= i64::try_from(back).unwrap_or(i64::MAX);
        }
    }
    merge_view::go_back(tx, merge.id, merge.winner_id).await?;
    Ok(stayed)
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

/// Takes a record that is deleted for good out of what says that others were merged into it.
///
/// # Errors
/// When the database does not answer.
pub async fn let_go(tx: &Tx, kind: SubjectKind, id: Uuid) -> StoreResult<()> {
    let table = match kind {
        SubjectKind::Company => "companies",
        SubjectKind::Contact => "contacts",
        SubjectKind::Lead => "leads",
        _ => return Ok(()),
    };
    let sql = format!(
        "UPDATE {table} SET merged_into = NULL WHERE organization_id = $1 AND merged_into = $2"
    );
    run(tx, sql, vec![tx.organization().0.into(), id.into()]).await?;
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

//! What referred to records that went: it is re-pointed to the one that stays, and given back.

use sea_orm::{
    ConnectionTrait, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use shared_types::{
    MergeId,
    crm::{MergeKind, MovedCount, MovedKind},
    platform::SubjectKind,
};
use uuid::Uuid;

use super::{merge::Model, merge_view};
use crate::{Db, StoreResult, Tx};

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
                    unseen("quick_notes", "company_id"),
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
                    unseen("quick_notes", "contact_id"),
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

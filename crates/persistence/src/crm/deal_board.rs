//! The board: totals of every stage by one query, the first deals of each by another.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
    sea_query::Expr,
};
use shared_types::{
    Currency, Money, Sort, StageId,
    crm::{Deal, DealBoardTotal, DealSort, DealStatus, ListDeals},
};

use crate::{
    Columns, Db, First, Owners, Position, StoreResult, any_of,
    crm::{
        deal::{Column, Entity, Found, Relation, into_views, select},
        deal_list::{among, sorting},
        deal_report::{sum, weighted},
    },
    row_count,
};

/// A column of the board.
#[derive(Debug, Default)]
pub struct BoardColumn {
    /// Open deals in the stage.
    pub count: u64,
    /// What they are worth, per currency.
    pub totals: Vec<DealBoardTotal>,
    /// The first of them.
    pub deals: Vec<Deal>,
    /// Where the next ones begin, if there are more.
    pub next: Option<Position>,
}

#[derive(FromQueryResult)]
struct Total {
    stage_id: StageId,
    currency: Currency,
    count: i64,
    sum: i64,
    weighted: i64,
}

/// The open deals of a query in each of some stages: totals over all, and the first `per_column`, the
/// newest in the stage first. Weighted amounts are rounded deal by deal, half away from zero.
///
/// # Errors
/// When the database does not answer.
pub async fn columns(
    db: &impl Db,
    stages: &[StageId],
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
    per_column: u16,
) -> StoreResult<HashMap<StageId, BoardColumn>> {
    // Written out: the index holds open deals alone, and none is found in it by a value that is bound.
    let word = Expr::cust(format!("'{}'", DealStatus::Open));
    let open = Expr::col((Entity, Column::Status)).eq(word);
    // Names are shown of the first alone: adding up takes the index and the stages, and no other table.
    let all = Entity::find()
        .join(JoinType::LeftJoin, Relation::Stage.def())
        .filter(db.owns(Column::OrganizationId))
        .filter(open.clone());
    let totals = among(db, all, query, owners, now)
        .filter(any_of(Column::StageId, stages.iter().copied()))
        .select_only()
        .column(Column::StageId)
        .column(Column::Currency)
        .expr_as(row_count(), "count")
        .expr_as(sum(), "sum")
        .expr_as(weighted(), "weighted")
        .group_by(Column::StageId)
        .group_by(Column::Currency)
        .into_model::<Total>()
        .all(db)
        .await?;
    let mut columns: HashMap<StageId, BoardColumn> = HashMap::new();
    for total in totals {
        let column = columns.entry(total.stage_id).or_default();
        column.count += u64::try_from(total.count).unwrap_or(0);
        column.totals.push(DealBoardTotal {
            sum: Money::new(total.sum, total.currency),
            weighted: Money::new(total.weighted, total.currency),
        });
    }
    for column in columns.values_mut() {
        column
            .totals
            .sort_by_key(|total| std::cmp::Reverse(total.sum.amount));
    }
    let first = Columns {
        select: among(db, select(db).filter(open), query, owners, now),
        by: Column::StageId,
        keys: stages,
        key: |row| row.stage_id,
        sorting: sorting(Some(Sort {
            key: DealSort::StageEnteredAt,
            descending: true,
        })),
        most: per_column,
    };
    let mut shown = Vec::new();
    for (stage, First { rows, next }) in first.first::<Found>(db).await? {
        columns.entry(stage).or_default().next = next;
        shown.extend(rows);
    }
    for deal in into_views(db, shown, now).await? {
        columns.entry(deal.stage_id).or_default().deals.push(deal);
    }
    Ok(columns)
}

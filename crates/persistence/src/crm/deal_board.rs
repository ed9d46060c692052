//! The board: totals of every stage by one query, the first deals of each by another.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ExprTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, Query},
};
use shared_types::{
    AnyOf, Currency, Money, Sort, StageId,
    crm::{Deal, DealBoardTotal, DealSort, DealStatus, ListDeals},
};

use crate::{
    Db, Owners, Position, StoreResult,
    crm::{
        deal::{self, Column, Entity, Found, into_views},
        deal_list::{filtered, sorting},
    },
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

/// The open deals of a query, by stage: totals over all, and the first `per_column` of each, the
/// newest in the stage first. Weighted amounts are rounded deal by deal, half away from zero.
///
/// # Errors
/// When the database does not answer.
pub async fn columns(
    db: &impl Db,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
    per_column: u16,
) -> StoreResult<HashMap<StageId, BoardColumn>> {
    let query = ListDeals {
        status: Some(AnyOf(vec![DealStatus::Open])),
        ..query.clone()
    };
    let chance = "coalesce(\"deals\".\"probability\", \"stages\".\"probability\")";
    let totals = filtered(db, &query, owners, now)
        .select_only()
        .column(Column::StageId)
        .column(Column::Currency)
        .expr_as(Expr::cust("count(*)"), "count")
        .expr_as(
            Expr::cust("cast(coalesce(sum(\"deals\".\"amount\"), 0) as bigint)"),
            "sum",
        )
        .expr_as(
            Expr::cust(format!(
                "cast(coalesce(sum((\"deals\".\"amount\" * {chance} + 50) / 100), 0) as bigint)"
            )),
            "weighted",
        )
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
    let order = sorting(Some(Sort {
        key: DealSort::StageEnteredAt,
        descending: true,
    }));
    let mut shown = Vec::new();
    for (stage, found, more) in first(db, &query, owners, now, per_column).await? {
        let last = found.last().filter(|_| more);
        columns.entry(stage).or_default().next = last.map(|last| order.place(last, false));
        shown.extend(found);
    }
    for deal in into_views(db, shown, now).await? {
        columns.entry(deal.stage_id).or_default().deals.push(deal);
    }
    Ok(columns)
}

/// The first deals of each stage, ranked by one window over all.
async fn first(
    db: &impl Db,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
    per_column: u16,
) -> StoreResult<Vec<(StageId, Vec<Found>, bool)>> {
    let ranked = filtered(db, query, owners, now)
        .select_only()
        .column_as(Column::Id, "id")
        .expr_as(
            Expr::cust("row_number() over (partition by \"deals\".\"stage_id\" order by \"deals\".\"stage_entered_at\" desc, \"deals\".\"id\" desc)"),
            "place",
        )
        .into_query();
    let chosen = Query::select()
        .column((Alias::new("ranked"), Alias::new("id")))
        .from_subquery(ranked, Alias::new("ranked"))
        .and_where(
            Expr::col((Alias::new("ranked"), Alias::new("place"))).lte(i64::from(per_column) + 1),
        )
        .to_owned();
    let found = deal::select(db)
        .filter(Expr::col((Entity, Column::Id)).in_subquery(chosen))
        .into_model::<Found>()
        .all(db)
        .await?;
    let mut by_stage: HashMap<StageId, Vec<Found>> = HashMap::new();
    for found in found {
        by_stage.entry(found.row.stage_id).or_default().push(found);
    }
    Ok(by_stage
        .into_iter()
        .map(|(stage, mut found)| {
            found
                .sort_by_key(|found| std::cmp::Reverse((found.row.stage_entered_at, found.row.id)));
            let more = found.len() > usize::from(per_column);
            found.truncate(usize::from(per_column));
            (stage, found, more)
        })
        .collect())
}

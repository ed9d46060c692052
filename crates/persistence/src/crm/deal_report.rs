//! Figures over deals: a handful of grouped queries, whatever their number.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    DbBackend, ExprTrait, FromQueryResult, QueryFilter, QuerySelect,
    entity::prelude::*,
    sea_query::{Alias, CaseStatement, Expr},
};
use shared_types::{
    Currency, MemberId, StageId,
    crm::{DealStatus, ListDeals},
};

use crate::{
    Db, Owners, StoreResult,
    crm::{
        deal::{Column, Entity},
        deal_list::{filtered, rots},
    },
    identity::member,
    row_count,
};

/// Open deals that are expected to close in the same month.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OpenDeals {
    /// `overdue`, `none`, or the month as `2026-03`.
    pub expected: String,
    /// Whether they are rotting.
    pub rotting: bool,
    /// Their currency.
    pub currency: Currency,
    /// How many.
    pub count: i64,
    /// What they are worth, in minor units.
    pub sum: i64,
    /// The same, weighted deal by deal.
    pub weighted: i64,
    /// Days since they were begun, or else added, all together.
    pub days: i64,
}

/// Closed deals of the same end and half of the time looked at.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ClosedDeals {
    /// Won or lost.
    pub status: DealStatus,
    /// Whether they closed in the period; else in the one before.
    pub now: bool,
    /// Their currency.
    pub currency: Currency,
    /// How many.
    pub count: i64,
    /// What they are worth, in minor units.
    pub sum: i64,
}

/// Closed deals of a member.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct AgentDeals {
    /// The member.
    pub owner_id: MemberId,
    /// Name of the member.
    pub owner_name: String,
    /// Won or lost.
    pub status: DealStatus,
    /// Their currency.
    pub currency: Currency,
    /// How many.
    pub count: i64,
    /// What they are worth, in minor units.
    pub sum: i64,
}

/// Deals that are in a stage, or were when they closed.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct StageDeals {
    /// The stage.
    pub stage_id: StageId,
    /// Where they stand.
    pub status: DealStatus,
    /// How many.
    pub count: i64,
}

fn name(alias: &str) -> Expr {
    Expr::col(Alias::new(alias))
}

/// What they are worth.
pub(crate) fn sum() -> Expr {
    Expr::cust("cast(coalesce(sum(\"deals\".\"amount\"), 0) as bigint)")
}

/// The same, weighted deal by deal and rounded half away from zero.
pub(crate) fn weighted() -> Expr {
    Expr::cust(
        "cast(coalesce(sum((\"deals\".\"amount\" * coalesce(\"deals\".\"probability\", \"stages\".\"probability\") + 50) / 100), 0) as bigint)",
    )
}

/// One or the other, as a number that groups: a condition with parameters would be another
/// expression in the grouping than in the selection.
fn flag(condition: Expr) -> Expr {
    CaseStatement::new()
        .case(condition, Expr::cust("true"))
        .finally(Expr::cust("false"))
        .into()
}

/// The open deals of a query, by month of the expected close.
///
/// # Errors
/// When the database does not answer.
pub async fn open(
    db: &impl Db,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> StoreResult<Vec<OpenDeals>> {
    let expected = || Expr::col((Entity, Column::ExpectedClose));
    let (month, days) = match db.get_database_backend() {
        DbBackend::Postgres => (
            "to_char(\"deals\".\"expected_close\", 'YYYY-MM')",
            "cast(coalesce(sum(greatest($1::date - coalesce(\"deals\".\"opened_on\", cast(\"deals\".\"created_at\" as date)), 0)), 0) as bigint)",
        ),
        _ => (
            "substr(\"deals\".\"expected_close\", 1, 7)",
            "coalesce(sum(max(cast(julianday(?) - julianday(coalesce(\"deals\".\"opened_on\", substr(\"deals\".\"created_at\", 1, 10))) as integer), 0)), 0)",
        ),
    };
    let bucket = CaseStatement::new()
        .case(expected().is_null(), Expr::cust("'none'"))
        .case(expected().lt(today), Expr::cust("'overdue'"))
        .finally(Expr::cust(month));
    Ok(filtered(db, query, owners, now)
        .select_only()
        .expr_as(bucket, "expected")
        .expr_as(flag(rots(db, now, true)), "rotting")
        .column(Column::Currency)
        .expr_as(row_count(), "count")
        .expr_as(sum(), "sum")
        .expr_as(weighted(), "weighted")
        .expr_as(Expr::cust_with_exprs(days, [Expr::val(today)]), "days")
        .group_by(name("expected"))
        .group_by(name("rotting"))
        .group_by(Column::Currency)
        .into_model::<OpenDeals>()
        .all(db)
        .await?)
}

/// The closed deals of a query, those from a day on apart from those before.
///
/// # Errors
/// When the database does not answer.
pub async fn closed(
    db: &impl Db,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
    from: Option<NaiveDate>,
) -> StoreResult<Vec<ClosedDeals>> {
    let is_now = match from {
        Some(from) => flag(Column::ClosedOn.gte(from)),
        None => Expr::cust("true"),
    };
    Ok(filtered(db, query, owners, now)
        .select_only()
        .column(Column::Status)
        .expr_as(is_now, "now")
        .column(Column::Currency)
        .expr_as(row_count(), "count")
        .expr_as(sum(), "sum")
        .group_by(Column::Status)
        .group_by(name("now"))
        .group_by(Column::Currency)
        .into_model::<ClosedDeals>()
        .all(db)
        .await?)
}

/// The closed deals of a query, by owner; those without one are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn by_agent(
    db: &impl Db,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
) -> StoreResult<Vec<AgentDeals>> {
    Ok(filtered(db, query, owners, now)
        .select_only()
        .column(Column::OwnerId)
        .column_as(member::Column::Name, "owner_name")
        .column(Column::Status)
        .column(Column::Currency)
        .expr_as(row_count(), "count")
        .expr_as(sum(), "sum")
        .filter(Column::OwnerId.is_not_null())
        .group_by(Column::OwnerId)
        .group_by(member::Column::Name)
        .group_by(Column::Status)
        .group_by(Column::Currency)
        .into_model::<AgentDeals>()
        .all(db)
        .await?)
}

/// The deals of a query, by stage and status.
///
/// # Errors
/// When the database does not answer.
pub async fn by_stage(
    db: &impl Db,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
) -> StoreResult<Vec<StageDeals>> {
    Ok(filtered(db, query, owners, now)
        .select_only()
        .column(Column::StageId)
        .column(Column::Status)
        .expr_as(row_count(), "count")
        .group_by(Column::StageId)
        .group_by(Column::Status)
        .into_model::<StageDeals>()
        .all(db)
        .await?)
}

//! What computed metrics are made of: a grouped query for each kind of record, whatever the number of members and periods.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, IdenStatic, QueryFilter, QuerySelect,
    Select, Value,
    sea_query::{Alias, CaseStatement, Expr},
};
use shared_types::{
    Currency, MemberId,
    crm::{ActivityKind, DealStatus, LeadStatus},
};

use crate::{
    Db, StoreResult, any_of,
    crm::{activity, deal, deal_report, lead},
    row_count,
};

/// Activities of a member that were done in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Activities {
    /// Who did them.
    pub owner_id: MemberId,
    /// The number of the period.
    pub bucket: i32,
    /// What kind they are of.
    pub kind: ActivityKind,
    /// How many.
    pub count: i64,
}

/// Leads of a member that were added in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Leads {
    /// Whose they are.
    pub owner_id: MemberId,
    /// The number of the period.
    pub bucket: i32,
    /// Where they stand.
    pub status: LeadStatus,
    /// How many.
    pub count: i64,
}

/// Deals of a member that closed in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Deals {
    /// Whose they are.
    pub owner_id: MemberId,
    /// The number of the period.
    pub bucket: i32,
    /// Won or lost.
    pub status: DealStatus,
    /// Their currency.
    pub currency: Currency,
    /// How many.
    pub count: i64,
    /// What they are worth, in minor units.
    pub sum: i64,
    /// Days that they were open, all together.
    pub days: i64,
}

/// Rows of some owners from the first boundary on and before the last, by owner and by the number of the period between two
/// boundaries.
fn grouped<E, B>(
    select: Select<E>,
    (owner, at): (E::Column, E::Column),
    members: &[MemberId],
    boundaries: &[B],
) -> Option<Select<E>>
where
    E: EntityTrait,
    B: Into<Value> + Clone,
{
    let (first, rest) = boundaries.split_first()?;
    let last = rest.last()?;
    if members.is_empty() {
        return None;
    }
    let mut bucket = CaseStatement::new();
    for (number, end) in rest.iter().enumerate() {
        let number = Expr::cust(number.to_string());
        bucket = bucket.case(at.lt(end.clone()), number);
    }
    let owners = any_of(owner, members.iter().map(|member| member.0));
    let select = select
        .select_only()
        .column(owner)
        .expr_as(bucket.finally(Expr::cust("-1")), "bucket")
        .expr_as(row_count(), "count")
        .filter(owners)
        .filter(at.gte(first.clone()))
        .filter(at.lt(last.clone()))
        .group_by(owner)
        .group_by(Expr::col(Alias::new("bucket")));
    Some(select)
}

/// The calls and meetings that some members did in the periods between boundaries.
///
/// # Errors
/// When the database does not answer.
pub async fn activities(
    db: &impl Db,
    members: &[MemberId],
    boundaries: &[DateTime<Utc>],
) -> StoreResult<Vec<Activities>> {
    use activity::{Column, Entity};
    let kinds = format!(
        "\"{}\".\"{}\" IN ('{}', '{}')",
        "activities",
        Column::Kind.as_str(),
        ActivityKind::Call,
        ActivityKind::Meeting
    );
    // As the index says it, so that the planner knows it again.
    let select = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::DoneAt.is_not_null())
        .filter(Expr::cust(kinds));
    let columns = (Column::OwnerId, Column::DoneAt);
    let Some(select) = grouped(select, columns, members, boundaries) else {
        return Ok(Vec::new());
    };
    Ok(select
        .column(Column::Kind)
        .group_by(Column::Kind)
        .into_model::<Activities>()
        .all(db)
        .await?)
}

/// The leads of some members that were added in the periods between boundaries.
///
/// # Errors
/// When the database does not answer.
pub async fn leads(
    db: &impl Db,
    members: &[MemberId],
    boundaries: &[DateTime<Utc>],
) -> StoreResult<Vec<Leads>> {
    use lead::{Column, Entity};
    let select = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null());
    let columns = (Column::OwnerId, Column::CreatedAt);
    let Some(select) = grouped(select, columns, members, boundaries) else {
        return Ok(Vec::new());
    };
    Ok(select
        .column(Column::Status)
        .group_by(Column::Status)
        .into_model::<Leads>()
        .all(db)
        .await?)
}

/// The deals of some members that closed in the periods between boundaries.
///
/// # Errors
/// When the database does not answer.
pub async fn deals(
    db: &impl Db,
    members: &[MemberId],
    boundaries: &[NaiveDate],
) -> StoreResult<Vec<Deals>> {
    use deal::{Column, Entity};
    let days = match db.get_database_backend() {
        DbBackend::Postgres => {
            "cast(coalesce(sum(greatest(\"deals\".\"closed_on\" - coalesce(\"deals\".\"opened_on\", cast(\"deals\".\"created_at\" as date)), 0)), 0) as bigint)"
        }
        _ => {
            "coalesce(sum(max(cast(julianday(\"deals\".\"closed_on\") - julianday(coalesce(\"deals\".\"opened_on\", substr(\"deals\".\"created_at\", 1, 10))) as integer), 0)), 0)"
        }
    };
    let select = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::ClosedOn.is_not_null());
    let columns = (Column::OwnerId, Column::ClosedOn);
    let Some(select) = grouped(select, columns, members, boundaries) else {
        return Ok(Vec::new());
    };
    Ok(select
        .column(Column::Status)
        .column(Column::Currency)
        .expr_as(deal_report::sum(), "sum")
        .expr_as(Expr::cust(days), "days")
        .group_by(Column::Status)
        .group_by(Column::Currency)
        .into_model::<Deals>()
        .all(db)
        .await?)
}

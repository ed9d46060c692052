//! Lists of deals: their filters and orders, which the board and the dashboard share.

use chrono::{DateTime, Utc};
use sea_orm::{
    ExprTrait, QueryFilter, QuerySelect, QueryTrait, entity::prelude::*, sea_query::Expr,
};
use shared_types::{
    Sort, StageId,
    crm::{Deal, DealSort, DealStatus, ListDeals},
};

use crate::{
    Db, Owners, Page, PageRequest, SortKey, Sorting, StoreResult, any_of,
    crm::{
        company,
        deal::{Column, Entity, Found, into_views, select},
        deal_line, stage,
    },
    matches, page,
};

/// A page of deals within reach.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
    request: &PageRequest,
) -> StoreResult<Page<Deal>> {
    let page = page(
        db,
        filtered(db, query, owners, now),
        &sorting(query.sort),
        request,
    )
    .await?;
    let Page {
        rows,
        next,
        prev,
        pagination,
    } = page;
    Ok(Page {
        rows: into_views(db, rows, now).await?,
        next,
        prev,
        pagination,
    })
}

/// The deals of a query.
pub(crate) fn filtered(
    db: &impl Db,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
) -> Select<Entity> {
    let deleted = Expr::col((Entity, Column::DeletedAt));
    let mut select = select(db).filter(if query.trashed.unwrap_or(false) {
        deleted.is_not_null()
    } else {
        deleted.is_null()
    });
    let has = |column: Column, wanted: bool| {
        let column = Expr::col((Entity, column));
        if wanted {
            column.is_not_null()
        } else {
            column.is_null()
        }
    };
    let conditions = [
        owners.condition(Column::OwnerId),
        query
            .status
            .as_ref()
            .map(|words| any_of(Column::Status, words.0.iter().map(|word| word.as_str()))),
        query
            .pipeline_id
            .as_ref()
            .map(|ids| any_of(Column::PipelineId, ids.0.iter().map(|id| id.0))),
        query
            .stage_id
            .as_ref()
            .map(|ids| any_of(Column::StageId, ids.0.iter().map(|id| id.0))),
        query
            .owner_id
            .as_ref()
            .map(|ids| any_of(Column::OwnerId, ids.0.iter().map(|id| id.0))),
        query
            .company_id
            .as_ref()
            .map(|ids| any_of(Column::CompanyId, ids.0.iter().map(|id| id.0))),
        query
            .contact_id
            .as_ref()
            .map(|ids| any_of(Column::ContactId, ids.0.iter().map(|id| id.0))),
        query
            .company_industry
            .as_ref()
            .map(|words| any_of(company::Column::Industry, words.0.iter().cloned())),
        query
            .has_company
            .map(|wanted| has(Column::CompanyId, wanted)),
        query.product_id.as_ref().map(|ids| {
            let lines = deal_line::Entity::find()
                .select_only()
                .column(deal_line::Column::DealId)
                .filter(db.owns(deal_line::Column::OrganizationId))
                .filter(any_of(
                    deal_line::Column::ProductId,
                    ids.0.iter().map(|id| id.0),
                ))
                .into_query();
            Column::Id.in_subquery(lines)
        }),
        query
            .lost_reason_id
            .as_ref()
            .map(|ids| any_of(Column::LostReasonId, ids.0.iter().map(|id| id.0))),
        query.amount_min.map(|least| Column::Amount.gte(least)),
        query.amount_max.map(|most| Column::Amount.lte(most)),
        query
            .currency
            .map(|currency| Column::Currency.eq(currency.as_str())),
        query
            .expected_close_after
            .map(|day| Column::ExpectedClose.gte(day)),
        query
            .expected_close_before
            .map(|day| Column::ExpectedClose.lt(day)),
        query
            .has_expected_close
            .map(|wanted| has(Column::ExpectedClose, wanted)),
        query.closed_after.map(|day| Column::ClosedOn.gte(day)),
        query.closed_before.map(|day| Column::ClosedOn.lt(day)),
        query.opened_after.map(|day| Column::OpenedOn.gte(day)),
        query.opened_before.map(|day| Column::OpenedOn.lt(day)),
        query.reached_stage_id.map(|stage| reached(db, stage)),
        query.rotting.map(|wanted| rots(db, now, wanted)),
        query.created_after.map(|time| Column::CreatedAt.gte(time)),
        query.created_before.map(|time| Column::CreatedAt.lt(time)),
        query.updated_after.map(|time| Column::UpdatedAt.gte(time)),
        query.updated_before.map(|time| Column::UpdatedAt.lt(time)),
        query
            .q
            .as_ref()
            .map(|words| matches(db, Column::Id, "deals", words)),
    ];
    for condition in conditions.into_iter().flatten() {
        select = select.filter(condition);
    }
    select
}

/// In the stage or in a later one of its pipeline, or won in that pipeline.
fn reached(db: &impl Db, wanted: StageId) -> Expr {
    let of_wanted = |column: stage::Column| {
        stage::Entity::find()
            .select_only()
            .column(column)
            .filter(db.owns(stage::Column::OrganizationId))
            .filter(stage::Column::Id.eq(wanted.0))
            .into_query()
    };
    let later = Expr::col((stage::Entity, stage::Column::Position)).gte(Expr::SubQuery(
        None,
        Box::new(of_wanted(stage::Column::Position).into()),
    ));
    Column::PipelineId
        .in_subquery(of_wanted(stage::Column::PipelineId))
        .and(later.or(Column::Status.eq(DealStatus::Won.as_str())))
}

/// Open, and in its stage for longer than the stage allows.
pub(crate) fn rots(db: &impl Db, now: DateTime<Utc>, wanted: bool) -> Expr {
    let days = Expr::col((stage::Entity, stage::Column::RottingDays));
    let entered = Expr::col((Entity, Column::StageEnteredAt));
    let past = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => Expr::cust_with_exprs(
            "$1 + $2 * interval '1 day' <= $3",
            [entered, days.clone(), Expr::val(now)],
        ),
        _ => Expr::cust_with_exprs(
            "julianday(?) + ? <= julianday(?)",
            [entered, days.clone(), Expr::val(now)],
        ),
    };
    let rots = Column::Status
        .eq(DealStatus::Open.as_str())
        .and(days.is_not_null())
        .and(past);
    if wanted { rots } else { rots.not() }
}

pub(crate) fn sorting(sort: Option<Sort<DealSort>>) -> Sorting<Entity, Found> {
    let sort = sort.unwrap_or(Sort {
        key: DealSort::CreatedAt,
        descending: true,
    });
    let (column, nullable) = match sort.key {
        DealSort::Title => (Column::TitleKey, false),
        DealSort::Amount => (Column::Amount, true),
        DealSort::ExpectedClose => (Column::ExpectedClose, true),
        DealSort::ClosedOn => (Column::ClosedOn, true),
        DealSort::StageEnteredAt => (Column::StageEnteredAt, false),
        DealSort::CreatedAt => (Column::CreatedAt, false),
        DealSort::UpdatedAt => (Column::UpdatedAt, false),
    };
    Sorting {
        column,
        nullable,
        descending: sort.descending,
        id: Column::Id,
        key,
    }
}

pub(crate) fn key(found: &Found, column: Column) -> (SortKey, Uuid) {
    let row = &found.row;
    let key = match column {
        Column::TitleKey => row.title_key.as_str().into(),
        Column::Amount => row.amount.into(),
        Column::ExpectedClose => row.expected_close.into(),
        Column::ClosedOn => row.closed_on.into(),
        Column::StageEnteredAt => row.stage_entered_at.into(),
        Column::UpdatedAt => row.updated_at.into(),
        _ => row.created_at.into(),
    };
    (key, row.id.0)
}

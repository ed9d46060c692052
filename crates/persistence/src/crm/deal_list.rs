//! Lists of deals: their filters and orders, which the board and the dashboard share.

use chrono::{DateTime, Utc};
use sea_orm::{
    ExprTrait, QueryFilter, QuerySelect, QueryTrait, entity::prelude::*, sea_query::Expr,
};
use shared_types::{
    Sort, StageId,
    crm::{Deal, DealSort, DealStatus, ListDeals},
    platform::SubjectKind,
};

use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, by, by_nullable,
    crm::{
        company, contact,
        deal::{Column, Entity, into_views, select},
        deal_line, product, stage, tag_link,
    },
    identity::member,
    page,
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
    among(db, select(db), query, owners, now)
}

/// Those of some deals of the tenant, beside their stages, that a query asks for.
pub(crate) fn among(
    db: &impl Db,
    deals: Select<Entity>,
    query: &ListDeals,
    owners: &Owners,
    now: DateTime<Utc>,
) -> Select<Entity> {
    Filter::new(deals)
        .trash(Column::DeletedAt, query.trashed)
        .owners(Column::OwnerId, owners)
        .any(Column::Status, query.status.as_ref())
        .any(Column::PipelineId, query.pipeline_id.as_ref())
        .any(Column::StageId, query.stage_id.as_ref())
        .any(Column::OwnerId, query.owner_id.as_ref())
        .and(tag_link::with_any(
            db,
            SubjectKind::Deal,
            Column::Id,
            query.tag.as_ref(),
        ))
        .any(Column::CompanyId, query.company_id.as_ref())
        .any(Column::ContactId, query.contact_id.as_ref())
        .has(Column::CompanyId, query.has_company)
        .any(Column::LostReasonId, query.lost_reason_id.as_ref())
        .least(Column::Amount, query.amount_min)
        .most(Column::Amount, query.amount_max)
        .is(Column::Currency, query.currency)
        .between(
            Column::ExpectedClose,
            query.expected_close_after,
            query.expected_close_before,
        )
        .has(Column::ExpectedClose, query.has_expected_close)
        .between(Column::ClosedOn, query.closed_after, query.closed_before)
        .between(Column::OpenedOn, query.opened_after, query.opened_before)
        .and(query.reached_stage_id.map(|stage| reached(db, stage)))
        .and(query.rotting.map(|wanted| rots(db, now, wanted)))
        .through(
            Column::OwnerId,
            member::referred(db)
                .any(member::Column::Department, query.owner_department.as_ref())
                .any(member::Column::ManagerId, query.owner_manager_id.as_ref()),
        )
        .through(Column::CompanyId, of_company(db, query))
        .through(
            Column::ContactId,
            contact::referred(db)
                .any(contact::Column::Consent, query.contact_consent.as_ref())
                .through(
                    contact::Column::CompanyId,
                    company::referred(db).any(
                        company::Column::Industry,
                        query.contact_company_industry.as_ref(),
                    ),
                ),
        )
        .through(Column::Id, of_lines(db, query))
        .between(Column::CreatedAt, query.created_after, query.created_before)
        .between(Column::UpdatedAt, query.updated_after, query.updated_before)
        .words(db, Column::Id, "deals", query.q.as_ref())
        .select()
}

/// What is asked of the company of a deal.
fn of_company(db: &impl Db, query: &ListDeals) -> Filter<company::Entity> {
    company::referred(db)
        .any(company::Column::Industry, query.company_industry.as_ref())
        .any(company::Column::Country, query.company_country.as_ref())
        .any(company::Column::OwnerId, query.company_owner_id.as_ref())
        .through(
            company::Column::OwnerId,
            member::referred(db).any(
                member::Column::Department,
                query.company_owner_department.as_ref(),
            ),
        )
        .through(
            company::Column::ParentId,
            company::referred(db).any(
                company::Column::Industry,
                query.company_parent_industry.as_ref(),
            ),
        )
}

/// What is asked of the lines of a deal.
fn of_lines(db: &impl Db, query: &ListDeals) -> Filter<deal_line::Entity> {
    Filter::ids(
        db,
        deal_line::Column::DealId,
        deal_line::Column::OrganizationId,
    )
    .any(deal_line::Column::ProductId, query.product_id.as_ref())
    .through(
        deal_line::Column::ProductId,
        product::referred(db).any(
            product::Column::CategoryId,
            query.product_category_id.as_ref(),
        ),
    )
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

pub(crate) fn sorting(sort: Option<Sort<DealSort>>) -> Sorting<Entity> {
    Sorting::greatest(Column::Id, sort, DealSort::CreatedAt, |key| match key {
        DealSort::Title => by(Column::TitleKey),
        DealSort::Amount => by_nullable(Column::Amount),
        DealSort::ExpectedClose => by_nullable(Column::ExpectedClose),
        DealSort::ClosedOn => by_nullable(Column::ClosedOn),
        DealSort::StageEnteredAt => by(Column::StageEnteredAt),
        DealSort::CreatedAt => by(Column::CreatedAt),
        DealSort::UpdatedAt => by(Column::UpdatedAt),
    })
}

//! Deals.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    core::text::{fold, search_text},
    crm::deal::{DealState, probability, rotting_since},
};
use sea_orm::{
    ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, QueryTrait, RelationTrait,
    entity::prelude::*, sea_query::Expr,
};
use shared_types::{
    CompanyId, Currency, DealId, LostReasonId, MemberId, Money, OrganizationId, PipelineId, Sort,
    StageId,
    crm::{Deal, DealLine, DealSort, DealStatus, ListDeals},
};

use crate::{
    Db, Owners, Page, PageRequest, SortKey, Sorting, StoreError, StoreResult, any_of,
    crm::{company, deal_line, stage},
    identity::member,
    matches, page, update,
};

/// A row of a deal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DealId,
    pub organization_id: OrganizationId,
    pub title: String,
    /// The title, folded: sorts.
    pub title_key: String,
    pub company_id: Option<CompanyId>,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub status: DealStatus,
    /// Minor units.
    pub amount: Option<i64>,
    pub currency: Currency,
    /// Percent; set by hand.
    pub probability: Option<i32>,
    pub expected_close: Option<NaiveDate>,
    pub opened_on: Option<NaiveDate>,
    pub closed_on: Option<NaiveDate>,
    pub lost_reason_id: Option<LostReasonId>,
    pub close_note: Option<String>,
    pub owner_id: Option<MemberId>,
    pub stage_entered_at: DateTime<Utc>,
    pub external_id: Option<String>,
    /// The words by which the deal is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "member::Entity",
        from = "(Column::OrganizationId, Column::OwnerId)",
        to = "(member::Column::OrganizationId, member::Column::Id)"
    )]
    Owner,
    #[sea_orm(
        belongs_to = "company::Entity",
        from = "(Column::OrganizationId, Column::CompanyId)",
        to = "(company::Column::OrganizationId, company::Column::Id)"
    )]
    Company,
    #[sea_orm(
        belongs_to = "stage::Entity",
        from = "(Column::OrganizationId, Column::StageId)",
        to = "(stage::Column::OrganizationId, stage::Column::Id)"
    )]
    Stage,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.title_key = fold(&self.title);
        self.search_text = search_text([
            self.title.as_str(),
            self.external_id.as_deref().unwrap_or_default(),
        ]);
        self
    }

    /// What the rules read and write.
    #[must_use]
    pub fn state(&self, has_lines: bool) -> DealState {
        DealState {
            status: self.status,
            stage_id: self.stage_id,
            stage_entered_at: self.stage_entered_at,
            opened_on: self.opened_on,
            closed_on: self.closed_on,
            amount: self.amount,
            has_lines,
            lost_reason_id: self.lost_reason_id,
            close_note: self.close_note.clone(),
        }
    }

    /// The same row after a step.
    #[must_use]
    pub fn with_state(self, state: DealState) -> Self {
        let DealState {
            status,
            stage_id,
            stage_entered_at,
            opened_on,
            closed_on,
            amount,
            has_lines: _,
            lost_reason_id,
            close_note,
        } = state;
        Self {
            status,
            stage_id,
            stage_entered_at,
            opened_on,
            closed_on,
            amount,
            lost_reason_id,
            close_note,
            ..self
        }
    }
}

/// A deal with what is shown beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// Name of the company.
    pub company_name: Option<String>,
    /// Probability of the stage, in percent.
    pub stage_probability: i32,
    /// Days after which a deal of the stage rots.
    pub stage_rotting_days: Option<i32>,
}

impl Found {
    /// The deal as the API shows it.
    #[must_use]
    pub fn into_view(self, lines: Vec<DealLine>, now: DateTime<Utc>) -> Deal {
        let Model {
            id,
            organization_id: _,
            title,
            title_key: _,
            company_id,
            pipeline_id,
            stage_id,
            status,
            amount,
            currency,
            probability: own,
            expected_close,
            opened_on,
            closed_on,
            lost_reason_id,
            close_note,
            owner_id,
            stage_entered_at,
            external_id,
            search_text: _,
            created_at,
            updated_at,
            deleted_at,
            version,
        } = self.row;
        let percent = |value: i32| u8::try_from(value).unwrap_or(0);
        let rotting_days = self
            .stage_rotting_days
            .and_then(|days| u16::try_from(days).ok());
        Deal {
            id,
            title,
            company_id,
            company_name: self.company_name,
            pipeline_id,
            stage_id,
            status,
            amount: amount.map(|amount| Money::new(amount, currency)),
            probability: probability(status, own.map(percent), percent(self.stage_probability)),
            expected_close,
            opened_on,
            closed_on,
            lost_reason_id,
            close_note,
            owner_id,
            owner_name: self.owner_name,
            lines,
            stage_entered_at,
            rotting_since: if status == DealStatus::Open {
                rotting_since(stage_entered_at, rotting_days, now)
            } else {
                None
            },
            external_id,
            created_at,
            updated_at,
            deleted_at,
            version,
        }
    }
}

pub(crate) fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .column_as(member::Column::Name, "owner_name")
        .column_as(company::Column::Name, "company_name")
        .column_as(stage::Column::Probability, "stage_probability")
        .column_as(stage::Column::RottingDays, "stage_rotting_days")
        .join(JoinType::LeftJoin, Relation::Owner.def())
        .join(JoinType::LeftJoin, Relation::Company.def())
        .join(JoinType::InnerJoin, Relation::Stage.def())
        .filter(db.owns(Column::OrganizationId))
}

/// A deal within reach, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: DealId, owners: &Owners) -> StoreResult<Found> {
    let mut query = select(db).filter(Column::Id.eq(id.0));
    if let Some(condition) = owners.condition(Column::OwnerId) {
        query = query.filter(condition);
    }
    query
        .into_model::<Found>()
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
}

/// The deals of the tenant that came from elsewhere under these ids, in the trash or not.
///
/// # Errors
/// When the database does not answer.
pub async fn by_external_ids(db: &impl Db, ids: Vec<String>) -> StoreResult<Vec<Found>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(select(db)
        .filter(any_of(Column::ExternalId, ids))
        .into_model::<Found>()
        .all(db)
        .await?)
}

/// Deals as the API shows them, their lines by one query for all.
///
/// # Errors
/// When the database does not answer.
pub async fn into_views(
    db: &impl Db,
    found: Vec<Found>,
    now: DateTime<Utc>,
) -> StoreResult<Vec<Deal>> {
    let ids: Vec<(DealId, Currency)> = found
        .iter()
        .map(|found| (found.row.id, found.row.currency))
        .collect();
    let mut lines = deal_line::of_deals(db, &ids).await?;
    Ok(found
        .into_iter()
        .map(|found| {
            let lines = lines.remove(&found.row.id).unwrap_or_default();
            found.into_view(lines, now)
        })
        .collect())
}

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

/// Writes a changed deal.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Gives the deals of one owner to another; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn hand_over(
    db: &impl Db,
    from: MemberId,
    to: Option<MemberId>,
    now: DateTime<Utc>,
) -> StoreResult<u64> {
    let result = Entity::update_many()
        .col_expr(Column::OwnerId, Expr::val(to.map(|id| id.0)))
        .col_expr(Column::UpdatedAt, Expr::val(now))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::OwnerId.eq(from.0))
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

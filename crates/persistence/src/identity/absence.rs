//! Absences of members.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{core::text::fold, identity::absence::Days};
use sea_orm::{
    FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait, entity::prelude::*,
    sea_query::Expr,
};
use shared_types::{
    AbsenceId, MemberId, OrganizationId, Sort,
    identity::{Absence, AbsenceKind, AbsenceSort, ListAbsences},
};

use crate::{
    Db, Page, PageRequest, SortKey, Sorting, StoreError, StoreResult, any_of, identity::member,
    page, update,
};

/// A row of an absence.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "absences")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AbsenceId,
    pub organization_id: OrganizationId,
    pub member_id: MemberId,
    pub kind: AbsenceKind,
    pub from_day: NaiveDate,
    pub until_day: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "member::Entity",
        from = "(Column::OrganizationId, Column::MemberId)",
        to = "(member::Column::OrganizationId, member::Column::Id)"
    )]
    Member,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Its days.
    #[must_use]
    pub const fn days(&self) -> Days {
        Days {
            from: self.from_day,
            until: self.until_day,
        }
    }
}

/// An absence with the name of the member.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the member.
    pub member_name: String,
}

impl From<Found> for Absence {
    fn from(found: Found) -> Self {
        let Model {
            id,
            organization_id: _,
            member_id,
            kind,
            from_day,
            until_day,
            created_at,
            updated_at,
            version,
        } = found.row;
        Self {
            id,
            member_id,
            member_name: found.member_name,
            kind,
            from: from_day,
            until: until_day,
            created_at,
            updated_at,
            version,
        }
    }
}

fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .column_as(member::Column::Name, "member_name")
        .join(JoinType::InnerJoin, Relation::Member.def())
        .filter(db.owns(Column::OrganizationId))
}

/// An absence of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: AbsenceId) -> StoreResult<Found> {
    select(db)
        .filter(Column::Id.eq(id.0))
        .into_model::<Found>()
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
}

/// The days on which a member is away, but for those of one absence, from a day on.
///
/// # Errors
/// When the database does not answer.
pub async fn others(
    db: &impl Db,
    member: MemberId,
    but: Option<AbsenceId>,
    from: NaiveDate,
) -> StoreResult<Vec<Days>> {
    let mut select = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::MemberId.eq(member.0))
        .filter(Column::UntilDay.gte(from));
    if let Some(but) = but {
        select = select.filter(Column::Id.ne(but.0));
    }
    let rows = select.all(db).await?;
    Ok(rows.iter().map(Model::days).collect())
}

/// Who of the organization is away on a day.
///
/// # Errors
/// When the database does not answer.
pub async fn away(db: &impl Db, day: NaiveDate) -> StoreResult<Vec<MemberId>> {
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::FromDay.lte(day))
        .filter(Column::UntilDay.gte(day))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.member_id).collect())
}

/// A page of absences.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListAbsences,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let mut select = select(db);
    let conditions = [
        query
            .member_id
            .as_ref()
            .map(|ids| any_of(Column::MemberId, ids.0.iter().map(|id| id.0))),
        query
            .kind
            .as_ref()
            .map(|kinds| any_of(Column::Kind, kinds.0.iter().map(|kind| kind.as_str()))),
        query.on.map(|day| Column::FromDay.lte(day)),
        query.on.map(|day| Column::UntilDay.gte(day)),
        query.until_after.map(|day| Column::UntilDay.gte(day)),
        query
            .q
            .as_ref()
            .map(|words| member::Column::NameKey.contains(fold(words))),
        // Absences are deleted, never in the trash.
        (query.trashed == Some(true)).then(|| Expr::val(false)),
    ];
    for condition in conditions.into_iter().flatten() {
        select = select.filter(condition);
    }
    let sort = query.sort.unwrap_or(Sort {
        key: AbsenceSort::From,
        descending: true,
    });
    let sorting = Sorting {
        column: match sort.key {
            AbsenceSort::From => Column::FromDay,
            AbsenceSort::CreatedAt => Column::CreatedAt,
        },
        nullable: false,
        descending: sort.descending,
        id: Column::Id,
        key: |found: &Found, column| {
            let key: SortKey = match column {
                Column::CreatedAt => found.row.created_at.into(),
                _ => found.row.from_day.into(),
            };
            (key, found.row.id.0)
        },
    };
    page(db, select, &sorting, request).await
}

/// Writes a changed absence.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Deletes an absence.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl Db, id: AbsenceId) -> StoreResult<()> {
    Entity::delete_many()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

//! Absences of members.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::absence::Days;
use sea_orm::{FromQueryResult, QueryFilter, entity::prelude::*};
use shared_types::{
    AbsenceId, MemberId, OrganizationId,
    identity::{Absence, AbsenceKind, AbsenceSort, ListAbsences},
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreResult, by,
    core::{joined, row, view},
    delete_owned,
    identity::member,
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

joined! { Member = MemberId -> member { Name as member_name } }

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

row!(Found);

view! {
    Found => Absence;
    shown(id, member_id, kind, created_at, updated_at, version);
    hidden(organization_id);
    used(from_day, until_day);
    beside(member_name);
    made(from = from_day, until = until_day);
}

/// An absence of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: AbsenceId) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .one(db)
        .await
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
    let select = Filter::new(select(db))
        .any(Column::MemberId, query.member_id.as_ref())
        .any(Column::Kind, query.kind.as_ref())
        .most(Column::FromDay, query.on)
        .least(Column::UntilDay, query.on)
        .least(Column::UntilDay, query.until_after)
        .named(member::Column::NameKey, query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::greatest(Column::Id, query.sort, AbsenceSort::From, |key| match key {
        AbsenceSort::From => by(Column::FromDay),
        AbsenceSort::CreatedAt => by(Column::CreatedAt),
    });
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
    delete_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

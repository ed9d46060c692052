//! Saved views.

use chrono::{DateTime, Utc};
use domain::core::text::fold;
use sea_orm::{
    ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
    entity::prelude::*,
    sea_query::{Expr, IntoCondition},
};
use serde::{Deserialize, Serialize};
use shared_types::{
    MemberId, OrganizationId, SavedViewId,
    crm::{ListKind, ListSavedViews, SavedView, SavedViewSort, ViewFilter},
};

use super::saved_view_default;
use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreError, StoreResult, any_of, by, core::row,
    delete_owned, identity::member, page, update,
};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_views")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SavedViewId,
    pub organization_id: OrganizationId,
    pub owner_id: MemberId,
    /// The list.
    pub resource: ListKind,
    pub name: String,
    /// The name, folded: sorts, matches and is unique.
    pub name_key: String,
    pub shared: bool,
    /// A [`Shown`].
    pub query: Json,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
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
        belongs_to = "saved_view_default::Entity",
        from = "(Column::OrganizationId, Column::Id)",
        to = "(saved_view_default::Column::OrganizationId, saved_view_default::Column::SavedViewId)"
    )]
    Default,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a view shows of its list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The filters.
    pub filters: Vec<ViewFilter>,
    /// The order.
    pub sort: Option<String>,
    /// The columns.
    pub columns: Vec<String>,
}

impl Shown {
    /// As it is stored.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when JSON cannot hold it.
    pub fn stored(&self) -> StoreResult<Json> {
        serde_json::to_value(self).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.name_key = fold(&self.name);
        self
    }

    /// What the view shows of its list.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it cannot be read back.
    pub fn shown(&self) -> StoreResult<Shown> {
        Shown::deserialize(&self.query).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

/// A view with the name of its owner, as one member sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// The view itself, where the member begins with it.
    pub default_id: Option<SavedViewId>,
}
row!(Found);

impl Found {
    /// The view as the API shows it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when what is stored cannot be read back.
    pub fn into_view(self) -> StoreResult<SavedView> {
        let Shown {
            filters,
            sort,
            columns,
        } = self.row.shown()?;
        let Model {
            id,
            organization_id: _,
            owner_id,
            resource,
            name,
            name_key: _,
            shared,
            query: _,
            created_at,
            updated_at,
            version,
        } = self.row;
        Ok(SavedView {
            id,
            list: resource,
            name,
            owner_id,
            owner_name: self.owner_name,
            shared,
            is_default: self.default_id.is_some(),
            filters,
            sort,
            columns,
            created_at,
            updated_at,
            version,
        })
    }
}

/// The views of some lists that a member sees: its own, and those that are shared.
fn select(db: &impl Db, me: MemberId, lists: &[ListKind]) -> Select<Entity> {
    let mine = Relation::Default.def().on_condition(move |_, right| {
        Expr::col((right, saved_view_default::Column::MemberId))
            .eq(me.0)
            .into_condition()
    });
    let visible = Column::OwnerId.eq(me.0).or(Column::Shared.eq(true));
    Entity::find()
        .column_as(member::Column::Name, "owner_name")
        .column_as(saved_view_default::Column::SavedViewId, "default_id")
        .join(JoinType::LeftJoin, Relation::Owner.def())
        .join(JoinType::LeftJoin, mine)
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::Resource, lists.iter().copied()))
        .filter(visible)
}

/// A view that a member sees.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(
    db: &impl Db,
    id: SavedViewId,
    me: MemberId,
    lists: &[ListKind],
) -> StoreResult<Found> {
    Filter::new(select(db, me, lists))
        .is(Column::Id, Some(id))
        .one(db)
        .await
}

/// A page of the views of some lists that a member sees.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListSavedViews,
    me: MemberId,
    lists: &[ListKind],
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db, me, lists))
        .any(Column::Resource, query.list.as_ref())
        .is(Column::Shared, query.shared)
        .any(Column::OwnerId, query.owner_id.as_ref())
        .named(Column::NameKey, query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::least(
        Column::Id,
        query.sort,
        SavedViewSort::Name,
        |key| match key {
            SavedViewSort::Name => by(Column::NameKey),
            SavedViewSort::CreatedAt => by(Column::CreatedAt),
            SavedViewSort::UpdatedAt => by(Column::UpdatedAt),
        },
    );
    page(db, select, &sorting, request).await
}

/// Writes a changed view.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster; [`StoreError::Duplicate`] for a name its owner
/// has given already.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Deletes a view; whoever begins with it begins with the plain list again.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl Db, id: SavedViewId) -> StoreResult<()> {
    delete_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

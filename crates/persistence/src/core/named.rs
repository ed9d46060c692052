//! Lists that an organization makes itself, of things that are little more than a name.

use chrono::{DateTime, Utc};
use shared_types::{ListNamed, OrganizationId};
use uuid::Uuid;

use crate::{Db, Page, PageRequest, StoreResult, Tx};

/// A row of such a list. [`named!`](crate::named) writes it.
#[expect(async_fn_in_trait, reason = "nobody needs to send the futures")]
pub trait Named: Clone + Sized {
    /// Its identifier.
    type Id: Copy + Into<Uuid> + std::fmt::Display;

    /// A row of a name as it is at first.
    fn first(id: Uuid, organization: OrganizationId, name: &str, now: DateTime<Utc>) -> Self;
    /// A new row of a name, which is not queued yet.
    fn named(tx: &Tx, name: &str) -> Self {
        Self::first(tx.new_id(), tx.organization(), name, tx.now())
    }
    /// Queues a new row.
    fn insert(self, tx: &Tx);
    /// Gives it another name.
    fn rename(&mut self, name: &str);
    /// Its identifier.
    fn id(&self) -> Self::Id;
    /// Its name.
    fn name(&self) -> &str;
    /// Grows by one with every change.
    fn version(&self) -> i64;

    /// All of the tenant, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn all(db: &impl Db) -> StoreResult<Vec<Self>>;
    /// One of the tenant.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] when there is none.
    async fn get(db: &impl Db, id: Self::Id) -> StoreResult<Self>;
    /// A page of them.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn list(
        db: &impl Db,
        query: &ListNamed,
        request: &PageRequest,
    ) -> StoreResult<Page<Self>>;
    /// Writes a changed row, which is another version since now.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when somebody was faster; [`crate::StoreError::Duplicate`] for a
    /// name there is.
    async fn save(self, tx: &Tx, before: &Self) -> StoreResult<Self>;
    /// Deletes a row that nothing refers to.
    ///
    /// # Errors
    /// [`crate::StoreError::Reference`] while something does.
    async fn delete(tx: &Tx, id: Self::Id) -> StoreResult<()>;
}

/// Defines the row of such a list with its entity, as a [`Named`], and how the API shows it: with
/// the columns it has besides, each with what it follows from the name by at first, and with what
/// only the view has.
#[macro_export]
macro_rules! named {
    (
        $table:tt, $id_type:ident => $view:ty
        $(, $column:ident: $type:ty = $first:path)*
        $(; $shown:ident = $value:expr)*
    ) => {
        use ::sea_orm::{QueryFilter, entity::prelude::*};

        /// A row of the table.
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = $table)]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: ::shared_types::$id_type,
            pub organization_id: ::shared_types::OrganizationId,
            pub name: String,
            /// The name, folded: sorts, matches and is unique.
            pub name_key: String,
            $(pub $column: $type,)*
            pub created_at: ::chrono::DateTime<::chrono::Utc>,
            pub updated_at: ::chrono::DateTime<::chrono::Utc>,
            pub version: i64,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}

        impl From<Model> for $view {
            fn from(row: Model) -> Self {
                let Model {
                    id,
                    organization_id: _,
                    name,
                    name_key: _,
                    $($column,)*
                    created_at,
                    updated_at,
                    version,
                } = row;
                Self {
                    id,
                    name,
                    $($column,)*
                    $($shown: $value,)*
                    created_at,
                    updated_at,
                    version,
                }
            }
        }

        impl $crate::Named for Model {
            type Id = ::shared_types::$id_type;

            fn first(
                id: Uuid,
                organization_id: ::shared_types::OrganizationId,
                name: &str,
                now: ::chrono::DateTime<::chrono::Utc>,
            ) -> Self {
                Self {
                    id: id.into(),
                    organization_id,
                    name: name.to_owned(),
                    name_key: ::domain::core::text::fold(name),
                    $($column: $first(name),)*
                    created_at: now,
                    updated_at: now,
                    version: 1,
                }
            }

            fn insert(self, tx: &$crate::Tx) {
                tx.insert::<Entity>(self);
            }

            fn rename(&mut self, name: &str) {
                self.name_key = ::domain::core::text::fold(name);
                self.name = name.to_owned();
            }

            fn id(&self) -> Self::Id {
                self.id
            }

            fn name(&self) -> &str {
                &self.name
            }

            fn version(&self) -> i64 {
                self.version
            }

            async fn all(db: &impl $crate::Db) -> $crate::StoreResult<Vec<Self>> {
                let select = Entity::find().filter(db.owns(Column::OrganizationId));
                let mut rows = select.all(db).await?;
                rows.sort_by(|a, b| a.name_key.cmp(&b.name_key));
                Ok(rows)
            }

            async fn get(db: &impl $crate::Db, id: Self::Id) -> $crate::StoreResult<Self> {
                let select = Entity::find().filter(db.owns(Column::OrganizationId));
                let row = select.filter(Column::Id.eq(id.0)).one(db).await?;
                row.ok_or($crate::StoreError::NotFound)
            }

            async fn list(
                db: &impl $crate::Db,
                query: &::shared_types::ListNamed,
                request: &$crate::PageRequest,
            ) -> $crate::StoreResult<$crate::Page<Self>> {
                use ::shared_types::NamedSort;
                let select = Entity::find().filter(db.owns(Column::OrganizationId));
                // What is deleted is gone at once: the trash is empty.
                let select = $crate::Filter::new(select)
                    .named(Column::NameKey, query.q.as_ref())
                    .never_trashed(query.trashed)
                    .select();
                let (id, standard) = (Column::Id, NamedSort::Name);
                let sorting = $crate::Sorting::least(id, query.sort, standard, |key| match key {
                    NamedSort::Name => $crate::by(Column::NameKey),
                    NamedSort::CreatedAt => $crate::by(Column::CreatedAt),
                });
                $crate::page(db, select, &sorting, request).await
            }

            async fn save(mut self, tx: &$crate::Tx, before: &Self) -> $crate::StoreResult<Self> {
                self.version = before.version + 1;
                self.updated_at = tx.now();
                $crate::update::<Entity>(tx, before.id.0, before.version, self.clone()).await?;
                Ok(self)
            }

            async fn delete(tx: &$crate::Tx, id: Self::Id) -> $crate::StoreResult<()> {
                Entity::delete_many()
                    .filter($crate::Db::owns(tx, Column::OrganizationId))
                    .filter(Column::Id.eq(id.0))
                    .exec(tx)
                    .await?;
                Ok(())
            }
        }
    };
}

//! Organizations: the tenants.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*};
use shared_types::{
    Currency, OrganizationId,
    identity::{Feature, Organization},
};
use uuid::Uuid;

use crate::{Db, StoreError, StoreResult, System, update};

/// A row of an organization.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    pub name: String,
    pub time_zone: String,
    pub currency: Currency,
    pub fiscal_year_start_month: i32,
    /// Words with a space between them.
    pub invitation_domains: String,
    /// Words of features with a space between them.
    pub disabled_features: String,
    /// Whether it was made by `touchline seed --demo`.
    pub demo: bool,
    /// Days within which agents acknowledge completed coaching sessions.
    pub coaching_acknowledgement_days: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The domains whose people may ask for an invitation by a link.
    #[must_use]
    pub fn domains(&self) -> Vec<String> {
        self.invitation_domains
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    /// The parts of the product that it has switched off.
    #[must_use]
    pub fn features_off(&self) -> Vec<Feature> {
        self.disabled_features
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect()
    }
}

impl From<Model> for Organization {
    fn from(row: Model) -> Self {
        let invitation_domains = row.domains();
        let disabled_features = row.features_off();
        let Model {
            id,
            name,
            time_zone,
            currency,
            fiscal_year_start_month,
            invitation_domains: _,
            disabled_features: _,
            demo: _,
            coaching_acknowledgement_days,
            created_at,
            updated_at: _,
            version,
        } = row;
        Self {
            id,
            name,
            time_zone,
            currency,
            fiscal_year_start_month: u8::try_from(fiscal_year_start_month).unwrap_or(1),
            invitation_domains,
            disabled_features,
            coaching_acknowledgement_days,
            created_at,
            version,
        }
    }
}

/// The organization of the handle.
///
/// # Errors
/// [`StoreError::NotFound`] when it is gone.
pub async fn get(db: &impl Db) -> StoreResult<Model> {
    Entity::find()
        .filter(db.owns(Column::Id))
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
}

/// The organization of the transaction, held until its end: what must be true of its people as a
/// whole (there is an administrator, nobody reports to himself) is checked one change at a time.
///
/// # Errors
/// [`StoreError::NotFound`] when it is gone.
pub async fn hold(db: &impl Db) -> StoreResult<Model> {
    let mut query = Entity::find().filter(db.owns(Column::Id));
    if db.get_database_backend() == sea_orm::DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    query.one(db).await?.ok_or(StoreError::NotFound)
}

/// Writes a changed organization.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

#[derive(FromQueryResult)]
struct Id {
    id: Option<Uuid>,
}

impl System {
    /// The demo organization, if it was made.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn demo_organization(&self) -> StoreResult<Option<OrganizationId>> {
        let found: Option<Id> = self
            .one(
                "SELECT find_demo_organization() AS id",
                "SELECT id FROM organizations WHERE demo LIMIT 1",
                vec![],
                false,
            )
            .await?;
        Ok(found.and_then(|row| row.id).map(OrganizationId))
    }
}

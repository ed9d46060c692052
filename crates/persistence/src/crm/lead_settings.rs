//! How leads are scored, and who gets them: one row an organization, or none while the defaults hold.

use chrono::{DateTime, Utc};
use domain::crm::lead::default_rules;
use sea_orm::{QueryFilter, QuerySelect, entity::prelude::*, sea_query::Expr};
use shared_types::{
    MemberId, OrganizationId,
    crm::{LeadAssignment, LeadSettings, ScoreRule},
};

use crate::{Db, StoreError, StoreResult, Tx, listed, stored};

/// A row of settings.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lead_settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// A list of [`ScoreRule`].
    pub rules: Json,
    pub assignment: LeadAssignment,
    /// A list of [`MemberId`].
    pub member_ids: Json,
    /// Who got the last lead in turn.
    pub last_member_id: Option<MemberId>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for LeadSettings {
    fn from(row: Model) -> Self {
        let Model {
            organization_id: _,
            rules,
            assignment,
            member_ids,
            last_member_id: _,
            updated_at: _,
            version,
        } = row;
        Self {
            rules: listed(&rules),
            assignment,
            member_ids: listed(&member_ids),
            version,
        }
    }
}

/// The settings of an organization that has settled nothing.
#[must_use]
pub fn defaults() -> LeadSettings {
    LeadSettings {
        rules: default_rules(),
        assignment: LeadAssignment::Creator,
        member_ids: Vec::new(),
        version: 0,
    }
}

/// The settings of the organization.
///
/// # Errors
/// When the database does not answer.
pub async fn get(db: &impl Db) -> StoreResult<LeadSettings> {
    let found = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .one(db)
        .await?;
    Ok(found.map_or_else(defaults, LeadSettings::from))
}

/// Writes changed settings, whose version is one higher than that of `before`.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(tx: &Tx, before: &LeadSettings, after: &LeadSettings) -> StoreResult<()> {
    let (rules, member_ids) = (
        stored::<ScoreRule>(&after.rules),
        stored::<MemberId>(&after.member_ids),
    );
    if before.version == 0 {
        tx.insert::<Entity>(Model {
            organization_id: tx.organization(),
            rules,
            assignment: after.assignment,
            member_ids,
            last_member_id: None,
            updated_at: tx.now(),
            version: after.version,
        });
        return Ok(());
    }
    let result = Entity::update_many()
        .col_expr(Column::Rules, Expr::val(rules))
        .col_expr(Column::Assignment, Expr::val(after.assignment.as_str()))
        .col_expr(Column::MemberIds, Expr::val(member_ids))
        .col_expr(Column::UpdatedAt, Expr::val(tx.now()))
        .col_expr(Column::Version, Expr::val(after.version))
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Version.eq(before.version))
        .exec(tx)
        .await?;
    if result.rows_affected == 0 {
        return Err(StoreError::Stale);
    }
    Ok(())
}

/// Who got the last lead in turn; held until the end of the transaction, so that two leads at once
/// do not go to the same member.
///
/// # Errors
/// When the database does not answer.
pub async fn last_in_turn(tx: &Tx) -> StoreResult<Option<MemberId>> {
    let mut query = Entity::find().filter(tx.owns(Column::OrganizationId));
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(tx).await?.and_then(|row| row.last_member_id))
}

/// Remembers who got a lead in turn.
///
/// # Errors
/// When the database does not answer.
pub async fn served(tx: &Tx, member: MemberId) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::LastMemberId, Expr::val(member.0))
        .filter(tx.owns(Column::OrganizationId))
        .exec(tx)
        .await?;
    Ok(())
}

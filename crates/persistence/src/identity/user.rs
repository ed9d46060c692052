//! Users: one person with one sign-in, in any number of organizations.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, entity::prelude::*, sea_query::Expr};
use shared_types::{
    Language, MemberId, OrganizationId, Role, UserId,
    identity::{OrganizationSummary, User},
};

use crate::{StoreError, StoreResult, System, Tx};

/// A row of a user.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub email: String,
    /// The address, folded: unique.
    pub email_key: String,
    pub email_verified: bool,
    pub first_name: String,
    pub last_name: String,
    /// Argon2id, in the PHC string format; absent for users of single sign-on.
    pub password_hash: Option<String>,
    pub active: bool,
    /// Administrator of the installation.
    pub superuser: bool,
    pub last_organization_id: Option<OrganizationId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// In which the client speaks and mails are written; that of the browser, and English, unless chosen.
    pub language: Option<Language>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for User {
    fn from(row: Model) -> Self {
        let Model {
            id,
            email,
            email_key: _,
            email_verified,
            first_name,
            last_name,
            password_hash: _,
            active: _,
            superuser,
            last_organization_id: _,
            created_at: _,
            updated_at: _,
            language,
        } = row;
        Self {
            id,
            email,
            email_verified,
            first_name,
            last_name,
            superuser,
            language,
        }
    }
}

/// A membership of a user, with what there is to say of the organization.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Membership {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its name.
    pub name: String,
    /// The member.
    pub member_id: MemberId,
    /// The role.
    pub role: Role,
    /// Whether the member works there now.
    pub active: bool,
}

impl From<&Membership> for OrganizationSummary {
    fn from(row: &Membership) -> Self {
        Self {
            id: row.organization_id,
            name: row.name.clone(),
            role: row.role,
        }
    }
}

/// The user of the transaction.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(tx: &Tx, id: UserId) -> StoreResult<Model> {
    Entity::find_by_id(id)
        .one(tx)
        .await?
        .ok_or(StoreError::NotFound)
}

/// Stores a new password of the user of the transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn set_password(tx: &Tx, id: UserId, hash: &str) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::val(hash))
        .col_expr(Column::UpdatedAt, Expr::val(tx.now()))
        .filter(Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Lets the user of the transaction run the installation, or no longer.
///
/// # Errors
/// When the database does not answer.
pub async fn set_superuser(tx: &Tx, id: UserId, superuser: bool) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::Superuser, Expr::val(superuser))
        .col_expr(Column::UpdatedAt, Expr::val(tx.now()))
        .filter(Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Marks the address of the user of the transaction as proved.
///
/// # Errors
/// When the database does not answer.
pub async fn verify_email(tx: &Tx, id: UserId) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::EmailVerified, Expr::val(true))
        .col_expr(Column::UpdatedAt, Expr::val(tx.now()))
        .filter(Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Stores the language of the user of the transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn speak(tx: &Tx, id: UserId, language: Language) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::Language, Expr::val(language.as_str()))
        .col_expr(Column::UpdatedAt, Expr::val(tx.now()))
        .filter(Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Remembers the organization that the user of the transaction entered last.
///
/// # Errors
/// When the database does not answer.
pub async fn entered(tx: &Tx, id: UserId, organization: OrganizationId) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::LastOrganizationId, Expr::val(organization.0))
        .filter(Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

impl System {
    /// The user of an address, given folded.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn user_by_email(&self, email_key: &str) -> StoreResult<Option<Model>> {
        self.one(
            "SELECT * FROM find_user_by_email($1)",
            "SELECT * FROM users WHERE email_key = ?1",
            vec![email_key.into()],
            false,
        )
        .await
    }

    /// The organizations of a user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn memberships(&self, user: UserId) -> StoreResult<Vec<Membership>> {
        self.all(
            "SELECT * FROM find_memberships($1)",
            "SELECT m.organization_id, o.name, m.id AS member_id, m.role, m.active FROM members m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = ?1 ORDER BY o.name, o.id",
            vec![user.0.into()],
            false,
        )
        .await
    }
}

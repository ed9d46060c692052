//! Second factors of users, and their recovery codes.

use chrono::{DateTime, Utc};
use sea_orm::{entity::prelude::*, sea_query::Expr};
use shared_types::UserId;

use crate::{StoreResult, Tx};

/// A row of a second factor.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: UserId,
    /// The secret, encrypted.
    pub secret: String,
    /// The step of the last code that was taken: none up to it is taken again.
    pub last_step: i64,
    /// Since when it is asked for; absent until a first code was given back.
    pub confirmed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Codes for when the app is lost.
pub mod recovery {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    use shared_types::UserId;

    /// A row of a recovery code.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: UserId,
        /// SHA-256 of the code, in hexadecimal digits: 80 random bits need no more.
        pub code_hash: String,
        pub used_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The second factor of the user of the transaction, confirmed or not.
///
/// # Errors
/// When the database does not answer.
pub async fn find(tx: &Tx, user: UserId) -> StoreResult<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::UserId.eq(user.0))
        .one(tx)
        .await?)
}

/// Puts a second factor that waits to be confirmed in the place of whatever there was.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(tx: &Tx, row: Model) -> StoreResult<()> {
    remove(tx, row.user_id).await?;
    tx.insert::<Entity>(row);
    Ok(())
}

/// Takes the second factor of the user of the transaction away, with its recovery codes.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &Tx, user: UserId) -> StoreResult<()> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    remove_codes(tx, user).await
}

async fn remove_codes(tx: &Tx, user: UserId) -> StoreResult<()> {
    recovery::Entity::delete_many()
        .filter(recovery::Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// From now on it is asked for.
///
/// # Errors
/// When the database does not answer.
pub async fn confirm(tx: &Tx, user: UserId) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::ConfirmedAt, Expr::val(tx.now()))
        .filter(Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes the code of a step; `false` when that step or a later one was taken before, on whatever
/// server.
///
/// # Errors
/// When the database does not answer.
pub async fn take_step(tx: &Tx, user: UserId, step: i64) -> StoreResult<bool> {
    let result = Entity::update_many()
        .col_expr(Column::LastStep, Expr::val(step))
        .filter(Column::UserId.eq(user.0))
        .filter(Column::LastStep.lt(step))
        .exec(tx)
        .await?;
    Ok(result.rows_affected > 0)
}

/// Puts new recovery codes, given as hashes, in the place of those there were.
///
/// # Errors
/// When the database does not answer.
pub async fn set_codes(tx: &Tx, user: UserId, hashes: Vec<String>) -> StoreResult<()> {
    remove_codes(tx, user).await?;
    let rows = hashes
        .into_iter()
        .map(|code_hash| recovery::Model {
            id: tx.new_id(),
            user_id: user,
            code_hash,
            used_at: None,
        })
        .collect();
    tx.insert_all::<recovery::Entity>(rows);
    Ok(())
}

/// Uses a recovery code up; `false` when there is none such, or it was used.
///
/// # Errors
/// When the database does not answer.
pub async fn take_code(tx: &Tx, user: UserId, hash: &str) -> StoreResult<bool> {
    let result = recovery::Entity::update_many()
        .col_expr(recovery::Column::UsedAt, Expr::val(tx.now()))
        .filter(recovery::Column::UserId.eq(user.0))
        .filter(recovery::Column::CodeHash.eq(hash))
        .filter(recovery::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(result.rows_affected > 0)
}

/// How many recovery codes are left to the user of the transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn codes_left(tx: &Tx, user: UserId) -> StoreResult<usize> {
    let rows = recovery::Entity::find()
        .filter(recovery::Column::UserId.eq(user.0))
        .filter(recovery::Column::UsedAt.is_null())
        .all(tx)
        .await?;
    Ok(rows.len())
}

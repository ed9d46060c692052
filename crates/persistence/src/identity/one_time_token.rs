//! Tokens of links: good once, for a while.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use shared_types::UserId;

use crate::{StoreResult, System, Tx};

/// A row of a token.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_tokens")]
pub struct Model {
    /// SHA-256 of the token, in hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    pub user_id: UserId,
    /// `resetPassword` or `verifyEmail`.
    pub purpose: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Uses a token up; `false` when somebody was faster. Every other token of the user for the same
/// purpose goes with it.
///
/// # Errors
/// When the database does not answer.
pub async fn consume(tx: &Tx, token: &Model) -> StoreResult<bool> {
    let gone = Entity::delete_many()
        .filter(Column::TokenHash.eq(token.token_hash.as_str()))
        .exec(tx)
        .await?;
    if gone.rows_affected == 0 {
        return Ok(false);
    }
    Entity::delete_many()
        .filter(Column::UserId.eq(token.user_id.0))
        .filter(Column::Purpose.eq(token.purpose.as_str()))
        .exec(tx)
        .await?;
    Ok(true)
}

impl System {
    /// The token of a hash.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn one_time_token(&self, hash: &str) -> StoreResult<Option<Model>> {
        self.one(
            "SELECT * FROM find_one_time_token($1)",
            "SELECT * FROM one_time_tokens WHERE token_hash = ?1",
            vec![hash.into()],
            false,
        )
        .await
    }
}

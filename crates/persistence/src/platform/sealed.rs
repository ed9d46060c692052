//! What is kept encrypted, for the rotation of keys.

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{StoreResult, System};

/// A column that is encrypted.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The column with the tenant or the user whose it is.
    owner: &'static str,
}

const fn of_tenant(table: &'static str, column: &'static str) -> SealedColumn {
    SealedColumn {
        table,
        column,
        owner: "organization_id",
    }
}

/// Every column that is encrypted. The function `sealed_owner` of the schema knows the same.
pub const SEALED: &[SealedColumn] = &[
    SealedColumn {
        table: "second_factors",
        column: "secret",
        owner: "user_id",
    },
    of_tenant("contacts", "private_phone"),
    of_tenant("contacts", "birthday"),
    of_tenant("contacts", "private_address"),
    of_tenant("notes", "sealed_body"),
    of_tenant("merges", "sealed_fields"),
    of_tenant("pieces", "sealed"),
];

/// A value that an older key encrypted.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Outdated {
    /// The row.
    pub id: Uuid,
    /// The tenant or the user whose it is.
    pub owner_id: Uuid,
    /// The value, encrypted.
    pub sealed: String,
}

impl System {
    /// Values of a column whose encryption does not begin with `prefix`, `most` of them after the id `beyond`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outdated(
        &self,
        SealedColumn {
            table,
            column,
            owner,
        }: SealedColumn,
        prefix: &str,
        beyond: Uuid,
        most: i32,
    ) -> StoreResult<Vec<Outdated>> {
        let mut values = vec![prefix.into(), beyond.into(), most.into()];
        if self.is_postgres() {
            values.extend([table.into(), column.into()]);
        }
        self.all(
            "SELECT * FROM outdated_sealed($4, $5, $1, $2, $3)",
            &format!(
                "SELECT id, {owner} AS owner_id, {column} AS sealed FROM {table} \
                 WHERE substr({column}, 1, length(?1)) <> ?1 AND id > ?2 ORDER BY id LIMIT ?3"
            ),
            values,
            false,
        )
        .await
    }

    /// Puts a value that was encrypted anew in the place of the one before, unless that has changed meanwhile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reseal(
        &self,
        SealedColumn { table, column, .. }: SealedColumn,
        before: &Outdated,
        after: &str,
    ) -> StoreResult<()> {
        let mut values = vec![
            before.id.into(),
            before.sealed.as_str().into(),
            after.into(),
        ];
        if self.is_postgres() {
            values.extend([table.into(), column.into()]);
        }
        self.rows(
            "SELECT reseal($4, $5, $1, $2, $3)",
            &format!("UPDATE {table} SET {column} = ?3 WHERE id = ?1 AND {column} = ?2"),
            values,
            true,
        )
        .await?;
        Ok(())
    }
}

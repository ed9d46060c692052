//! Pieces that queries of every aggregate are made of.

use domain::core::text::search_terms;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, DbBackend, EntityName, EntityTrait, ExprTrait,
    IdenStatic, IntoActiveModel, Iterable, QueryFilter, Value,
    prelude::Json,
    sea_query::{Expr, SimpleExpr},
};
use serde::{Serialize, de::DeserializeOwned};
use shared_types::{Currency, MemberId, Money};
use uuid::Uuid;

use crate::{Db, StoreError, StoreResult};

/// The records that a permission reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owners {
    /// All of the organization.
    Anybody,
    /// Those of these members, and those without owner.
    Of(Vec<MemberId>),
}

impl Owners {
    /// The owners that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anybody, one) | (one, Self::Anybody) => one,
            (Self::Of(mut some), Self::Of(others)) => {
                some.retain(|member| others.contains(member));
                Self::Of(some)
            }
        }
    }

    /// Whether a member is among them.
    #[must_use]
    pub fn holds(&self, member: MemberId) -> bool {
        match self {
            Self::Anybody => true,
            Self::Of(members) => members.contains(&member),
        }
    }

    /// Whether a record of this owner is among them.
    #[must_use]
    pub fn reach(&self, owner: Option<MemberId>) -> bool {
        owner.is_none_or(|owner| self.holds(owner))
    }

    /// The condition on the column of the owner, if there is one to make.
    pub fn condition<C: ColumnTrait>(&self, column: C) -> Option<SimpleExpr> {
        match self {
            Self::Anybody => None,
            Self::Of(members) => Some(
                Expr::col((column.entity_name(), column))
                    .is_null()
                    .or(any_of(column, members.iter().map(|member| member.0))),
            ),
        }
    }
}

/// The column has one of the values. The list is padded to a power of two with its last value, so
/// that few shapes of the statement exist and each is prepared once.
pub fn any_of<C, V>(column: C, values: impl IntoIterator<Item = V>) -> SimpleExpr
where
    C: ColumnTrait,
    V: Into<Value> + Clone,
{
    let mut values: Vec<V> = values.into_iter().collect();
    let Some(last) = values.last().cloned() else {
        return Expr::val(false);
    };
    values.resize(values.len().next_power_of_two(), last);
    Expr::col((column.entity_name(), column)).is_in(values)
}

/// The rows of a table in which every word occurs, the last one perhaps as a beginning.
pub fn matches<C: ColumnTrait>(
    db: &impl Db,
    id: C,
    table: &'static str,
    query: &str,
) -> SimpleExpr {
    let mut terms = search_terms(query);
    let Some(last) = terms.pop() else {
        return Expr::val(false);
    };
    let id = Expr::col((id.entity_name(), id));
    match db.get_database_backend() {
        DbBackend::Postgres => {
            terms.push(format!("{last}:*"));
            Expr::cust_with_exprs(
                format!("$1 IN (SELECT search_{table}($2))"),
                [id, Expr::val(terms.join(" & "))],
            )
        }
        _ => {
            terms.push(format!("{last}*"));
            let words = format!(
                "tenant : {} AND words : ({})",
                db.organization().0.simple(),
                terms.join(" AND ")
            );
            Expr::cust_with_exprs(
                format!(
                    "? IN (SELECT hit.id FROM {table}_search JOIN {table} hit ON hit.row_number = {table}_search.rowid WHERE {table}_search MATCH ?)"
                ),
                [id, Expr::val(words)],
            )
        }
    }
}

/// The row of the tenant that a condition names.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn find_owned<E: EntityTrait>(
    db: &impl Db,
    tenant: E::Column,
    which: SimpleExpr,
) -> StoreResult<E::Model> {
    E::find()
        .filter(db.owns(tenant))
        .filter(which)
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
}

/// Deletes the rows of the tenant that a condition names.
///
/// # Errors
/// [`StoreError::Reference`] while others refer to one of them.
pub async fn delete_owned<E: EntityTrait>(
    db: &impl Db,
    tenant: E::Column,
    which: SimpleExpr,
) -> StoreResult<()> {
    E::delete_many()
        .filter(db.owns(tenant))
        .filter(which)
        .exec(db)
        .await?;
    Ok(())
}

/// Writes every column of a row that has not changed since `version` was read, in which the row's
/// own version is one higher.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn update<E>(db: &impl Db, id: Uuid, version: i64, row: E::Model) -> StoreResult<()>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    update_but::<E>(db, id, version, row, &[]).await
}

/// The same, but for some columns, which stay as they are.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn update_but<E>(
    db: &impl Db,
    id: Uuid,
    version: i64,
    row: E::Model,
    kept: &[E::Column],
) -> StoreResult<()>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let kept: Vec<&str> = kept.iter().map(IdenStatic::as_str).collect();
    let row = row.into_active_model();
    let mut update = E::update_many();
    let mut tenant = None;
    for column in E::Column::iter() {
        match column.as_str() {
            "id" => {}
            "organization_id" => tenant = Some(column),
            name if kept.contains(&name) => {}
            _ => {
                if let ActiveValue::Set(value) | ActiveValue::Unchanged(value) = row.get(column) {
                    update = update.col_expr(column, Expr::val(value));
                }
            }
        }
    }
    let table = E::default();
    if let Some(tenant) = tenant {
        update = update.filter(db.owns(tenant));
    }
    let result = update
        .filter(Expr::col((table.table_ref_name(), "id")).eq(id))
        .filter(Expr::col((table.table_ref_name(), "version")).eq(version))
        .exec(db)
        .await?;
    if result.rows_affected == 0 {
        return Err(StoreError::Stale);
    }
    Ok(())
}

trait TableRefName {
    fn table_ref_name(&self) -> &'static str;
}

impl<E: EntityName> TableRefName for E {
    fn table_ref_name(&self) -> &'static str {
        self.table_name()
    }
}

/// How many values a query looks for at a time.
const LOOKED_FOR: usize = 256;

/// The rows of a table that hold one of the values in a column; without those in the trash, where
/// the column that says so is named.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by<E>(
    db: &impl Db,
    tenant: E::Column,
    column: E::Column,
    values: Vec<impl Into<Value> + Clone>,
    trash: Option<E::Column>,
) -> StoreResult<Vec<E::Model>>
where
    E: EntityTrait,
{
    let mut found = Vec::new();
    for values in values.chunks(LOOKED_FOR) {
        let mut select = E::find()
            .filter(db.owns(tenant))
            .filter(any_of(column, values.iter().cloned()));
        if let Some(trash) = trash {
            select = select.filter(trash.is_null());
        }
        found.extend(select.all(db).await?);
    }
    Ok(found)
}

/// How many rows there are, of a group or of all.
pub(crate) fn row_count() -> SimpleExpr {
    Expr::cust("count(*)")
}

/// A list as it is stored in a column.
#[must_use]
pub fn stored<T: Serialize>(list: &[T]) -> Json {
    serde_json::to_value(list).unwrap_or(Json::Array(Vec::new()))
}

/// An amount with its currency, where both are stored.
pub(crate) fn money(amount: Option<i64>, currency: Option<Currency>) -> Option<Money> {
    let (amount, currency) = amount.zip(currency)?;
    Some(Money::new(amount, currency))
}

/// A list as it was stored in a column.
#[must_use]
pub fn listed<T: DeserializeOwned>(stored: &Json) -> Vec<T> {
    serde_json::from_value(stored.clone()).unwrap_or_default()
}

/// The rows of a table that have one of these ids elsewhere, or here, in the trash or not.
///
/// # Errors
/// When the database does not answer.
pub async fn find_known<E>(
    db: &impl Db,
    tenant: E::Column,
    id: E::Column,
    external_id: E::Column,
    keys: Vec<String>,
) -> StoreResult<Vec<E::Model>>
where
    E: EntityTrait,
{
    let ids: Vec<Uuid> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    let mut found = find_by::<E>(db, tenant, external_id, keys, None).await?;
    found.extend(find_by::<E>(db, tenant, id, ids, None).await?);
    Ok(found)
}

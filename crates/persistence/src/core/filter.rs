//! The conditions of a list: each is there when it was asked for.

use domain::core::text::fold;
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait,
    Select, Value,
    sea_query::{Expr, SelectStatement, SimpleExpr},
};
use shared_types::AnyOf;

use crate::{Db, Owners, StoreError, StoreResult, any_of, matches};

/// The rows of a table that meet every condition that was asked for.
#[must_use]
pub struct Filter<E: EntityTrait> {
    select: Select<E>,
    asked: bool,
}

impl<E: EntityTrait> Filter<E> {
    /// Those of a selection, which is bound to a tenant.
    pub const fn new(select: Select<E>) -> Self {
        Self {
            select,
            asked: false,
        }
    }

    /// The identifiers of the tenant's rows, for [`Filter::through`].
    pub fn ids(db: &impl Db, id: E::Column, tenant: E::Column) -> Self {
        Self::new(E::find().select_only().column(id).filter(db.owns(tenant)))
    }

    /// Those that meet a condition.
    pub fn and(mut self, condition: Option<SimpleExpr>) -> Self {
        self.asked |= condition.is_some();
        self.always(condition)
    }

    /// The same for a condition that nobody has to ask for.
    pub fn always(mut self, condition: Option<SimpleExpr>) -> Self {
        if let Some(condition) = condition {
            self.select = self.select.filter(condition);
        }
        self
    }

    /// Those of the owners within reach.
    pub fn owners<C: ColumnTrait>(self, column: C, owners: &Owners) -> Self {
        self.always(owners.condition(column))
    }

    /// Those in the trash, or all others.
    pub fn trash<C: ColumnTrait>(self, deleted_at: C, trashed: Option<bool>) -> Self {
        self.always(Some(present(deleted_at, trashed.unwrap_or(false))))
    }

    /// Those with, or without, a value.
    pub fn has<C: ColumnTrait>(self, column: C, wanted: Option<bool>) -> Self {
        self.and(wanted.map(|wanted| present(column, wanted)))
    }

    /// Those with one of these values.
    pub fn any<C, V>(self, column: C, values: Option<&AnyOf<V>>) -> Self
    where
        C: ColumnTrait,
        V: Clone + Into<Value>,
    {
        self.and(values.map(|values| any_of(column, values.0.iter().cloned())))
    }

    /// Those with this value.
    pub fn is<C, V>(self, column: C, value: Option<V>) -> Self
    where
        C: ColumnTrait,
        V: Into<Value>,
    {
        self.and(value.map(|value| column.eq(value)))
    }

    /// Those with this value or a higher one.
    pub fn least<C, V>(self, column: C, value: Option<V>) -> Self
    where
        C: ColumnTrait,
        V: Into<Value>,
    {
        self.and(value.map(|value| column.gte(value)))
    }

    /// Those with this value or a lower one.
    pub fn most<C, V>(self, column: C, value: Option<V>) -> Self
    where
        C: ColumnTrait,
        V: Into<Value>,
    {
        self.and(value.map(|value| column.lte(value)))
    }

    /// Those with a lower value: before a time.
    pub fn below<C, V>(self, column: C, value: Option<V>) -> Self
    where
        C: ColumnTrait,
        V: Into<Value>,
    {
        self.and(value.map(|value| column.lt(value)))
    }

    /// Those from a value on, and before another: of a span of time.
    pub fn between<C, V>(self, column: C, from: Option<V>, to: Option<V>) -> Self
    where
        C: ColumnTrait,
        V: Into<Value>,
    {
        self.least(column, from).below(column, to)
    }

    /// Those whose folded name holds the words.
    pub fn named<C: ColumnTrait>(self, name_key: C, words: Option<&String>) -> Self {
        self.and(words.map(|words| name_key.contains(fold(words))))
    }

    /// None where the trash is asked for: these rows end in another way.
    pub fn never_trashed(self, trashed: Option<bool>) -> Self {
        self.and((trashed == Some(true)).then(|| Expr::val(false)))
    }

    /// Those in which every word occurs.
    pub fn words(
        self,
        db: &impl Db,
        id: E::Column,
        table: &'static str,
        words: Option<&String>,
    ) -> Self {
        self.and(words.map(|words| matches(db, id, table, words)))
    }

    /// Those that refer to one of other rows; all, where nothing was asked of the others.
    pub fn through<C, R>(self, column: C, others: Filter<R>) -> Self
    where
        C: ColumnTrait,
        R: EntityTrait,
    {
        let others = others.asked.then(|| others.into_query());
        self.and(others.map(|others| column.in_subquery(others)))
    }

    /// The only row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn one<F: FromQueryResult>(self, db: &impl Db) -> StoreResult<F> {
        self.select
            .into_model::<F>()
            .one(db)
            .await?
            .ok_or(StoreError::NotFound)
    }

    /// The selection.
    pub fn select(self) -> Select<E> {
        self.select
    }

    fn into_query(self) -> SelectStatement {
        self.select.into_query()
    }
}

fn present<C: ColumnTrait>(column: C, wanted: bool) -> SimpleExpr {
    let column = Expr::col((column.entity_name(), column));
    if wanted {
        column.is_not_null()
    } else {
        column.is_null()
    }
}

//! The first rows of each column of a board, all by one statement: each column is a page of its own,
//! walked along an index that begins with the tenant and what the columns differ in. A window over
//! all rows would read every one of them to show a few.

use std::{collections::HashMap, hash::Hash};

use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IdenStatic, QueryFilter, QuerySelect, QueryTrait,
    Select, Value,
    sea_query::{Alias, Asterisk, Query, SelectStatement, UnionType},
};

use crate::{Db, Position, Row, Sorting, StoreResult, direction};

/// The first rows of a column.
#[derive(Debug)]
pub struct First<R> {
    /// The rows, in order.
    pub rows: Vec<R>,
    /// Where the next ones begin, if there are more.
    pub next: Option<Position>,
}

impl<R> Default for First<R> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            next: None,
        }
    }
}

/// What a board has for its columns.
pub struct Columns<'a, E: EntityTrait, K> {
    /// All rows of the board, with all its filters.
    pub select: Select<E>,
    /// What the columns differ in.
    pub by: E::Column,
    /// Its value in each column.
    pub keys: &'a [K],
    /// The value of a row.
    pub key: fn(&E::Model) -> K,
    /// The order within a column, by what every row has.
    pub sorting: Sorting<E>,
    /// The most rows of a column.
    pub most: u16,
}

impl<E, K> Columns<'_, E, K>
where
    E: EntityTrait,
    E::Column: Copy,
    K: Copy + Eq + Hash + Into<Value>,
{
    /// The first rows of each column that has any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn first<R>(self, db: &impl Db) -> StoreResult<HashMap<K, First<R>>>
    where
        R: FromQueryResult + Row<Model = E::Model>,
    {
        let mut columns: HashMap<K, First<R>> = HashMap::new();
        let Some(statement) = self.statement() else {
            return Ok(columns);
        };
        for found in db.query_all(&statement).await? {
            let row = R::from_query_result(&found, "")?;
            let column = columns.entry((self.key)(row.row())).or_default();
            // One more than wanted tells that there are more.
            if column.rows.len() < usize::from(self.most) {
                column.rows.push(row);
            } else {
                let last = column.rows.last();
                column.next = last.map(|last| self.sorting.place(last, false));
            }
        }
        Ok(columns)
    }

    fn statement(&self) -> Option<SelectStatement> {
        let mut parts = self.keys.iter().map(|key| {
            let column = self.select.clone().filter(self.by.eq(*key));
            let column = self
                .sorting
                .ordered(column, self.sorting.descending, false)
                .limit(u64::from(self.most) + 1);
            Query::select()
                .column(Asterisk)
                .from_subquery(column.into_query(), Alias::new("part"))
                .to_owned()
        });
        let mut whole = parts.next()?;
        whole.unions(parts.map(|part| (UnionType::All, part)));
        for column in [self.sorting.column, self.sorting.id] {
            let order = direction(self.sorting.descending);
            whole.order_by(Alias::new(column.as_str()), order);
        }
        Some(whole)
    }
}

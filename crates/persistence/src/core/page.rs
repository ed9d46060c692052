//! Keyset pages: as fast on page 10,000 as on page 1, and stable while rows come and go.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, Iterable, ModelTrait, Order, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Value,
    sea_query::{Alias, Expr, Query, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use shared_types::{DEFAULT_LIMIT, EXACT_COUNT_LIMIT, ListQuery, Pagination, Sort};
use uuid::Uuid;

use crate::{Db, Row, StoreResult, row_count};

/// The value a row is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortKey {
    /// None: after all others.
    #[serde(rename = "n")]
    Null,
    /// Text.
    #[serde(rename = "t")]
    Text(String),
    /// A number.
    #[serde(rename = "i")]
    Integer(i64),
    /// A time.
    #[serde(rename = "u")]
    Time(DateTime<Utc>),
    /// A day.
    #[serde(rename = "d")]
    Date(NaiveDate),
}

impl SortKey {
    fn value(&self) -> Value {
        match self {
            Self::Null => Value::String(None),
            Self::Text(text) => text.clone().into(),
            Self::Integer(number) => (*number).into(),
            Self::Time(time) => (*time).into(),
            Self::Date(date) => (*date).into(),
        }
    }

    /// What a column holds. Lists are sorted by no other types than these.
    fn of(value: Value) -> Self {
        match value {
            Value::String(Some(text)) => Self::Text(text),
            Value::Int(Some(number)) => Self::Integer(number.into()),
            Value::BigInt(Some(number)) => Self::Integer(number),
            Value::ChronoDateTimeUtc(Some(time)) => Self::Time(time),
            Value::ChronoDate(Some(date)) => Self::Date(date),
            _ => Self::Null,
        }
    }
}

/// A place in a list: right after (or, backward, right before) a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// What the row is sorted by.
    #[serde(rename = "k")]
    pub key: SortKey,
    /// Its id, which decides between equals.
    #[serde(rename = "i")]
    pub id: Uuid,
    /// Whether the page lies before the row.
    #[serde(rename = "b", default, skip_serializing_if = "std::ops::Not::not")]
    pub backward: bool,
}

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// The most rows.
    pub limit: u16,
    /// Where the page begins; at the start of the list without.
    pub position: Option<Position>,
    /// Whether to count what matches.
    pub count: bool,
}

impl PageRequest {
    /// The page that a query asks for, given the position its cursor stands for.
    #[must_use]
    pub fn new(query: &impl ListQuery, position: Option<Position>) -> Self {
        Self {
            limit: query.limit().unwrap_or(DEFAULT_LIMIT),
            position,
            count: query.count(),
        }
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct Page<R> {
    /// Its rows.
    pub rows: Vec<R>,
    /// Where the next page begins, if there is one.
    pub next: Option<Position>,
    /// Where the page before begins, if there is one.
    pub prev: Option<Position>,
    /// What the answer says of it, but for the cursors.
    pub pagination: Pagination,
}

impl<R> Page<R> {
    /// The same page of other rows.
    pub fn map<T>(self, change: impl FnMut(R) -> T) -> Page<T> {
        self.of(|rows| rows.into_iter().map(change).collect())
    }

    /// The same page of other rows, unless one of them cannot be.
    ///
    /// # Errors
    /// Of the first that cannot.
    pub fn try_map<T, E>(self, change: impl FnMut(R) -> Result<T, E>) -> Result<Page<T>, E> {
        let mut fault = None;
        let page = self.of(|rows| {
            let rows: Result<Vec<T>, E> = rows.into_iter().map(change).collect();
            rows.unwrap_or_else(|error| {
                fault = Some(error);
                Vec::new()
            })
        });
        fault.map_or(Ok(page), Err)
    }

    fn of<T>(self, rows: impl FnOnce(Vec<R>) -> Vec<T>) -> Page<T> {
        Page {
            rows: rows(self.rows),
            next: self.next,
            prev: self.prev,
            pagination: self.pagination,
        }
    }
}

/// A column that a list may be sorted by.
#[derive(Clone, Copy, Debug)]
pub struct SortColumn<C> {
    column: C,
    nullable: bool,
}

/// A column that has a value in every row.
pub const fn by<C>(column: C) -> SortColumn<C> {
    SortColumn {
        column,
        nullable: false,
    }
}

/// A column that may be null; nulls come last either way.
pub const fn by_nullable<C>(column: C) -> SortColumn<C> {
    SortColumn {
        column,
        nullable: true,
    }
}

/// How a list is sorted.
#[derive(Clone, Copy, Debug)]
pub struct Sorting<E: EntityTrait> {
    /// The column sorted by. It stands in an index after the tenant, before the id.
    pub(crate) column: E::Column,
    /// Whether the column may be null.
    nullable: bool,
    /// Whether the greatest comes first.
    pub(crate) descending: bool,
    /// The column of the id, which decides between equals.
    pub(crate) id: E::Column,
}

impl<E: EntityTrait> Sorting<E> {
    /// The order that was asked for; the greatest first by the standard key where none was.
    pub fn greatest<K>(
        id: E::Column,
        sort: Option<Sort<K>>,
        standard: K,
        column: impl FnOnce(K) -> SortColumn<E::Column>,
    ) -> Self {
        Self::new(id, sort, standard, true, column)
    }

    /// The order that was asked for; the least first by the standard key where none was.
    pub fn least<K>(
        id: E::Column,
        sort: Option<Sort<K>>,
        standard: K,
        column: impl FnOnce(K) -> SortColumn<E::Column>,
    ) -> Self {
        Self::new(id, sort, standard, false, column)
    }

    fn new<K>(
        id: E::Column,
        sort: Option<Sort<K>>,
        key: K,
        descending: bool,
        column: impl FnOnce(K) -> SortColumn<E::Column>,
    ) -> Self {
        let sort = sort.unwrap_or(Sort { key, descending });
        let SortColumn { column, nullable } = column(sort.key);
        Self {
            column,
            nullable,
            descending: sort.descending,
            id,
        }
    }

    /// The rows in this order: those with a value by it, those without by their ids alone.
    pub(crate) fn ordered(&self, select: Select<E>, descending: bool, null: bool) -> Select<E> {
        let order = direction(descending);
        let select = if null {
            select
        } else {
            select.order_by(self.column, order.clone())
        };
        if null || !same(self.column, self.id) {
            select.order_by(self.id, order)
        } else {
            select
        }
    }

    /// The place of a row in the list.
    pub(crate) fn place<R: Row<Model = E::Model>>(&self, row: &R, backward: bool) -> Position {
        let row = row.row();
        let id = match row.get(self.id) {
            Value::Uuid(Some(id)) => id,
            _ => Uuid::nil(),
        };
        Position {
            key: SortKey::of(row.get(self.column)),
            id,
            backward,
        }
    }
}

/// A page of `select`, which holds all filters.
///
/// # Errors
/// When the database does not answer.
pub async fn page<E, R>(
    db: &impl Db,
    select: Select<E>,
    sorting: &Sorting<E>,
    request: &PageRequest,
) -> StoreResult<Page<R>>
where
    E: EntityTrait,
    E::Column: Iterable + Copy,
    R: FromQueryResult + Row<Model = E::Model> + Send + Sync,
{
    let backward = request
        .position
        .as_ref()
        .is_some_and(|position| position.backward);
    let descending = sorting.descending != backward;
    let wanted = u64::from(request.limit) + 1;
    // Rows with a value and rows without are two ranges of the index, nulls last.
    let mut ranges: Vec<bool> = if sorting.nullable {
        vec![false, true]
    } else {
        vec![false]
    };
    if backward {
        ranges.reverse();
    }
    let start = request
        .position
        .as_ref()
        .map(|position| position.key == SortKey::Null);
    let mut rows: Vec<R> = Vec::new();
    for null in ranges
        .into_iter()
        .skip_while(|null| start.is_some_and(|start| start != *null && sorting.nullable))
    {
        let mut part = select.clone();
        if sorting.nullable {
            let column = Expr::col((sorting.column.entity_name(), sorting.column));
            part = part.filter(if null {
                column.is_null()
            } else {
                column.is_not_null()
            });
        }
        if let Some(position) = &request.position
            && start == Some(null)
        {
            part = part.filter(beyond(sorting, position, null, descending));
        }
        let missing = wanted - rows.len() as u64;
        let part = sorting.ordered(part, descending, null).limit(missing);
        rows.extend(part.into_model::<R>().all(db).await?);
        if rows.len() as u64 >= wanted {
            break;
        }
    }
    let more = rows.len() > usize::from(request.limit);
    rows.truncate(usize::from(request.limit));
    if backward {
        rows.reverse();
    }
    let has_next = if backward { true } else { more };
    let has_prev = if backward {
        more
    } else {
        request.position.is_some()
    };
    let mut pagination = Pagination {
        limit: request.limit,
        ..Pagination::default()
    };
    if request.count {
        let total = count(db, select).await?;
        pagination.total = Some(std::cmp::min(total, EXACT_COUNT_LIMIT));
        pagination.total_is_exact = Some(total <= EXACT_COUNT_LIMIT);
    }
    Ok(Page {
        next: rows
            .last()
            .filter(|_| has_next)
            .map(|row| sorting.place(row, false)),
        prev: rows
            .first()
            .filter(|_| has_prev)
            .map(|row| sorting.place(row, true)),
        rows,
        pagination,
    })
}

pub(crate) const fn direction(descending: bool) -> Order {
    if descending { Order::Desc } else { Order::Asc }
}

fn same<C: ColumnTrait>(one: C, other: C) -> bool {
    one.as_str() == other.as_str()
}

fn beyond<E: EntityTrait>(
    sorting: &Sorting<E>,
    position: &Position,
    null: bool,
    descending: bool,
) -> SimpleExpr {
    let id = Expr::col((sorting.id.entity_name(), sorting.id));
    let (left, right): (SimpleExpr, SimpleExpr) = if null {
        (id, Expr::val(position.id))
    } else {
        let column = Expr::col((sorting.column.entity_name(), sorting.column));
        (
            Expr::tuple([column, id]),
            Expr::tuple([Expr::val(position.key.value()), Expr::val(position.id)]),
        )
    };
    if descending {
        left.lt(right)
    } else {
        left.gt(right)
    }
}

/// How many rows match, counted up to one more than [`EXACT_COUNT_LIMIT`].
async fn count<E: EntityTrait>(db: &impl Db, select: Select<E>) -> StoreResult<u64> {
    let inner = select
        .select_only()
        .expr_as(Expr::val(1), "one")
        .limit(EXACT_COUNT_LIMIT + 1)
        .into_query();
    let outer = Query::select()
        .expr_as(row_count(), Alias::new("total"))
        .from_subquery(inner, Alias::new("matching"))
        .to_owned();
    let row = db.query_one(&outer).await?;
    let total: i64 = row.map_or(Ok(0), |row| row.try_get("", "total"))?;
    Ok(u64::try_from(total).unwrap_or(0))
}

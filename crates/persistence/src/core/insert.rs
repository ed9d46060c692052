//! Inserts that wait for the end of their transaction, and leave in one statement.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use sea_orm::{
    ActiveModelTrait, ActiveValue, DbBackend, EntityName, EntityTrait, IdenStatic, IntoActiveModel,
    Iterable, Statement, Value, Values,
};

/// Rows on their way into a table.
#[derive(Clone)]
pub(crate) struct Insert {
    pub(crate) table: &'static str,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Insert {
    /// All columns of rows of one entity; none for no rows.
    pub(crate) fn of<E>(rows: Vec<E::Model>) -> Option<Self>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let columns: Vec<E::Column> = E::Column::iter().collect();
        let rows: Vec<Vec<Value>> = rows
            .into_iter()
            .map(|row| {
                let row = row.into_active_model();
                columns
                    .iter()
                    .filter_map(|column| match row.get(*column) {
                        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => Some(value),
                        ActiveValue::NotSet => None,
                    })
                    .collect()
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        Some(Self {
            table: E::default().table_name_static(),
            columns: columns.iter().map(IdenStatic::as_str).collect(),
            rows,
        })
    }

    fn head(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| format!("\"{column}\""))
            .collect();
        format!("INSERT INTO \"{}\" ({})", self.table, columns.join(", "))
    }

    /// For SQLite: one statement.
    pub(crate) fn into_statement(self) -> Statement {
        let row = format!("({})", vec!["?"; self.columns.len()].join(", "));
        let sql = format!(
            "{} VALUES {}",
            self.head(),
            vec![row; self.rows.len()].join(", ")
        );
        Statement {
            sql,
            values: Some(Values(self.rows.into_iter().flatten().collect())),
            db_backend: DbBackend::Sqlite,
        }
    }
}

trait TableName {
    fn table_name_static(&self) -> &'static str;
}

impl<E: EntityName> TableName for E {
    fn table_name_static(&self) -> &'static str {
        self.table_name()
    }
}

/// What the text of a statement depends on: the tables with their numbers of rows, and whether it sets
/// the tenant.
type Shape = (bool, Vec<(&'static str, usize)>);

thread_local! {
    static TEXTS: RefCell<HashMap<Shape, Arc<str>>> = RefCell::default();
}

/// Texts that a thread remembers: writes of users have few shapes, imports one a batch.
const REMEMBERED: usize = 200;

/// For PostgreSQL: all inserts as one data-modifying statement. With `tenant` the statement is a
/// transaction of its own and sets the tenant first; each insert reads it, so that it is set
/// before row-level security looks at a row.
pub(crate) fn combined(inserts: Vec<Insert>, tenant: Option<String>) -> Statement {
    let scoped = tenant.is_some();
    let shape: Shape = (
        scoped,
        inserts
            .iter()
            .map(|insert| (insert.table, insert.rows.len()))
            .collect(),
    );
    let known = TEXTS.with_borrow(|texts| texts.get(&shape).cloned());
    let sql = known.unwrap_or_else(|| {
        let sql: Arc<str> = text(&inserts, scoped).into();
        TEXTS.with_borrow_mut(|texts| {
            if texts.len() < REMEMBERED {
                texts.insert(shape, sql.clone());
            }
        });
        sql
    });
    let rows = inserts.into_iter().flat_map(|insert| insert.rows).flatten();
    let values = tenant.map(Value::from).into_iter().chain(rows).collect();
    Statement {
        sql: sql.to_string(),
        values: Some(Values(values)),
        db_backend: DbBackend::Postgres,
    }
}

fn text(inserts: &[Insert], scoped: bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut place = 0;
    if scoped {
        place = 1;
        parts.push(
            "tenant AS MATERIALIZED (SELECT set_config('app.organization', $1, true))".to_owned(),
        );
    }
    for (index, insert) in inserts.iter().enumerate() {
        let rows: Vec<String> = insert
            .rows
            .iter()
            .map(|row| {
                let places: Vec<String> = row
                    .iter()
                    .map(|_| {
                        place += 1;
                        format!("${place}")
                    })
                    .collect();
                let places = places.join(", ");
                if scoped {
                    format!("SELECT {places} FROM tenant")
                } else {
                    format!("({places})")
                }
            })
            .collect();
        // Hundreds of rows as a union would take the planner longer than the rows take.
        let rows = if scoped {
            rows.join(" UNION ALL ")
        } else {
            format!("VALUES {}", rows.join(", "))
        };
        parts.push(format!("i{index} AS ({} {rows})", insert.head()));
    }
    format!("WITH {} SELECT 1", parts.join(", "))
}

//! How people get better: coaching.

pub mod access;
pub mod action_item;
pub mod action_plan;
mod let_go;
pub mod quick_note;
pub mod report;
pub mod rubric;
pub mod session;
pub mod session_list;
pub mod session_part;
pub mod template;

pub use let_go::let_go;
pub mod metric;
pub mod metric_count;
pub mod metric_value;
pub mod proposal;
pub mod rule;

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::{Db, identity::member};

/// The name of the member to whom a column refers: for rows that refer to several.
pub(crate) fn member_name<C: ColumnTrait>(db: &impl Db, column: C) -> SimpleExpr {
    let name = member::Entity::find()
        .select_only()
        .column(member::Column::Name)
        .filter(db.owns(member::Column::OrganizationId))
        .filter(
            Expr::col((member::Entity, member::Column::Id)).equals((column.entity_name(), column)),
        )
        .into_query();
    Expr::SubQuery(None, Box::new(name.into()))
}

//! Handles bound to a tenant: the only way to query.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, ExecResult, ExprTrait, QueryResult, Statement,
    Value,
    sea_query::{Expr, SimpleExpr},
};
use shared_types::OrganizationId;

use crate::core::{
    run::sqlite,
    store::{Pools, Store},
};

/// A handle bound to a tenant.
pub trait Db: ConnectionTrait + Send + Sync {
    /// The tenant.
    fn organization(&self) -> OrganizationId;

    /// The tenant as an expression of the statement under way.
    fn tenant(&self) -> SimpleExpr;

    /// The condition that a row belongs to the tenant. Row-level security says it again on
    /// PostgreSQL; here it lets the planner use the indexes, all of which begin with the tenant.
    fn owns<C: ColumnTrait>(&self, column: C) -> SimpleExpr
    where
        Self: Sized,
    {
        Expr::col((column.entity_name(), column)).eq(self.tenant())
    }
}

/// Reads in a tenant, each statement by itself.
///
/// On PostgreSQL the tenant travels in the statement: a materialised CTE sets it, and the query
/// stands in a lateral join that depends on the CTE, so that it is set before a row is looked at.
/// One round trip instead of three (see `docs/adr/0003-tenant-in-one-statement.md`).
pub struct Read {
    store: Store,
    organization: OrganizationId,
}

impl Read {
    pub(crate) fn new(store: Store, organization: OrganizationId) -> Self {
        Self {
            store,
            organization,
        }
    }

    fn scoped(&self, mut statement: Statement) -> Statement {
        let values = statement
            .values
            .get_or_insert_with(|| sea_orm::Values(Vec::new()));
        values.0.push(Value::from(self.organization.0.to_string()));
        let place = values.0.len();
        statement.sql = format!(
            "WITH tenant AS MATERIALIZED (SELECT set_config('app.organization', ${place}, true)::uuid AS id) \
             SELECT page.* FROM tenant CROSS JOIN LATERAL ({} OFFSET 0) page",
            statement.sql
        );
        statement
    }
}

impl Db for Read {
    fn organization(&self) -> OrganizationId {
        self.organization
    }

    fn tenant(&self) -> SimpleExpr {
        match self.get_database_backend() {
            DbBackend::Postgres => Expr::cust("tenant.id"),
            _ => Expr::val(self.organization.0),
        }
    }
}

#[async_trait]
impl ConnectionTrait for Read {
    fn get_database_backend(&self) -> DbBackend {
        self.store.backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("a handle to read does not write".to_owned()))
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("a handle to read does not write".to_owned()))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &*self.store.pools {
            Pools::Postgres { replica, .. } => {
                let rows = replica.all(self.scoped(statement), true).await?;
                Ok(rows.into_iter().next())
            }
            Pools::Sqlite { readers, .. } => sqlite::one(readers, statement, true).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &*self.store.pools {
            Pools::Postgres { replica, .. } => replica.all(self.scoped(statement), true).await,
            Pools::Sqlite { readers, .. } => sqlite::all(readers, statement, true).await,
        }
    }
}

//! The databases that the tests need: those we are told of, else private ones that live as long as the tests.

mod pooler;
mod postgres;
mod redis;

use anyhow::Result;

pub use postgres::{Cluster, Keeps};
pub use redis::OwnRedis;

use crate::process;

/// Running services and where they are.
pub struct Services {
    // Before PostgreSQL, for it has to end first.
    pooler: Option<pooler::Pooler>,
    postgres: postgres::Postgres,
    redis: redis::Redis,
}

impl Services {
    pub fn start(keeps: Keeps) -> Result<Self> {
        process::say("Starting PostgreSQL and Redis");
        Ok(Self {
            pooler: None,
            postgres: postgres::Postgres::start(keeps)?,
            redis: redis::Redis::start()?,
        })
    }

    /// The same with a pooler before a PostgreSQL of our own.
    pub fn start_with_pooler() -> Result<Self> {
        let mut services = Self::start(Keeps::UntilItEnds)?;
        if let postgres::Postgres::Private(cluster) = &services.postgres {
            services.pooler = Some(pooler::Pooler::start(cluster.port())?);
        }
        Ok(services)
    }

    pub fn postgres_url(&self) -> &str {
        self.postgres.url()
    }

    pub fn redis_url(&self) -> &str {
        self.redis.url()
    }

    /// The environment by which tests find them.
    pub fn environment(&self) -> Vec<(&'static str, &str)> {
        let mut environment = vec![
            ("TOUCHLINE_TEST_POSTGRES_URL", self.postgres_url()),
            ("TOUCHLINE_TEST_REDIS_URL", self.redis_url()),
        ];
        if let Some(pooler) = &self.pooler {
            environment.push(("TOUCHLINE_TEST_POOLER_URL", pooler.url()));
        }
        environment
    }
}

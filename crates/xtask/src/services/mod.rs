//! The databases that the tests need: those we are told of, else private ones that live as long as the tests.

mod postgres;
mod redis;

use anyhow::Result;

pub use postgres::Keeps;

use crate::process;

/// Running services and where they are.
pub struct Services {
    postgres: postgres::Postgres,
    redis: redis::Redis,
}

impl Services {
    pub fn start(keeps: Keeps) -> Result<Self> {
        process::say("Starting PostgreSQL and Redis");
        Ok(Self {
            postgres: postgres::Postgres::start(keeps)?,
            redis: redis::Redis::start()?,
        })
    }

    /// The environment by which tests find them.
    pub fn environment(&self) -> [(&'static str, &str); 2] {
        [
            ("TOUCHLINE_TEST_POSTGRES_URL", self.postgres.url()),
            ("TOUCHLINE_TEST_REDIS_URL", self.redis.url()),
        ]
    }
}

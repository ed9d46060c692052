//! Numbers over the whole installation.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;

use crate::{StoreResult, System};

/// Numbers over all organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Counts {
    pub organizations: i64,
    /// Those who may sign in.
    pub users: i64,
    /// Those that are good at this moment.
    pub sessions: i64,
    pub queued: i64,
    pub dead: i64,
    /// Events that the dispatcher has yet to take.
    pub undelivered: i64,
    /// What the database takes.
    pub bytes: i64,
}

impl System {
    /// Counts what the installation holds; `None` only where the database answers no row.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn installation(&self, now: DateTime<Utc>) -> StoreResult<Option<Counts>> {
        self.one(
            "SELECT * FROM installation($1)",
            "SELECT (SELECT count(*) FROM organizations) AS organizations, (SELECT count(*) FROM users WHERE active) AS users, (SELECT count(*) FROM sessions WHERE revoked_at IS NULL AND expires_at > ?1) AS sessions, (SELECT count(*) FROM jobs WHERE state = 'queued') AS queued, (SELECT count(*) FROM jobs WHERE state = 'dead') AS dead, (SELECT count(*) FROM outbox) AS undelivered, (SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()) AS bytes",
            vec![now.into()],
            false,
        )
        .await
    }
}

//! The audit chain: a link for each event in the order of the stream. What is hashed and signed is for
//! the caller; here it is kept.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{FromQueryResult, Value};
use serde::Serialize;
use shared_types::{EventId, OrganizationId};

use crate::{StoreError, StoreResult, System};

/// What an event says, as text that is the same on both databases, and readable whatever somebody has
/// put there. Without a kind the event is not there any more.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Evidence {
    pub event: Option<String>,
    pub kind: Option<String>,
    pub subject_type: Option<String>,
    pub subject_id: Option<String>,
    pub subject_name: Option<String>,
    pub actor_id: Option<String>,
    pub changes: Option<String>,
    pub request_id: Option<String>,
    pub ip_address: Option<String>,
    pub at: Option<String>,
}

pub(super) const POSTGRES_EVIDENCE: &str = r#"replace(e.id::text, '-', '') AS event, e.kind, e.subject_type, replace(e.subject_id::text, '-', '') AS subject_id, e.subject_name,
    replace(e.actor_id::text, '-', '') AS actor_id, e.changes::text AS changes, e.request_id, e.ip_address,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00' AS at"#;
pub(super) const SQLITE_EVIDENCE: &str = "lower(hex(e.id)) AS event, e.kind, e.subject_type, lower(hex(e.subject_id)) AS subject_id, e.subject_name,
    iif(e.actor_id IS NULL, NULL, lower(hex(e.actor_id))) AS actor_id, e.changes, e.request_id, e.ip_address, e.at";

/// An event that has its place in the stream and no link yet, and where the chain of its organization
/// ends.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Unlinked {
    pub seq: i64,
    pub organization_id: OrganizationId,
    pub event_id: EventId,
    pub head_number: Option<i64>,
    pub head_seq: Option<i64>,
    pub head_link: Option<String>,
    pub head_signature: Option<String>,
    /// The number of the last link there is: that of the head, unless somebody changed either.
    pub last_number: Option<i64>,
    #[sea_orm(nested)]
    pub evidence: Evidence,
}

/// A link on its way into the chain; bytes as hexadecimal.
#[derive(Clone, Debug, Serialize)]
pub struct NewLink {
    /// As 32 hexadecimal digits.
    pub organization: String,
    pub number: i64,
    pub seq: i64,
    /// As 32 hexadecimal digits.
    pub event: String,
    pub commitment: String,
    pub link: String,
    pub salt: String,
}

/// Where a chain ends now.
#[derive(Clone, Debug, Serialize)]
pub struct NewHead {
    /// As 32 hexadecimal digits.
    pub organization: String,
    pub number: i64,
    pub seq: i64,
    pub link: String,
    /// Empty where the head before was not ours: then neither is this one.
    pub signature: String,
    at: String,
}

impl NewHead {
    /// A head of this time.
    #[must_use]
    pub fn new(
        organization: OrganizationId,
        (number, seq): (i64, i64),
        link: String,
        signature: String,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            organization: organization.0.simple().to_string(),
            number,
            seq,
            link,
            signature,
            // As both databases read it.
            at: at.to_rfc3339_opts(SecondsFormat::AutoSi, false),
        }
    }
}

#[derive(Serialize)]
struct Batch<'a> {
    links: &'a [NewLink],
    heads: &'a [NewHead],
}

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Head {
    pub organization_id: OrganizationId,
    pub number: i64,
    pub seq: i64,
    pub link: String,
    pub signature: String,
}

/// What another key than the one in use signed.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Outdated {
    /// Whether an erasure; else a head.
    pub erasure: bool,
    pub organization_id: OrganizationId,
    pub number: i64,
    pub seq: i64,
    /// The link of a head, the commitment of what was erased.
    pub content: String,
    pub signature: String,
}

#[derive(FromQueryResult)]
pub(super) struct Count {
    pub(super) count: i64,
}

impl System {
    /// Events that have no link yet, in order; at most `batch`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unlinked_events(&self, batch: i32) -> StoreResult<Vec<Unlinked>> {
        let head = "seq, organization_id, event_id, head_number, head_seq, {hex} AS head_link, head_signature, last_number";
        let postgres = format!(
            "SELECT {}, {POSTGRES_EVIDENCE} FROM unlinked_events($1) e",
            head.replace("{hex}", "encode(head_link, 'hex')")
        );
        let sqlite = format!(
            "WITH taken AS MATERIALIZED (SELECT seq, organization_id, event_id FROM event_stream
               WHERE seq > coalesce((SELECT seq FROM audit_progress), 0) ORDER BY seq LIMIT ?1),
             tip AS MATERIALIZED (SELECT o.organization_id AS organization, h.number AS head_number, h.seq AS head_seq, h.link AS head_link,
                 h.signature AS head_signature, (SELECT max(c.number) FROM audit_chain c WHERE c.organization_id = o.organization_id) AS last_number
               FROM (SELECT DISTINCT organization_id FROM taken) o LEFT JOIN audit_heads h ON h.organization_id = o.organization_id)
             SELECT t.seq, t.organization_id, t.event_id, head_number, head_seq, lower(hex(head_link)) AS head_link, head_signature, last_number, {SQLITE_EVIDENCE}
             FROM taken t JOIN tip ON tip.organization = t.organization_id LEFT JOIN events e ON e.id = t.event_id ORDER BY t.seq"
        );
        self.all(&postgres, &sqlite, vec![batch.into()], false)
            .await
    }

    /// Adds links, and moves the heads with them; `false` when somebody else has linked the same
    /// events meanwhile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn link_events(&self, links: &[NewLink], heads: &[NewHead]) -> StoreResult<bool> {
        let batch: Value = text(&Batch { links, heads })?.into();
        let done = if self.is_postgres() {
            let sql = "SELECT link_events($1)";
            self.rows(sql, "", vec![batch], true).await.map(drop)
        } else {
            self.together(
                &[
                    "INSERT INTO audit_chain (organization_id, number, seq, event_id, commitment, link)
                       SELECT unhex(l.value ->> 'organization'), l.value ->> 'number', l.value ->> 'seq', unhex(l.value ->> 'event'),
                         unhex(l.value ->> 'commitment'), unhex(l.value ->> 'link') FROM json_each(?1, '$.links') l",
                    "INSERT INTO audit_salts (organization_id, number, salt)
                       SELECT unhex(l.value ->> 'organization'), l.value ->> 'number', unhex(l.value ->> 'salt') FROM json_each(?1, '$.links') l",
                    "INSERT INTO audit_heads (organization_id, number, seq, link, signature, updated_at)
                       SELECT unhex(n.value ->> 'organization'), n.value ->> 'number', n.value ->> 'seq', unhex(n.value ->> 'link'),
                         n.value ->> 'signature', n.value ->> 'at' FROM json_each(?1, '$.heads') n WHERE true
                     ON CONFLICT (organization_id) DO UPDATE SET number = excluded.number, seq = excluded.seq, link = excluded.link,
                       signature = excluded.signature, updated_at = excluded.updated_at",
                    "INSERT INTO audit_progress (id, seq) SELECT 1, max(l.value ->> 'seq') FROM json_each(?1, '$.links') l
                     HAVING max(l.value ->> 'seq') IS NOT NULL ON CONFLICT (id) DO UPDATE SET seq = excluded.seq",
                ],
                batch,
            )
            .await
        };
        match done {
            Ok(()) => Ok(true),
            Err(StoreError::Duplicate { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The heads of all organizations that have moved since a time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_heads_since(&self, since: DateTime<Utc>) -> StoreResult<Vec<Head>> {
        self.all(
            "SELECT organization_id, number, seq, encode(link, 'hex') AS link, signature FROM audit_heads_since($1)",
            "SELECT organization_id, number, seq, lower(hex(link)) AS link, signature FROM audit_heads WHERE updated_at >= ?1 ORDER BY organization_id",
            vec![since.into()],
            false,
        )
        .await
    }

    /// Signatures that do not begin like those of the key in use; at most `batch`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outdated_signatures(
        &self,
        prefix: &str,
        batch: i32,
    ) -> StoreResult<Vec<Outdated>> {
        self.all(
            "SELECT erasure, organization_id, number, seq, encode(content, 'hex') AS content, signature FROM outdated_signatures($1, $2)",
            "SELECT false AS erasure, organization_id, number, seq, lower(hex(link)) AS content, signature FROM audit_heads
             WHERE signature <> '' AND substr(signature, 1, length(?1)) <> ?1
             UNION ALL
             SELECT true, s.organization_id, s.number, c.seq, lower(hex(c.commitment)), s.erasure FROM audit_salts s
             JOIN audit_chain c ON c.organization_id = s.organization_id AND c.number = s.number
             WHERE s.erasure IS NOT NULL AND substr(s.erasure, 1, length(?1)) <> ?1 LIMIT ?2",
            vec![prefix.into(), batch.into()],
            false,
        )
        .await
    }

    /// Puts a signature of the key in use in the place of another, unless that has changed meanwhile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_anew(&self, outdated: &Outdated, signature: &str) -> StoreResult<bool> {
        let sqlite = if outdated.erasure {
            "UPDATE audit_salts SET erasure = ?5 WHERE ?1 AND organization_id = ?2 AND number = ?3 AND erasure = ?4 RETURNING 1 AS count"
        } else {
            "UPDATE audit_heads SET signature = ?5 WHERE NOT ?1 AND organization_id = ?2 AND number = ?3 AND signature = ?4 RETURNING 1 AS count"
        };
        let done: Option<Count> = self
            .one(
                "SELECT sign_anew($1, $2, $3, $4, $5) AS count",
                sqlite,
                vec![
                    outdated.erasure.into(),
                    outdated.organization_id.0.into(),
                    outdated.number.into(),
                    outdated.signature.clone().into(),
                    signature.into(),
                ],
                true,
            )
            .await?;
        Ok(done.is_some_and(|done| done.count > 0))
    }
}

pub(super) fn text(value: &impl Serialize) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

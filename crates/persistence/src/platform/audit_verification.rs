//! The audit chain as it is read to be checked, and what erasure takes out of it.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use serde::Serialize;
use shared_types::EventId;
use uuid::Uuid;

use super::audit_chain::{Count, Evidence, Head, POSTGRES_EVIDENCE, SQLITE_EVIDENCE, text};
use crate::{Db, Read, StoreResult, Tx};

/// A link with all that it can be checked by.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Link {
    pub number: i64,
    pub seq: i64,
    pub commitment: String,
    pub link: String,
    pub salt: Option<String>,
    pub erasure: Option<String>,
    /// Whether the event has this very place in the stream.
    pub placed: bool,
    pub event_id: EventId,
    #[sea_orm(nested)]
    pub evidence: Evidence,
}

/// Links that are read at a time.
pub const LINKS: usize = 1000;

/// Runs a query of either database in the tenant: `tenant.id` names it, `?1` and `$1` a number.
pub(super) async fn rows<R: FromQueryResult>(
    db: &Read,
    sql: &str,
    number: i64,
) -> StoreResult<Vec<R>> {
    let backend = db.get_database_backend();
    let (sql, values): (String, Vec<Value>) = match backend {
        DbBackend::Postgres => (sql.replace("?1", "$1::bigint"), vec![number.into()]),
        _ => (
            sql.replace("tenant.id", "?2"),
            vec![number.into(), db.organization().0.into()],
        ),
    };
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let rows = db.query_all_raw(statement).await?;
    Ok(rows
        .iter()
        .map(|row| R::from_query_result(row, ""))
        .collect::<Result<_, _>>()?)
}

fn hex(db: &Read, column: &str) -> String {
    match db.get_database_backend() {
        DbBackend::Postgres => format!("encode({column}, 'hex')"),
        // The hexadecimal of NULL is empty text.
        _ => format!("iif({column} IS NULL, NULL, lower(hex({column})))"),
    }
}

/// Where the chain of the tenant ends; `None` where there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn head(db: &Read) -> StoreResult<Option<Head>> {
    let sql = format!(
        "SELECT organization_id, number, seq, {} AS link, signature FROM audit_heads WHERE organization_id = tenant.id AND number > ?1",
        hex(db, "link")
    );
    Ok(rows(db, &sql, -1).await?.pop())
}

/// The links after a number, in order; at most [`LINKS`].
///
/// # Errors
/// When the database does not answer.
pub async fn after(db: &Read, number: i64) -> StoreResult<Vec<Link>> {
    let evidence = match db.get_database_backend() {
        DbBackend::Postgres => POSTGRES_EVIDENCE,
        _ => SQLITE_EVIDENCE,
    };
    let sql = format!(
        "SELECT c.number, c.seq, c.event_id, {} AS commitment, {} AS link, {} AS salt, s.erasure, p.seq IS NOT NULL AS placed, {evidence}
         FROM audit_chain c
         LEFT JOIN audit_salts s ON s.organization_id = c.organization_id AND s.number = c.number
         LEFT JOIN event_stream p ON p.organization_id = c.organization_id AND p.seq = c.seq AND p.event_id = c.event_id
         LEFT JOIN events e ON e.organization_id = c.organization_id AND e.id = c.event_id
         WHERE c.organization_id = tenant.id AND c.number > ?1 ORDER BY c.number LIMIT {LINKS}",
        hex(db, "c.commitment"),
        hex(db, "c.link"),
        hex(db, "s.salt"),
    );
    rows(db, &sql, number).await
}

#[derive(FromQueryResult)]
struct Stray {
    seq: i64,
}

/// The first place in the stream whose event has no link, although the dispatcher has been there.
///
/// # Errors
/// When the database does not answer.
pub async fn passed_over(db: &Read) -> StoreResult<Option<i64>> {
    let sql = "SELECT p.seq FROM event_stream p LEFT JOIN audit_chain c ON c.organization_id = p.organization_id AND c.seq = p.seq
        WHERE p.organization_id = tenant.id AND p.seq <= (SELECT seq FROM audit_progress) AND c.seq IS NULL ORDER BY p.seq LIMIT ?1";
    let strays: Vec<Stray> = rows(db, sql, 1).await?;
    Ok(strays.first().map(|stray| stray.seq))
}

/// How many events wait for their link: those after `seq`, and those that have no place yet.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting_after(db: &Read, seq: i64) -> StoreResult<i64> {
    let sql =
        "SELECT (SELECT count(*) FROM event_stream WHERE organization_id = tenant.id AND seq > ?1)
        + (SELECT count(*) FROM outbox WHERE organization_id = tenant.id) AS count";
    let counts: Vec<Count> = rows(db, sql, seq).await?;
    Ok(counts.first().map_or(0, |row| row.count))
}

#[derive(FromQueryResult)]
struct Added {
    id: EventId,
}

/// An event that no commit of ours wrote: it neither has a place in the stream nor waits for one.
///
/// # Errors
/// When the database does not answer.
pub async fn added(db: &Read) -> StoreResult<Option<EventId>> {
    let sql = "SELECT e.id FROM events e LEFT JOIN event_stream p ON p.organization_id = e.organization_id AND p.event_id = e.id
        LEFT JOIN outbox o ON o.organization_id = e.organization_id AND o.event_id = e.id
        WHERE e.organization_id = tenant.id AND p.seq IS NULL AND o.event_id IS NULL LIMIT ?1";
    let added: Vec<Added> = rows(db, sql, 1).await?;
    Ok(added.first().map(|row| row.id))
}

/// What erasing an event needs to know of its link.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Erasable {
    pub id: EventId,
    pub number: Option<i64>,
    pub commitment: Option<String>,
    /// Whether its salt is still there.
    pub salted: bool,
}

/// The events about a record, with their links.
///
/// # Errors
/// When the database does not answer.
pub async fn about(tx: &Tx, subject_type: &str, subject: Uuid) -> StoreResult<Vec<Erasable>> {
    let backend = tx.get_database_backend();
    let (commitment, places) = match backend {
        DbBackend::Postgres => ("encode(c.commitment, 'hex')", ["$1", "$2", "$3"]),
        _ => (
            "iif(c.commitment IS NULL, NULL, lower(hex(c.commitment)))",
            ["?1", "?2", "?3"],
        ),
    };
    let [organization, kind, id] = places;
    let sql = format!(
        "SELECT e.id, c.number, {commitment} AS commitment, s.salt IS NOT NULL AS salted FROM events e
         LEFT JOIN audit_chain c ON c.organization_id = e.organization_id AND c.event_id = e.id
         LEFT JOIN audit_salts s ON s.organization_id = c.organization_id AND s.number = c.number
         WHERE e.organization_id = {organization} AND e.subject_type = {kind} AND e.subject_id = {id}"
    );
    let values = [
        tx.organization().0.into(),
        subject_type.into(),
        subject.into(),
    ];
    let rows = tx
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    Ok(rows
        .iter()
        .map(|row| Erasable::from_query_result(row, ""))
        .collect::<Result<_, _>>()?)
}

/// The proof that a salt was taken away by us.
#[derive(Clone, Debug, Serialize)]
pub struct Erasure {
    pub number: i64,
    pub erasure: String,
}

/// Takes from events what they say, and from the chain by what it could be tried out.
///
/// # Errors
/// When the database does not answer.
pub async fn erase(tx: &Tx, events: &[EventId], salts: &[Erasure]) -> StoreResult<()> {
    let backend = tx.get_database_backend();
    let ids: Vec<String> = events.iter().map(|id| id.0.simple().to_string()).collect();
    let (ids, salts) = (text(&ids)?, text(&salts)?);
    if backend == DbBackend::Postgres {
        let values = [ids.into(), salts.into()];
        let sql = "SELECT erase_events($1, $2)";
        tx.query_all_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
        return Ok(());
    }
    let statements = [
        (
            "UPDATE events SET subject_name = NULL, changes = '[]', request_id = NULL, ip_address = NULL
             WHERE organization_id = ?1 AND id IN (SELECT unhex(r.value) FROM json_each(?2) r)",
            ids,
        ),
        (
            "UPDATE audit_salts SET salt = NULL, erasure = r.value ->> 'erasure' FROM json_each(?2) r
             WHERE audit_salts.organization_id = ?1 AND audit_salts.number = r.value ->> 'number'",
            salts,
        ),
    ];
    for (sql, json) in statements {
        let values = [tx.organization().0.into(), json.into()];
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
    }
    Ok(())
}

//! The keys that several records of a kind have: what makes them duplicates.

use domain::crm::{duplicate::company_key, duplicate_group::Keyed};
use sea_orm::{FromQueryResult, Statement, entity::prelude::*};
use shared_types::crm::{DuplicateReason, MergeKind};

use crate::{Db, StoreResult, Tx};

#[derive(FromQueryResult)]
struct Shared {
    reason: DuplicateReason,
    key: String,
    id: Uuid,
    company: Option<String>,
}

/// The keys of a kind of record, one row for each that a record has.
const fn keys_of(kind: MergeKind, postgres: bool) -> &'static str {
    match (kind, postgres) {
        (MergeKind::Company, _) => {
            "SELECT 'name' AS reason, match_name AS key, id, NULL AS company FROM companies WHERE organization_id = $1 AND deleted_at IS NULL AND match_name IS NOT NULL \
             UNION SELECT 'domain', match_domain, id, NULL FROM companies WHERE organization_id = $1 AND deleted_at IS NULL AND match_domain IS NOT NULL \
             UNION SELECT 'domain', match_site, id, NULL FROM companies WHERE organization_id = $1 AND deleted_at IS NULL AND match_site IS NOT NULL \
             UNION SELECT 'phone', match_phone, id, NULL FROM companies WHERE organization_id = $1 AND deleted_at IS NULL AND match_phone IS NOT NULL"
        }
        (MergeKind::Contact, true) => {
            "SELECT p.kind AS reason, p.value_key AS key, c.id, NULL AS company FROM contact_points p JOIN contacts c ON c.organization_id = p.organization_id AND c.id = p.contact_id \
               WHERE p.organization_id = $1 AND c.deleted_at IS NULL AND length(p.value_key) >= 6 \
             UNION ALL SELECT 'name', name_key || ' ' || coalesce(company_id::text, ''), id, NULL FROM contacts WHERE organization_id = $1 AND deleted_at IS NULL"
        }
        (MergeKind::Contact, false) => {
            "SELECT p.kind AS reason, p.value_key AS key, c.id, NULL AS company FROM contact_points p JOIN contacts c ON c.organization_id = p.organization_id AND c.id = p.contact_id \
               WHERE p.organization_id = $1 AND c.deleted_at IS NULL AND length(p.value_key) >= 6 \
             UNION ALL SELECT 'name', name_key || ' ' || coalesce(hex(company_id), ''), id, NULL FROM contacts WHERE organization_id = $1 AND deleted_at IS NULL"
        }
        (MergeKind::Lead, _) => {
            "SELECT 'email' AS reason, email_key AS key, id, NULL AS company FROM leads WHERE organization_id = $1 AND deleted_at IS NULL AND email_key IS NOT NULL \
             UNION ALL SELECT 'phone', phone_key, id, NULL FROM leads WHERE organization_id = $1 AND deleted_at IS NULL AND length(phone_key) >= 6 \
             UNION ALL SELECT 'name', name_key, id, company_name FROM leads WHERE organization_id = $1 AND deleted_at IS NULL"
        }
    }
}

/// Every key that several records of a kind have, with those records.
///
/// # Errors
/// When the database does not answer.
pub async fn shared(tx: &Tx, kind: MergeKind) -> StoreResult<Vec<Keyed>> {
    let backend = tx.get_database_backend();
    let keys = keys_of(kind, backend == sea_orm::DbBackend::Postgres);
    let sql = format!(
        "WITH keys AS ({keys}) SELECT keys.reason, keys.key, keys.id, keys.company FROM keys \
         JOIN (SELECT reason, key FROM keys GROUP BY reason, key HAVING count(*) > 1) twice ON twice.reason = keys.reason AND twice.key = keys.key"
    );
    let query = Statement::from_sql_and_values(backend, sql, [tx.organization().0.into()]);
    let rows = Shared::find_by_statement(query).all(tx).await?;
    let keyed = rows.into_iter().map(|row| {
        let company = row.company.as_deref().and_then(company_key);
        Keyed {
            reason: row.reason,
            // No name holds a line break.
            key: match company {
                Some(company) => format!("{}\n{company}", row.key),
                None => row.key,
            },
            id: row.id,
        }
    });
    Ok(keyed.collect())
}

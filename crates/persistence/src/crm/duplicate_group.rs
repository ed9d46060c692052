//! Duplicates of a whole organization: the keys that several have, the groups they make, and what
//! somebody said is not the same.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::crm::{
    duplicate::company_key,
    duplicate_group::{Group, Keyed, pair, pairs},
};
use sea_orm::{
    FromQueryResult, QueryFilter, Statement,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::json;
use shared_types::{
    DuplicateGroupId, MemberId, OrganizationId,
    crm::{
        DuplicateConfidence, DuplicateGroup, DuplicateGroupSort, DuplicateReason, DuplicateRecord,
        ListDuplicates, MergeKind,
    },
};
use uuid::Uuid;

use super::{company, contact, lead};
use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreError, StoreResult, Tx, any_of, by, page,
};

/// A row of a group.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_groups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DuplicateGroupId,
    pub organization_id: OrganizationId,
    pub kind: MergeKind,
    pub confidence: DuplicateConfidence,
    /// A list of [`DuplicateReason`].
    pub reasons: Json,
    /// The surest, then the largest: what groups are listed by.
    pub strength: i64,
    pub found_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which records a group has.
pub mod member {
    use sea_orm::entity::prelude::*;
    use shared_types::{DuplicateGroupId, OrganizationId};

    /// A row of a record in a group.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "duplicate_group_members")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: OrganizationId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub group_id: DuplicateGroupId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What somebody said is not the same.
pub mod dismissal {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    use shared_types::{MemberId, OrganizationId};

    /// A row of a pair, in the order of the ids.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "duplicate_dismissals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: OrganizationId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub first_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub second_id: Uuid,
        pub dismissed_by_id: Option<MemberId>,
        pub dismissed_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// When an organization was searched.
pub mod search {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    use shared_types::OrganizationId;

    /// A row of an organization.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "duplicate_searches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: OrganizationId,
        pub requested_at: DateTime<Utc>,
        pub finished_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How much more a certain group counts than the largest likely one.
const CERTAIN: i64 = 1_000;

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

/// The pairs that are not the same.
///
/// # Errors
/// When the database does not answer.
pub async fn dismissed(db: &impl Db) -> StoreResult<HashSet<(Uuid, Uuid)>> {
    let rows = dismissal::Entity::find()
        .filter(db.owns(dismissal::Column::OrganizationId))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.first_id, row.second_id))
        .collect())
}

/// The records that are not the same as this one.
///
/// # Errors
/// When the database does not answer.
pub async fn dismissed_with(db: &impl Db, id: Uuid) -> StoreResult<HashSet<Uuid>> {
    use dismissal::{Column, Entity};
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::FirstId.eq(id).or(Column::SecondId.eq(id)))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .flat_map(|row| [row.first_id, row.second_id])
        .collect())
}

/// Puts these groups in the place of those of a kind.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(tx: &Tx, kind: MergeKind, groups: Vec<Group>) -> StoreResult<()> {
    Entity::delete_many()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Kind.eq(kind.as_str()))
        .exec(tx)
        .await?;
    let mut rows = Vec::with_capacity(groups.len());
    let mut members = Vec::new();
    for group in groups {
        let id: DuplicateGroupId = tx.new_id();
        let size = i64::try_from(group.ids.len()).unwrap_or(CERTAIN);
        let certain = group.confidence == DuplicateConfidence::Certain;
        rows.push(Model {
            id,
            organization_id: tx.organization(),
            kind,
            confidence: group.confidence,
            reasons: json!(group.reasons),
            strength: size + if certain { CERTAIN } else { 0 },
            found_at: tx.now(),
        });
        members.extend(group.ids.into_iter().map(|record_id| member::Model {
            organization_id: tx.organization(),
            group_id: id,
            record_id,
        }));
    }
    tx.write_all::<Entity>(rows).await?;
    tx.write_all::<member::Entity>(members).await
}

/// The condition that several records of a group are there still.
fn is_alive(kind: MergeKind) -> String {
    let table = match kind {
        MergeKind::Company => "companies",
        MergeKind::Contact => "contacts",
        MergeKind::Lead => "leads",
    };
    format!(
        "(duplicate_groups.kind = '{kind}' AND (SELECT count(*) FROM duplicate_group_members m JOIN {table} r ON r.organization_id = m.organization_id AND r.id = m.record_id \
           WHERE m.organization_id = duplicate_groups.organization_id AND m.group_id = duplicate_groups.id AND r.deleted_at IS NULL) > 1)"
    )
}

/// A page of groups of these kinds, the surest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListDuplicates,
    kinds: &[MergeKind],
    request: &PageRequest,
) -> StoreResult<Page<DuplicateGroup>> {
    let asked = |kind: &MergeKind| query.kind.as_ref().is_none_or(|any| any.0.contains(kind));
    let alive: Vec<String> = kinds.iter().copied().filter(asked).map(is_alive).collect();
    let alive = if alive.is_empty() {
        Expr::val(false)
    } else {
        Expr::cust(format!("({})", alive.join(" OR ")))
    };
    // A group is dismissed, never in the trash, and has no words of its own.
    let none = query.trashed == Some(true) || query.q.is_some();
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .always(Some(alive))
        .any(Column::Confidence, query.confidence.as_ref())
        .never_trashed(Some(none))
        .select();
    let sorting = Sorting::greatest(
        Column::Id,
        query.sort,
        DuplicateGroupSort::Strength,
        |key| match key {
            DuplicateGroupSort::Strength => by(Column::Strength),
        },
    );
    let found = page(db, select, &sorting, request).await?;
    let mut records = records(db, &found.rows).await?;
    Ok(found.map(|found| {
        let Model {
            id,
            organization_id: _,
            kind,
            confidence,
            reasons,
            strength: _,
            found_at,
        } = found;
        DuplicateGroup {
            id,
            kind,
            confidence,
            reasons: serde_json::from_value(reasons).unwrap_or_default(),
            records: records.remove(&id.0).unwrap_or_default(),
            found_at,
        }
    }))
}

/// The records of groups that are there still, the oldest first.
async fn records(
    db: &impl Db,
    groups: &[Model],
) -> StoreResult<HashMap<Uuid, Vec<DuplicateRecord>>> {
    let mut all: HashMap<Uuid, Vec<DuplicateRecord>> = HashMap::new();
    for &kind in MergeKind::ALL {
        let of_kind = groups.iter().filter(|group| group.kind == kind);
        let ids: Vec<Uuid> = of_kind.map(|group| group.id.0).collect();
        if ids.is_empty() {
            continue;
        }
        let members = member::Entity::find()
            .filter(db.owns(member::Column::OrganizationId))
            .filter(any_of(member::Column::GroupId, ids))
            .all(db)
            .await?;
        let ids: Vec<Uuid> = members.iter().map(|member| member.record_id).collect();
        let known: HashMap<Uuid, DuplicateRecord> = named(db, kind, ids)
            .await?
            .into_iter()
            .map(|record| (record.id, record))
            .collect();
        for member in members {
            if let Some(record) = known.get(&member.record_id) {
                all.entry(member.group_id.0)
                    .or_default()
                    .push(record.clone());
            }
        }
    }
    for records in all.values_mut() {
        records.sort_by_key(|record| (record.created_at, record.id));
    }
    Ok(all)
}

/// What is shown of records that are not in the trash.
async fn named(db: &impl Db, kind: MergeKind, ids: Vec<Uuid>) -> StoreResult<Vec<DuplicateRecord>> {
    Ok(match kind {
        MergeKind::Company => company::select(db)
            .filter(any_of(company::Column::Id, ids))
            .filter(company::Column::DeletedAt.is_null())
            .into_model::<company::Found>()
            .all(db)
            .await?
            .into_iter()
            .map(|found| DuplicateRecord {
                id: found.row.id.0,
                name: found.row.name,
                detail: found.row.domain.or(found.row.location),
                owner_name: found.owner_name,
                created_at: found.row.created_at,
            })
            .collect(),
        MergeKind::Contact => contact::select(db)
            .filter(any_of(contact::Column::Id, ids))
            .filter(contact::Column::DeletedAt.is_null())
            .into_model::<contact::Found>()
            .all(db)
            .await?
            .into_iter()
            .map(|found| DuplicateRecord {
                id: found.row.id.0,
                name: found.row.name,
                detail: found.company_name.or(found.row.job_title),
                owner_name: found.owner_name,
                created_at: found.row.created_at,
            })
            .collect(),
        MergeKind::Lead => lead::select(db)
            .filter(any_of(lead::Column::Id, ids))
            .filter(lead::Column::DeletedAt.is_null())
            .into_model::<lead::Found>()
            .all(db)
            .await?
            .into_iter()
            .map(|found| DuplicateRecord {
                id: found.row.id.0,
                name: found.row.name,
                detail: found.row.company_name,
                owner_name: found.owner_name,
                created_at: found.row.created_at,
            })
            .collect(),
    })
}

/// Says that the records of a group are not the same: the group goes, and its pairs are remembered.
/// Answers the kind of the records, and which they are.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn dismiss(
    tx: &Tx,
    id: DuplicateGroupId,
    kinds: &[MergeKind],
    by: MemberId,
) -> StoreResult<(MergeKind, Vec<DuplicateRecord>)> {
    let row = Entity::find()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Id.eq(id.0))
        .one(tx)
        .await?
        .filter(|row| kinds.contains(&row.kind))
        .ok_or(StoreError::NotFound)?;
    let kind = row.kind;
    let known = records(tx, &[row]).await?.remove(&id.0);
    let known = known.unwrap_or_default();
    let ids: Vec<Uuid> = known.iter().map(|record| record.id).collect();
    let rows: Vec<dismissal::ActiveModel> = pairs(&ids)
        .map(|(one, other)| {
            let (first_id, second_id) = pair(one, other);
            dismissal::Model {
                organization_id: tx.organization(),
                first_id,
                second_id,
                dismissed_by_id: Some(by),
                dismissed_at: tx.now(),
            }
            .into()
        })
        .collect();
    if !rows.is_empty() {
        use dismissal::Column as Pair;
        let key = [Pair::OrganizationId, Pair::FirstId, Pair::SecondId];
        dismissal::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    Entity::delete_many()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok((kind, known))
}

/// When the organization was searched last.
///
/// # Errors
/// When the database does not answer.
pub async fn last_search(db: &impl Db) -> StoreResult<Option<search::Model>> {
    Ok(search::Entity::find()
        .filter(db.owns(search::Column::OrganizationId))
        .one(db)
        .await?)
}

/// Writes down when the organization was searched.
///
/// # Errors
/// When the database does not answer.
pub async fn save_search(tx: &Tx, row: search::Model) -> StoreResult<()> {
    use search::Column as At;
    let row: search::ActiveModel = row.into();
    search::Entity::insert(row)
        .on_conflict(
            OnConflict::column(At::OrganizationId)
                .update_columns([At::RequestedAt, At::FinishedAt])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

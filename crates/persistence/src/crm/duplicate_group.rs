//! Duplicates of a whole organization, in groups.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::crm::duplicate_group::Group;
use sea_orm::{
    QueryFilter,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared_types::{
    DuplicateGroupId, MemberId, OrganizationId,
    crm::{
        DuplicateConfidence, DuplicateGroup, DuplicateGroupSort, DuplicateRecord, ListDuplicates,
        MergeKind,
    },
};
use uuid::Uuid;

use super::{company, contact, duplicate_dismissal, lead};
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

/// The id of a group of these records: the same however often they are found, so that a page that was opened before
/// another search says of them what it shows.
fn id_of(records: &[Uuid]) -> DuplicateGroupId {
    let mut ids = records.to_vec();
    ids.sort_unstable();
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(id.as_bytes());
    }
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
        *byte = hashed;
    }
    DuplicateGroupId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Puts these groups in the place of those of a kind; what was found before stays found then.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(tx: &Tx, kind: MergeKind, groups: Vec<Group>) -> StoreResult<()> {
    let known: HashMap<Uuid, DateTime<Utc>> = Entity::find()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Kind.eq(kind.as_str()))
        .all(tx)
        .await?
        .into_iter()
        .map(|row| (row.id.0, row.found_at))
        .collect();
    Entity::delete_many()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Kind.eq(kind.as_str()))
        .exec(tx)
        .await?;
    let mut rows = Vec::with_capacity(groups.len());
    let mut members = Vec::new();
    for group in groups {
        let id = id_of(&group.ids);
        let size = i64::try_from(group.ids.len()).unwrap_or(CERTAIN);
        let certain = group.confidence == DuplicateConfidence::Certain;
        rows.push(Model {
            id,
            organization_id: tx.organization(),
            kind,
            confidence: group.confidence,
            reasons: json!(group.reasons),
            strength: size + if certain { CERTAIN } else { 0 },
            found_at: known.get(&id.0).copied().unwrap_or_else(|| tx.now()),
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
    macro_rules! of {
        ($kind:ident, $found:ident => $detail:expr) => {
            $kind::select(db)
                .filter(any_of($kind::Column::Id, ids))
                .filter($kind::Column::DeletedAt.is_null())
                .into_model::<$kind::Found>()
                .all(db)
                .await?
                .into_iter()
                .map(|$found| DuplicateRecord {
                    id: $found.row.id.0,
                    name: $found.row.name,
                    detail: $detail,
                    owner_name: $found.owner_name,
                    created_at: $found.row.created_at,
                })
                .collect()
        };
    }
    Ok(match kind {
        MergeKind::Company => of!(company, found => found.row.domain.or(found.row.location)),
        MergeKind::Contact => of!(contact, found => found.company_name.or(found.row.job_title)),
        MergeKind::Lead => of!(lead, found => found.row.company_name),
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
    duplicate_dismissal::remember(tx, &ids, by).await?;
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

//! Which records have which tags.

use std::collections::HashMap;

use sea_orm::{
    DbBackend, ExprTrait, FromJsonQueryResult, FromQueryResult, QueryFilter, QuerySelect,
    QueryTrait, Statement, entity::prelude::*, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use shared_types::{
    AnyOf, OrganizationId, TagId,
    crm::{TagLabel, TagUsage},
    platform::SubjectKind,
};

use super::tag;
use crate::{Db, StoreResult, Tx, any_of, find_by};

/// A row: a tag of a record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// What the record is.
    pub kind: SubjectKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_id: TagId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The tags of a record, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Tags(pub Vec<TagLabel>);

impl Tags {
    /// Their ids.
    #[must_use]
    pub fn ids(&self) -> Vec<TagId> {
        self.0.iter().map(|tag| tag.id).collect()
    }
}

/// The tags of each selected record as a column: in the query that finds the records, so that a page
/// of them takes no other.
pub(crate) fn column(db: &impl Db, kind: SubjectKind, table: &str) -> Expr {
    let (list, id, tag) = match db.get_database_backend() {
        DbBackend::Postgres => ("jsonb_agg(jsonb_build_object", "tags.id", "'[]'::jsonb"),
        _ => (
            "json_group_array(json_object",
            "lower(hex(tags.id))",
            "'[]'",
        ),
    };
    Expr::cust(format!(
        "coalesce((SELECT {list}('id', {id}, 'name', tags.name, 'color', tags.color) ORDER BY tags.name_key) \
         FROM tag_links JOIN tags ON tags.organization_id = tag_links.organization_id AND tags.id = tag_links.tag_id \
         WHERE tag_links.organization_id = {table}.organization_id AND tag_links.kind = '{kind}' \
         AND tag_links.record_id = {table}.id), {tag})"
    ))
}

/// The condition on the id of a record that it has one of these tags, where any are asked for.
pub(crate) fn with_any<C: ColumnTrait>(
    db: &impl Db,
    kind: SubjectKind,
    id: C,
    tags: Option<&AnyOf<TagId>>,
) -> Option<Expr> {
    let tags = tags?;
    let having = Entity::find()
        .select_only()
        .column(Column::RecordId)
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::TagId, tags.0.iter().copied()))
        .filter(Column::Kind.eq(kind))
        .into_query();
    Some(Expr::col((id.entity_name(), id)).in_subquery(having))
}

/// The tags of these ids that there are, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn labels(db: &impl Db, ids: Vec<TagId>) -> StoreResult<Tags> {
    if ids.is_empty() {
        return Ok(Tags::default());
    }
    let (tenant, id) = (tag::Column::OrganizationId, tag::Column::Id);
    let mut rows = find_by::<tag::Entity>(db, tenant, id, ids, None).await?;
    rows.sort_by(|a, b| a.name_key.cmp(&b.name_key));
    let label = |row: tag::Model| TagLabel {
        id: row.id,
        name: row.name,
        color: row.color,
    };
    Ok(Tags(rows.into_iter().map(label).collect()))
}

/// The rows that give a record its tags.
pub fn rows<'a>(
    organization_id: OrganizationId,
    kind: SubjectKind,
    record_id: Uuid,
    tags: impl IntoIterator<Item = &'a TagLabel>,
) -> Vec<Model> {
    let row = |tag: &TagLabel| Model {
        organization_id,
        kind,
        record_id,
        tag_id: tag.id,
    };
    tags.into_iter().map(row).collect()
}

/// Queues the tags of a new record.
pub fn insert(tx: &Tx, kind: SubjectKind, record: impl Into<Uuid>, tags: &Tags) {
    tx.insert_all::<Entity>(rows(tx.organization(), kind, record.into(), &tags.0));
}

/// Gives a record these tags in place of those it had.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(
    tx: &Tx,
    kind: SubjectKind,
    record: Uuid,
    before: &Tags,
    after: &Tags,
) -> StoreResult<()> {
    let lacks = |tags: &Tags, tag: &TagLabel| tags.0.iter().all(|one| one.id != tag.id);
    let gone = before.0.iter().filter(|tag| lacks(after, tag));
    let gone: Vec<TagId> = gone.map(|tag| tag.id).collect();
    if !gone.is_empty() {
        of_record(tx, kind, record)
            .filter(any_of(Column::TagId, gone))
            .exec(tx)
            .await?;
    }
    let new = after.0.iter().filter(|tag| lacks(before, tag));
    tx.insert_all::<Entity>(rows(tx.organization(), kind, record, new));
    Ok(())
}

fn of_record(tx: &Tx, kind: SubjectKind, record: Uuid) -> sea_orm::DeleteMany<Entity> {
    Entity::delete_many()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::Kind.eq(kind))
        .filter(Column::RecordId.eq(record))
}

/// Takes the tags off a record that is deleted for good.
///
/// # Errors
/// When the database does not answer.
pub async fn let_go(tx: &Tx, kind: SubjectKind, record: Uuid) -> StoreResult<()> {
    of_record(tx, kind, record).exec(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Used {
    tag_id: TagId,
    kind: SubjectKind,
    count: i64,
}

/// How many records have each of these tags, by one query.
///
/// # Errors
/// When the database does not answer.
pub async fn usage(db: &impl Db, tags: Vec<TagId>) -> StoreResult<HashMap<TagId, TagUsage>> {
    let used = Entity::find()
        .select_only()
        .column(Column::TagId)
        .column(Column::Kind)
        .expr_as(Expr::cust("count(*)"), "count")
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::TagId, tags))
        .group_by(Column::TagId)
        .group_by(Column::Kind)
        .into_model::<Used>()
        .all(db)
        .await?;
    let mut usage: HashMap<TagId, TagUsage> = HashMap::new();
    for Used {
        tag_id,
        kind,
        count,
    } in used
    {
        let of_tag = usage.entry(tag_id).or_default();
        match kind {
            SubjectKind::Company => of_tag.companies = count,
            SubjectKind::Contact => of_tag.contacts = count,
            SubjectKind::Lead => of_tag.leads = count,
            SubjectKind::Deal => of_tag.deals = count,
            _ => {}
        }
    }
    Ok(usage)
}

/// Gives every record of a tag another one in its place.
///
/// # Errors
/// When the database does not answer.
pub async fn move_all(tx: &Tx, from: TagId, into: TagId) -> StoreResult<()> {
    let sql = "INSERT INTO tag_links (organization_id, kind, record_id, tag_id) \
               SELECT organization_id, kind, record_id, $3 FROM tag_links \
               WHERE organization_id = $1 AND tag_id = $2 \
               ON CONFLICT DO NOTHING";
    let values = [tx.organization().0.into(), from.0.into(), into.0.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.execute_raw(statement).await?;
    Ok(())
}

/// The ids of the tags of some records, by record.
///
/// # Errors
/// When the database does not answer.
pub async fn of_records(
    db: &impl Db,
    records: Vec<Uuid>,
) -> StoreResult<HashMap<Uuid, Vec<TagId>>> {
    let (tenant, record) = (Column::OrganizationId, Column::RecordId);
    let mut tags: HashMap<Uuid, Vec<TagId>> = HashMap::new();
    for link in find_by::<Entity>(db, tenant, record, records, None).await? {
        tags.entry(link.record_id).or_default().push(link.tag_id);
    }
    Ok(tags)
}

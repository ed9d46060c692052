//! Records by their names, whatever they are: what imports and exports need to
//! tell which one is meant.

use std::collections::HashMap;

use domain::{core::text::fold, crm::contact::email_key, identity::member::may_own};
use sea_orm::{FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*};
use shared_types::platform::SubjectKind;
use uuid::Uuid;

use crate::{
    Db, StoreResult, any_of,
    coaching::metric,
    crm::{
        company, contact, deal, lead, lost_reason, pipeline, product, product_category, stage, tag,
    },
    find_by, find_known,
    identity::{member, team},
};

/// A record that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The name, folded.
    pub key: String,
    /// Whether it may own records, if it is a member.
    pub may_own: bool,
}

const fn named(id: Uuid, name: String, key: String, may_own: bool) -> Named {
    Named {
        id,
        name,
        key,
        may_own,
    }
}

/// The records of a kind that are known by one of these: an id here or elsewhere, an e-mail
/// address, a domain, the number of an employee. The key of each is what it was found by.
///
/// # Errors
/// When the database does not answer.
pub async fn find_known_as(
    db: &impl Db,
    kind: SubjectKind,
    keys: Vec<String>,
) -> StoreResult<Vec<Named>> {
    let mut found = Vec::new();
    // Only those by which the row was asked for count: a row has several.
    let mut note = |id: Uuid, name: &str, may_own: bool, known: Vec<Option<String>>| {
        for key in known.into_iter().flatten() {
            found.push(named(id, name.to_owned(), key, may_own));
        }
    };
    let folded: Vec<String> = keys.iter().map(|key| fold(key)).collect();
    macro_rules! known {
        ($table:ident) => {
            find_known::<$table::Entity>(
                db,
                $table::Column::OrganizationId,
                $table::Column::Id,
                $table::Column::ExternalId,
                keys,
            )
            .await?
            .into_iter()
            .filter(|row| row.deleted_at.is_none())
        };
    }
    match kind {
        SubjectKind::Member => {
            let tenant = member::Column::OrganizationId;
            let by_email =
                find_by::<member::Entity>(db, tenant, member::Column::EmailKey, folded, None);
            let rows = by_email.await?;
            let by_number =
                find_by::<member::Entity>(db, tenant, member::Column::EmployeeId, keys, None);
            for row in each(rows, by_number.await?, |row| row.id) {
                let may_own = may_own(row.role, row.active);
                note(
                    row.id.0,
                    &row.name,
                    may_own,
                    vec![row.email_key, row.employee_id],
                );
            }
        }
        SubjectKind::Company => {
            let tenant = company::Column::OrganizationId;
            let trash = Some(company::Column::DeletedAt);
            let by_domain =
                find_by::<company::Entity>(db, tenant, company::Column::Domain, folded, trash);
            for row in each(by_domain.await?, known!(company), |row| row.id) {
                let known = vec![Some(row.id.to_string()), row.external_id, row.domain];
                note(row.id.0, &row.name, false, known);
            }
        }
        SubjectKind::Contact => {
            for row in each(
                contact::by_emails(db, folded).await?,
                known!(contact),
                |row| row.id,
            ) {
                let mut known = vec![Some(row.id.to_string()), row.external_id.clone()];
                let emails = row.emails();
                known.extend(emails.iter().map(|email| Some(email_key(&email.address))));
                note(row.id.0, &row.name, false, known);
            }
        }
        SubjectKind::Lead => {
            let tenant = lead::Column::OrganizationId;
            let trash = Some(lead::Column::DeletedAt);
            let by_email =
                find_by::<lead::Entity>(db, tenant, lead::Column::EmailKey, folded, trash);
            for row in each(by_email.await?, known!(lead), |row| row.id) {
                let known = vec![Some(row.id.to_string()), row.external_id, row.email_key];
                note(row.id.0, &row.name, false, known);
            }
        }
        SubjectKind::Deal => {
            for row in known!(deal) {
                let known = vec![Some(row.id.to_string()), row.external_id];
                note(row.id.0, &row.title, false, known);
            }
        }
        _ => {}
    }
    Ok(found)
}

/// The rows of both, each once.
fn each<R, I: Ord>(
    mut rows: Vec<R>,
    more: impl IntoIterator<Item = R>,
    id: impl Fn(&R) -> I,
) -> Vec<R> {
    rows.extend(more);
    rows.sort_by_key(&id);
    rows.dedup_by_key(|row| id(row));
    rows
}

/// What records are known by elsewhere, by their ids: the e-mail address of a member, the id
/// elsewhere of others, or the id here.
///
/// # Errors
/// When the database does not answer.
pub async fn keys_of_ids(
    db: &impl Db,
    kind: SubjectKind,
    ids: impl IntoIterator<Item = Uuid>,
) -> StoreResult<HashMap<Uuid, String>> {
    let ids = each(ids.into_iter().collect(), [], |id| *id);
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    macro_rules! keys {
        ($table:ident, $key:ident) => {
            $table::Entity::find()
                .select_only()
                .column($table::Column::Id)
                .column($table::Column::$key)
                .filter(db.owns($table::Column::OrganizationId))
                .filter(any_of($table::Column::Id, ids))
                .into_tuple::<(Uuid, Option<String>)>()
                .all(db)
                .await?
        };
    }
    if kind == SubjectKind::Member {
        let emails = keys!(member, Email).into_iter();
        return Ok(emails
            .filter_map(|(id, email)| Some((id, email?)))
            .collect());
    }
    let found = match kind {
        SubjectKind::Company => keys!(company, ExternalId),
        SubjectKind::Contact => keys!(contact, ExternalId),
        SubjectKind::Lead => keys!(lead, ExternalId),
        SubjectKind::Deal => keys!(deal, ExternalId),
        _ => Vec::new(),
    };
    let key =
        |(id, elsewhere): (Uuid, Option<String>)| (id, elsewhere.unwrap_or_else(|| id.to_string()));
    Ok(found.into_iter().map(key).collect())
}

/// The records of a kind that have one of these folded names, without those in the trash.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, kind: SubjectKind, keys: Vec<String>) -> StoreResult<Vec<Named>> {
    macro_rules! rows {
        ($table:ident, $trash:expr, $may_own:expr) => {
            find_by::<$table::Entity>(
                db,
                $table::Column::OrganizationId,
                $table::Column::NameKey,
                keys,
                $trash,
            )
            .await?
            .into_iter()
            .map(|row| Named {
                id: row.id.0,
                may_own: $may_own(&row),
                name: row.name,
                key: row.name_key,
            })
            .collect()
        };
    }
    Ok(match kind {
        SubjectKind::Member => rows!(member, None, |row: &member::Model| may_own(
            row.role, row.active
        )),
        SubjectKind::Team => rows!(team, None, |_| false),
        SubjectKind::Company => rows!(company, Some(company::Column::DeletedAt), |_| false),
        SubjectKind::Contact => rows!(contact, Some(contact::Column::DeletedAt), |_| false),
        SubjectKind::Lead => rows!(lead, Some(lead::Column::DeletedAt), |_| false),
        SubjectKind::Deal => {
            let (tenant, title) = (deal::Column::OrganizationId, deal::Column::TitleKey);
            let trash = Some(deal::Column::DeletedAt);
            find_by::<deal::Entity>(db, tenant, title, keys, trash)
                .await?
                .into_iter()
                .map(|row| named(row.id.0, row.title, row.title_key, false))
                .collect()
        }
        SubjectKind::Product => rows!(product, Some(product::Column::DeletedAt), |_| false),
        SubjectKind::ProductCategory => rows!(product_category, None, |_| false),
        SubjectKind::LostReason => rows!(lost_reason, None, |_| false),
        SubjectKind::Tag => rows!(tag, None, |_| false),
        SubjectKind::Metric => rows!(metric, Some(metric::Column::DeletedAt), |_| false),
        _ => Vec::new(),
    })
}

#[derive(FromQueryResult)]
struct IdAndName {
    id: Uuid,
    name: String,
}

/// Ids and names of all records of a kind; `None` where there are more than `most`.
///
/// # Errors
/// When the database does not answer.
pub async fn all(
    db: &impl Db,
    kind: SubjectKind,
    most: u64,
) -> StoreResult<Option<Vec<(Uuid, String)>>> {
    macro_rules! names {
        ($table:ident, $trash:expr) => {{
            let trash: Option<$table::Column> = $trash;
            let mut select = $table::Entity::find()
                .select_only()
                .column_as($table::Column::Id, "id")
                .column_as($table::Column::Name, "name")
                .filter(db.owns($table::Column::OrganizationId))
                .limit(most + 1);
            if let Some(trash) = trash {
                select = select.filter(trash.is_null());
            }
            select.into_model::<IdAndName>().all(db).await?
        }};
    }
    let found = match kind {
        SubjectKind::Member => names!(member, None),
        SubjectKind::Team => names!(team, None),
        SubjectKind::Company => names!(company, Some(company::Column::DeletedAt)),
        SubjectKind::Contact => names!(contact, Some(contact::Column::DeletedAt)),
        SubjectKind::Lead => names!(lead, Some(lead::Column::DeletedAt)),
        SubjectKind::Product => names!(product, Some(product::Column::DeletedAt)),
        SubjectKind::ProductCategory => names!(product_category, None),
        SubjectKind::LostReason => names!(lost_reason, None),
        SubjectKind::Tag => names!(tag, None),
        SubjectKind::Metric => names!(metric, Some(metric::Column::DeletedAt)),
        _ => Vec::new(),
    };
    if found.len() as u64 > most {
        return Ok(None);
    }
    Ok(Some(
        found.into_iter().map(|row| (row.id, row.name)).collect(),
    ))
}

/// Whether there is a record of a kind; of a pipeline its stages are meant.
///
/// # Errors
/// When the database does not answer.
pub async fn exists(db: &impl Db, kind: SubjectKind, id: Uuid) -> StoreResult<bool> {
    macro_rules! exists {
        ($table:ident) => {
            $table::Entity::find()
                .select_only()
                .column($table::Column::Id)
                .filter(db.owns($table::Column::OrganizationId))
                .filter($table::Column::Id.eq(id))
                .into_tuple::<Uuid>()
                .one(db)
                .await?
                .is_some()
        };
    }
    Ok(match kind {
        SubjectKind::Member => exists!(member),
        SubjectKind::Team => exists!(team),
        SubjectKind::Company => exists!(company),
        SubjectKind::Contact => exists!(contact),
        SubjectKind::Lead => exists!(lead),
        SubjectKind::Deal => exists!(deal),
        SubjectKind::Product => exists!(product),
        SubjectKind::ProductCategory => exists!(product_category),
        SubjectKind::LostReason => exists!(lost_reason),
        SubjectKind::Tag => exists!(tag),
        SubjectKind::Metric => exists!(metric),
        SubjectKind::Pipeline => exists!(stage),
        _ => false,
    })
}

/// The names of records by their ids, those in the trash too.
///
/// # Errors
/// When the database does not answer.
pub async fn of_ids(
    db: &impl Db,
    kind: SubjectKind,
    ids: impl IntoIterator<Item = Uuid>,
) -> StoreResult<HashMap<Uuid, String>> {
    let ids = each(ids.into_iter().collect(), [], |id| *id);
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    macro_rules! names {
        ($table:ident) => {
            $table::Entity::find()
                .select_only()
                .column_as($table::Column::Id, "id")
                .column_as($table::Column::Name, "name")
                .filter(db.owns($table::Column::OrganizationId))
                .filter(any_of($table::Column::Id, ids))
                .into_model::<IdAndName>()
                .all(db)
                .await?
        };
    }
    let found = match kind {
        SubjectKind::Member => names!(member),
        SubjectKind::Team => names!(team),
        SubjectKind::Company => names!(company),
        SubjectKind::Contact => names!(contact),
        // A stage is part of a pipeline.
        SubjectKind::Pipeline => {
            let pipelines = pipeline::Entity::find()
                .select_only()
                .column_as(pipeline::Column::Id, "id")
                .column_as(pipeline::Column::Name, "name")
                .filter(db.owns(pipeline::Column::OrganizationId))
                .filter(any_of(pipeline::Column::Id, ids.clone()))
                .into_model::<IdAndName>()
                .all(db)
                .await?;
            let mut both: Vec<IdAndName> = names!(stage);
            both.extend(pipelines);
            both
        }
        SubjectKind::LostReason => names!(lost_reason),
        _ => Vec::new(),
    };
    Ok(found.into_iter().map(|row| (row.id, row.name)).collect())
}

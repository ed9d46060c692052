//! Records by their names, whatever they are: what imports and exports need to
//! tell which one is meant.

use std::collections::HashMap;

use domain::identity::member::may_own;
use sea_orm::{FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*};
use shared_types::platform::SubjectKind;
use uuid::Uuid;

use crate::{
    Db, StoreResult, any_of,
    crm::{company, contact, lost_reason, product, product_category, stage},
    find_by,
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
        SubjectKind::Product => rows!(product, Some(product::Column::DeletedAt), |_| false),
        SubjectKind::ProductCategory => rows!(product_category, None, |_| false),
        SubjectKind::LostReason => rows!(lost_reason, None, |_| false),
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
        SubjectKind::Product => names!(product, Some(product::Column::DeletedAt)),
        SubjectKind::ProductCategory => names!(product_category, None),
        SubjectKind::LostReason => names!(lost_reason, None),
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
        SubjectKind::Product => exists!(product),
        SubjectKind::ProductCategory => exists!(product_category),
        SubjectKind::LostReason => exists!(lost_reason),
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
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
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
        SubjectKind::Pipeline => names!(stage),
        SubjectKind::LostReason => names!(lost_reason),
        _ => Vec::new(),
    };
    Ok(found.into_iter().map(|row| (row.id, row.name)).collect())
}

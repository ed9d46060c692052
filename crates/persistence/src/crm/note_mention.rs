//! Whom notes mention, and have mentioned: nobody is told twice of one note.

use std::collections::{HashMap, HashSet};

use sea_orm::{JoinType, QueryFilter, QuerySelect, RelationTrait, entity::prelude::*};
use shared_types::{MemberId, NoteId, OrganizationId};

use crate::{Db, StoreResult, Tx, any_of, identity::member, relations};

/// A row of a mention.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "note_mentions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub note_id: NoteId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
}

relations! { Member = MemberId -> member }

/// The members that some notes mention, by their present names.
///
/// # Errors
/// When the database does not answer.
pub async fn names(
    db: &impl Db,
    notes: &[NoteId],
) -> StoreResult<HashMap<NoteId, HashMap<MemberId, String>>> {
    let mut names: HashMap<NoteId, HashMap<MemberId, String>> = HashMap::new();
    if notes.is_empty() {
        return Ok(names);
    }
    let rows: Vec<(NoteId, MemberId, String)> = Entity::find()
        .select_only()
        .columns([Column::NoteId, Column::MemberId])
        .column(member::Column::Name)
        .join(JoinType::InnerJoin, Relation::Member.def())
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::NoteId, notes.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?;
    for (note, member, name) in rows {
        names.entry(note).or_default().insert(member, name);
    }
    Ok(names)
}

/// The members whom a note has mentioned.
///
/// # Errors
/// When the database does not answer.
pub async fn of_note(db: &impl Db, note: NoteId) -> StoreResult<HashSet<MemberId>> {
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::NoteId.eq(note.0))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.member_id).collect())
}

/// Queues that a note mentions some members.
pub fn insert(tx: &Tx, note: NoteId, members: impl IntoIterator<Item = MemberId>) {
    let rows = members.into_iter().map(|member_id| Model {
        organization_id: tx.organization(),
        note_id: note,
        member_id,
    });
    tx.insert_all::<Entity>(rows.collect());
}

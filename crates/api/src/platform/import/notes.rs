//! Rows that are notes.

use std::{collections::HashMap, convert::identity};

use domain::{
    crm::note::check_about,
    platform::import::kinds::{Draft, note::NoteDraft},
};
use persistence::{
    StoreResult, Tx,
    crm::{
        about::AboutNames,
        note::{self, Found, Model},
    },
    find_known,
};
use shared_types::{
    MemberId, Patch,
    crm::{CreateNote, UpdateNote},
    platform::{ImportField, ImportKind},
};
use uuid::Uuid;

use super::{
    about::{self, about_found},
    batch::{Fault, Records, Run, elsewhere, told_apart},
};
use crate::crm::note::{new_row, patched, write_new};

/// Notes. Only an id elsewhere tells one from another.
pub(super) struct Notes;

/// The member who wrote a note; members are not made for that.
fn author(run: &mut Run, tx: &Tx, draft: &NoteDraft) -> Result<Option<MemberId>, Fault> {
    let field = ImportField::Author;
    let author = run.linked(tx, field, &draft.author, |run, _, name| {
        Err(run.fault(field, format!("`{name}` is no member")))
    })?;
    Ok(author.map(MemberId))
}

fn found(row: Model, names: AboutNames) -> Found {
    Found {
        row,
        author_name: None,
        names,
        mentioned: HashMap::new(),
    }
}

impl Records for Notes {
    told_apart! {
        Notes, unique [ExternalId], IN_TRASH;
        Note(NoteDraft) as draft;
        Model as record, record;
        ExternalId = draft.note.external_id.clone(), record.external_id.clone();
    }

    async fn find(tx: &Tx, _: ImportField, keys: Vec<String>) -> StoreResult<Vec<Model>> {
        let (tenant, id) = (note::Column::OrganizationId, note::Column::Id);
        find_known::<note::Entity>(tx, tenant, id, note::Column::ExternalId, keys).await
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &NoteDraft) -> Result<Model, Fault> {
        let of = about::find(run, tx, &draft.about)?;
        let author = author(run, tx, draft)?.unwrap_or(run.importer);
        let body = about_found!(
            CreateNote {
                ..draft.note.clone()
            },
            of,
            identity
        );
        check_about(&body).map_err(|_| Fault::row("the note is about nothing that is there"))?;
        let mut row = new_row(&run.seal, tx, body, author)?;
        row.created_at = draft.created_at.unwrap_or(row.created_at).min(tx.now());
        if !run.dry {
            write_new(tx, &found(row.clone(), about::names(run, &draft.about)));
        }
        Ok(row)
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Model,
        draft: &NoteDraft,
    ) -> Result<Option<Model>, Fault> {
        let patch = UpdateNote {
            body: Some(draft.note.body.clone()),
            pinned: draft.note.pinned,
        };
        let external_id = elsewhere(draft.note.external_id.as_ref(), record.id.0);
        let mut row = patched(&run.seal, record.clone(), patch)?;
        if let Patch::Set(external_id) = external_id {
            row.external_id = Some(external_id);
        }
        let as_shown = |row| found(row, about::names(run, &draft.about));
        run.changed(tx, as_shown(record.clone()), as_shown(row))
            .await
    }
}

//! Rows that are activities.

use std::convert::identity;

use chrono::{DateTime, Utc};
use domain::platform::import::kinds::{Draft, activity::ActivityDraft};
use persistence::{
    StoreResult, Tx,
    crm::{
        about::AboutNames,
        activity::{self, Found, Model},
    },
    find_known,
};
use shared_types::{
    Patch,
    crm::{CreateActivity, UpdateActivity},
    platform::{ImportField, ImportKind},
};
use uuid::Uuid;

use super::{
    about::{self, about_found},
    batch::{Fault, Records, Run, elsewhere, told_apart},
    companies::{owner, owner_said},
};
use crate::crm::activity::{new_row, patched, write_new};

/// Activities. Only an id elsewhere tells one from another.
pub(super) struct Activities;

fn found(row: Model, names: AboutNames) -> Found {
    Found {
        row,
        owner_name: None,
        names,
    }
}

/// What a row says as a change; what it does not say stays.
fn said<T>(value: Option<T>) -> Patch<T> {
    value.map_or(Patch::Keep, Patch::Set)
}

/// Files tell times by the second: one that says the same changes nothing.
fn same_second(kept: Option<DateTime<Utc>>, said: Option<DateTime<Utc>>) -> bool {
    kept.map(|at| at.timestamp()) == said.map(|at| at.timestamp())
}

impl Records for Activities {
    told_apart! {
        Activities, unique [ExternalId], IN_TRASH;
        Activity(ActivityDraft) as draft;
        Model as record, record;
        ExternalId = draft.activity.external_id.clone(), record.external_id.clone();
    }

    async fn find(tx: &Tx, _: ImportField, keys: Vec<String>) -> StoreResult<Vec<Model>> {
        let (tenant, id) = (activity::Column::OrganizationId, activity::Column::Id);
        let elsewhere = activity::Column::ExternalId;
        find_known::<activity::Entity>(tx, tenant, id, elsewhere, keys).await
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &ActivityDraft) -> Result<Model, Fault> {
        let of = about::find(run, tx, &draft.about)?;
        let owner = owner(run, tx, &draft.owner)?;
        let body = about_found!(
            CreateActivity {
                ..draft.activity.clone()
            },
            of,
            identity
        );
        let mut row = new_row(tx, body, owner);
        if row.done_at.is_some() {
            // What is done was done when it was due, where the file does not know better.
            let at = draft.done_at.or(row.due_at).unwrap_or(tx.now());
            row.done_at = Some(at.min(tx.now()));
        }
        if !run.dry {
            write_new(tx, &found(row.clone(), about::names(run, &draft.about)));
        }
        Ok(row)
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Model,
        draft: &ActivityDraft,
    ) -> Result<Option<Model>, Fault> {
        let of = about::find(run, tx, &draft.about)?;
        let owner = owner_said(run, tx, &draft.owner)?;
        let external_id = elsewhere(draft.activity.external_id.as_ref(), record.id.0);
        let patch = UpdateActivity {
            owner_id: said(owner),
            external_id,
            ..draft.update()
        };
        let mut patch = about_found!(UpdateActivity { ..patch }, of, said);
        if same_second(record.due_at, draft.activity.due_at) {
            patch.due_at = Patch::Keep;
        }
        let mut row = patched(record.clone(), patch, tx.now());
        if let Some(at) = draft.done_at
            && !same_second(record.done_at, draft.done_at)
        {
            row.done_at = Some(at.min(tx.now()));
        }
        let as_shown = |row| found(row, about::names(run, &draft.about));
        run.changed(tx, as_shown(record.clone()), as_shown(row))
            .await
    }
}

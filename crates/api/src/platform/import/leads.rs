//! Rows that are leads.

use domain::{
    crm::{
        contact::email_key,
        lead::{check_open, check_status},
    },
    platform::import::kinds::{Draft, Link, lead::LeadDraft},
};
use persistence::{
    StoreResult, Tx,
    crm::{
        lead::{self, Found, Model},
        tag_link::Tags,
    },
    find_by, find_known,
};
use shared_types::{
    CompanyId, ContactId, DealId, Patch,
    crm::{CreateLead, LeadSource, LeadStatus, UpdateLead},
    platform::{ImportField, ImportKind, SubjectKind},
};
use uuid::Uuid;

use super::{
    batch::{Fault, Records, Run, elsewhere, told_apart},
    companies::{owner, owner_said},
};
use crate::crm::lead::{new_row, patched};

/// Leads.
pub(super) struct Leads;

/// What a lead became; it is found by its key, and never made.
fn became(run: &mut Run, tx: &Tx, field: ImportField, link: &Link) -> Result<Option<Uuid>, Fault> {
    run.linked(tx, field, link, |run, _, name| {
        Err(run.fault(field, format!("`{name}` was not found")))
    })
}

fn found(row: Model, tags: &Tags) -> Found {
    Found {
        row,
        owner_name: None,
        tags: tags.clone(),
    }
}

impl Records for Leads {
    told_apart! {
        Leads, unique [ExternalId], IN_TRASH, tags tags;
        Lead(LeadDraft) as draft;
        Model as record, record;
        ExternalId = draft.lead.external_id.clone(), record.external_id.clone();
        Email = draft.lead.email.as_deref().map(email_key), record.email_key.clone();
    }

    async fn find(tx: &Tx, field: ImportField, keys: Vec<String>) -> StoreResult<Vec<Model>> {
        let tenant = lead::Column::OrganizationId;
        match field {
            ImportField::Email => {
                let trash = Some(lead::Column::DeletedAt);
                find_by::<lead::Entity>(tx, tenant, lead::Column::EmailKey, keys, trash).await
            }
            _ => {
                let (id, elsewhere) = (lead::Column::Id, lead::Column::ExternalId);
                find_known::<lead::Entity>(tx, tenant, id, elsewhere, keys).await
            }
        }
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &LeadDraft) -> Result<Model, Fault> {
        let contact = became(run, tx, ImportField::Contact, &draft.contact)?;
        let company = became(run, tx, ImportField::Company, &draft.company)?;
        let deal = became(run, tx, ImportField::Deal, &draft.deal)?;
        let owner = owner(run, tx, &draft.owner)?;
        let body = CreateLead {
            source: draft.lead.source.or(Some(LeadSource::Import)),
            ..draft.lead.clone()
        };
        let mut row = new_row(tx, body, owner, &run.leads.rules);
        row.status = draft.status.unwrap_or(row.status);
        if let Some(score) = draft.score {
            row.score_by_hand = true;
            row.score = score;
        }
        if row.status == LeadStatus::Converted {
            row.converted_at = Some(tx.now());
            row.contact_id = contact.map(ContactId);
            row.company_id = company.map(CompanyId);
            row.deal_id = deal.map(DealId);
        }
        let made = (SubjectKind::Lead, row.id, row.name.as_str());
        run.made(tx, made, || tx.insert::<lead::Entity>(row.clone()));
        Ok(row)
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Model,
        draft: &LeadDraft,
    ) -> Result<Option<Model>, Fault> {
        let owner = owner_said(run, tx, &draft.owner)?;
        let patch = UpdateLead {
            owner_id: owner.map_or(Patch::Keep, Patch::Set),
            external_id: elsewhere(draft.lead.external_id.as_ref(), record.id.0),
            ..draft.update()
        };
        let row = patched(record.clone(), patch, &run.leads.rules);
        if row != *record || run.tagging.adds() {
            check_open(record.status)?;
            check_status(record.status, row.status)?;
        }
        let before = found(record.clone(), &run.tagging.before);
        let after = found(row, &run.tagging.after);
        run.changed(tx, before, after).await
    }
}

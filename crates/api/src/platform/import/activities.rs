//! Rows that are activities.

use domain::platform::import::kinds::{Draft, activity::ActivityDraft};
use persistence::{
    StoreResult, Tx,
    crm::{
        about::AboutNames,
        activity::{Found, Model},
    },
};
use shared_types::{
    CompanyId, ContactId, DealId, LeadId,
    crm::CreateActivity,
    platform::{ImportField, ImportKind},
};
use uuid::Uuid;

use super::{
    batch::{Fault, Records, Run, told_apart},
    companies::{make_company, owner},
    contacts::make_contact,
};
use crate::crm::activity::{new_row, write_new};

/// Activities. Nothing tells one from another, so each row becomes one.
pub(super) struct Activities;

impl Records for Activities {
    told_apart! {
        Activities, unique [];
        Activity(ActivityDraft) as draft;
        Model as record, record;
    }

    async fn find(_: &Tx, _: ImportField, _: Vec<String>) -> StoreResult<Vec<Model>> {
        Ok(Vec::new())
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &ActivityDraft) -> Result<Model, Fault> {
        use ImportField as F;
        let unknown = |field| {
            move |run: &mut Run, _: &Tx, name: &str| {
                Err(run.fault(field, format!("`{name}` was not found")))
            }
        };
        let company = run.linked(tx, F::Company, &draft.company, make_company)?;
        let contact = run.linked(tx, F::Contact, &draft.contact, make_contact)?;
        let lead = run.linked(tx, F::Lead, &draft.lead, unknown(F::Lead))?;
        let deal = run.linked(tx, F::Deal, &draft.deal, unknown(F::Deal))?;
        let owner = owner(run, tx, &draft.owner)?;
        let body = CreateActivity {
            company_id: company.map(CompanyId),
            contact_id: contact.map(ContactId),
            lead_id: lead.map(LeadId),
            deal_id: deal.map(DealId),
            ..draft.activity.clone()
        };
        let mut row = new_row(tx, body, owner);
        if row.done_at.is_some() {
            // What is done was done when it was due, where the file does not know better.
            let at = draft.done_at.or(row.due_at).unwrap_or(tx.now());
            row.done_at = Some(at.min(tx.now()));
        }
        if !run.dry {
            let found = Found {
                row: row.clone(),
                owner_name: None,
                names: AboutNames {
                    company_name: run.names.called(F::Company, &draft.company),
                    contact_name: run.names.called(F::Contact, &draft.contact),
                    lead_name: run.names.called(F::Lead, &draft.lead),
                    deal_title: run.names.called(F::Deal, &draft.deal),
                    ..AboutNames::default()
                },
            };
            write_new(tx, &found);
        }
        Ok(row)
    }

    async fn update(
        _: &mut Run,
        _: &Tx,
        _: &Model,
        _: &ActivityDraft,
    ) -> Result<Option<Model>, Fault> {
        Ok(None)
    }
}

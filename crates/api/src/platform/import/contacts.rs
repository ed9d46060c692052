//! Rows that are contacts.

use domain::{
    crm::contact::{email_keys, split_name},
    platform::import::kinds::{Draft, contact::ContactDraft},
};
use persistence::{
    StoreResult, Tx,
    crm::{
        contact::{self, Found, Model},
        tag_link::Tags,
    },
    find_known,
};
use shared_types::{
    CompanyId, Patch,
    crm::{CreateContact, UpdateContact},
    platform::{ImportField, ImportKind, SubjectKind},
};
use uuid::Uuid;
use validator::Validate;

use super::{
    batch::{Fault, Records, Run, elsewhere, told_apart},
    companies::{make_company, owner, owner_said},
};
use crate::crm::contact::{new_row, patched};

/// Contacts.
pub(super) struct Contacts;

fn insert(run: &Run, tx: &Tx, row: Model) -> Model {
    let made = (SubjectKind::Contact, row.id, row.name.as_str());
    run.made(tx, made, || contact::insert(tx, row.clone()));
    row
}

/// Makes a contact of whom only the name is known.
pub(super) fn make_contact(run: &mut Run, tx: &Tx, name: &str) -> Result<Uuid, Fault> {
    let (first_name, last_name) = split_name(name);
    let body = CreateContact {
        first_name,
        last_name,
        ..CreateContact::default()
    };
    body.validate()
        .map_err(|_| Fault::row(format!("`{name}` is no name of a contact")))?;
    let owner = Some(run.importer);
    Ok(insert(run, tx, new_row(&run.seal, tx, body, owner)?).id.0)
}

fn found(row: Model, tags: &Tags) -> Found {
    Found {
        row,
        owner_name: None,
        tags: tags.clone(),
        company_name: None,
    }
}

impl Records for Contacts {
    told_apart! {
        Contacts, unique [ExternalId], IN_TRASH, tags tags;
        Contact(ContactDraft) as draft;
        Model as record, record;
        ExternalId = draft.contact.external_id.clone(), record.external_id.clone();
    }

    fn keys(draft: &ContactDraft, field: ImportField) -> Vec<String> {
        match field {
            ImportField::Email => email_keys(&draft.contact.emails).into_iter().collect(),
            _ => Self::key(draft, field).into_iter().collect(),
        }
    }

    fn keys_of(record: &Model, field: ImportField) -> Vec<String> {
        match field {
            ImportField::Email => email_keys(&record.emails()).into_iter().collect(),
            _ => Self::key_of(record, field).into_iter().collect(),
        }
    }

    async fn find(tx: &Tx, field: ImportField, keys: Vec<String>) -> StoreResult<Vec<Model>> {
        match field {
            ImportField::Email => contact::by_emails(tx, keys).await,
            _ => {
                let (tenant, id) = (contact::Column::OrganizationId, contact::Column::Id);
                let elsewhere = contact::Column::ExternalId;
                find_known::<contact::Entity>(tx, tenant, id, elsewhere, keys).await
            }
        }
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &ContactDraft) -> Result<Model, Fault> {
        let company = run.linked(tx, ImportField::Company, &draft.company, make_company)?;
        let owner = owner(run, tx, &draft.owner)?;
        let body = CreateContact {
            company_id: company.map(CompanyId),
            ..draft.contact.clone()
        };
        Ok(insert(run, tx, new_row(&run.seal, tx, body, owner)?))
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Model,
        draft: &ContactDraft,
    ) -> Result<Option<Model>, Fault> {
        let company = run.linked(tx, ImportField::Company, &draft.company, make_company)?;
        let owner = owner_said(run, tx, &draft.owner)?;
        let patch = UpdateContact {
            company_id: company.map(CompanyId).map_or(Patch::Keep, Patch::Set),
            owner_id: owner.map_or(Patch::Keep, Patch::Set),
            external_id: elsewhere(draft.contact.external_id.as_ref(), record.id.0),
            ..draft.update(&record.emails(), &record.phones())
        };
        let row = patched(&run.seal, record.clone(), patch, tx.now())?;
        let before = found(record.clone(), &run.tagging.before);
        let after = found(row, &run.tagging.after);
        run.changed(tx, before, after).await
    }
}

//! Rows that are companies.

use domain::{
    core::text::fold,
    crm::company::check_parent,
    platform::import::kinds::{Draft, Link, company::CompanyDraft},
};
use persistence::{
    Owners, StoreResult, Tx,
    crm::{
        company::{self, Found, Model},
        tag_link::Tags,
    },
    find_by, find_known,
};
use shared_types::{
    CompanyId, MemberId, Patch, Role,
    crm::{CreateCompany, UpdateCompany},
    platform::{ImportField, ImportKind, SubjectKind},
};
use uuid::Uuid;
use validator::Validate;

use super::{
    batch::{Fault, Records, Run, elsewhere, told_apart},
    members::make_member,
};
use crate::crm::company::{new_row, patched};

/// Companies.
pub(super) struct Companies;

fn insert(run: &Run, tx: &Tx, body: CreateCompany) -> Model {
    let row = Model {
        id: tx.new_id(),
        organization_id: run.organization.id,
        created_at: tx.now(),
        updated_at: tx.now(),
        ..new_row(body)
    }
    .derived();
    let made = (SubjectKind::Company, row.id, row.name.as_str());
    run.made(tx, made, || tx.insert::<company::Entity>(row.clone()));
    row
}

/// Makes a company of which only the name is known.
pub(super) fn make_company(run: &mut Run, tx: &Tx, name: &str) -> Result<Uuid, Fault> {
    let body = CreateCompany {
        name: name.to_owned(),
        owner_id: Some(run.importer),
        ..CreateCompany::default()
    };
    body.validate()
        .map_err(|_| Fault::row(format!("`{name}` is no name of a company")))?;
    Ok(insert(run, tx, body).id.0)
}

/// The owner that a row names.
pub(super) fn owner_said(run: &mut Run, tx: &Tx, link: &Link) -> Result<Option<MemberId>, Fault> {
    let owner = run.linked(tx, ImportField::Owner, link, |run, tx, name| {
        make_member(run, tx, name, Role::Agent)
    })?;
    Ok(owner.map(MemberId))
}

/// The owner that a row names; where it names nobody, whom the importer chose for that.
pub(super) fn owner(run: &mut Run, tx: &Tx, link: &Link) -> Result<Option<MemberId>, Fault> {
    let said = owner_said(run, tx, link)?;
    Ok(said.or_else(|| run.unowned()))
}

fn found(row: Model, tags: &Tags) -> Found {
    Found {
        row,
        owner_name: None,
        tags: tags.clone(),
    }
}

impl Records for Companies {
    told_apart! {
        Companies, unique [ExternalId], IN_TRASH, tags tags;
        Company(CompanyDraft) as draft;
        Model as record, record;
        ExternalId = draft.company.external_id.clone(), record.external_id.clone();
        Domain = draft.company.domain.clone(), record.domain.clone();
        Name = Some(fold(&draft.company.name)), Some(record.name_key.clone());
    }

    async fn find(tx: &Tx, field: ImportField, keys: Vec<String>) -> StoreResult<Vec<Model>> {
        let (column, trash) = match field {
            // Its id elsewhere stays a company's own in the trash.
            ImportField::ExternalId => {
                let (tenant, id) = (company::Column::OrganizationId, company::Column::Id);
                let elsewhere = company::Column::ExternalId;
                return find_known::<company::Entity>(tx, tenant, id, elsewhere, keys).await;
            }
            ImportField::Domain => (company::Column::Domain, Some(company::Column::DeletedAt)),
            _ => (company::Column::NameKey, Some(company::Column::DeletedAt)),
        };
        find_by::<company::Entity>(tx, company::Column::OrganizationId, column, keys, trash).await
    }

    async fn create(run: &mut Run, tx: &Tx, draft: &CompanyDraft) -> Result<Model, Fault> {
        let mentioned = run
            .names
            .mentioned(SubjectKind::Company, &draft.company.name);
        if let Some(id) = mentioned.filter(|_| !run.dry) {
            // An earlier row belongs to this company.
            let record = company::get(tx, CompanyId(id), &Owners::Anybody).await?.row;
            return Ok(Self::update(run, tx, &record, draft)
                .await?
                .unwrap_or(record));
        }
        let owner = owner(run, tx, &draft.owner)?;
        let parent = run.linked(tx, ImportField::Parent, &draft.parent, make_company)?;
        let body = CreateCompany {
            owner_id: owner,
            parent_id: parent.map(CompanyId),
            ..draft.company.clone()
        };
        let row = insert(run, tx, body);
        run.names.learn(SubjectKind::Company, row.id.0, &row.name);
        Ok(row)
    }

    async fn update(
        run: &mut Run,
        tx: &Tx,
        record: &Model,
        draft: &CompanyDraft,
    ) -> Result<Option<Model>, Fault> {
        let owner = owner_said(run, tx, &draft.owner)?;
        let parent = run.linked(tx, ImportField::Parent, &draft.parent, make_company)?;
        let parent = parent.map(CompanyId);
        if let Some(parent) = parent
            && !run.dry
        {
            let above = company::ancestors(tx, parent).await?;
            check_parent(Some(record.id), parent, &above)?;
        }
        let patch = UpdateCompany {
            owner_id: owner.map_or(Patch::Keep, Patch::Set),
            parent_id: parent.map_or(Patch::Keep, Patch::Set),
            external_id: elsewhere(draft.company.external_id.as_ref(), record.id.0),
            ..draft.update()
        };
        let row = patched(record.clone(), patch).derived();
        let before = found(record.clone(), &run.tagging.before);
        let after = found(row, &run.tagging.after);
        run.changed(tx, before, after).await
    }
}

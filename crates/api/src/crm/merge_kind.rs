//! What merging needs to know of each kind of record.

use domain::crm::merge::{CONSENT_AT, Fields, apart, parent_after, source, with_tag_ids};
use persistence::{
    StoreResult, Tx,
    crm::{
        company, contact, lead, lead_settings,
        tag_link::{self, Tags},
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared_types::{
    CompanyId,
    crm::{Contact, LeadStatus, MergeChoice, MergeField, MergeKind},
};
use uuid::Uuid;

use crate::{
    core::{
        error::{ApiError, ApiResult},
        permit::{
            CompaniesDelete, CompaniesWrite, ContactsDelete, ContactsWrite, LeadsDelete,
            LeadsWrite, Permit,
        },
        record::Record,
        seal::Sealer,
    },
    crm::{company as company_api, contact as contact_api, contact_private, lead as lead_api},
};

/// A kind of record that can be there twice.
pub trait Mergeable: Record + 'static {
    /// Which kind.
    const MERGE: MergeKind;
    /// What merging needs, of every record of it.
    type Delete: Permit;
    /// What it needs as well.
    type Write: Permit;

    /// Its id as one of its kind.
    fn id_of(id: Uuid) -> Self::Id;
    /// Says which record it was merged into, or that it was not.
    fn set_merged_into(&mut self, winner: Option<Uuid>);
    /// Its id in another system.
    fn external_id(&mut self) -> &mut Option<String>;
    /// Whether its fields can no longer be changed.
    fn is_closed(&self) -> bool {
        false
    }
    /// Its fields that are kept encrypted.
    fn private(&self, _seal: &Sealer) -> ApiResult<Fields> {
        Ok(Fields::new())
    }
    /// The same record with fields as they are told.
    async fn with(self, seal: &Sealer, tx: &Tx, fields: Fields) -> ApiResult<Self>;
    /// Settles what depends on more than the records.
    async fn settle(
        _tx: &Tx,
        _records: &[(Uuid, Fields)],
        _choices: &[MergeChoice],
        _fields: &mut Fields,
    ) -> StoreResult<()> {
        Ok(())
    }
    /// The fields that cannot go back, for what they refer to has changed since.
    async fn stuck(_tx: &Tx, _winner: Uuid, _back: &Fields) -> StoreResult<Vec<MergeField>> {
        Ok(Vec::new())
    }
    /// Settles a record that came back.
    async fn settle_back(_tx: &Tx, _id: Uuid) -> StoreResult<()> {
        Ok(())
    }
}

/// What rows that can be merged have alike.
macro_rules! merged_row {
    ($kind:ident, $delete:ty, $write:ty) => {
        const MERGE: MergeKind = MergeKind::$kind;
        type Delete = $delete;
        type Write = $write;

        fn id_of(id: Uuid) -> Self::Id {
            id.into()
        }

        fn set_merged_into(&mut self, winner: Option<Uuid>) {
            self.row.merged_into = winner.map(Into::into);
        }

        fn external_id(&mut self) -> &mut Option<String> {
            &mut self.row.external_id
        }
    };
}

fn patch<T: DeserializeOwned>(fields: Fields) -> ApiResult<T> {
    serde_json::from_value(Value::Object(fields))
        .map_err(|error| ApiError::internal(error.to_string()))
}

/// The fields of a record as the interface shows it.
pub fn fields_of<V: Serialize>(view: &V) -> Fields {
    match serde_json::to_value(view) {
        Ok(Value::Object(fields)) => with_tag_ids(fields),
        _ => Fields::new(),
    }
}

/// The tags that fields tell: those of them that there still are.
async fn tags(tx: &Tx, fields: &mut Fields, has: Tags) -> ApiResult<Tags> {
    let Some(ids) = fields.remove(MergeField::TagIds.as_str()) else {
        return Ok(has);
    };
    let ids = serde_json::from_value(ids).unwrap_or_default();
    Ok(tag_link::labels(tx, ids).await?)
}

fn parent_of(record: &Fields) -> Option<CompanyId> {
    let id = record.get(MergeField::ParentId.as_str())?.as_str()?;
    id.parse().ok()
}

impl Mergeable for company::Found {
    merged_row!(Company, CompaniesDelete, CompaniesWrite);

    async fn with(mut self, _: &Sealer, tx: &Tx, mut fields: Fields) -> ApiResult<Self> {
        self.tags = tags(tx, &mut fields, self.tags).await?;
        self.row = company_api::patched(self.row, patch(fields)?).derived();
        Ok(self)
    }

    async fn settle(
        tx: &Tx,
        records: &[(Uuid, Fields)],
        choices: &[MergeChoice],
        fields: &mut Fields,
    ) -> StoreResult<()> {
        let at = |index: usize| records.get(index).map(|(_, record)| record);
        let wanted = at(source(records, MergeField::ParentId, choices)).and_then(parent_of);
        let mut chain: Vec<CompanyId> = wanted.into_iter().collect();
        if let Some(wanted) = wanted {
            chain.extend(company::ancestors(tx, wanted).await?);
        }
        let merged: Vec<CompanyId> = records.iter().map(|(id, _)| CompanyId(*id)).collect();
        let parent = parent_after(&chain, &merged);
        let name = MergeField::ParentId.as_str();
        fields.remove(name);
        if parent != at(0).and_then(parent_of) {
            let parent = parent.map_or(Value::Null, |id| Value::String(id.to_string()));
            fields.insert(name.to_owned(), parent);
        }
        Ok(())
    }

    async fn stuck(tx: &Tx, winner: Uuid, back: &Fields) -> StoreResult<Vec<MergeField>> {
        let Some(parent) = parent_of(back) else {
            return Ok(Vec::new());
        };
        let above = company::ancestors(tx, parent).await?;
        let stuck = above.contains(&CompanyId(winner));
        Ok(stuck.then_some(MergeField::ParentId).into_iter().collect())
    }

    async fn settle_back(tx: &Tx, id: Uuid) -> StoreResult<()> {
        company::break_circle(tx, CompanyId(id)).await
    }
}

impl Mergeable for contact::Found {
    merged_row!(Contact, ContactsDelete, ContactsWrite);

    fn private(&self, seal: &Sealer) -> ApiResult<Fields> {
        let mut contact = Contact::from(self.clone());
        contact_private::open(seal, &self.row, &mut contact)?;
        Ok(apart(fields_of(&contact)).0)
    }

    async fn with(mut self, seal: &Sealer, tx: &Tx, mut fields: Fields) -> ApiResult<Self> {
        let said = fields.remove(CONSENT_AT);
        self.tags = tags(tx, &mut fields, self.tags).await?;
        self.row = contact_api::patched(seal, self.row, patch(fields)?, tx.now())?;
        if let Some(said) = said {
            self.row.consent_at = serde_json::from_value(said)
                .map_err(|error| ApiError::internal(error.to_string()))?;
        }
        Ok(self)
    }
}

impl Mergeable for lead::Found {
    merged_row!(Lead, LeadsDelete, LeadsWrite);

    fn is_closed(&self) -> bool {
        self.row.status == LeadStatus::Converted
    }

    async fn with(mut self, _: &Sealer, tx: &Tx, mut fields: Fields) -> ApiResult<Self> {
        self.tags = tags(tx, &mut fields, self.tags).await?;
        if !fields.is_empty() {
            let rules = lead_settings::get(tx).await?.rules;
            self.row = lead_api::patched(self.row, patch(fields)?, &rules);
        }
        Ok(self)
    }
}

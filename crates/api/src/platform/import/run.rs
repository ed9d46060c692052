//! What every row of an import needs, and what becomes of a row.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::{
    core::error::DomainError,
    platform::import::{fields::key_field, kinds::Link, rows::RowFault, values::Resolution},
};
use persistence::{
    Row, StoreError, Tx, crm::pipeline, identity::organization, platform::event::NewEvent,
};
use shared_types::{
    MemberId, Money, PipelineId, ProductId, Role,
    crm::{LeadAssignment, LeadSettings},
    platform::{ColumnMapping, EventKind, ImportField, MatchRule, SubjectKind, Unowned},
};
use uuid::Uuid;

use super::{
    names::{NameBook, kind_of},
    tagging::Tagging,
};
use crate::{
    core::{
        error::ApiError,
        named::NamedThing,
        record::Record,
        seal::{Sealer, as_stored},
    },
    crm::lead_assignment::Turn,
};

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Created,
    Updated,
    Skipped,
    Refused(Vec<RowFault>),
}

/// Why a row, or the batch it is in, cannot be written.
#[derive(Debug)]
pub(super) enum Fault {
    /// Something about the row.
    Row(RowFault),
    /// Something about the database.
    Store(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        if error.detail.is_some() {
            return Self::Store(as_stored(error));
        }
        let first = error
            .fields
            .iter()
            .find_map(|(field, messages)| Some(format!("{field} {}", messages.first()?)));
        Self::row(first.unwrap_or(error.message))
    }
}

impl From<DomainError> for Fault {
    fn from(error: DomainError) -> Self {
        Self::row(error.to_string())
    }
}

impl Fault {
    /// A fault of the row as a whole.
    pub(super) fn row(message: impl Into<String>) -> Self {
        Self::Row(RowFault {
            column: None,
            message: message.into(),
        })
    }
}

/// What every row of an import needs.
pub(super) struct Run {
    /// Whether nothing is written.
    pub(super) dry: bool,
    /// What encrypts what is private.
    pub(super) seal: Arc<Sealer>,
    pub(super) mapping: Vec<ColumnMapping>,
    pub(super) rule: MatchRule,
    pub(super) importer: MemberId,
    pub(super) organization: organization::Model,
    pub(super) zone: Tz,
    pub(super) today: NaiveDate,
    pub(super) default_role: Option<Role>,
    /// Who looks after records whose row names nobody.
    pub(super) unowned: Option<Unowned>,
    /// How leads are scored and assigned.
    pub(super) leads: LeadSettings,
    /// Who is next to get a lead, within a batch that assigns some.
    pub(super) turn: Option<Turn>,
    pub(super) pipeline: Option<PipelineId>,
    /// All pipelines, where rows are deals.
    pub(super) pipelines: Vec<pipeline::Found>,
    pub(super) names: NameBook,
    /// Folded names of managers and team leaders that the file mentions.
    pub(super) managers: HashSet<String>,
    pub(super) team_leaders: HashSet<String>,
    /// When the import began: what it made before may be completed by later rows.
    pub(super) began: chrono::DateTime<chrono::Utc>,
    /// Hashes of the keys of records that a dry run would have made.
    pub(super) planned: HashSet<u64>,
    /// List prices that were looked up.
    pub(super) prices: HashMap<ProductId, Option<Money>>,
    /// The tags of records.
    pub(super) tagging: Tagging,
}

impl Run {
    /// Writes a new record by `insert` and says so in the log, unless nothing is written.
    pub(super) fn made(
        &self,
        tx: &Tx,
        (kind, id, name): (SubjectKind, impl Into<Uuid>, &str),
        insert: impl FnOnce(),
    ) {
        if !self.dry {
            insert();
            tx.record(NewEvent::new(EventKind::Created, kind, id, name));
        }
    }

    /// Writes what a row changed about a record and says so in the log, unless nothing is written;
    /// `None` where it is as it was.
    pub(super) async fn changed<R>(
        &self,
        tx: &Tx,
        before: R,
        mut after: R,
    ) -> Result<Option<R::Model>, Fault>
    where
        R: Record + Row<Model: PartialEq>,
    {
        if before.row() == after.row() && before.tags() == after.tags() {
            return Ok(None);
        }
        after.touch(before.version() + 1, tx.now());
        if !self.dry {
            R::store(tx, &before, &after).await?;
            let event = NewEvent::new(EventKind::Updated, R::KIND, after.uuid(), &after.name());
            let was = before.clone().view(tx, tx.now()).await?;
            let is = after.clone().view(tx, tx.now()).await?;
            let event = event.between(&was, &is);
            tx.record(event.sealed(before.sealed(), after.sealed()));
        }
        Ok(Some(after.row().clone()))
    }

    /// The column of a field.
    pub(super) fn column(&self, field: ImportField) -> Option<u16> {
        let entry = self.mapping.iter().find(|entry| entry.field == field)?;
        Some(entry.column)
    }

    /// Whether this run gives leads to members in turn.
    pub(super) fn takes_turns(&self) -> bool {
        !self.dry
            && self.unowned == Some(Unowned::LeadSettings)
            && self.leads.assignment == LeadAssignment::RoundRobin
    }

    /// Who looks after a record whose row names nobody.
    pub(super) fn unowned(&mut self) -> Option<MemberId> {
        let importer = Some(self.importer);
        match self.unowned {
            None if self.maps(ImportField::Owner) || self.maps(ImportField::OwnerEmail) => None,
            None | Some(Unowned::Importer) => importer,
            Some(Unowned::Nobody) => None,
            Some(Unowned::LeadSettings) => match self.leads.assignment {
                LeadAssignment::Creator => importer,
                LeadAssignment::Nobody => None,
                LeadAssignment::RoundRobin => self.turn.as_mut().and_then(Turn::serve),
            },
        }
    }

    pub(super) fn maps(&self, field: ImportField) -> bool {
        self.column(field).is_some()
    }

    /// A fault in the column of a field.
    pub(super) fn fault(&self, field: ImportField, message: impl Into<String>) -> Fault {
        Fault::Row(RowFault {
            column: self.column(field),
            message: message.into(),
        })
    }

    /// The record that a row names, by what it is known by for sure or else by its name.
    pub(super) fn linked(
        &mut self,
        tx: &Tx,
        field: ImportField,
        link: &Link,
        make: impl FnOnce(&mut Self, &Tx, &str) -> Result<Uuid, Fault>,
    ) -> Result<Option<Uuid>, Fault> {
        if let Some((key_field, key)) = key_field(field).zip(link.key.as_deref()) {
            match self.names.known_by(key_field, key) {
                Resolution::Record(id) => return Ok(Some(id)),
                Resolution::Refuse(reason) if link.name.is_none() => {
                    return Err(self.fault(key_field, reason));
                }
                _ => {}
            }
        }
        self.named(tx, field, link.name.as_deref(), make)
    }

    /// The record that a name means; `make` makes one where that was decided.
    pub(super) fn named(
        &mut self,
        tx: &Tx,
        field: ImportField,
        name: Option<&str>,
        make: impl FnOnce(&mut Self, &Tx, &str) -> Result<Uuid, Fault>,
    ) -> Result<Option<Uuid>, Fault> {
        let Some(name) = name else { return Ok(None) };
        match self.names.resolve(field, name) {
            Resolution::Record(id) => Ok(Some(id)),
            Resolution::Empty => Ok(None),
            Resolution::Refuse(reason) => Err(self.fault(field, reason)),
            Resolution::Create => {
                let id = make(self, tx, name)?;
                if let Some(kind) = kind_of(field) {
                    self.names.mention(kind, id, name);
                }
                Ok(Some(id))
            }
        }
    }
}

/// What makes a thing that is little more than its name, as a row mentions it in a field.
pub(super) fn make_named<N: NamedThing>(
    field: ImportField,
) -> impl FnOnce(&mut Run, &Tx, &str) -> Result<Uuid, Fault> {
    move |run, tx, name| {
        if name.chars().count() > 100 {
            return Err(run.fault(field, "must have at most 100 characters"));
        }
        let row = N::named(tx, name);
        let id = row.id().into();
        run.made(tx, (N::KIND, id, name), || row.insert(tx));
        Ok(id)
    }
}

//! The tags that rows name.

use std::collections::HashMap;

use domain::{
    core::text::fold,
    crm::tag::{changed, color_of},
};
use persistence::{
    Named, StoreResult, Tx,
    crm::{
        tag,
        tag_link::{self, Tags},
    },
};
use shared_types::{
    TagId,
    crm::{TagChange, TagLabel},
    platform::{ImportField, SubjectKind},
};
use uuid::Uuid;

use super::run::{Fault, Run, make_named};

/// The tags of records, as far as some rows have to do with them.
#[derive(Default)]
pub(super) struct Tagging {
    labels: HashMap<TagId, TagLabel>,
    of: HashMap<Uuid, Tags>,
    /// What the record of the row at hand has.
    pub(super) before: Tags,
    /// What it has after the row.
    pub(super) after: Tags,
}

impl Tagging {
    /// Whether the row at hand puts another tag on its record.
    pub(super) fn adds(&self) -> bool {
        self.before != self.after
    }

    fn tags(&self, ids: &[TagId]) -> Tags {
        let labels = ids.iter().filter_map(|id| self.labels.get(id));
        let mut labels: Vec<TagLabel> = labels.cloned().collect();
        labels.sort_by_cached_key(|label| fold(&label.name));
        Tags(labels)
    }

    /// Looks up what tags there are, and which these records have: what was noted of rows that were
    /// not written is forgotten.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn learn(&mut self, tx: &Tx, records: Vec<Uuid>) -> StoreResult<()> {
        *self = Self::default();
        for row in tag::Model::all(tx).await? {
            let label = TagLabel {
                id: row.id,
                name: row.name,
                color: row.color,
            };
            self.labels.insert(label.id, label);
        }
        for (record, ids) in tag_link::of_records(tx, records).await? {
            let tags = self.tags(&ids);
            self.of.insert(record, tags);
        }
        Ok(())
    }
}

impl Run {
    /// Notes what tags the record of a row has and is to have: those it has, and those the row names.
    pub(super) fn tag(
        &mut self,
        tx: &Tx,
        record: Option<Uuid>,
        names: &[String],
    ) -> Result<(), Fault> {
        let field = ImportField::Tags;
        let known = record.and_then(|record| self.tagging.of.get(&record));
        let before = known.cloned().unwrap_or_default();
        let mut change = TagChange::default();
        for name in names {
            let make = make_named::<tag::Model>(field);
            let Some(id) = self.named(tx, field, Some(name), make)? else {
                continue;
            };
            let id = TagId(id);
            let label = || TagLabel {
                id,
                name: name.clone(),
                color: color_of(name),
            };
            self.tagging.labels.entry(id).or_insert_with(label);
            change.add.push(id);
        }
        let after = changed(&before.ids(), &change)?;
        let after = after.map(|ids| self.tagging.tags(&ids));
        self.tagging.after = after.unwrap_or_else(|| before.clone());
        self.tagging.before = before;
        Ok(())
    }

    /// Puts on a record what its row names.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn put_tags(
        &mut self,
        tx: &Tx,
        kind: SubjectKind,
        record: Uuid,
    ) -> StoreResult<()> {
        let Tagging { before, after, .. } = &self.tagging;
        if before != after && !self.dry {
            tag_link::replace(tx, kind, record, before, after).await?;
        }
        self.tagging.of.insert(record, after.clone());
        Ok(())
    }
}

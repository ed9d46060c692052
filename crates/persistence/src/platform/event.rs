//! The event log: one insert in the business transaction gives audit trail, timeline, and what
//! follows from it.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, entity::prelude::*};
use serde::Serialize;
use shared_types::{
    EventId, MemberId, OrganizationId,
    platform::{Event, EventKind, EventSort, FieldChange, ListEvents, SubjectKind},
};
use uuid::Uuid;

use crate::{
    Actor, Db, Filter, Page, PageRequest, Sorting, StoreError, StoreResult, System, Tx, by,
    core::{joined, row},
    identity::member,
    page,
};

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub organization_id: OrganizationId,
    pub kind: EventKind,
    pub subject_type: SubjectKind,
    pub subject_id: Uuid,
    pub subject_name: Option<String>,
    pub actor_id: Option<MemberId>,
    pub changes: Json,
    pub request_id: Option<String>,
    pub ip_address: Option<String>,
    pub at: DateTime<Utc>,
}

joined! { Actor = ActorId -> member { Name as actor_name } }

/// What waits for the dispatcher.
pub mod outbox {
    use sea_orm::entity::prelude::*;
    use shared_types::{EventId, OrganizationId};

    /// A row of the outbox.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: EventId,
        pub organization_id: OrganizationId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub(crate) fn of(event: &super::Model) -> Self {
            Self {
                event_id: event.id,
                organization_id: event.organization_id,
            }
        }
    }
}

/// Something that happened, on its way into the log.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// The kind of record.
    pub subject_type: SubjectKind,
    /// The record.
    pub subject_id: Uuid,
    /// What it is called.
    pub subject_name: Option<String>,
    /// The fields that changed.
    pub changes: Vec<FieldChange>,
}

impl NewEvent {
    /// An event about a record.
    pub fn new(
        kind: EventKind,
        subject_type: SubjectKind,
        id: impl Into<Uuid>,
        name: &str,
    ) -> Self {
        Self {
            kind,
            subject_type,
            subject_id: id.into(),
            subject_name: Some(name.to_owned()),
            changes: Vec::new(),
        }
    }

    /// The same event with what changed between two views of the record.
    #[must_use]
    pub fn between<V: Serialize>(mut self, before: &V, after: &V) -> Self {
        self.changes = changes(before, after);
        let said = said(self.subject_type);
        for change in &mut self.changes {
            if said.contains(&change.field.as_str()) {
                let hide = |value: Option<String>| value.map(|_| HIDDEN.to_owned());
                change.before = hide(change.before.take());
                change.after = hide(change.after.take());
            }
        }
        self
    }

    /// The same event with which encrypted fields changed; what they were and are is not to be known.
    #[must_use]
    pub fn sealed(mut self, before: SealedColumns<'_>, after: SealedColumns<'_>) -> Self {
        let there = |value: Option<&String>| value.map(|_| HIDDEN.to_owned());
        let both = before.into_iter().zip(after);
        let changed = both.filter(|((_, before), (_, after))| before != after);
        let changed = changed.map(|((field, before), (_, after))| FieldChange {
            field: field.to_owned(),
            before: there(before),
            after: there(after),
        });
        self.changes.extend(changed);
        self
    }

    pub(crate) fn into_row(
        self,
        id: EventId,
        organization_id: OrganizationId,
        actor: &Actor,
    ) -> Model {
        Model {
            id,
            organization_id,
            kind: self.kind,
            subject_type: self.subject_type,
            subject_id: self.subject_id,
            subject_name: self.subject_name,
            actor_id: actor.member,
            changes: serde_json::to_value(self.changes).unwrap_or(serde_json::Value::Null),
            request_id: actor.request_id.clone(),
            ip_address: actor.ip_address.clone(),
            at: actor.now,
        }
    }
}

/// Fields that say nothing about what somebody did.
const BOOKKEEPING: &[&str] = &[
    "version",
    "updatedAt",
    "createdAt",
    "ownerName",
    "companyName",
    "categoryName",
    "html",
    "usage",
];

/// Personal data: that it changed is kept, what it was is not.
const PERSONAL: &[&str] = &["email", "emails", "phone", "phones"];

/// What is said in coaching, which whoever reads the log need not have a part in: that it changed is kept, what
/// it was is not.
const fn said(kind: SubjectKind) -> &'static [&'static str] {
    match kind {
        SubjectKind::QuickNote => &["text", "dealTitle"],
        SubjectKind::ActionPlan => &["title", "goal"],
        SubjectKind::ActionItem => &["title", "description", "planTitle", "dealTitle"],
        _ => &[],
    }
}

/// What stands for a value that is not to be known.
const HIDDEN: &str = "•••";

/// Columns that are kept encrypted, by the names of their fields.
pub type SealedColumns<'a> = Vec<(&'static str, Option<&'a String>)>;

fn changes<V: Serialize>(before: &V, after: &V) -> Vec<FieldChange> {
    use serde_json::Value;
    let object = |view: &V| match serde_json::to_value(view) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let text = |field: &str, value: Option<&Value>| match value {
        None | Some(Value::Null) => None,
        Some(_) if PERSONAL.contains(&field) => Some(HIDDEN.to_owned()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Array(tags)) if field == "tags" => {
            let names = tags.iter().filter_map(|tag| tag.get("name")?.as_str());
            let names = names.collect::<Vec<_>>().join(", ");
            Some(names).filter(|names| !names.is_empty())
        }
        Some(other) => Some(other.to_string()),
    };
    let (before, after) = (object(before), object(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|name| !BOOKKEEPING.contains(&name.as_str()))
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| FieldChange {
            field: name.clone(),
            before: text(name, before.get(name)),
            after: text(name, after.get(name)),
        })
        .collect()
}

/// A row of the log with the name of who did it.
#[derive(Debug, FromQueryResult)]
pub struct Found {
    #[sea_orm(nested)]
    row: Model,
    actor_name: Option<String>,
}
row!(Found);

impl Found {
    /// The event as the API shows it; the address it came from only in the audit log.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the stored changes are no list of changes.
    pub fn into_view(self, with_address: bool) -> StoreResult<Event> {
        let Model {
            id,
            organization_id: _,
            kind,
            subject_type,
            subject_id,
            subject_name,
            actor_id,
            changes,
            request_id,
            ip_address,
            at,
        } = self.row;
        Ok(Event {
            id,
            kind,
            subject_type,
            subject_id,
            subject_name,
            actor_id,
            actor_name: self.actor_name,
            changes: serde_json::from_value(changes)
                .map_err(|error| StoreError::Corrupt(format!("events.changes of {id}: {error}")))?,
            request_id,
            ip_address: ip_address.filter(|_| with_address),
            at,
        })
    }
}

/// A page of the log.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListEvents,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let unasked = Column::Kind.ne(EventKind::Viewed.as_str());
    let select = Filter::new(select(db))
        .always(query.kind.is_none().then_some(unasked))
        .any(Column::Kind, query.kind.as_ref())
        .any(Column::SubjectType, query.subject_type.as_ref())
        .is(Column::SubjectId, query.subject_id)
        .any(Column::ActorId, query.actor_id.as_ref())
        .between(Column::At, query.at_after, query.at_before)
        .select();
    let sorting = Sorting::greatest(Column::Id, query.sort, EventSort::At, |key| match key {
        EventSort::At => by(Column::At),
    });
    page(db, select, &sorting, request).await
}

/// Writes events that were not recorded in a transaction of their own, for the dispatcher too.
///
/// # Errors
/// When the database refuses a row or does not answer.
pub async fn write_all(tx: &Tx, rows: Vec<Model>) -> StoreResult<()> {
    let outbox = rows.iter().map(outbox::Model::of).collect();
    tx.write_all::<Entity>(rows).await?;
    tx.write_all::<outbox::Entity>(outbox).await
}

/// The place of an event in the stream of what was committed.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Placed {
    /// Whose event it is.
    pub organization_id: OrganizationId,
    /// Its place: grows with every event, over all tenants.
    pub seq: i64,
    /// The event.
    pub event_id: EventId,
}

impl System {
    /// Gives committed events their place in the stream and takes them off the outbox: at most
    /// `batch` of them, in order. Nothing while another dispatcher is at it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sequence_events(&self, batch: i32) -> StoreResult<Vec<Placed>> {
        let mut placed: Vec<Placed> = self
            .all(
                "SELECT * FROM sequence_events($1)",
                "INSERT INTO event_stream (organization_id, seq, event_id) \
                 SELECT organization_id, row_number, event_id FROM outbox ORDER BY row_number LIMIT ?1 \
                 RETURNING organization_id, seq, event_id",
                vec![batch.into()],
                true,
            )
            .await?;
        placed.sort_by_key(|event| event.seq);
        Ok(placed)
    }
}

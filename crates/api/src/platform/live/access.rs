//! Who may read what an event is about, at this moment.
//!
//! What decides is looked up once for each record, for all connections together; each connection is then decided in
//! memory. The rules are those of `GET` of each kind of record.

use std::collections::{HashMap, HashSet};

use persistence::{
    Read, StoreResult,
    coaching::{
        action_item, action_plan, metric_value, proposal, quick_note, session_part::participant,
    },
    crm::{activity, company, contact, deal, lead, note, saved_view},
    identity::api_key,
    platform::{
        export,
        live::{owners, some},
    },
};
use shared_types::{
    ApiKeyId, MemberId, Permission, UserId,
    coaching::{CoachingSide, QuickNoteVisibility},
    platform::{RealtimeSubject, SubjectKind},
};
use uuid::Uuid;

use crate::core::context::{Principal, Via};

/// A way to a record: open to whoever meets all of it.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// Has these permissions, however far they reach.
    has: Vec<Permission>,
    /// Has this permission, and it reaches a record of this owner.
    reaches: Option<(Permission, Option<MemberId>)>,
    member: Option<MemberId>,
    user: Option<UserId>,
    /// Where an API key reads: it is this one.
    key: Option<Option<ApiKeyId>>,
    /// No API key reads.
    person: bool,
}

impl Way {
    /// Whoever has a permission.
    fn has(permission: Permission) -> Self {
        Self::default().and(permission)
    }

    /// Whoever's permission reaches a record of this owner.
    fn reaches(permission: Permission, owner: Option<MemberId>) -> Self {
        Self {
            reaches: Some((permission, owner)),
            ..Self::default()
        }
    }

    /// Whoever has another permission besides.
    fn and(mut self, permission: Permission) -> Self {
        self.has.push(permission);
        self
    }

    /// This member alone.
    fn of(mut self, member: MemberId) -> Self {
        self.member = Some(member);
        self
    }

    /// Persons alone, no API keys.
    fn signed_in() -> Self {
        Self {
            person: true,
            ..Self::default()
        }
    }

    /// Whether somebody may take it.
    #[must_use]
    pub fn is_open(&self, me: &Principal) -> bool {
        let Self {
            has,
            reaches,
            member,
            user,
            key,
            person,
        } = self;
        let by_key = match (&me.via, key) {
            (Via::Key { .. }, _) if *person => false,
            (Via::Key { id, .. }, Some(wanted)) => *wanted == Some(*id),
            _ => true,
        };
        by_key
            && member.is_none_or(|member| member == me.member_id)
            && user.is_none_or(|user| user == me.user_id)
            && has.iter().all(|permission| me.reach(*permission).is_some())
            && reaches.is_none_or(|(permission, owner)| {
                me.reach(permission).is_some_and(|reach| {
                    domain::identity::role::within(reach, owner, me.member_id, &me.team)
                })
            })
    }
}

/// The ways to each of some records. A record without one is read by nobody.
#[derive(Debug, Default)]
pub struct Ways(HashMap<RealtimeSubject, Vec<Way>>);

impl Ways {
    /// Whether somebody may read a record.
    #[must_use]
    pub fn open(&self, subject: RealtimeSubject, me: &Principal) -> bool {
        let ways = self.0.get(&subject);
        ways.is_some_and(|ways| ways.iter().any(|way| way.is_open(me)))
    }
}

/// Looks up what decides who may read some records: a query for each kind of them.
///
/// # Errors
/// When the database does not answer.
pub async fn ways(
    db: &Read,
    subjects: impl IntoIterator<Item = RealtimeSubject>,
) -> StoreResult<Ways> {
    let mut kinds: HashMap<SubjectKind, HashSet<Uuid>> = HashMap::new();
    for subject in subjects {
        kinds.entry(subject.kind).or_default().insert(subject.id);
    }
    let mut found = HashMap::new();
    for (kind, ids) in kinds {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for (id, ways) in of_kind(db, kind, &ids).await? {
            found.insert(RealtimeSubject { kind, id }, ways);
        }
    }
    Ok(Ways(found))
}

/// The ways to records of a table that have an owner.
macro_rules! owned {
    ($db:ident, $table:ident, $owner:ident, $ids:ident, $permission:ident) => {
        owners::<$table::Entity>(
            $db,
            $table::Column::OrganizationId,
            $table::Column::Id,
            $table::Column::$owner,
            $ids,
        )
        .await?
        .into_iter()
        .map(|(id, owner)| (id, vec![Way::reaches(Permission::$permission, owner)]))
        .collect()
    };
}

/// The rows of a table.
macro_rules! rows {
    ($db:ident, $table:ident, $ids:ident) => {
        some::<$table::Entity>(
            $db,
            $table::Column::OrganizationId,
            $table::Column::Id,
            $ids,
        )
        .await?
        .into_iter()
    };
}

/// Every kind of record is decided here: whoever adds one says who may read it.
async fn of_kind(db: &Read, kind: SubjectKind, ids: &[Uuid]) -> StoreResult<Vec<(Uuid, Vec<Way>)>> {
    use Permission as P;
    use SubjectKind as S;
    let all = |way: Way| ids.iter().map(|id| (*id, vec![way.clone()])).collect();
    Ok(match kind {
        S::Company => owned!(db, company, OwnerId, ids, CompaniesRead),
        S::Contact => owned!(db, contact, OwnerId, ids, ContactsRead),
        S::Lead => owned!(db, lead, OwnerId, ids, LeadsRead),
        S::Deal => owned!(db, deal, OwnerId, ids, DealsRead),
        S::Activity => owned!(db, activity, OwnerId, ids, ActivitiesRead),
        S::Note => {
            let notes = note::some(db, ids).await?.into_iter();
            notes
                .map(|found| (found.row.id.0, of_note(&found)))
                .collect()
        }
        S::Organization => all(Way::has(P::OrganizationRead)),
        S::Member | S::Absence => all(Way::has(P::MembersRead)),
        S::Team => all(Way::has(P::TeamsRead)),
        S::Invitation => all(Way::has(P::MembersManage)),
        S::LeadSettings => all(Way::has(P::LeadsRead)),
        S::Pipeline | S::LostReason => all(Way::has(P::PipelinesRead)),
        S::Product | S::ProductCategory => all(Way::has(P::ProductsRead)),
        S::Tag => all(Way::signed_in()),
        S::Import | S::ImportArchive => all(Way::has(P::ImportsManage)),
        S::Job => all(Way::has(P::JobsManage)),
        S::CoachingAccess => all(Way::has(P::CoachingBreakGlass)),
        S::CoachingTemplate | S::Rubric => all(Way::has(P::CoachingTemplatesRead)),
        S::CoachingSession => of_sessions(db, ids).await?,
        S::QuickNote => rows!(db, quick_note, ids)
            .map(|row| {
                let author = Way::has(P::QuickNotesRead).of(row.author_id);
                let others = match row.visibility {
                    QuickNoteVisibility::Private => None,
                    QuickNoteVisibility::Shared => {
                        Some(Way::reaches(P::QuickNotesRead, Some(row.agent_id)))
                    }
                };
                (row.id.0, others.into_iter().chain([author]).collect())
            })
            .collect(),
        S::ActionPlan => rows!(db, action_plan, ids)
            .map(|row| {
                let line = Way::reaches(P::ActionPlansRead, Some(row.agent_id));
                let author = Way::has(P::ActionPlansRead).of(row.created_by_id);
                (row.id.0, vec![line, author])
            })
            .collect(),
        S::ActionItem => rows!(db, action_item, ids)
            .map(|row| {
                let line = Way::reaches(P::ActionItemsRead, Some(row.owner_id));
                let author = Way::has(P::ActionItemsRead).of(row.created_by_id);
                (row.id.0, vec![line, author])
            })
            .collect(),
        S::Metric => all(Way::has(P::MetricsRead)),
        S::MetricValue => rows!(db, metric_value, ids)
            .map(|row| {
                let way = Way::reaches(P::MetricsRead, Some(row.member_id));
                (row.id.0, vec![way])
            })
            .collect(),
        S::CoachingRule => all(Way::has(P::MetricsManage)),
        S::CoachingProposal => rows!(db, proposal, ids)
            .map(|row| {
                let way = Way::reaches(P::CoachingProposalsWrite, Some(row.member_id));
                (row.id.0, vec![way])
            })
            .collect(),
        S::SavedView => rows!(db, saved_view, ids)
            .map(|row| {
                let way = Way::has(P::ViewsManage).and(row.resource.permission());
                let way = if row.shared {
                    way
                } else {
                    way.of(row.owner_id)
                };
                (row.id.0, vec![way])
            })
            .collect(),
        S::Export => rows!(db, export, ids)
            .map(|row| {
                let by_key = Some(row.key_id);
                let mut ways = [
                    Way::has(P::ExportsCreate).of(row.created_by_id),
                    Way::has(P::ExportsCreate).and(P::OrganizationManage),
                ];
                for way in &mut ways {
                    way.key = by_key;
                }
                (row.id.0, ways.to_vec())
            })
            .collect(),
        S::ApiKey => rows!(db, api_key, ids)
            .map(|row| {
                let ways = vec![
                    Way::signed_in().of(row.member_id),
                    Way::signed_in().and(P::MembersManage),
                ];
                (row.id.0, ways)
            })
            .collect(),
        S::User => ids
            .iter()
            .map(|id| {
                let way = Way {
                    user: Some(UserId(*id)),
                    ..Way::signed_in()
                };
                (*id, vec![way])
            })
            .collect(),
    })
}

/// A session is read by who takes part in it, and by the line above its agents.
async fn of_sessions(db: &Read, ids: &[Uuid]) -> StoreResult<Vec<(Uuid, Vec<Way>)>> {
    use participant::{Column, Entity};
    let people = some::<Entity>(db, Column::OrganizationId, Column::SessionId, ids).await?;
    let mut ways: HashMap<Uuid, Vec<Way>> = HashMap::new();
    for person in people {
        let way = match person.side {
            CoachingSide::Agent => {
                Way::reaches(Permission::CoachingSessionsRead, Some(person.member_id))
            }
            CoachingSide::Coach => Way::has(Permission::CoachingSessionsRead).of(person.member_id),
        };
        ways.entry(person.session_id.0).or_default().push(way);
    }
    Ok(ways.into_iter().collect())
}

/// A note is read by its author, and by whoever may read what it is about; where that is a lead or a deal, by these.
fn of_note(found: &note::Found) -> Vec<Way> {
    use Permission as P;
    let about = found.about();
    let records = if about.is_guarded() {
        [(P::LeadsRead, about.lead), (P::DealsRead, about.deal)]
    } else {
        [
            (P::CompaniesRead, about.company),
            (P::ContactsRead, about.contact),
        ]
    };
    let records = records.into_iter().filter_map(|(permission, record)| {
        Some(Way::reaches(permission, record?.0).and(P::NotesRead))
    });
    let author = Way::has(P::NotesRead).of(found.row.author_id);
    records.chain([author]).collect()
}

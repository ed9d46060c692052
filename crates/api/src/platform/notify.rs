//! Tells members of what waits for them: shows it where they may still read what it is about, and queues its mails.

use std::collections::{BTreeMap, HashMap};

use actix_web::web::Data;
use chrono_tz::Tz;
use domain::{
    identity::role::reach,
    platform::notification::{channel, mail_at, quiet},
};
use persistence::{
    StoreResult, Tx,
    identity::{member, organization},
    platform::{
        event::NewEvent,
        notification::{self, Found, owner_of},
        notification_preference::{self as preference, Model as Preference},
    },
};
use shared_types::{
    MemberId, NotificationId, OrganizationId, Permission, Reach,
    platform::{EventKind, FieldChange, NotificationKind, SubjectKind},
};

use crate::{
    core::{context::teams, state::AppState},
    identity::mails::{self, Mail, Notice},
    platform::unsubscribe,
};

/// Notifications that are looked for at a time.
const BATCH: i32 = 200;

/// Looks after those that wait; whether there were some.
///
/// # Errors
/// When the database does not answer.
pub async fn deliver(state: &Data<AppState>) -> StoreResult<bool> {
    let now = state.clock.now();
    let due = state.store.system().due_notifications(now, BATCH).await?;
    let some = !due.is_empty();
    let mut tenants: BTreeMap<OrganizationId, Vec<NotificationId>> = BTreeMap::new();
    for found in due {
        let ids = tenants.entry(found.organization_id).or_default();
        ids.push(found.id);
    }
    for (organization, ids) in tenants {
        let tx = state.store.begin(organization, None, state.actor());
        deliver_of(state, &tx, &ids).await?;
        tx.commit().await?;
    }
    Ok(some)
}

/// What there is to know of those who are told.
struct People {
    members: HashMap<MemberId, member::Model>,
    teams: HashMap<MemberId, Vec<MemberId>>,
    said: HashMap<MemberId, Preference>,
    zone: Tz,
}

impl People {
    async fn of(tx: &Tx, found: &[Found]) -> StoreResult<Self> {
        let mut ids: Vec<MemberId> = found.iter().map(|found| found.row.member_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let members = member::available(tx, &ids).await?;
        let said = preference::of(tx, &ids).await?;
        let zone = organization::get(tx).await?.time_zone;
        Ok(Self {
            teams: teams(tx, members.iter().map(|row| (row.id, row.role))).await?,
            members: members.into_iter().map(|row| (row.id, row)).collect(),
            said: said.into_iter().map(|row| (row.member_id, row)).collect(),
            zone: zone.parse().unwrap_or(Tz::UTC),
        })
    }

    /// The member, if it may read now what it is told of.
    async fn reader(&self, tx: &Tx, found: &Found) -> StoreResult<Option<&member::Model>> {
        let row = &found.row;
        let Some(member) = self.members.get(&row.member_id) else {
            return Ok(None);
        };
        let Some(owner) = owner_of(tx, row.subject_type, row.subject_id).await? else {
            return Ok(None);
        };
        let wanted = permission(row.subject_type);
        let team = self.teams.get(&member.id).map_or(&[][..], Vec::as_slice);
        let may = match reach(member.role, wanted) {
            None => false,
            Some(Reach::Organization) => true,
            Some(Reach::Team) => {
                owner.is_none_or(|owner| owner == member.id || team.contains(&owner))
            }
            Some(Reach::Own) => owner.is_none_or(|owner| owner == member.id),
        };
        Ok(may.then_some(member))
    }
}

/// What it takes to read what a notification is about.
const fn permission(kind: SubjectKind) -> Permission {
    match kind {
        SubjectKind::Deal => Permission::DealsRead,
        SubjectKind::Lead => Permission::LeadsRead,
        SubjectKind::Company => Permission::CompaniesRead,
        SubjectKind::Contact => Permission::ContactsRead,
        SubjectKind::Activity => Permission::ActivitiesRead,
        SubjectKind::Import | SubjectKind::ImportArchive => Permission::ImportsManage,
        SubjectKind::Invitation => Permission::MembersManage,
        _ => Permission::OrganizationRead,
    }
}

async fn deliver_of(state: &AppState, tx: &Tx, ids: &[NotificationId]) -> StoreResult<()> {
    let taken = notification::take(tx, ids).await?;
    let people = People::of(tx, &taken).await?;
    let mut gone = Vec::new();
    let mut letters: BTreeMap<MemberId, Vec<Found>> = BTreeMap::new();
    for mut found in taken {
        // Once more before its mail: much may have changed since it was shown.
        if people.reader(tx, &found).await?.is_none() {
            gone.push(found.row.id);
            continue;
        }
        if found.row.shown_at.is_none() {
            show(tx, &people, &mut found)?;
        }
        if found.row.mail_at.is_some_and(|at| at <= tx.now()) {
            found.row.mail_at = None;
            // Who has read it already needs no letter.
            if found.row.read_at.is_none() {
                let of = letters.entry(found.row.member_id).or_default();
                of.push(found.clone());
            }
        }
        if found.row.in_product || found.row.mail_at.is_some() {
            notification::put(tx, &found.row).await?;
        } else {
            gone.push(found.row.id);
        }
    }
    for (id, found) in letters {
        if let Some(member) = people.members.get(&id) {
            write(state, tx, member, &found).await?;
        }
    }
    notification::delete(tx, &gone).await
}

/// Shows a notification as its member wants to be told.
fn show(tx: &Tx, people: &People, found: &mut Found) -> StoreResult<()> {
    let row = &mut found.row;
    let said = people.said.get(&row.member_id);
    let channels = said.map(Preference::channels).transpose()?;
    let wanted = channel(&channels.unwrap_or_default(), row.kind);
    let zone = said.and_then(|said| said.time_zone.as_ref()?.parse().ok());
    let hours =
        said.and_then(|said| quiet(said.quiet_from.as_deref(), said.quiet_until.as_deref()));
    row.shown_at = Some(tx.now());
    row.in_product = wanted.product;
    row.digest = wanted.mail == shared_types::platform::MailChannel::Daily;
    row.mail_at = mail_at(wanted.mail, tx.now(), zone.unwrap_or(people.zone), hours);
    if row.in_product {
        let kind = SubjectKind::Notification;
        let mut event = NewEvent::new(EventKind::Created, kind, row.id, row.kind.as_str());
        event.changes = vec![FieldChange {
            field: "memberId".to_owned(),
            before: None,
            after: Some(row.member_id.to_string()),
        }];
        tx.record(event);
    }
    Ok(())
}

/// Queues the letters of a member: one for each thing, or one for all those of the day.
async fn write(
    state: &AppState,
    tx: &Tx,
    member: &member::Model,
    found: &[Found],
) -> StoreResult<()> {
    let Some(email) = &member.email else {
        return Ok(());
    };
    let language = mails::language_of(&state.store, email).await?;
    let url = &state.config.public_url;
    let link = |found: &Found| format!("{url}{}", found.row.path);
    let (daily, single): (Vec<&Found>, Vec<&Found>) =
        found.iter().partition(|found| found.row.digest);
    for one in single {
        let (row, link) = (&one.row, link(one));
        let by = one.actor_name.as_deref();
        let mail = match (row.kind, by) {
            (NotificationKind::Mention, Some(by)) => Mail::Mention {
                by,
                about: &row.title,
                words: row.detail.as_deref(),
                link: &link,
            },
            (NotificationKind::ActivityReminder, _) => Mail::Reminder {
                subject: &row.title,
                due: row.detail.as_deref().unwrap_or_default(),
                link: &link,
            },
            _ => Mail::Notice {
                notice: notice(one),
                link: &link,
            },
        };
        let stop = unsubscribe::link(state, tx, member.id, Some(row.kind));
        mails::send_with(tx, email, language, mail, Some(stop));
    }
    if !daily.is_empty() {
        let links: Vec<String> = daily.iter().map(|found| link(found)).collect();
        let notices: Vec<(Notice<'_>, &str)> = daily
            .iter()
            .zip(&links)
            .map(|(found, link)| (notice(found), link.as_str()))
            .collect();
        let page = format!("{url}/notifications");
        let mail = Mail::Digest {
            notices: &notices,
            link: &page,
        };
        let stop = unsubscribe::link(state, tx, member.id, None);
        mails::send_with(tx, email, language, mail, Some(stop));
    }
    Ok(())
}

fn notice(found: &Found) -> Notice<'_> {
    Notice {
        kind: found.row.kind,
        title: &found.row.title,
        by: found.actor_name.as_deref(),
    }
}

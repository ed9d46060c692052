//! Reminders of activities: the owner is told, once.

use std::collections::BTreeMap;

use actix_web::web::Data;
use chrono_tz::Tz;
use domain::crm::activity::is_timely;
use persistence::{
    StoreResult, Tx,
    crm::{activity::Found, reminder},
    identity::{member, organization},
    platform::notification::{NewNotification, tell},
};
use shared_types::{
    ActivityId, MemberId, OrganizationId,
    platform::{NotificationKind, SubjectKind},
};

use crate::core::state::AppState;

/// Reminders that are looked for at a time.
const BATCH: i32 = 200;

/// Queues what owners are told of the reminders that are due; whether there were as many as are looked for at a
/// time.
///
/// # Errors
/// When the database does not answer.
pub async fn remind(state: &Data<AppState>) -> StoreResult<bool> {
    let now = state.clock.now();
    let due = state.store.system().due_reminders(now, BATCH).await?;
    let many = due.len() >= usize::try_from(BATCH).unwrap_or(usize::MAX);
    let mut tenants: BTreeMap<OrganizationId, Vec<ActivityId>> = BTreeMap::new();
    for found in due {
        tenants
            .entry(found.organization_id)
            .or_default()
            .push(found.id);
    }
    for (organization, ids) in tenants {
        let tx = state.store.begin(organization, None, state.actor());
        remind_of(&tx, &ids).await?;
        tx.commit().await?;
    }
    Ok(many)
}

async fn remind_of(tx: &Tx, ids: &[ActivityId]) -> StoreResult<()> {
    let taken = reminder::take_reminders(tx, ids).await?;
    let owners: Vec<MemberId> = taken
        .iter()
        .filter_map(|found| found.row.owner_id)
        .collect();
    let owners = member::available(tx, &owners).await?;
    let zone = organization::get(tx).await?.time_zone;
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    for found in taken.iter().filter(|it| is_timely(it.row.due_at, tx.now())) {
        let owner = owners.iter().find(|row| Some(row.id) == found.row.owner_id);
        if let (Some(owner), Some(due)) = (owner, found.row.due_at) {
            let due = due.with_timezone(&zone).format("%Y-%m-%d %H:%M");
            let kind = NotificationKind::ActivityReminder;
            tell(
                tx,
                NewNotification {
                    member: owner.id,
                    kind,
                    subject: (SubjectKind::Activity, found.row.id.0, &found.row.subject),
                    detail: Some(format!("{due} ({zone})")),
                    path: page_of(found),
                },
            );
        }
    }
    Ok(())
}

/// Where the activity is seen: with what it is about, else on the day of its owner.
fn page_of(found: &Found) -> String {
    let row = &found.row;
    let about = [
        ("deals", row.deal_id.map(|id| id.0)),
        ("leads", row.lead_id.map(|id| id.0)),
        ("contacts", row.contact_id.map(|id| id.0)),
        ("companies", row.company_id.map(|id| id.0)),
    ];
    about
        .into_iter()
        .find_map(|(path, id)| id.map(|id| format!("/{path}/{id}")))
        .unwrap_or_else(|| "/my-day".to_owned())
}

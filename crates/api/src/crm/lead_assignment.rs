//! Who gets a lead for which nobody is named.

use domain::{core::time::today, crm::lead::next_in_turn, identity::member::may_own};
use persistence::{
    Tx,
    crm::lead_settings,
    identity::{absence, member, organization},
};
use shared_types::{
    MemberId,
    crm::{LeadAssignment, LeadSettings},
};

use crate::core::{context::Principal, error::ApiResult};

/// The member who gets a new lead, and its name.
///
/// # Errors
/// When the database does not answer.
pub async fn assignee(
    tx: &Tx,
    settings: &LeadSettings,
    me: &Principal,
) -> ApiResult<(Option<MemberId>, Option<String>)> {
    match settings.assignment {
        LeadAssignment::Creator => Ok((Some(me.member_id), Some(me.name.clone()))),
        LeadAssignment::Nobody => Ok((None, None)),
        LeadAssignment::RoundRobin => in_turn(tx, &settings.member_ids).await,
    }
}

async fn in_turn(tx: &Tx, members: &[MemberId]) -> ApiResult<(Option<MemberId>, Option<String>)> {
    let there = member::available(tx, members).await?;
    let zone = organization::get(tx).await?.time_zone;
    let day = today(tx.now(), zone.parse().unwrap_or(chrono_tz::UTC));
    let away = absence::away(tx, day).await?;
    // Whoever is next is held from here on: what can be read before is.
    let last = lead_settings::last_in_turn(tx).await?;
    let next = next_in_turn(members, last, |id| {
        !away.contains(&id)
            && there
                .iter()
                .any(|row| row.id == id && may_own(row.role, row.active))
    });
    let Some(next) = next else {
        return Ok((None, None));
    };
    lead_settings::served(tx, next).await?;
    let name = there.into_iter().find(|row| row.id == next);
    Ok((Some(next), name.map(|row| row.name)))
}

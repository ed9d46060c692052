//! Invitations to coaching sessions: a mail with a calendar file, and the same file to fetch.

use actix_web::{HttpResponse, get};
use integrations::{
    calendar::{Invitation, Method, Person},
    mail::CalendarPart,
};
use persistence::{Tx, coaching::session::Found, identity::member};
use shared_types::{
    CoachingSessionId,
    coaching::{CoachingSide, CoachingStatus},
};

use super::session::seen;
use crate::{
    core::{
        app::Services,
        context::Ctx,
        error::ApiResult,
        extract::Id,
        permit::{CoachingSessionsRead, Permit},
    },
    identity::mails::{self, Mail},
    platform::export::download,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(get_coaching_session_calendar);
}

/// Why an invitation is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The session is new.
    New,
    /// It is held otherwise than before.
    Changed,
    /// It is not held.
    Cancelled,
}

/// The calendar file of a session.
fn calendar<P: Permit>(
    ctx: &Ctx<P>,
    found: &Found,
    emails: &[(CoachingSide, Person)],
    method: Method,
) -> String {
    let row = &found.row;
    let host = ctx.state().config.public_url.split("://").nth(1);
    let organizer = emails.iter().find(|(side, _)| *side == CoachingSide::Coach);
    Invitation {
        method,
        uid: format!("{}@{}", row.calendar_id, host.unwrap_or("touchline")),
        sequence: row.calendar_sequence,
        stamp: ctx.now(),
        start: row.scheduled_start,
        end: row.scheduled_end,
        summary: row.title.clone(),
        link: page(ctx, row.id),
        organizer: organizer.map(|(_, person)| person.clone()),
        attendees: emails.iter().map(|(_, person)| person.clone()).collect(),
    }
    .to_string()
}

fn page<P: Permit>(ctx: &Ctx<P>, id: CoachingSessionId) -> String {
    format!("{}/coaching/{id}", ctx.state().config.public_url)
}

/// Tells everybody who takes part in some sessions, by one mail a session.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn send<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    sessions: &[Found],
    sent: Sent,
) -> ApiResult<()> {
    let Some(first) = sessions.first() else {
        return Ok(());
    };
    let mut ids = first.everybody();
    ids.extend(sessions.iter().flat_map(Found::everybody));
    ids.sort_unstable();
    ids.dedup();
    let members = member::available(tx, &ids).await?;
    let method = match sent {
        Sent::New | Sent::Changed => Method::Request,
        Sent::Cancelled => Method::Cancel,
    };
    for found in sessions {
        let people = found.parts.participants.iter().filter_map(|one| {
            let row = members.iter().find(|row| row.id == one.row.member_id)?;
            let person = Person {
                name: row.name.clone(),
                email: row.email.clone()?,
            };
            Some((one.row.side, person))
        });
        let people: Vec<(CoachingSide, Person)> = people.collect();
        let file = calendar(ctx, found, &people, method);
        let zone: chrono_tz::Tz = found.row.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        let start = found.row.scheduled_start.with_timezone(&zone);
        let when = format!("{} ({zone})", start.format("%Y-%m-%d %H:%M"));
        let link = page(ctx, found.row.id);
        for (_, person) in &people {
            let mail = Mail::Coaching {
                sent,
                title: &found.row.title,
                agent: &found.agent_name,
                coach: &found.coach_name,
                when: &when,
                link: &link,
            };
            let language = mails::language_of(&ctx.state().store, &person.email).await?;
            let part = CalendarPart {
                method: method.word().to_owned(),
                file: file.clone(),
            };
            mails::send_with(tx, &person.email, language, mail, Some(part));
        }
    }
    Ok(())
}

/// Get the calendar file of a coaching session
///
/// An iCalendar file (RFC 5545) that calendars take in. A later one of the same session takes the place of the former.
#[utoipa::path(tag = "coaching", operation_id = "getCoachingSessionCalendar", params(("id" = CoachingSessionId, Path, description = "Id of the session.")),
    responses((status = 200, description = "The calendar file.", content_type = "text/calendar", body = String)), security(("bearer" = ["coaching-sessions:read"])))]
#[get("/api/v1/coaching-sessions/{id}/calendar.ics")]
async fn get_coaching_session_calendar(
    ctx: Ctx<CoachingSessionsRead>,
    id: Id<CoachingSessionId>,
) -> ApiResult<HttpResponse> {
    let seen = seen(&ctx, &ctx.read(), id.0).await?;
    let method = match seen.found.row.status {
        CoachingStatus::Cancelled => Method::Cancel,
        _ => Method::Publish,
    };
    let file = calendar(&ctx, &seen.found, &[], method);
    Ok(download("text/calendar; charset=utf-8", "coaching.ics").body(file))
}

//! How coaching goes, for those who coach.

use actix_web::get;
use chrono::{Days, TimeDelta};
use persistence::coaching::report::{self, Since};
use shared_types::{
    Permission,
    coaching::{CoachingTeam, REPORTED_DAYS},
};

use super::{access::Reader, agent::today, quick_note::stored};
use crate::core::{
    app::Services, context::Ctx, error::ApiResult, permit::ActionItemsRead, reply::Reply,
};

/// The routes of this file.
pub fn routes(config: &mut impl Services) {
    config.service(get_coaching_team);
}

/// How coaching goes
///
/// With each active member whose line reaches the caller, and with the caller; items and plans, and the quick notes that the caller may
/// read. What is opened for a while is not counted here.
#[utoipa::path(tag = "action items", operation_id = "getCoachingTeam",
    responses((status = 200, description = "How coaching goes.", body = CoachingTeam)), security(("bearer" = ["action-items:read"])))]
#[get("/api/v1/reports/coaching-team")]
async fn get_coaching_team(ctx: Ctx<ActionItemsRead>) -> ApiResult<Reply<CoachingTeam>> {
    let read = ctx.read();
    let today = today(&read, ctx.now()).await?;
    let reader = Reader::lasting(ctx.me(), Permission::ActionItemsRead)?;
    let days = u64::try_from(REPORTED_DAYS).unwrap_or(0);
    let since = Since {
        today,
        day: today.checked_sub_days(Days::new(days)).unwrap_or(today),
        time: ctx.now() - TimeDelta::days(REPORTED_DAYS),
    };
    let line = reader.line.clone();
    // Quick notes are told to those who may read them, whatever else they may.
    let notes = Reader::lasting(ctx.me(), Permission::QuickNotesRead).unwrap_or(Reader {
        line: Vec::new(),
        ..reader
    });
    let members = report::members(&read, &line, &stored(notes), since).await?;
    Ok(Reply::ok(CoachingTeam { members }))
}

//! How leads are scored, and who gets them.

use actix_web::{get, patch, web::Data};
use persistence::{
    Db,
    crm::{lead, lead_settings},
    identity::member,
    platform::{event::NewEvent, job},
};
use serde_json::json;
use shared_types::{
    LeadId, OrganizationId,
    crm::{LeadSettings, UpdateLeadSettings},
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::Ctx,
    error::{ApiError, ApiResult},
    extract::Valid,
    permit::{LeadsManage, LeadsRead},
    reply::Reply,
    state::AppState,
};

/// The job that scores every lead anew.
pub const SCORE_JOB: &str = "leads.score";
/// Leads of a transaction.
const AT_ONCE: u64 = 200;

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(get_lead_settings)
        .service(update_lead_settings);
}

fn reply(settings: LeadSettings) -> Reply<LeadSettings> {
    let version = settings.version;
    Reply::record(settings, version)
}

/// Get the settings of leads
#[utoipa::path(tag = "leads", operation_id = "getLeadSettings",
    responses((status = 200, description = "The settings.", body = LeadSettings)), security(("bearer" = ["leads:read"])))]
#[get("/api/v1/lead-settings")]
async fn get_lead_settings(ctx: Ctx<LeadsRead>) -> ApiResult<Reply<LeadSettings>> {
    Ok(reply(lead_settings::get(&ctx.read()).await?))
}

/// Change the settings of leads
///
/// With other rules every lead that is not converted is scored anew, by a job.
#[utoipa::path(tag = "leads", operation_id = "updateLeadSettings", request_body = UpdateLeadSettings,
    responses((status = 200, description = "The settings as they are now.", body = LeadSettings)), security(("bearer" = ["leads:manage"])))]
#[patch("/api/v1/lead-settings")]
async fn update_lead_settings(
    ctx: Ctx<LeadsManage>,
    body: Valid<UpdateLeadSettings>,
) -> ApiResult<Reply<LeadSettings>> {
    let body = body.0;
    ctx.write(async |tx| {
        let before = lead_settings::get(tx).await?;
        ctx.if_match(before.version, || before.clone())?;
        if let Some(ids) = &body.member_ids {
            let there = member::available(tx, ids).await?;
            let missing = ids
                .iter()
                .position(|id| there.iter().all(|row| row.id != *id));
            if let Some(index) = missing {
                return Err(ApiError::field(
                    &format!("memberIds.{index}"),
                    "must be an active member of the organization",
                ));
            }
        }
        let UpdateLeadSettings {
            rules,
            assignment,
            member_ids,
        } = body.clone();
        let after = LeadSettings {
            rules: rules.unwrap_or_else(|| before.rules.clone()),
            assignment: assignment.unwrap_or(before.assignment),
            member_ids: member_ids.unwrap_or_else(|| before.member_ids.clone()),
            version: before.version + 1,
        };
        lead_settings::save(tx, &before, &after).await?;
        if after.rules != before.rules {
            job::enqueue(
                tx,
                job::NewJob {
                    kind: SCORE_JOB,
                    payload: json!({}),
                    max_attempts: 8,
                },
            );
        }
        let id = tx.organization().0;
        let event = NewEvent::new(EventKind::Updated, SubjectKind::LeadSettings, id, "");
        tx.record(event.between(&before, &after));
        Ok(reply(after))
    })
    .await
}

/// Scores every lead of an organization anew, by the rules of this moment.
///
/// # Errors
/// Why it is to be tried again.
pub async fn score_all(state: &Data<AppState>, organization: OrganizationId) -> Result<(), String> {
    let text = |error: persistence::StoreError| error.to_string();
    let read = state.store.read(organization);
    let rules = lead_settings::get(&read).await.map_err(text)?.rules;
    let mut after: Option<LeadId> = None;
    loop {
        let tx = state.store.begin(organization, None, state.actor());
        let last = lead::score_again(&tx, &rules, after, AT_ONCE)
            .await
            .map_err(text)?;
        tx.commit().await.map_err(text)?;
        match last {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

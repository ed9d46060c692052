//! Proposals of coaching: decided by the line of the agent.

use actix_web::{get, post};
use domain::coaching::proposal::{ProposalStep, decide};
use persistence::{
    PageRequest, Tx,
    coaching::proposal::{self, Found, Model},
    platform::event::NewEvent,
};
use shared_types::{
    CoachingProposalId,
    coaching::{AcceptProposal, CoachingProposal, DismissProposal, ListCoachingProposals},
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::ApiResult,
    extract::{Id, Params, Valid},
    permit::CoachingProposalsWrite,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_coaching_proposals)
        .service(get_coaching_proposal)
        .service(accept_coaching_proposal)
        .service(dismiss_coaching_proposal);
}

fn reply(found: Found) -> Reply<CoachingProposal> {
    let version = found.row.version;
    Reply::record(found.into(), version)
}

/// List proposals of coaching
///
/// Those about members within reach.
#[utoipa::path(tag = "coaching proposals", operation_id = "listCoachingProposals", params(ListCoachingProposals),
    responses((status = 200, description = "A page of proposals.", body = [CoachingProposal])), security(("bearer" = ["coaching-proposals:write"])))]
#[get("/api/v1/coaching-proposals")]
async fn list_coaching_proposals(
    ctx: Ctx<CoachingProposalsWrite>,
    query: Params<ListCoachingProposals>,
) -> ApiResult<Reply<Vec<CoachingProposal>>> {
    let position = ctx.position("coaching-proposals", &query.0)?;
    let request = PageRequest::new(&query.0, position);
    let page = proposal::list(&ctx.read(), &query.0, &ctx.owners()?, &request).await?;
    let page = page.map(CoachingProposal::from);
    Ok(ctx.page("coaching-proposals", &query.0, page))
}

/// Get a proposal of coaching
#[utoipa::path(tag = "coaching proposals", operation_id = "getCoachingProposal", params(("id" = CoachingProposalId, Path, description = "Id of the proposal.")),
    responses((status = 200, description = "The proposal.", body = CoachingProposal)), security(("bearer" = ["coaching-proposals:write"])))]
#[get("/api/v1/coaching-proposals/{id}")]
async fn get_coaching_proposal(
    ctx: Ctx<CoachingProposalsWrite>,
    id: Id<CoachingProposalId>,
) -> ApiResult<Reply<CoachingProposal>> {
    let found = proposal::get(&ctx.read(), id.0, &ctx.owners()?).await?;
    Ok(reply(found))
}

/// Decides a proposal, once.
async fn decided(
    ctx: &Ctx<CoachingProposalsWrite>,
    tx: &Tx,
    id: CoachingProposalId,
    step: ProposalStep,
    note: Option<String>,
) -> ApiResult<Reply<CoachingProposal>> {
    let found = proposal::get(tx, id, &ctx.owners()?).await?;
    let before = CoachingProposal::from(found.clone());
    ctx.if_match(before.version, || before.clone())?;
    let state = decide(found.row.state, step)?;
    let row = Model {
        state,
        decided_by_id: Some(ctx.me().member_id),
        decided_at: Some(tx.now()),
        decision_note: note,
        updated_at: tx.now(),
        version: found.row.version + 1,
        ..found.row.clone()
    };
    proposal::save(tx, &found.row, row.clone()).await?;
    let after = Found { row, ..found };
    let kind = match step {
        ProposalStep::Accept => EventKind::ProposalAccepted,
        ProposalStep::Dismiss => EventKind::ProposalDismissed,
    };
    let name = after.member_name.clone().unwrap_or_default();
    let view = CoachingProposal::from(after.clone());
    let event = NewEvent::new(kind, SubjectKind::CoachingProposal, id, &name);
    tx.record(event.between(&before, &view));
    Ok(reply(after))
}

/// Accept a proposal of coaching
///
/// Takes it up. Nothing is proposed again for what it stands on.
#[utoipa::path(tag = "coaching proposals", operation_id = "acceptCoachingProposal", params(("id" = CoachingProposalId, Path, description = "Id of the proposal.")), request_body = AcceptProposal,
    responses((status = 200, description = "The proposal as it is now.", body = CoachingProposal)), security(("bearer" = ["coaching-proposals:write"])))]
#[post("/api/v1/coaching-proposals/{id}/accept")]
async fn accept_coaching_proposal(
    ctx: Ctx<CoachingProposalsWrite>,
    id: Id<CoachingProposalId>,
    body: Valid<AcceptProposal>,
) -> ApiResult<Once<CoachingProposal>> {
    let note = body.0.note;
    ctx.post(async |tx| decided(&ctx, tx, id.0, ProposalStep::Accept, note.clone()).await)
        .await
}

/// Dismiss a proposal of coaching
///
/// Puts it aside, with the reason. Nothing is proposed again for what it stands on.
#[utoipa::path(tag = "coaching proposals", operation_id = "dismissCoachingProposal", params(("id" = CoachingProposalId, Path, description = "Id of the proposal.")), request_body = DismissProposal,
    responses((status = 200, description = "The proposal as it is now.", body = CoachingProposal)), security(("bearer" = ["coaching-proposals:write"])))]
#[post("/api/v1/coaching-proposals/{id}/dismiss")]
async fn dismiss_coaching_proposal(
    ctx: Ctx<CoachingProposalsWrite>,
    id: Id<CoachingProposalId>,
    body: Valid<DismissProposal>,
) -> ApiResult<Once<CoachingProposal>> {
    let reason = Some(body.0.reason);
    ctx.post(async |tx| decided(&ctx, tx, id.0, ProposalStep::Dismiss, reason.clone()).await)
        .await
}

//! Disputes of scores: question by question or of the whole, decided from above.

use actix_web::post;
use domain::coaching::{access::Side, score::score, session::may_decide};
use persistence::{
    Db, Tx,
    coaching::{
        rubric,
        session::Found,
        session_part::dispute::{self, Model},
    },
    stored,
};
use shared_types::{
    CoachingDisputeId, CoachingSessionId, ErrorCode, Role,
    coaching::{
        CoachingSession, CoachingSide, CoachingStatus, DecideDispute, DisputeRuling, DisputeScore,
        DisputeStatus,
    },
    platform::EventKind,
};

use super::{
    session::{Seen, reply, save, told},
    session_answer::addressed,
};
use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Valid},
    permit::{CoachingSessionsRespond, CoachingSessionsWrite, Permit},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(dispute_score).service(decide_dispute);
}

fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::Conflict, message)
}

/// Dispute a score
///
/// By who was coached, once the session is completed: what was answered to a question, or the score as a whole. Somebody above the coach
/// decides.
#[utoipa::path(tag = "coaching", operation_id = "disputeScore", params(("id" = CoachingSessionId, Path, description = "Id of the session.")), request_body = DisputeScore,
    responses((status = 200, description = "The session as it is now.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:respond"])))]
#[post("/api/v1/coaching-sessions/{id}/disputes")]
async fn dispute_score(
    ctx: Ctx<CoachingSessionsRespond>,
    id: Id<CoachingSessionId>,
    body: Valid<DisputeScore>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let DisputeScore {
            question_id,
            reason,
        } = body.0.clone();
        let mut seen = addressed(&ctx, tx, id.0).await?;
        let row = &seen.found.row;
        if seen.side != Side::Agent || row.agent_id != seen.me {
            return Err(ApiError::new(
                ErrorCode::Forbidden,
                "A score is disputed by who was coached.",
            ));
        }
        let (CoachingStatus::Completed, Some(score)) = (row.status, row.score) else {
            return Err(conflict(
                "The session is not completed with a score; there is nothing to dispute.",
            ));
        };
        let answered = row.answers();
        let answered = |id| {
            answered
                .iter()
                .any(|it| it.question_id == id && it.value.is_some())
        };
        if question_id.is_some_and(|id| !answered(id)) {
            return Err(ApiError::field(
                "questionId",
                "must be a question of the rubric that was answered and has a weight",
            ));
        }
        let open = |it: &dispute::Found| it.row.status == DisputeStatus::Open;
        let disputes = &mut seen.found.parts.disputes;
        if disputes
            .iter()
            .any(|it| open(it) && it.row.question_id == question_id)
        {
            return Err(conflict("That is disputed already, and not decided yet."));
        }
        let row = Model {
            id: tx.new_id(),
            organization_id: tx.organization(),
            session_id: id.0,
            question_id,
            reason: reason.trim().to_owned(),
            status: DisputeStatus::Open,
            score_before: score,
            score_after: None,
            decided_by_id: None,
            decision: None,
            decided_at: None,
            created_at: tx.now(),
            version: 1,
        };
        tx.insert::<dispute::Entity>(row.clone());
        disputes.push(dispute::Found {
            row,
            decided_by_name: None,
        });
        told(tx, EventKind::CoachingDisputed, None, &seen.found);
        reply(&ctx, tx, seen).await
    })
    .await
}

/// Whether the caller may decide what is disputed of a session.
fn check_arbiter<P: Permit>(ctx: &Ctx<P>, seen: &Seen) -> ApiResult<()> {
    let (me, found) = (ctx.me(), &seen.found);
    let takes_part = found.everybody().contains(&seen.me);
    let above = |member| me.team.contains(&member);
    let agents = found.on(CoachingSide::Agent);
    let above_agent = agents.into_iter().any(above);
    let administrator = me.role == Role::Admin;
    if may_decide(
        takes_part,
        above(found.row.coach_id),
        above_agent,
        administrator,
    ) {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::Forbidden,
        "Somebody above the coach decides who does not take part.",
    ))
}

/// Carries out that a score is changed.
async fn corrected(
    tx: &Tx,
    found: &mut Found,
    dispute: &Model,
    body: &DecideDispute,
) -> ApiResult<()> {
    let row = &mut found.row;
    let Some(question) = dispute.question_id else {
        if body.value.is_some() {
            return Err(ApiError::field("value", "is for a disputed question alone"));
        }
        row.score =
            Some(body.score.ok_or_else(|| {
                ApiError::field("score", "is required where the score is changed")
            })?);
        return Ok(());
    };
    if body.score.is_some() {
        return Err(ApiError::field(
            "score",
            "must be left out: it follows from the answer",
        ));
    }
    let value = body
        .value
        .ok_or_else(|| ApiError::field("value", "is required where the answer is changed"))?;
    let mut answers = row.answers();
    for answer in answers.iter_mut().filter(|it| it.question_id == question) {
        answer.value = Some(value);
    }
    let Some(rubric) = row.rubric_id else {
        return Err(conflict("The session has no rubric any more."));
    };
    let questions = rubric::get(tx, rubric).await?.questions();
    let fits = domain::coaching::score::check_answers(&questions, &answers);
    fits.map_err(|error| match error {
        domain::DomainError::Invalid { message, .. } => ApiError::field("value", message),
        other => other.into(),
    })?;
    row.score = score(&questions, &answers).score;
    row.answers = stored(&answers);
    Ok(())
}

/// Decide a dispute
///
/// By somebody above the coach; where nobody is, by an administrator above the agent. Who takes part decides nothing.
#[utoipa::path(tag = "coaching", operation_id = "decideDispute", params(("id" = CoachingDisputeId, Path, description = "Id of the dispute.")), request_body = DecideDispute,
    responses((status = 200, description = "The session as it is now.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:write"])))]
#[post("/api/v1/coaching-disputes/{id}/decide")]
async fn decide_dispute(
    ctx: Ctx<CoachingSessionsWrite>,
    id: Id<CoachingDisputeId>,
    body: Valid<DecideDispute>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let dispute = dispute::get(tx, id.0).await?;
        let before = addressed(&ctx, tx, dispute.session_id).await?;
        check_arbiter(&ctx, &before)?;
        if dispute.status != DisputeStatus::Open {
            return Err(conflict(format!(
                "The dispute is {} already.",
                dispute.status
            )));
        }
        let mut after = before.found.clone();
        let mut decided = dispute.clone();
        decided.status = match body.0.ruling {
            DisputeRuling::Upheld => DisputeStatus::Upheld,
            DisputeRuling::Changed => {
                corrected(tx, &mut after, &dispute, &body.0).await?;
                DisputeStatus::Changed
            }
        };
        decided.score_after = after.row.score;
        decided.decided_by_id = Some(before.me);
        decided.decision = Some(body.0.decision.trim().to_owned());
        decided.decided_at = Some(tx.now());
        decided.version += 1;
        dispute::save(tx, &dispute, decided.clone()).await?;
        for it in &mut after.parts.disputes {
            if it.row.id == decided.id {
                it.row = decided.clone();
                it.decided_by_name = Some(ctx.me().name.clone());
            }
        }
        save(&ctx, tx, &before, after, EventKind::CoachingDecided).await
    })
    .await
}
